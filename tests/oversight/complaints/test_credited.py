"""What counts in a credit file: remedies that took a mediation, reports found true, and only while they stand."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from oversight.complaints.credited import credit_entries
from oversight.credit.entries import CreditEntry
from tests.oversight.complaints.people import Town, add_town, bring, step
from tests.oversight.offices import NOW

LATER = NOW + timedelta(days=1)


@pytest.fixture
def town(session: Session) -> Town:
    return add_town(session)


def words(session: Session, town: Town, days: int) -> list[tuple[str, str]]:
    entries: list[CreditEntry] = credit_entries(session, town.shop.party_id or 0, NOW + timedelta(days=days))
    return [(one.word, one.record) for one in entries]


def test_what_a_firm_settles_when_asked_counts_nothing_and_a_mediated_remedy_does(session: Session, town: Town) -> None:
    asked, mediated = (bring(session, sent=str(at)).matter for at in range(2))
    for matter in (asked, mediated):
        step(session, matter, town.station, "accept")
    step(session, asked, town.station, "invite", summary="变质")
    step(session, asked, town.shop, "propose", remedy="refund", terms="退款")
    step(session, asked, town.station, "agree")
    step(session, mediated, town.station, "mediate")
    step(session, mediated, town.station, "agree", terms="退款", now=LATER)
    assert [words(session, town, days) for days in (0, 1)] == [[], [("complaint_upheld", mediated.number)]]
    step(session, mediated, town.station, "reopen", now=LATER + timedelta(days=1))
    assert words(session, town, 2) == []
    assert words(session, town, 1) == [("complaint_upheld", mediated.number)]  # as of the day before


@pytest.mark.parametrize(("upheld", "expected"), [(True, 1), (False, 0)])
def test_a_report_counts_if_it_is_true(session: Session, town: Town, upheld: bool, expected: int) -> None:
    report = bring(session, kind="report").matter
    step(session, report, town.offices.county, "file-case", case_number="1")
    step(session, report, town.offices.colleague, "conclude", "查证", upheld=upheld)
    assert words(session, town, 0) == [("report_upheld", report.number)] * expected
    assert credit_entries(session, town.dairy.party_id or 0, NOW) == []
