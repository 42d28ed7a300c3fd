"""The emergency board: what is open in a jurisdiction, who does what, where the goods are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from oversight.incidents.board import Board, read_board
from oversight.incidents.incidents import INCIDENTS, IncidentIn, OfficialsAlone, TaskIn, open_incident
from oversight.matters.kinds import Nothing, act
from oversight.models import Matter
from recalls.cases import NewCase, open_case, take_step
from recalls.scope import Line
from recalls.steps import StepBody
from tests.oversight.offices import CITY, COUNTY, NATION, NEIGHBOUR
from tests.oversight.withdrawals.world import NOW, World, make_world
from tests.recalls.chain import ADMIN, gtin_of
from trace.kit.auth import Principal
from trace.models import Location


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
    [tile] = found.goods.tiles[""]
    assert (tile.region, tile.outlets, tile.amount) == ("32", 1, Decimal(50))
    assert [(clock.overdue, clock.title) for clock in found.clocks] == [(True, "原味酸奶下架")]


def goods(world: World, within: str) -> list[tuple[str | None, int, Decimal]]:
    return [(tile.region, tile.outlets, tile.amount) for tile in board(world, within).goods.tiles.get("", [])]


def announce_recall(world: World, item: str = "yogurt", lot: str = "L1") -> None:
    new = NewCase(f"召回 {lot}", "危害", "停止食用", [Line(gtin=gtin_of(item), lots=(lot,))], recall_class=2)
    case = open_case(world.session, ADMIN, new, NOW)
    for name in ("file-plan", "announce"):
        take_step(world.session, ADMIN, case.number, name, NOW, StepBody(reason="计划已备案"))


def test_goods_in_two_stop_sales_and_a_recall_are_counted_once(world: World) -> None:
    world.order()
    world.order()
    announce_recall(world)
    assert goods(world, CITY) == [("32", 2, Decimal(80))]


def test_a_county_sees_its_own_goods_in_the_square_of_its_province(world: World) -> None:
    announce_recall(world)
    boards = {within: goods(world, within) for within in (COUNTY, COUNTY + "001", NEIGHBOUR, NATION, "330100")}
    assert boards == {
        COUNTY: [("32", 1, Decimal(50))],
        COUNTY + "001": [("32", 1, Decimal(50))],  # places are registered by county
        NEIGHBOUR: [("32", 1, Decimal(30))],
        NATION: [("32", 2, Decimal(80))],
        "330100": [],
    }


def test_an_outlet_that_is_registered_too_coarsely_is_counted_beside_the_map(world: World) -> None:
    announce_recall(world)
    world.session.query(Location).filter_by(name="other").update({"region": "320000"})
    found = {within: board(world, within).goods.untold for within in (COUNTY, "320000", "330100")}
    assert found == {COUNTY: 1, "320000": 0, "330100": 0}


def test_a_board_shows_the_recalls_that_reach_its_jurisdiction(world: World) -> None:
    announce_recall(world)
    other = world.chain.party("elsewhere")
    world.chain.product("milk", other)
    world.chain.place("far", "plant", other, "330106")
    world.chain.make("far", "milk", "M1", 5)
    world.chain.blend("far", [("milk", "M1", 5)], [("yogurt", "M2", 5)])
    world.chain.move("far", "other", "yogurt", "M2", 5)
    announce_recall(world, "milk", "M1")
    found = {
        within: [one.title for one in board(world, within).cases] for within in (COUNTY, NEIGHBOUR, "330106", NATION)
    }
    assert found == {
        COUNTY: ["召回 L1"],
        NEIGHBOUR: ["召回 M1", "召回 L1"],  # yogurt of that milk came here
        "330106": ["召回 M1"],
        NATION: ["召回 M1", "召回 L1"],
    }
    assert board(world, "440100").cases == []


def test_a_firm_opens_no_incident(world: World) -> None:
    with pytest.raises(OfficialsAlone):
        opened(world, world.shop)
