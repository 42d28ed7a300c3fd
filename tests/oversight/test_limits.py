"""Time limits are edited from a moment on; clocks that run keep the one by which they began."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from oversight.complaints.flows import INQUIRY
from oversight.matters.limits import LimitNotFound, Period, change_limit, find_limit, list_limits, write_limit
from oversight.matters.steps import CITIZEN, Subject, open_matter
from tests.oversight.offices import ADMIN, NATION, NOW
from trace.kit.errors import Conflict


def test_a_changed_limit_counts_for_what_begins_later(session: Session) -> None:
    first = open_matter(session, INQUIRY, CITIZEN, "x", NATION, Subject(), NOW)
    later = NOW + timedelta(hours=1)
    changed = change_limit(session, ADMIN, "inquiry", "answer", Period(2, "d", "本局规定", False), later)
    second = open_matter(session, INQUIRY, CITIZEN, "x", NATION, Subject(), later)
    assert [one.clocks[0].limit.amount for one in (first, second)] == [5, 2]
    assert first.clocks[0].due_at > second.clocks[0].due_at
    versions = [write_limit(one) for one in list_limits(session, "inquiry", "answer")]
    assert [(one["amount"], one["unit"], one["valid_to"]) for one in versions] == [
        (2, "d", None),
        (5, "wd", "2026-03-02T03:00:00Z"),
    ]
    assert find_limit(session, "inquiry", "answer") is changed
    assert changed in list_limits(session, "inquiry")
    extended = change_limit(session, ADMIN, "report", "check_extended", Period(10, "wd", "x", False), later)
    assert extended.extends


def test_two_versions_never_begin_at_once_and_unknown_ones_are_refused(session: Session) -> None:
    change_limit(session, ADMIN, "inquiry", "answer", Period(2, "d", "x", False), NOW)
    with pytest.raises(Conflict):
        change_limit(session, ADMIN, "inquiry", "answer", Period(3, "d", "x", False), NOW)
    with pytest.raises(LimitNotFound):
        change_limit(session, ADMIN, "inquiry", "sleep", Period(3, "d", "x", False), NOW)
