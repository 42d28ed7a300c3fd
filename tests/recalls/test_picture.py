"""The picture of an impact: its nodes have the figures of the impact, folded or not, and strangers have no names."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from recalls import cases
from recalls.affected import find_affected
from recalls.cases import NewCase
from recalls.impact import load_scope
from recalls.impact_table import PlaceColumns, read_columns
from recalls.picture import facts_of, picture_of
from recalls.scope import Line
from tests.recalls.chain import ADMIN, START, Chain, gtin_of
from trace.kit.auth import Principal
from trace.models import Party
from trace.picture import draw_supply
from trace.supply_picture import NothingToShow

NOW = START + timedelta(days=60)
MANY = 70


@pytest.fixture
def database_kind() -> str:
    """What is asked here is alike on both databases."""
    return "sqlite"


def columns_of(session: Session, chain: Chain, principal: Principal | None = None) -> PlaceColumns:
    new = NewCase(title="召回", hazard="菌落", instructions="停止食用。", scope=[Line(gtin=gtin_of("yogurt"))])
    case = cases.open_case(session, ADMIN, new, START)
    return read_columns(session, principal, find_affected(load_scope(session, case, NOW)))


@pytest.fixture
def chain(session: Session) -> Chain:
    chain = Chain(session)
    chain.place("dairy", "plant", chain.party("dairy firm"), "320106")
    chain.place("hub", "warehouse", chain.party("hub firm"), "330106")
    chain.product("yogurt", session.get(Party, 1))
    chain.make("dairy", "yogurt", "L1", 1000)
    chain.move("dairy", "hub", "yogurt", "L1", 500)
    return chain


def test_nodes_and_links_have_the_units_that_moved(session: Session, chain: Chain) -> None:
    chain.move("hub", "shop", "yogurt", "L1", 30)
    chain.sell("shop", "yogurt", "L1", 30)
    view = picture_of(columns_of(session, chain), "en", "").view
    assert view.heads == ("Makers", "Tier 1", "Tier 2")
    assert [(node.column, node.units, node.state) for node in sorted(view.nodes, key=lambda one: one.column)] == [
        (0, Decimal(1000), "out"),
        (1, Decimal(500), "out"),
        (2, Decimal(30), "sold"),
    ]
    assert sorted((link.shipped, link.received) for link in view.links) == [
        (Decimal(30), Decimal(30)),
        (Decimal(500), Decimal(500)),
    ]
    assert [fact["head"] for fact in facts_of(view)] == list(view.heads)


def test_many_places_are_folded_with_all_their_units_and_open_again(session: Session, chain: Chain) -> None:
    firm = chain.party("shops")
    for number in range(MANY):
        chain.place(f"shop {number}", "outlet", firm, f"{(11, 32)[number % 2]}0106")
        chain.move("hub", f"shop {number}", "yogurt", "L1", number % 5 + 1)
    columns = columns_of(session, chain)
    picture = picture_of(columns, "zh")
    assert picture.units == ("",)
    whole = picture.view
    groups = [node for node in whole.nodes if node.members > 1]
    assert sorted(node.name for node in groups) == ["北京 35 家门店", "江苏 35 家门店"]
    assert sum(node.units or 0 for node in groups) == sum(number % 5 + 1 for number in range(MANY))
    opened = picture_of(columns, "zh", "", groups[0].key).view
    shops = [node for node in opened.nodes if node.column == groups[0].column]
    assert (len(shops), sum(node.units or 0 for node in shops)) == (groups[0].members, groups[0].units)
    with pytest.raises(NothingToShow):
        picture_of(columns, "zh", "", "no such group")
    table = columns.affected.table
    for name, column in table.figures.items():
        assert sum(node.figures[name] for node in whole.nodes) == int(column.sum())
    for part in ("shipped", "received"):
        assert sum(getattr(link, part) for link in whole.links) == int(table.figures[part].sum())
    for view in (whole, opened):
        assert "<svg" in draw_supply(view, "zh")


def test_there_is_no_picture_in_a_unit_that_nothing_moved_in(session: Session, chain: Chain) -> None:
    with pytest.raises(NothingToShow):
        picture_of(columns_of(session, chain), "en", "KGM")


def test_bands_are_red_as_far_as_they_lead_to_goods_that_are_still_out(session: Session, chain: Chain) -> None:
    chain.move("hub", "depot", "yogurt", "L1", 500)
    chain.move("depot", "shop", "yogurt", "L1", 400)
    chain.move("depot", "kiosk", "yogurt", "L1", 100)
    chain.sell("kiosk", "yogurt", "L1", 100)
    view = picture_of(columns_of(session, chain), "zh").view
    states = {(int(link.shipped), str(link.state)) for link in view.links}
    assert states == {(500, "out"), (400, "out"), (100, "sold")}
    assert {node.column: node.state for node in view.nodes if node.column in (1, 2)} == {1: "back", 2: "back"}


def test_a_firm_sees_strangers_without_names(session: Session, chain: Chain) -> None:
    chain.place("far", "outlet", chain.party("far firm"), "110106")
    chain.move("hub", "far", "yogurt", "L1", 30)
    columns = columns_of(session, chain, Principal("company", 1, 9, "dairy"))
    names = {node.name for node in picture_of(columns, "en").view.nodes}
    assert {"dairy", "hub"} <= names
    assert "far" not in names
    assert any(name.startswith("outlet ") for name in names)
