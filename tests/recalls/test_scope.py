"""Scopes: read strictly, compared as people read lots, extended and never narrowed."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from recalls.scope import Line, ScopeRefused, as_lines, extend_scope, find_seeds, gtins_of, read_scope, refuse_mistyped
from tests.recalls.chain import Chain, batch_uri, gln_of, gtin_of
from trace.identifiers import find_values

GTIN = gtin_of("yogurt")


def seeds_of(session: Session, *lines: Line) -> list[str]:
    values = find_values(session, find_seeds(session, read_scope(lines)))
    return sorted(str(value.lot) for value in values.values() if value.lot is not None)


def test_a_range_of_lots_is_read_as_people_read_it(session: Session) -> None:
    chain = Chain(session)
    for lot in ("L2", "L9", "L10", "L11", "M1"):
        chain.make("dairy", "yogurt", lot, 10)
    chain.make("dairy", "cheese", "L10", 10)
    assert seeds_of(session, Line(gtin=GTIN, lot_from="L9", lot_to="L10")) == ["L10", "L9"]
    assert seeds_of(session, Line(gtin=GTIN, lots=("L2", "M1", "none"))) == ["L2", "M1"]
    assert seeds_of(session, Line(gtin=GTIN), Line(gtin=GTIN, lots=("L9",), exclude=True)) == ["L10", "L11", "L2", "M1"]


def test_production_dates_decide_and_an_unknown_one_counts_as_covered(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "A", 10, productionDate="2026-03-01")
    chain.make("dairy", "yogurt", "B", 10, productionDate="2026-03-09")
    chain.make("dairy", "yogurt", "C", 10)
    line = Line(gtin=GTIN, produced_from=date(2026, 2, 27), produced_to=date(2026, 3, 1))
    assert seeds_of(session, line) == ["A", "C"]
    out = Line(gtin=GTIN, produced_from=date(2026, 3, 2), exclude=True)
    assert seeds_of(session, Line(gtin=GTIN), out) == ["A", "C"]


def test_a_whole_item_takes_in_its_units_without_a_lot(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "", 10)
    values = find_values(session, find_seeds(session, read_scope([Line(gtin=GTIN)])))
    assert [value.uri for value in values.values()] == [f"https://id.gs1.org/01/{GTIN}"]


def test_an_identifier_of_any_form_names_its_batch() -> None:
    (one,) = read_scope([Line(id="urn:epc:class:lgtin:952000.0000073.L1")])
    assert (one.condition.gtin, one.condition.lot) == ("09520000000738", "L1")
    (other,) = read_scope([Line(id="urn:gdst:example.org:product:lot:class:a.b.1")])
    assert other.condition.batch_uri == "urn:gdst:example.org:product:lot:class:a.b.1"
    (serial,) = read_scope([Line(id=f"https://id.gs1.org/01/{GTIN}/21/S7")])
    assert (serial.condition.serial_from, serial.condition.serial_to) == ("S7", "S7")
    assert gtins_of([one, other]) == {"09520000000738", None}


@pytest.mark.parametrize(
    ("lines", "pointer", "words"),
    [
        ([], "/scope", "got none"),
        ([Line(gtin=GTIN, exclude=True)], "/scope", "only lines that exclude"),
        ([Line(gtin="6901234567890")], "/scope/0/gtin", "check digit should be 2, got 0"),
        ([Line(gtin="６９０１２３４５６７８９２")], "/scope/0/gtin", "GTIN"),
        ([Line()], "/scope/0", "got neither"),
        ([Line(gtin=GTIN, id=batch_uri("yogurt", "L1"))], "/scope/0", "got both"),
        ([Line(gtin=GTIN), Line(gtin=GTIN, lot_from="L10", lot_to="L9")], "/scope/1/lot_from", "L10 after L9"),
        ([Line(gtin=GTIN, lots=("L1",), lot_from="L1")], "/scope/0/lots", "got both"),
        ([Line(gtin=GTIN, lot_from="", lot_to="L9")], "/scope/0/lot_from", "Cannot read '' as lot"),
        ([Line(gtin=GTIN, lots=("L" * 21,))], "/scope/0/lots/0", "1 to 20 characters"),
        (
            [Line(gtin=GTIN, produced_from=date(2026, 3, 2), produced_to=date(2026, 3, 1))],
            "/scope/0/produced_from",
            "2026-03-02 after 2026-03-01",
        ),
        ([Line(id=f"https://id.gs1.org/414/{gln_of('shop')}")], "/scope/0/id", "got a location"),
        ([Line(id="urn:example:x", lots=("L1",))], "/scope/0", "names one batch"),
        ([Line(id="")], "/scope/0/id", "empty"),
    ],
)
def test_a_wrong_scope_is_refused_with_its_place(lines: list[Line], pointer: str, words: str) -> None:
    with pytest.raises(ScopeRefused) as refused:
        read_scope(lines)
    assert refused.value.errors[0].pointer == pointer
    assert words in refused.value.errors[0].detail


def test_an_extension_takes_in_again_what_was_excluded() -> None:
    earlier = read_scope([Line(gtin=GTIN), Line(gtin=GTIN, lots=("A", "B"), exclude=True)])
    wider = extend_scope(earlier, read_scope([Line(gtin=GTIN, lots=("A",))], first=2))
    assert [line.lots for line in as_lines(wider) if line.exclude] == [("B",)]


def test_an_extension_never_narrows() -> None:
    earlier = read_scope([Line(gtin=GTIN), Line(gtin=GTIN, lot_from="A", lot_to="C", exclude=True)])
    with pytest.raises(ScopeRefused, match="excludes"):
        extend_scope(earlier, read_scope([Line(gtin=GTIN), Line(gtin=GTIN, lots=("A",), exclude=True)], first=2))
    with pytest.raises(ScopeRefused, match="a case of its own"):
        extend_scope(earlier, read_scope([Line(gtin=GTIN, lots=("B",))], first=2))
    wider = extend_scope(earlier, read_scope([Line(gtin=GTIN, lots=("D",))], first=2))
    assert [(line.lot_from, line.lots) for line in as_lines(wider)] == [(None, ()), ("A", ()), (None, ("D",))]


def test_lines_about_one_batch_and_about_many_cover_what_they_cover_one_by_one(session: Session) -> None:
    chain = Chain(session)
    for number in range(1, 13):
        chain.make("plant", "yogurt", f"L{number}", 10)
        chain.make("plant", "cheese", f"C{number}", 10)
    cheese = gtin_of("cheese")
    lines = [
        Line(gtin=GTIN, lots=("L1", "L2", "L3", "none")),
        Line(gtin=GTIN, lot_from="L6", lot_to="L11"),
        Line(gtin=GTIN, lots=("L2", "L7"), exclude=True),
        Line(gtin=cheese),
        Line(id=batch_uri("cheese", "C5"), exclude=True),
        Line(gtin=cheese, lot_from="C11", exclude=True),
        Line(gtin=cheese, lots=("C12",)),
    ]
    expected = [f"L{number}" for number in (1, 3, 6, 8, 9, 10, 11)] + [f"C{number}" for number in (1, 2, 3, 4)]
    expected += [f"C{number}" for number in range(6, 11)]
    assert seeds_of(session, *lines) == sorted(expected)


def test_excluded_serials_leave_their_batches_in_scope(session: Session) -> None:
    chain = Chain(session)
    chain.make("plant", "yogurt", "L1", 10)
    excluded = Line(gtin=GTIN, serial_from="1", serial_to="9", exclude=True)
    for named in (Line(gtin=GTIN), Line(gtin=GTIN, lots=("L1",))):
        seeds = find_seeds(session, read_scope([named]))
        assert seeds
        assert find_seeds(session, read_scope([named, excluded])) == seeds


def test_a_scope_is_written_as_it_was_given() -> None:
    day = date(2026, 3, 1)
    given = [
        Line(gtin=GTIN, lots=("A", "B")),
        Line(gtin=GTIN, produced_from=day, produced_to=day + timedelta(days=3)),
        Line(gtin=gtin_of("cheese")),
        Line(id="urn:example:batch:1"),
    ]
    assert as_lines(read_scope(given)) == given


def test_a_mistyped_identifier_is_refused_unless_an_event_named_it_like_that(session: Session) -> None:
    chain = Chain(session)
    wrong = "https://id.gs1.org/01/09521234567891/10/L1"
    with pytest.raises(ScopeRefused, match="bad_check_digit") as refused:
        refuse_mistyped(session, read_scope([Line(gtin=GTIN), Line(id=wrong)]))
    assert refused.value.errors[0].pointer == "/scope/1/id"
    chain.capture(chain._object("ADD", "commissioning", "dairy", {"epcClass": wrong, "quantity": 5}))
    scope = read_scope([Line(id=wrong)])
    refuse_mistyped(session, scope)
    assert len(find_seeds(session, scope)) == 1
