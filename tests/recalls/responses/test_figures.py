"""What an answer's figures mean: every unit under one, and the ledger beside them."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from recalls.holdings import Holding
from recalls.responses.figures import (
    FIGURES,
    PARTS,
    TOTALS_TO_DATE,
    Counted,
    Recorded,
    find_differences,
    find_fallen,
    missing_units,
    record_of,
    units_above,
    units_left_open,
)
from trace.tally import PlaceFigures

units = st.integers(0, 50).map(Decimal)


@st.composite
def true_answers(draw: st.DrawFn) -> tuple[Counted, Recorded]:
    """A place that answers the truth, and the ledger, which knows it all but for what was corrected."""
    true = {name: draw(units) for name in PARTS}
    quarantined = Decimal(draw(st.integers(0, int(true["on_hand"]))))
    corrected = {name: draw(units) for name in ("on_hand", "sold", "shipped_on")}
    ledger = {name: true[name] + corrected.get(name, Decimal(0)) for name in PARTS if name != "corrected"}
    stated = Counted(**true | {"corrected": sum(corrected.values(), Decimal(0))}, quarantined=quarantined)
    used_up = draw(units)
    arrived = stated.sum + used_up
    return stated, Recorded(**ledger, arrived=arrived, most=arrived + draw(units), complete=True, consumed=used_up)


@given(true_answers())
def test_a_true_answer_fits_the_ledger(told: tuple[Counted, Recorded]) -> None:
    stated, recorded = told
    assert list(find_differences(stated, recorded)) == []
    assert (units_above(stated, recorded), units_left_open(stated, recorded)) == (0, 0)


@given(true_answers(), st.sampled_from([name for name in PARTS if name != "corrected"]), st.integers(1, 9))
def test_a_figure_above_the_ledger_s_is_found_and_no_other(
    told: tuple[Counted, Recorded], name: str, more: int
) -> None:
    stated, recorded = told
    wrong = replace(stated, **{name: getattr(recorded, name) + more})
    assert [one.figure for one in find_differences(wrong, recorded)] == [name]


@given(true_answers(), st.sets(st.sampled_from(FIGURES)))
def test_what_was_not_said_contradicts_nothing(told: tuple[Counted, Recorded], silent: set[str]) -> None:
    stated, recorded = told
    partly = replace(stated, **dict.fromkeys(silent, None))
    assert {one.figure for one in find_differences(partly, recorded)} <= {"on_hand", "sold", "shipped_on"}
    assert "corrected" in silent or not list(find_differences(partly, recorded))
    assert units_above(partly, recorded) == 0


@given(true_answers())
def test_against_lower_bounds_nothing_is_held(told: tuple[Counted, Recorded]) -> None:
    stated, recorded = told
    unknown = replace(recorded, most=None, complete=False, on_hand=recorded.on_hand + 1)
    assert not list(find_differences(stated, unknown))
    assert (units_above(replace(stated, lost=Decimal(9999)), unknown), units_left_open(stated, unknown)) == (0, 0)


@given(st.lists(st.tuples(units, units), max_size=9))
def test_events_add_up_to_the_highest_total_whatever_comes_in_between(answers: list[tuple[Decimal, Decimal]]) -> None:
    ledger = Decimal(0)
    for stated, reported in answers:  # the firm may report some itself between two answers
        ledger += missing_units(stated, ledger)
        assert ledger >= stated
        assert missing_units(stated, ledger) == 0
        ledger += reported
    assert missing_units(None, ledger) == 0


def test_a_total_to_date_that_falls_is_a_contradiction_and_stock_that_falls_is_none() -> None:
    earlier = Counted(**dict.fromkeys(FIGURES, Decimal(5)))
    later = Counted(**dict.fromkeys(FIGURES, Decimal(4)))
    assert [one.figure for one in find_fallen(earlier, later)] == list(TOTALS_TO_DATE)
    assert not list(find_fallen(earlier, Counted(on_hand=Decimal(1))))


def test_consumers_may_bring_back_what_another_shop_sold() -> None:
    figures = PlaceFigures(received=Decimal(10), on_hand=Decimal(12), sold=Decimal(-2))
    recorded = record_of(Holding(1, 2, "", figures), Decimal(0))
    assert (recorded.most, recorded.arrived, recorded.sold) == (12, 12, 0)
    assert not list(find_differences(Counted(on_hand=Decimal(12), sold=Decimal(0)), recorded))
