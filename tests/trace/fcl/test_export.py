"""An affected part as a sheet: what FoodChain-Lab reads is what the record says, and reads back the same."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.chains import OPERATOR, supply_chain
from tests.data import data_path
from tests.trace.fcl.networks import SMALL, TEA, as_sheet, read_network, write_sheet
from tests.trace.fcl.test_import import TEMPLATE, run
from trace.fcl.export import NOWHERE, read_part
from trace.fcl.names import Namer
from trace.fcl.sheet import SHEETS, Amount, Sheet, SheetDelivery, SheetLink, Station
from trace.fcl.tables import read_tables
from trace.fcl.workbook import read_workbook
from trace.sources.periods import read_period


def plain(sheet: Sheet) -> tuple[set[str], dict[str, SheetDelivery], set[tuple[str, str]]]:
    """Without rows and order."""
    stations = {repr((one.id, one.name, sorted(one.more.items()))) for one in sheet.stations}
    deliveries = {one.id: replace(one, row=0) for one in sheet.deliveries}
    return stations, deliveries, {(link.source, link.into) for link in sheet.links}


def part_of(sheet: Sheet, ids: set[str]) -> Sheet:
    """The deliveries of these IDs, their stations, and the links between them."""
    deliveries = tuple(one for one in sheet.deliveries if one.id in ids)
    names = {name for one in deliveries for name in (one.origin, one.recipient)}
    return Sheet(
        tuple(one for one in sheet.stations if one.id in names),
        deliveries,
        tuple(link for link in sheet.links if {link.source, link.into} <= ids),
    )


def exported(app: Flask, folder: Path, batch: str, *words: str) -> tuple[str, Sheet]:
    path = folder / "exported.xlsx"
    run(app, "export", str(path), "--batch", batch, *words)
    return str(path), read_tables(read_workbook(path.read_bytes(), SHEETS))


def test_the_template_is_written_as_it_was_read(app: Flask, tmp_path: Path) -> None:
    path = data_path(TEMPLATE)
    run(app, "import", str(path))
    told = read_tables(read_workbook(path.read_bytes(), SHEETS))
    _, part = exported(app, tmp_path, Namer().lot("Farmer 1", "Milk", "L117"))
    assert plain(part) == plain(part_of(told, {"L117_1", "L117_2", "LY1_1", "LY1_2", "LY2_1", "LY2_2"}))
    _, part = exported(app, tmp_path, Namer().lot("Yogurt Factory", "Yogurt", "LY1"), "--backward")
    assert plain(part) == plain(part_of(told, {"L117_1", "L117_2", "LY1_1", "LY1_2"}))


def test_the_affected_tea_reads_back_the_same(new_app: Callable[[], Flask], tmp_path: Path) -> None:
    network = read_network(TEA)
    sheet = as_sheet(network)
    first = new_app()
    run(first, "import", write_sheet(tmp_path, sheet))
    root = next(row for row in network["deliveries"] if row["lot"] == "DC 17" and row["from"] == "107176005")
    batch = Namer().lot(root["from"], root["product"], "DC 17")
    path, part = exported(first, tmp_path, batch)
    affected = {root["id"], *network["derived"]["forward_deliveries_by_delivery"][root["id"]]}
    assert len(part.deliveries) == 94
    assert plain(part) == plain(part_of(sheet, affected))
    second = new_app()
    run(second, "import", path)
    assert plain(exported(second, tmp_path, batch)[1]) == plain(part)


def test_deliveries_without_lot_or_date_are_written_so(app: Flask, tmp_path: Path) -> None:
    sheet = as_sheet(read_network(SMALL))
    run(app, "import", write_sheet(tmp_path, sheet))
    one = sheet.deliveries[0]
    _, part = exported(app, tmp_path, Namer().goods(one.id, one.product), "--backward")
    backward = {one.id}
    while len(backward) < len(backward := backward | {link.source for link in sheet.links if link.into in backward}):
        pass
    assert plain(part) == plain(part_of(sheet, backward))


EVERYTHING = Sheet(
    (
        Station("1", "Farm <1> & \"co\"", {"Street": "=1+1", "Country": "UK", "My own column": "x"}),
        Station("Ü: %/2", "奶站", {"Type of business": "Dairy", "City": "Köln"}),
        Station("3", "Shop"),
    ),
    (
        SheetDelivery("a", "1", "Ü: %/2", "Milk", "L:1", Amount(Decimal(9), "kg"), read_period("2016"), None,
                      Amount(Decimal("1.5"), "kg"), {"Sampling": "yes", "My own": "2"}),
        SheetDelivery("b", "1", "Ü: %/2", "Milk", "L:1", Amount(Decimal(9), "kg"), None, read_period("2016-02"),
                      Amount(Decimal("2.25"), "Kg")),
        SheetDelivery("c", "Ü: %/2", "3", None, "L2", Amount(None, None, "about 7"), read_period("2016-02-03"),
                      read_period("2016-02-04"), Amount(Decimal("123456789012345678"), "churns")),
        SheetDelivery("d", "Ü: %/2", "3", "Cream", None, Amount(), None, None, Amount(None, "boxes", "some")),
        SheetDelivery("e", "3", "3", "Cream", "in house", Amount(), None, None, Amount(Decimal(2), "pieces")),
        SheetDelivery("urn:x:f", "3", "Ü: %/2", "Cream", "back", Amount(), None, None, Amount(Decimal(3))),
    ),
    tuple(SheetLink(*pair) for pair in (("a", "c"), ("a", "d"), ("d", "e"), ("e", "urn:x:f"), ("urn:x:f", "c"))),
)  # fmt: skip


def test_every_odd_thing_a_sheet_may_say_comes_back(app: Flask, tmp_path: Path) -> None:
    run(app, "import", write_sheet(tmp_path, EVERYTHING))
    _, part = exported(app, tmp_path, Namer().lot("1", "Milk", "L:1"))
    assert plain(part) == plain(EVERYTHING)
    run(app, "rebuild", "--check")


def test_what_events_told_is_written_as_deliveries(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill   makes  FLOUR-1 100 kg
        mill   ships  FLOUR-1 60 kg to bakery by D1
        bakery receives FLOUR-1 60 kg from mill by D1
        bakery makes  BREAD-7 30 from FLOUR-1 60 kg
        bakery ships  BREAD-7 20 to shop
        cafe   receives BREAD-7 5
        """,
    )
    sheet = read_part(session, OPERATOR, chain.uri("FLOUR-1"), "forward")
    places = {
        name: chain.uri(name).removeprefix("https://id.gs1.org/414/") for name in ("mill", "bakery", "shop", "cafe")
    }
    assert [(one.id, one.origin, one.recipient, one.lot, one.amount) for one in sheet.deliveries] == [
        ("delivery #1", NOWHERE.id, places["cafe"], "7", Amount(Decimal(5), "pieces")),
        ("delivery #2", places["bakery"], places["shop"], "7", Amount(Decimal(20), "pieces")),
        ("urn:example:paper:D1", places["mill"], places["bakery"], "1", Amount(Decimal(60), "kg")),
    ]
    assert [(link.source, link.into) for link in sheet.links] == [("urn:example:paper:D1", "delivery #2")]
    assert sheet.deliveries[2].departed == read_period("2026-01-02")
    assert sheet.deliveries[2].arrived == read_period("2026-01-03")


@pytest.mark.parametrize("words", [["--batch", "urn:nothing:such"], ["--batch", " "]])
def test_a_batch_that_nobody_knows_is_refused(app: Flask, tmp_path: Path, words: list[str]) -> None:
    run(app, "export", str(tmp_path / "x.xlsx"), *words, exit_code=1)
    assert not (tmp_path / "x.xlsx").exists()
