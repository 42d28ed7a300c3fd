"""Affected places as a table: every order and every narrowing shows the same rows as the impact, and sums that sum."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from recalls import cases
from recalls.affected import find_affected
from recalls.cases import NewCase
from recalls.impact import load_scope, read_impact
from recalls.impact_sheet import SHEET
from recalls.impact_table import (
    FIGURES,
    SORTS,
    PlaceColumns,
    PlaceFilter,
    count_reach,
    each_row,
    read_columns,
    read_table,
    sum_outlets,
    total_regions,
)
from recalls.scope import Line
from tests.recalls.chain import ADMIN, START, Chain, gtin_of
from trace.tally import PLACE_FIGURES

NOW = START + timedelta(days=60)


@pytest.fixture
def columns(session: Session) -> PlaceColumns:
    chain = Chain(session)
    firm = chain.party("dairy firm")
    chain.place("dairy", "plant", firm, "320106")
    chain.place("成都店", "outlet", firm, "510104")
    chain.place("北京店", "outlet", firm, "110101")
    chain.place("南京店", "outlet", firm, "320106")
    chain.product("yogurt", firm)
    chain.make("dairy", "yogurt", "L1", 100)
    chain.move("dairy", "成都店", "yogurt", "L1", 30)
    chain.move("dairy", "北京店", "yogurt", "L1", 20)
    chain.ship("dairy", "南京店", "yogurt", "L1", 10)
    chain.move("dairy", "stall", "yogurt", "L1", 5)
    chain.sell("成都店", "yogurt", "L1", 30)
    chain.sell("北京店", "yogurt", "L1", 7)
    new = NewCase(title="召回", hazard="菌落", instructions="停止食用。", scope=[Line(gtin=gtin_of("yogurt"))])
    case = cases.open_case(session, ADMIN, new, START)
    found = find_affected(load_scope(session, case, NOW))
    found_columns = read_columns(session, None, found)
    impact = read_impact(session, case, NOW)
    session.info["rows"] = {row["id"]: row for row in (*impact["outlets"], *impact["consignees"])}
    return found_columns


def names(session: Session, columns: PlaceColumns, wanted: PlaceFilter | None = None, *order: object) -> list[str]:
    table = read_table(session, None, columns, wanted or PlaceFilter(), *order)  # type: ignore[arg-type]
    return [row["name"] or "stall" for row in table.rows]


def test_every_order_shows_every_row_of_the_impact_once(session: Session, columns: PlaceColumns) -> None:
    for sort in SORTS:
        for falling in (False, True):
            rows = read_table(session, None, columns, PlaceFilter(), sort, falling).rows
            assert {row["id"]: row for row in rows} == session.info["rows"], sort
            if sort in FIGURES and sort != "reached":
                values = [row[sort] for row in rows]
                assert all(a >= b if falling else a <= b for a, b in pairwise(values)), sort


def test_names_stand_in_the_order_of_pinyin(session: Session, columns: PlaceColumns) -> None:
    outlets = PlaceFilter(kind="outlet")
    assert names(session, columns, outlets, "name") == ["北京店", "成都店", "南京店"]
    assert names(session, columns, outlets, "name", True) == ["南京店", "成都店", "北京店"]


def test_places_are_narrowed_by_what_they_are_and_have(session: Session, columns: PlaceColumns) -> None:
    assert names(session, columns, PlaceFilter(region="51")) == ["成都店"]
    assert names(session, columns, PlaceFilter(status="inbound")) == ["南京店"]
    assert names(session, columns, PlaceFilter(status="sold_through")) == ["成都店"]
    assert names(session, columns, PlaceFilter(kind="unknown")) == ["stall"]
    assert names(session, columns, PlaceFilter(text="京店", kind="outlet"), "name") == ["北京店", "南京店"]
    assert names(session, columns, PlaceFilter(evidence="possible")) == []
    table = read_table(session, None, columns, PlaceFilter(region="51"))
    assert (table.shown, table.whole) == (1, 5)
    assert sum(one.rows for one in table.choices["status"]) == table.whole


def test_pages_follow_one_another_without_a_gap(session: Session, columns: PlaceColumns) -> None:
    whole = names(session, columns, None, "sold", True)
    parts = [names(session, columns, None, "sold", True, first, 2) for first in (0, 2, 4, 6)]
    assert [name for part in parts for name in part] == whole
    assert [len(part) for part in parts] == [2, 2, 1, 0]


def test_sums_are_those_of_the_rows_that_are_asked_for(session: Session, columns: PlaceColumns) -> None:
    [one] = read_table(session, None, columns, PlaceFilter(kind="outlet")).sums
    assert one == sum_outlets(columns)[0]
    rows = [row for row in session.info["rows"].values() if row["kind"] == "outlet"]
    assert {name: one.figures[name] for name in PLACE_FIGURES} == {
        name: sum(Decimal(row[name]) for row in rows) for name in PLACE_FIGURES
    }
    assert (one.figures["reached"], one.figures["sold"]) == (Decimal(60), Decimal(37))
    assert one.complete


def test_provinces_have_their_outlets_and_units(session: Session, columns: PlaceColumns) -> None:
    found = {one.region: [one.outlets, int(one.reached), int(one.on_hand)] for one in total_regions(columns)}
    assert found == {"51": [1, 30, 0], "11": [1, 20, 13], "32": [1, 10, 0]}
    assert count_reach(columns) == (3, 3)


def test_a_sheet_has_every_row_in_the_same_order(session: Session, columns: PlaceColumns) -> None:
    rows = list(each_row(session, columns, PlaceFilter(kind="outlet"), "name", False, "zh"))
    assert [SHEET.columns[1].read(row, "zh") for row in rows] == ["北京店", "成都店", "南京店"]
    assert [SHEET.columns[8].read(row, "en") for row in rows] == ["has goods", "sold out", "goods are under way"]
    for row in rows:
        assert None not in [column.read(row, "zh") for column in SHEET.columns if column.zh != "企业代码"]
