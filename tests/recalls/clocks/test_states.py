"""What time decides: states, the marks at which somebody is told, what a step brings about."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalls.clocks.states import marks_of, state_of
from recalls.clocks.triggers import can_meet, happenings, widened
from recalls.clocks.words import Told, overdue, soon_due
from recalls.clocks.working_days import Calendar, Unit, due_after

DUE = datetime(2026, 3, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 5), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("met", "dropped", "now", "state"),
    [
        (None, None, DUE, "open"),
        (None, None, DUE + HOUR, "missed"),
        (DUE, None, DUE + HOUR, "met"),
        (DUE + HOUR, None, DUE + HOUR, "late"),
        (DUE + HOUR, None, DUE, "open"),  # as it was then
        (None, DUE - HOUR, DUE + HOUR, "dropped"),
        (None, DUE - HOUR, DUE - 2 * HOUR, "open"),
        (None, DUE + HOUR, DUE + 2 * HOUR, "missed"),  # the end of a case does not forgive
    ],
)
def test_the_state_of_a_deadline(met: datetime | None, dropped: datetime | None, now: datetime, state: str) -> None:
    assert state_of(DUE, met, dropped, now) == state


@given(st.none() | moments, st.booleans(), moments, moments)
def test_what_is_settled_stays_settled(settled: datetime | None, by_end: bool, one: datetime, other: datetime) -> None:
    met, dropped = (None, settled) if by_end else (settled, None)
    earlier, later = (state_of(DUE, met, dropped, at) for at in sorted((one, other)))
    assert earlier == "open" or earlier == later or (earlier, later) == ("missed", "late")


@pytest.mark.parametrize(
    ("unit", "amount", "words"),
    [
        ("h", 24, ["half", "2h", "due"]),
        ("h", 4, ["half", "due"]),
        ("h", 1, ["half", "due"]),
        ("wd", 10, ["3wd", "1wd", "due"]),
        ("wd", 1, ["1wd", "due"]),
        ("month", 3, ["3wd", "1wd", "due"]),
        ("d", 0, ["due"]),
    ],
)
def test_somebody_is_told_before_it_is_due_and_when_it_is(unit: Unit, amount: int, words: list[str]) -> None:
    start = datetime(2026, 3, 2, 4, tzinfo=UTC)  # a Monday, noon in China
    due = due_after(start, amount, unit, Calendar({})).at
    marks = marks_of(start, due, unit, Calendar({}))
    assert [mark.word for mark in marks] == words
    assert [mark.at for mark in marks] == sorted({mark.at for mark in marks})
    assert start < marks[0].at
    assert marks[-1].at == due


def test_the_firm_learns_of_the_risk_once() -> None:
    assert happenings("open", ["signal"], (), False) == ["signal"]
    assert happenings("volunteer", ["voluntary"], ("signal",), False) == ["learned", "voluntary"]
    assert happenings("order", ["ordered"], ("notified",), False) == ["ordered"]
    assert happenings("open", ["voluntary"], (), True) == ["drill", "learned", "voluntary"]
    assert happenings("extend", ["scope_extended"], ("voluntary",), False) == ["scope_extended", "extended"]


def test_a_report_of_a_form_is_a_report() -> None:
    assert widened("report:cn_progress") == ("report:cn_progress", "report")
    assert widened("told") == ("told",)
    assert can_meet("report:cn_progress")
    assert can_meet("report")
    assert can_meet("objected")
    assert not can_meet("report:")
    assert not can_meet("reported")


def test_what_is_told_says_what_is_not_certain() -> None:
    told = Told("提交召回总结", "File the summary", "a source", True, DUE, True)
    assert soon_due(told) == (
        "【即将到期】提交召回总结（a source），期限 2026年3月3日 08:00（北京时间）。"
        " / [due soon] File the summary (a source), limit 3 Mar 2026, 08:00 (Beijing time)."
    )
    doubtful = overdue(Told("提交召回总结", "File the summary", "a source", False, DUE, False))
    assert "已逾期" in doubtful
    assert "overdue" in doubtful
    assert "未经官方文本核实" in doubtful
    assert "not confirmed" in doubtful
    assert "节假日尚未录入" in doubtful
    assert "weekends alone" in doubtful
