"""Statistics that sum, duties by timestamps, the board, reminders, and what early warning is told."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from oversight.complaints.board import Board, count_shelves, list_escalated, list_own_late, list_shelf
from oversight.complaints.observed import observe_complaints
from oversight.complaints.reminders import remind
from oversight.complaints.statistics import BYS, NotYourRegion, Span, count_by, count_duties
from oversight.jurisdictions import office_of
from oversight.matters.reading import write_matter
from oversight.models import Matter
from tests.oversight.complaints.people import GTIN, LOT, SHOP, Town, add_town, bring, step
from tests.oversight.offices import ADMIN, CITY, COUNTY, NEIGHBOUR, NOW
from trace.kit.errors import Invalid

YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def town(session: Session) -> Town:
    return add_town(session)


@pytest.fixture
def matters(session: Session, town: Town) -> list[Matter]:
    """Two complaints at the shop, one in the next county, an inquiry of nowhere."""
    first = bring(session, sent="1").matter
    second = bring(session, sent="2", cause="quality", now=NOW + timedelta(days=40)).matter
    third = bring(session, sent="3", outlet=None, region=NEIGHBOUR, citizen={"phone": "13900139000"}).matter
    fourth = bring(session, sent="4", kind="inquiry", cause="other", outlet=None, code=None, citizen={}).matter
    return [first, second, third, fourth]


def test_every_statistic_sums_to_what_came(session: Session, matters: list[Matter]) -> None:
    for by in BYS:
        rows = count_by(session, ADMIN, YEAR, by)
        assert (sum(one["total"] for one in rows), sum(one["complaint"] for one in rows)) == (4, 3), by


def test_statistics_by_each_of_their_keys(session: Session, matters: list[Matter]) -> None:
    def read(by: str, within: str = "000000") -> list[tuple[str, int]]:
        span = Span(YEAR.since, YEAR.until, within)
        return [(one["key"], one["total"]) for one in count_by(session, ADMIN, span, by)]  # type: ignore[arg-type]

    assert read("product") == [(GTIN, 3), ("", 1)]
    assert read("firm")[0] == (SHOP, 2)
    assert read("cause") == [("spoiled", 2), ("other", 1), ("quality", 1)]
    assert read("region") == [("000000", 1), ("320000", 3)]
    assert read("region", CITY) == [(NEIGHBOUR, 1), (COUNTY, 2)]
    assert read("month") == [("2026-03", 3), ("2026-04", 1)]


def test_an_office_counts_what_is_within_it(session: Session, town: Town, matters: list[Matter]) -> None:
    span = Span(YEAR.since, YEAR.until, COUNTY)
    assert sum(one["total"] for one in count_by(session, town.offices.county, span, "cause")) == 2
    with pytest.raises(NotYourRegion):
        count_by(session, town.offices.county, YEAR, "cause")
    with pytest.raises(Invalid):
        count_by(session, ADMIN, Span(date(2026, 2, 1), date(2026, 1, 1)), "cause")


def test_duties_are_counted_by_what_was_done_when(session: Session, town: Town, matters: list[Matter]) -> None:
    step(session, matters[0], town.station, "accept", now=NOW + timedelta(minutes=90))
    step(session, matters[0], town.station, "mediate")
    step(session, matters[0], town.station, "agree", terms="退款")
    step(session, matters[0], town.station, "call-back", reached=True, satisfaction=4)
    step(session, matters[1], town.station, "accept", now=NOW + timedelta(days=80))
    found = count_duties(session, town.offices.county, Span(YEAR.since, YEAR.until, COUNTY), NOW + timedelta(days=81))
    [duty] = found["duties"]
    assert (duty["total"], duty["taken_up"], duty["taken_up_in_time"]) == (2, 2, 1)
    assert (duty["settled"], duty["settled_in_time"], duty["answered"]) == (1, 1, 2)
    assert duty["answer_minutes"] == 90 + 40 * 24 * 60
    assert (duty["satisfaction"], duty["outcomes"]) == ({"4": 1}, {"settled": 1})
    assert found["overdue_now"] == 0


def test_the_board_tells_what_waits_for_whom(session: Session, town: Town, matters: list[Matter]) -> None:
    assert count_shelves(session, town.station, NOW) == Board(unassigned=2, mine=0, overdue=0, running=2)
    own = bring(session, town.station, "phone", sent="5").matter
    assert list_shelf(session, town.station, "mine", None, None, None, 9, NOW) == [own]
    assert list_shelf(session, town.offices.city, "unassigned", "complaint", None, None, 9, NOW) == matters[2::-1]
    assert list_shelf(session, town.offices.nation, "running", "inquiry", None, None, 9, NOW) == [matters[3]]
    later = NOW + timedelta(days=30)
    assert count_shelves(session, town.station, later) == Board(unassigned=2, mine=1, overdue=2, running=3)
    assert [one[0] for one in list_own_late(session, town.station, later, 9)] == [own]


def test_a_limit_is_told_before_and_after_it_passed_each_once(session: Session, town: Town) -> None:
    matter = bring(session).matter
    soon, late = NOW + timedelta(days=8), NOW + timedelta(days=20)
    assert [remind(session, at) for at in (NOW, soon, soon, late, late)] == [0, 1, 0, 1, 0]
    told = write_matter(session, town.station, matter, late)["steps"][1:]
    assert [(one["step"], one["by"], one["facts"]["limit"]) for one in told] == [
        ("remind", "clock", "accept"),
        ("escalate", "clock", "accept"),
    ]
    city = town.offices.city
    assert list_escalated(session, city, office_of(session, city), late, 9) == [matter]
    assert list_escalated(session, town.station, office_of(session, town.station), late, 9) == []
    step(session, matter, town.station, "accept", now=late)
    assert list_escalated(session, city, office_of(session, city), late, 9) == []


def test_early_warning_is_told_each_citizen_as_one_source(session: Session, matters: list[Matter]) -> None:
    found = observe_complaints(session, NOW, NOW + timedelta(days=50))
    assert [one.record for one in found] == [matters[0].number, matters[2].number, matters[1].number]
    assert found[0].source == found[2].source != found[1].source
    assert found[0].batch_id == matters[0].batch_id is not None
    assert [one.region for one in found] == [COUNTY, NEIGHBOUR, COUNTY]
    assert LOT not in found[0].source
