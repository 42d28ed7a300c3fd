"""Who has a duty is reminded and the authority told of what nobody met: each once, a drill's firms alone."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from recalls import cases
from recalls.clocks.calendar_edits import set_day
from recalls.clocks.reminders import keep_deadlines, remind
from recalls.clocks.working_days import CHINA
from recalls.models import Deadline, DeadlineReminder, Notice
from tests.recalls.chain import ADMIN, Chain, gln_of
from tests.recalls.clocks.test_deadlines import DAY, HOUR, NOON, opened, take
from trace.kit.auth import issue_key
from trace.kit.jobs import Work, jobs_of
from trace.kit.web import current_database, current_settings


@pytest.fixture
def parties(session: Session) -> tuple[int, int]:
    """(the firm that makes the yogurt, the regulator)."""
    chain = Chain(session)
    firm, regulator = chain.party("dairy firm"), chain.party("regulator")
    chain.product("yogurt", firm)
    issue_key(session, "regulator", regulator.id, "desk")
    return firm.id, regulator.id


def told(session: Session) -> list[tuple[int | None, str]]:
    """(recipient, cause) of every notice about a deadline, as they were written."""
    rows = session.execute(select(Notice.party_id, Notice.cause).where(Notice.kind == "reminder").order_by(Notice.id))
    return [(party, cause) for party, cause in rows]


def marks(session: Session) -> list[tuple[str, int]]:
    rows = session.execute(select(DeadlineReminder.mark, DeadlineReminder.notices).order_by(DeadlineReminder.id))
    return [(mark, notices) for mark, notices in rows]


def test_the_firm_is_reminded_twice_and_the_authority_told_once(session: Session, parties: tuple[int, int]) -> None:
    firm, regulator = parties
    opened(session)
    for minutes in range(0, 30 * 60, 20):  # the worker's rounds of thirty hours
        remind(session, NOON + timedelta(minutes=minutes))
    assert told(session) == [(firm, "deadline"), (firm, "deadline"), (regulator, "deadline_missed")]
    assert marks(session) == [("half", 1), ("2h", 1), ("due", 1)]
    notices = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [notice.created_at for notice in notices] == [
        NOON + 12 * HOUR + timedelta(minutes=20),
        NOON + 22 * HOUR + timedelta(minutes=20),
        NOON + 24 * HOUR + timedelta(minutes=20),
    ]
    assert "2026年2月11日 12:00（北京时间）" in (notices[0].words or "")
    assert "due soon" in (notices[0].words or "")
    assert "overdue" in (notices[2].words or "")


def test_after_a_standstill_only_the_newest_is_said(session: Session, parties: tuple[int, int]) -> None:
    opened(session)
    assert remind(session, NOON + 3 * DAY) == 1
    assert told(session) == [(parties[1], "deadline_missed")]
    assert marks(session) == [("half", 0), ("2h", 0), ("due", 1)]


def test_nobody_is_reminded_of_what_is_met(session: Session, parties: tuple[int, int]) -> None:
    case = opened(session)
    take(session, case, "file-plan", NOON + HOUR)
    take(session, case, "announce", NOON + 2 * HOUR)
    assert remind(session, NOON + 2 * DAY) == 0
    remind(session, datetime(2026, 2, 27, 8, 59, tzinfo=CHINA))
    assert told(session) == []
    remind(session, datetime(2026, 2, 27, 9, 1, tzinfo=CHINA))  # the last but two: the 27th, 28th, and 2 March
    remind(session, datetime(2026, 3, 2, 9, 1, tzinfo=CHINA))
    assert marks(session) == [("3wd", 1), ("1wd", 1)]
    take(session, case, "complete", datetime(2026, 3, 2, 10, tzinfo=CHINA))
    assert remind(session, NOON + 60 * DAY) == 0


def test_a_moved_deadline_is_not_told_twice(session: Session, parties: tuple[int, int]) -> None:
    case = opened(session)
    take(session, case, "file-plan", NOON)
    take(session, case, "announce", NOON)
    remind(session, datetime(2026, 2, 27, 9, 1, tzinfo=CHINA))
    set_day(session, ADMIN, datetime(2026, 3, 2).date(), False, "停工", None, "省政府通告", NOON)
    remind(session, datetime(2026, 2, 28, 9, 1, tzinfo=CHINA))  # the third last working day once more
    remind(session, datetime(2026, 3, 3, 9, 1, tzinfo=CHINA))
    assert marks(session) == [("3wd", 1), ("1wd", 1)]
    remind(session, datetime(2026, 3, 4, 0, 1, tzinfo=CHINA))
    set_day(session, ADMIN, datetime(2026, 3, 3).date(), False, "停工", None, "省政府通告", NOON)
    remind(session, datetime(2026, 3, 4, 12, tzinfo=CHINA))
    assert marks(session)[2:] == [("due", 1)]
    remind(session, datetime(2026, 3, 5, 0, 1, tzinfo=CHINA))  # missed once more, at its new time
    assert marks(session)[2:] == [("due", 1), ("due", 1)]


def test_a_drill_reminds_those_alone_who_take_part(session: Session, parties: tuple[int, int]) -> None:
    Chain(session).party("guest")
    case = opened(session, drill=True, participants=[gln_of("party guest")])
    remind(session, NOON + 3 * HOUR)
    remind(session, NOON + 5 * HOUR)
    assert told(session) == []
    cases.let_take_part(session, ADMIN, case.number, [gln_of("party dairy firm")], NOON)
    remind(session, NOON + 13 * HOUR)
    assert told(session) == [(parties[0], "deadline")]


def test_where_nobody_knows_the_firm_the_authority_is_reminded(session: Session) -> None:
    regulator = Chain(session).party("regulator").id
    issue_key(session, "regulator", regulator, "desk")
    opened(session)
    remind(session, NOON + 13 * HOUR)
    assert told(session) == [(regulator, "deadline")]


def test_what_was_told_stays_on_record(session: Session, parties: tuple[int, int]) -> None:
    opened(session)
    remind(session, NOON + 13 * HOUR)
    for statement in ("UPDATE recall_deadline_reminders SET mark = 'x'", "DELETE FROM recall_deadlines"):
        with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
            session.execute(text(statement))


def at(now: datetime) -> Work:
    """What a job works with at a time."""
    return Work(current_database(), current_settings(), lambda: now)


def test_the_worker_keeps_the_deadlines(app: Flask) -> None:
    assert keep_deadlines in [one.job for one in jobs_of(app)]
    with app.app_context():
        with current_database().write() as session:
            opened(session)
        assert not keep_deadlines(at(NOON))
        assert keep_deadlines(at(NOON + DAY + HOUR))
        assert not keep_deadlines(at(NOON + DAY + HOUR))
        with current_database().read() as session:
            assert session.scalars(select(Deadline.next_at)).all() == [None]
            assert marks(session)[-1] == ("due", 0)  # no regulator has a key
