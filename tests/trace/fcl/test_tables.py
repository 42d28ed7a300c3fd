"""Sheets and workbooks: what is written is read again, and what cannot be read is refused before it does harm."""

import io
import zipfile
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.fcl.events import tell_deliveries
from trace.fcl.names import Namer, read_goods, read_station, require_namespace
from trace.fcl.schedule import NO_DAY, schedule
from trace.fcl.sheet import SHEETS, Amount, Sheet, SheetDelivery, SheetLink, SheetRefused, Station
from trace.fcl.tables import read_tables, write_tables
from trace.fcl.units import read_amount, unit_code, unit_word, write_amount
from trace.fcl.workbook import MAX_CELLS, MAX_PARTS, read_workbook, write_workbook
from trace.sources.periods import Period, read_period

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=30).filter(
    lambda text: text == text.strip()
)
"""Texts as people type them."""

NUMBERS = st.decimals(min_value="0.001", max_value=10**12, places=3, allow_nan=False)
PERIODS = st.none() | st.sampled_from(["2016", "2016-02", "2016-02-29", "1999-12-31"]).map(read_period)
WORDS = TEXTS.filter(lambda text: not _is_number(text))
AMOUNTS = st.builds(Amount, NUMBERS, st.none() | TEXTS) | st.builds(
    Amount, st.none(), st.none() | TEXTS, st.none() | WORDS
)


def _is_number(text: str) -> bool:
    try:
        Decimal(text)
    except ArithmeticError:
        return False
    return True


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    names = draw(st.lists(TEXTS, min_size=1, max_size=4, unique=True))
    place = st.sampled_from(names)
    ids = draw(st.lists(TEXTS, max_size=6, unique=True))
    more = st.dictionaries(st.sampled_from(["Sampling", "My column"]), TEXTS)
    deliveries = [
        SheetDelivery(
            name,
            draw(place),
            draw(place),
            draw(st.none() | TEXTS),
            draw(st.none() | TEXTS),
            draw(AMOUNTS),
            draw(PERIODS),
            draw(PERIODS),
            draw(AMOUNTS),
            draw(more),
            row,
        )
        for row, name in enumerate(ids, 3)
    ]
    meeting = [(a.id, b.id) for a in deliveries for b in deliveries if a.recipient == b.origin and a != b]
    linked: Any = draw(st.lists(st.sampled_from(meeting), unique=True)) if meeting else []
    return Sheet(
        tuple(Station(name, draw(TEXTS), draw(more), row) for row, name in enumerate(names, 2)),
        tuple(deliveries),
        tuple(SheetLink(*pair, row) for row, pair in enumerate(linked, 2)),
    )


@given(sheets())
def test_a_sheet_that_is_written_is_read_the_same(sheet: Sheet) -> None:
    assert read_tables(read_workbook(write_workbook(write_tables(sheet)), SHEETS)) == sheet


@given(sheets())
def test_whatever_a_sheet_says_is_told_as_events_that_are_one_each(sheet: Sheet) -> None:
    told = tell_deliveries(sheet, Namer())
    names = [one.body["eventID"] for one in told]
    assert len(names) == len(set(names))
    shipped = [one.body for one in told if one.body["bizStep"] == "shipping"]
    assert len(shipped) == len(sheet.deliveries)
    links = {(paper["bizTransaction"], body["eventID"]) for body in shipped for paper in body["bizTransactionList"][1:]}
    linked = {link.into for link in sheet.links}
    assert len(links) == len(sheet.links) + sum(one.id not in linked for one in sheet.deliveries)


@given(AMOUNTS)
def test_an_amount_is_kept_in_its_own_words(amount: Amount) -> None:
    assert read_amount(write_amount(amount)) == amount


@given(TEXTS, TEXTS, st.none() | TEXTS)
def test_names_are_read_from_their_identifiers(station: str, lot: str, product: str | None) -> None:
    for namer in (Namer(), Namer("N1")):
        assert read_station(namer.station(station)) == station
        assert read_goods(namer.lot(station, product, lot)) == (product, lot)
        assert read_goods(namer.goods(station, product)) == (product, None)


def test_a_station_is_written_as_the_contract_says() -> None:
    assert Namer().station("Farmer 1") == "urn:fcl:station:Farmer%201"
    assert Namer("second").station("a:b/c") == "urn:fcl:second:station:a%3Ab%2Fc"
    assert require_namespace("outbreak-2016") == "outbreak-2016"
    assert read_goods("urn:other:lot:1") is None


