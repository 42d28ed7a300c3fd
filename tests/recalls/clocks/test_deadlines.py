"""Clocks of cases on both databases, with a moved clock: started, met, late, missed, dropped, restarted, repeated."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from recalls import cases
from recalls.clocks import deadlines
from recalls.clocks.calendar_days import read_year
from recalls.clocks.calendar_edits import clear_day, set_day
from recalls.clocks.desk import list_deadlines
from recalls.clocks.duties import NewDuty, add_duty, duties_of, end_duty
from recalls.clocks.reminders import remind
from recalls.clocks.states import STATES
from recalls.clocks.working_days import CHINA
from recalls.models import RecallCase
from recalls.scope import Line
from recalls.steps import StepBody
from tests.recalls.chain import ADMIN, gtin_of
from tests.recalls.test_cases import new_case
from trace.kit.auth import Principal

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 2, 10, 12, tzinfo=CHINA)
"""A Tuesday, five days before the Spring Festival."""

STRANGER = Principal("company", 1, 9, "somebody else")


def ends(day: str) -> datetime:
    """24:00 of a day in China."""
    return datetime.fromisoformat(day).replace(tzinfo=CHINA) + DAY


def opened(session: Session, at: datetime = NOON, **values: Any) -> RecallCase:
    return cases.open_case(session, ADMIN, new_case(**values), at)


def take(session: Session, case: RecallCase, step: Any, at: datetime, body: StepBody | None = None) -> None:
    cases.take_step(session, ADMIN, case.number, step, at, body or StepBody("as decided"))


def clocks(session: Session, case: RecallCase, now: datetime) -> list[tuple[str, datetime, str]]:
    """(duty, due, state) of every clock of a case, the first due first."""
    rows = deadlines.deadlines_of(session, case, now)
    return [(row["duty"], datetime.fromisoformat(row["due_at"]), row["state"]) for row in rows]


def states(session: Session, case: RecallCase, now: datetime) -> list[tuple[str, str]]:
    return [(duty, state) for duty, _, state in clocks(session, case, now)]


def test_a_food_recall_is_started_within_a_day_and_finished_in_ten_working_days(session: Session) -> None:
    case = opened(session)
    assert clocks(session, case, NOON) == [("start_and_report", NOON + DAY, "open")]
    take(session, case, "file-plan", NOON + 2 * HOUR)
    take(session, case, "announce", NOON + 3 * HOUR)
    done = ends("2026-03-02")  # over nine days off and two make-up Saturdays
    assert clocks(session, case, NOON + 5 * HOUR) == [
        ("start_and_report", NOON + DAY, "met"),
        ("finish", done, "open"),
    ]
    take(session, case, "complete", done + HOUR)
    assert states(session, case, done + HOUR) == [("start_and_report", "met"), ("finish", "late")]
    assert states(session, case, done) == [("start_and_report", "met"), ("finish", "open")]  # as it was then


def test_an_extension_starts_a_clock_for_what_was_added_and_the_old_one_goes_on(session: Session) -> None:
    case = opened(session)
    take(session, case, "file-plan", NOON)
    take(session, case, "announce", NOON)
    extended = NOON + 20 * DAY + HOUR
    take(session, case, "extend", extended, StepBody("second test", [Line(gtin=gtin_of("yogurt"), lots=("L2",))]))
    first, second = (row for row in deadlines.deadlines_of(session, case, extended) if row["duty"] == "finish")
    assert (first["version"], first["due_at"], first["state"]) == (1, "2026-03-02T16:00:00Z", "open")
    assert (second["version"], second["due_at"], second["state"]) == (2, "2026-03-16T16:00:00Z", "open")
    take(session, case, "complete", ends("2026-03-16"))
    assert [state for _, state in states(session, case, ends("2026-03-16"))] == ["met", "late", "met"]


def test_who_objects_need_not_plan_and_a_plan_filed_anew_moves_no_clock(session: Session) -> None:
    case = opened(session, kind="notified", regime="cn_consumer", recall_class=2)
    assert clocks(session, case, NOON) == [("plan_or_objection", ends("2026-03-02"), "open")]
    take(session, case, "object", NOON + DAY)
    assert states(session, case, NOON + DAY) == [("plan_or_objection", "met")]
    take(session, case, "order", NOON + 2 * DAY)
    for days in (2, 3):
        take(session, case, "file-plan", NOON + days * DAY)
    published = [row for row in clocks(session, case, NOON + 3 * DAY) if row[0] == "publish"]
    assert published == [("publish", ends("2026-02-24"), "open")]


def test_a_case_that_ends_drops_what_is_open_but_forgives_nothing(session: Session) -> None:
    case = opened(session)
    take(session, case, "file-plan", NOON + 25 * HOUR)
    take(session, case, "announce", NOON + 26 * HOUR)
    take(session, case, "cancel", NOON + 27 * HOUR)
    assert states(session, case, NOON + 90 * DAY) == [("start_and_report", "late"), ("finish", "dropped")]
    other = opened(session)
    take(session, other, "cancel", NOON + 25 * HOUR)
    assert states(session, other, NOON + 90 * DAY) == [("start_and_report", "missed")]
    assert remind(session, NOON + 90 * DAY) == 0


def test_the_firm_has_its_time_from_when_it_learned(session: Session) -> None:
    stated = opened(session, learned_at=NOON - 5 * HOUR)
    assert clocks(session, stated, NOON) == [("start_and_report", NOON + 19 * HOUR, "open")]
    signal = opened(session, stage="signal")
    assert clocks(session, signal, NOON) == []
    take(session, signal, "volunteer", NOON + 2 * DAY)
    assert clocks(session, signal, NOON + 2 * DAY) == [("start_and_report", NOON + 3 * DAY, "open")]
    ancient = opened(session, learned_at=datetime(1, 1, 1, tzinfo=UTC), regime="cn_consumer")
    assert states(session, ancient, NOON) == [("report_harm", "missed")]


def test_a_report_is_for_one_period_and_the_next_begins(session: Session) -> None:
    case = opened(session, regime="cn_consumer", recall_class=3)
    for step in ("file-plan", "announce"):
        take(session, case, step, NOON)

    def summaries(now: datetime) -> list[tuple[datetime, str]]:
        return [(due, state) for duty, due, state in clocks(session, case, now) if duty == "interim_summary"]

    first = ends("2026-05-11")  # the tenth is a Sunday
    assert summaries(NOON) == [(first, "open")]
    filed = datetime(2026, 4, 1, 9, tzinfo=CHINA)
    deadlines.meet(session, case, "report:cn_final", filed)
    assert summaries(filed) == [(first, "open")]
    deadlines.meet(session, case, "report:cn_progress", filed)
    second = ends("2026-07-01")
    assert summaries(filed) == [(first, "met"), (second, "open")]
    overdue = second + 40 * DAY
    remind(session, overdue)  # the worker's round makes what follows
    third = ends("2026-10-08")  # six months after the report are a holiday; the periods count from the report
    assert summaries(overdue) == [(first, "met"), (second, "missed"), (third, "open")]
    deadlines.meet(session, case, "report:cn_progress", overdue)
    assert summaries(overdue) == [(first, "met"), (second, "late"), (third, "open")]
    take(session, case, "complete", overdue + DAY)
    assert summaries(overdue + DAY) == [(first, "met"), (second, "late"), (third, "dropped")]
    take(session, case, "file-summary", overdue + 2 * DAY)
    take(session, case, "terminate", overdue + 3 * DAY)
    kept = deadlines.deadlines_of(session, case, overdue + 3 * DAY)[-1]
    assert (kept["duty"], kept["state"], kept["met_at"], kept["confirmed"]) == ("keep_records", "open", None, False)
    assert states(session, case, overdue + 9 * 366 * DAY)[-1] == ("keep_records", "met")
    set_day(session, ADMIN, date(2031, 8, 14), False, "停工", None, "省政府通告", overdue + 4 * DAY)
    assert clocks(session, case, ends("2031-08-14"))[-1] == ("keep_records", ends("2031-08-15"), "open")
    assert states(session, case, ends("2031-08-15"))[-1] == ("keep_records", "met")


def test_reports_that_nobody_files_are_each_missed(session: Session) -> None:
    case = opened(session, regime="us_food", recall_class=2)
    for step in ("file-plan", "announce"):
        take(session, case, step, NOON)
    deadlines.meet(session, case, "report:fda_753", NOON + 90 * DAY)
    found = [state for _, state in states(session, case, NOON + 90 * DAY)]
    assert found == ["late", "missed", "missed", "open"]


def test_all_consignees_told_meets_what_sellers_must_know_at_once(session: Session) -> None:
    case = opened(session, regime="cn_auto", recall_class=2)
    take(session, case, "file-plan", NOON)
    assert clocks(session, case, NOON) == [("tell_sellers", ends("2026-02-10"), "open")]
    assert [row.met_by for row in deadlines.meet(session, case, "told", NOON + HOUR)] == ["told"]
    assert deadlines.meet(session, case, "told", NOON + 2 * HOUR) == []
    assert deadlines.deadlines_of(session, case, NOON + HOUR)[0]["met_at"] == "2026-02-10T05:00:00Z"


def test_a_drill_has_four_hours(session: Session) -> None:
    case = opened(session, drill=True, regime="gb_other")
    assert clocks(session, case, NOON) == [("trace_exercise", NOON + 4 * HOUR, "open")]
    deadlines.meet(session, case, "drill-report", NOON + 4 * HOUR)
    assert states(session, case, NOON + DAY) == [("trace_exercise", "met")]


def test_a_changed_calendar_moves_what_waits_and_nothing_else(session: Session) -> None:
    case, done = opened(session), opened(session)
    for one in (case, done):
        take(session, one, "file-plan", NOON)
        take(session, one, "announce", NOON)
    take(session, done, "complete", NOON + DAY)
    storm = date(2026, 2, 25)
    for _ in range(2):  # the same again changes nothing
        set_day(session, ADMIN, storm, False, "停工", "Closed", "省政府通告", NOON)
    assert clocks(session, case, NOON)[-1][1] == ends("2026-03-03")
    assert clocks(session, done, NOON)[-1][1] == ends("2026-03-02")
    assert read_year(session, 2026)["days"][14]["source"] == "省政府通告"
    assert clear_day(session, ADMIN, storm, NOON) == 1
    assert clocks(session, case, NOON)[-1][1] == ends("2026-03-02")
    assert read_year(session, 2026)["days"][14]["day"] == "2026-02-28"


def test_a_year_without_a_calendar_counts_weekends_alone_and_says_so(session: Session) -> None:
    at = datetime(2026, 12, 24, 9, tzinfo=CHINA)
    case = opened(session, at)
    take(session, case, "file-plan", at)
    take(session, case, "announce", at)
    last = deadlines.deadlines_of(session, case, at)[-1]
    assert (last["due_at"], last["calendar_complete"]) == ("2027-01-07T16:00:00Z", False)
    assert not read_year(session, 2027)["complete"]
    set_day(session, ADMIN, date(2027, 1, 1), False, "元旦", "New Year", "国务院办公厅通知", at)
    last = deadlines.deadlines_of(session, case, at)[-1]
    assert (last["due_at"], last["calendar_complete"]) == ("2027-01-08T16:00:00Z", True)


def test_a_changed_rule_starts_new_clocks_alone(session: Session) -> None:
    before = opened(session)
    new = NewDuty(
        *("start_and_report", "learned", ("plan_filed",), 12, "h", "启动召回", "Start the recall", "新规"),
        regime="cn_food",
        recall_class=1,
        confirmed=True,
    )
    row, added = add_duty(session, ADMIN, new, NOON + HOUR)
    assert added
    assert add_duty(session, ADMIN, new, NOON + 2 * HOUR) == (row, False)
    after = opened(session, NOON + 3 * HOUR)
    assert clocks(session, before, NOON)[0][1] == NOON + DAY
    assert clocks(session, after, NOON + 3 * HOUR)[0][1] == NOON + 15 * HOUR
    late = opened(session, NOON + 3 * HOUR, learned_at=NOON)  # the rule that was in force then
    assert clocks(session, late, NOON + 3 * HOUR)[0][1] == NOON + DAY
    end_duty(session, row.id, None, NOON + 4 * HOUR)
    assert [duty.word for duty in duties_of(session, before, NOON + 4 * HOUR) if duty.starts == "learned"] == []
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(text("DELETE FROM duties"))


def test_the_most_special_rule_applies_and_may_restart_whatever_started_it(session: Session) -> None:
    common = NewDuty("start_and_report", "learned", ("completed",), 9, "d", "报告", "Report", "新规", restarts=True)
    for duty in (common, replace(common, regime="cn_food", amount=7), replace(common, recall_class=2, amount=8)):
        add_duty(session, ADMIN, duty, NOON)
    limits = [(1, "cn_food"), (2, "cn_food"), (2, "gb_other"), (1, "gb_other")]
    found = [opened(session, recall_class=level, regime=regime) for level, regime in limits]
    rows = [deadlines.deadlines_of(session, case, NOON)[0] for case in found]
    assert [(row["amount"], row["unit"]) for row in rows] == [(24, "h"), (48, "h"), (8, "d"), (9, "d")]
    case = found[-1]
    take(session, case, "file-plan", NOON)
    take(session, case, "extend", NOON + DAY, StepBody("second test", [Line(gtin=gtin_of("yogurt"), lots=("L2",))]))
    versions = [(row["version"], row["state"]) for row in deadlines.deadlines_of(session, case, NOON + DAY)]
    assert versions == [(1, "open"), (2, "open")]


def test_the_desk_reads_the_same_states_soonest_first_and_each_firm_its_own(session: Session) -> None:
    one, two = opened(session), opened(session, recall_class=3)
    take(session, one, "file-plan", NOON + HOUR)
    take(session, one, "announce", NOON + 2 * HOUR)
    take(session, two, "cancel", NOON + HOUR)
    third = opened(session)
    take(session, third, "file-plan", NOON + 3 * DAY)
    for now in (NOON, NOON + DAY + HOUR, NOON + 5 * DAY, NOON + 60 * DAY):
        for state in STATES:
            listed = {row.id for row, _ in list_deadlines(session, ADMIN, state, None, None, 50, now)}
            told = [row for case in (one, two, third) for row in deadlines.deadlines_of(session, case, now)]
            assert listed & {row["id"] for row in told} == {row["id"] for row in told if row["state"] == state}
    waits = list_deadlines(session, ADMIN, None, None, None, 50, NOON + 60 * DAY)
    assert [(row.duty.word, case.number) for row, case in waits] == [("finish", one.number)]
    assert list_deadlines(session, ADMIN, None, third.number, None, 50, NOON + 60 * DAY) == []
    assert list_deadlines(session, STRANGER, "met", None, None, 50, NOON + 60 * DAY) == []
