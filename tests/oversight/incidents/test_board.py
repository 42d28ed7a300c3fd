"""The emergency board: what is open in a jurisdiction, who does what, where the goods are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from oversight.incidents.board import Board, read_board
from oversight.incidents.incidents import INCIDENTS, IncidentIn, OfficialsAlone, TaskIn, open_incident
from oversight.matters.kinds import Nothing, act
from oversight.models import Matter
from tests.oversight.offices import COUNTY, NATION, NEIGHBOUR
from tests.oversight.withdrawals.world import NOW, World, make_world
from tests.recalls.chain import ADMIN
from trace.kit.auth import Principal


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def opened(world: World, who: Principal | None = None) -> Matter:
    body = IncidentIn(title="酸奶中毒", words="三人就医")
    return open_incident(world.session, who or world.offices.county, body, NOW)


def board(world: World, within: str = COUNTY, hours: int = 0) -> Board:
    return read_board(world.session, ADMIN, within, NOW + timedelta(hours=hours))


def test_tasks_and_reports_stand_until_the_incident_is_closed(world: World) -> None:
    matter = opened(world)
    task = TaskIn(who="检查一科", what="封存成品库")
    act(world.session, INCIDENTS, world.offices.colleague, matter.number, "task", task, None, NOW)
    [order] = board(world).orders
    assert (order.who, order.what, order.number) == ("检查一科", "封存成品库", matter.number)
    act(world.session, INCIDENTS, world.offices.county, matter.number, "close", Nothing(), "已控制", NOW)
    assert board(world).incidents == []


def test_a_board_shows_its_own_jurisdiction_and_what_is_below(world: World) -> None:
    opened(world)
    assert [len(board(world, within).incidents) for within in (COUNTY, NEIGHBOUR, NATION)] == [1, 0, 1]


def test_goods_of_orders_at_outlets_stand_on_the_map_and_their_clocks_run(world: World) -> None:
    world.order()
    found = board(world, hours=25)
    [tile] = found.tiles[""]
    assert (tile.region, tile.outlets, tile.amount) == ("32", 2, Decimal(80))
    assert [(clock.overdue, clock.title) for clock in found.clocks] == [(True, "原味酸奶下架")]


def test_a_firm_opens_no_incident(world: World) -> None:
    with pytest.raises(OfficialsAlone):
        opened(world, world.shop)