@pytest.mark.parametrize(
    ("word", "code"), [("kg", "KGM"), ("Litre", "LTR"), ("pcs.", ""), (None, ""), ("jars", "XJR"), ("25 kg bags", None)]
)
def test_words_for_units_have_their_codes(word: str | None, code: str | None) -> None:
    assert unit_code(word) == code
    assert code is None or unit_code(unit_word(code)) == code


# -- when things happened ----------------------------------------------------------------------------------------


def delivery(name: str, departed: str | None = None, arrived: str | None = None) -> SheetDelivery:
    left, came = (None if text is None else read_period(text) for text in (departed, arrived))
    return SheetDelivery(name, "A", "B", departed=left, arrived=came)


def test_what_is_linked_comes_one_after_the_other_within_a_day() -> None:
    day = "2016-01-01"
    times = schedule([delivery("c", day), delivery("b", day), delivery("a", day)], {"a": ["b"], "b": ["c"]})
    moments = [moment for name in "abc" for moment in (times[name].made, times[name].left, times[name].arrived)]
    assert moments == sorted(moments)
    assert len(set(moments)) == 9
    assert {moment.date() for moment in moments} == {read_period(day).first}


def test_an_unknown_date_is_put_where_its_links_are() -> None:
    known = delivery("b", "2016-01-05", "2016-01-07")
    times = schedule(
        [delivery("a"), known, delivery("c"), delivery("d", "2016"), delivery("e")], {"a": ["b"], "b": ["c", "d"]}
    )
    days = {name: (one.left.date(), one.arrived.date()) for name, one in times.items()}
    assert days["a"] == (known.departed.first, known.departed.first)  # type: ignore[union-attr]
    assert days["c"] == days["d"] == (known.arrived.first, known.arrived.first)  # type: ignore[union-attr]
    assert days["e"] == (NO_DAY, NO_DAY)


def test_a_day_that_is_known_is_kept_whatever_its_links_say() -> None:
    times = schedule([delivery("a", "2016-02-01"), delivery("b", "2016-01-01")], {"a": ["b"]})
    assert times["b"].left.date() == read_period("2016-01-01").first


def test_a_circle_of_deliveries_has_times_too() -> None:
    times = schedule([delivery("a"), delivery("b", "2016-01-01"), delivery("c")], {"a": ["b"], "b": ["c"], "c": ["a"]})
    assert len(times) == 3


def test_a_chain_of_a_hundred_thousand_deliveries_fits_into_its_day() -> None:
    names = [str(number) for number in range(100_000)]
    links = {one: [other] for one, other in pairwise(names)}
    times = schedule([delivery(name, "2016-01-01") for name in names], links)
    assert times[names[-1]].arrived.date() == read_period("2016-01-01").last


# -- what is no sheet --------------------------------------------------------------------------------------------


def refused(data: bytes) -> str:
    with pytest.raises(SheetRefused) as error:
        read_workbook(data, SHEETS)
    return str(error.value)


def packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"<xml/>", b"\xd0\xcf\x11\xe0" * 200, packed({}), packed({"a": b"x"})]
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert "Cannot read it as a workbook" in refused(data)


def test_a_workbook_that_is_cut_or_damaged_is_refused() -> None:
    good = write_workbook({"Stations": [["Company_ID", "Name"]]})
    for cut in range(0, len(good), 397):
        refused(good[:cut])
    for place in range(0, len(good), 211):
        try:
            read_workbook(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :], SHEETS)
        except SheetRefused:
            continue  # damaged where it matters


def test_a_workbook_that_unpacks_to_anything_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trace.fcl.workbook.MAX_UNPACKED", 10_000_000)
    assert "unpacked" in refused(packed({f"xl/{number}.xml": bytes(3_000_000) for number in range(5)}))
    assert "parts" in refused(packed({str(number): b"" for number in range(MAX_PARTS + 1)}))


def test_a_cell_far_off_is_refused_before_a_table_is_made_of_it() -> None:
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert f"at most {MAX_CELLS} cells" in refused(packed({"xl/worksheets/sheet1.xml": cell}))


def test_another_workbook_is_refused_by_what_it_lacks() -> None:
    with pytest.raises(SheetRefused, match="expected the columns Company_ID, Name"):
        read_tables({"Stations": [["ID"]], "Deliveries": []})


def test_text_that_looks_like_a_formula_stays_text() -> None:
    data = write_workbook({"Stations": [["=1+1", "+1", "@x", "{=A1}", "http://a.b"]]})
    assert read_workbook(data, SHEETS)["Stations"] == [["=1+1", "+1", "@x", "{=A1}", "http://a.b"]]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_period_longer_than_its_words_is_read_whole() -> None:
    assert read_period("2016-02") == Period(read_period("2016-02-01").first, read_period("2016-02-29").last)
