"""The blacklist: notified and heard before anybody is listed, by a second person, and off it by decision alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from oversight.blacklist.credited import credit_entries
from oversight.blacklist.listings import (
    LISTINGS,
    EndIn,
    ListedAlready,
    ListIn,
    NewListing,
    OfficialsAlone,
    ReviewIn,
    batches_of_listed,
    list_due_reviews,
    list_listed,
    listed_on,
    propose_listing,
)
from oversight.matters.clocks import NotYetOver, state_of
from oversight.matters.kinds import Nothing, act
from oversight.matters.reading import MatterNotFound, find_matter
from oversight.matters.steps import OtherPersonNeeded, StepNotAllowed
from oversight.models import Matter
from tests.oversight.offices import NOW, Offices, add_offices
from trace.kit.auth import Principal
from trace.kit.errors import Invalid
from trace.models import Party

TODAY = date(2026, 3, 2)
FIRM = "9520000000011"
NEW = NewListing(FIRM, "拒不召回不合格食品", "Refused to recall unsafe food", "食品安全法 第六十三条", "2026-0001")
OVER = NOW + timedelta(days=8)
"""Five working days and more after a firm was notified."""

DECISION = ListIn(decision="宁市监信〔2026〕1号", starts_on=TODAY, review_on=TODAY + timedelta(days=365))


@pytest.fixture
def offices(session: Session) -> Offices:
    return add_offices(session)


@pytest.fixture
def firm(session: Session) -> Principal:
    party = Party(gln=FIRM, name="晨露乳业", registered_at=NOW)
    session.add(party)
    session.flush()
    return Principal("company", party.id, 900, "firm")


@pytest.fixture
def matter(session: Session, offices: Offices, firm: Principal) -> Matter:
    return propose_listing(session, offices.county, NEW, NOW)


def step(session: Session, matter: Matter, who: Principal, name: str, body: Any = None, at: Any = NOW) -> None:
    act(session, LISTINGS, who, matter.number, name, body or Nothing(), "理由", at)


def firm_of(matter: Matter) -> Principal:
    return Principal("company", matter.party_id, 900, "firm")


def enlist(session: Session, offices: Offices, matter: Matter) -> None:
    step(session, matter, offices.county, "notify")
    step(session, matter, firm_of(matter), "waive")
    step(session, matter, offices.colleague, "list", DECISION)


def test_nobody_is_listed_unheard(session: Session, offices: Offices, matter: Matter, firm: Principal) -> None:
    with pytest.raises(StepNotAllowed):
        step(session, matter, offices.colleague, "list", DECISION)
    with pytest.raises(MatterNotFound):
        find_matter(session, firm, matter.number)
    step(session, matter, offices.county, "notify")
    step(session, matter, firm, "state-case")  # it knows now, and says its word
    assert matter.stage == "heard"


def test_nobody_says_for_a_firm_that_it_is_silent_before_its_time_is_over(
    session: Session, offices: Offices, matter: Matter
) -> None:
    step(session, matter, offices.county, "notify")
    with pytest.raises(NotYetOver):
        step(session, matter, offices.county, "waive")
    assert matter.stage == "notified"
    step(session, matter, offices.county, "waive", at=OVER)
    assert [(clock.limit.word, state_of(clock, OVER)) for clock in matter.clocks] == [
        ("answer", "late"),
        ("decide_unheard", "open"),
    ]


def test_who_prepared_it_does_not_decide(session: Session, offices: Offices, matter: Matter) -> None:
    step(session, matter, offices.county, "notify")
    step(session, matter, firm_of(matter), "waive")
    with pytest.raises(OtherPersonNeeded):
        step(session, matter, offices.county, "list", DECISION)
    step(session, matter, offices.colleague, "list", DECISION)
    assert listed_on(session, matter.party_id or 0, TODAY) is not None
    assert listed_on(session, matter.party_id or 0, TODAY - timedelta(days=1)) is None


def test_who_proposed_it_does_not_decide_though_another_notified(
    session: Session, offices: Offices, matter: Matter
) -> None:
    step(session, matter, offices.colleague, "notify")
    step(session, matter, firm_of(matter), "waive")
    with pytest.raises(OtherPersonNeeded):
        step(session, matter, offices.county, "list", DECISION)
    step(session, matter, offices.colleague, "list", DECISION)


def test_a_file_of_a_past_day_does_not_know_when_a_listing_will_end(
    session: Session, offices: Offices, matter: Matter, firm: Principal
) -> None:
    enlist(session, offices, matter)
    step(session, matter, firm, "appeal")
    after = NOW + timedelta(days=9)
    step(session, matter, offices.county, "revoke", EndIn(decision="3号"), after)
    ends = [credit_entries(session, firm.party_id or 0, at)[0].ends_on for at in (NOW, after)]
    assert ends == [None, after.date()]


@pytest.mark.parametrize(("starts", "review", "pointer"), [(-1, 365, "/starts_on"), (0, 0, "/review_on")])
def test_a_decision_has_days_that_make_sense(
    session: Session, offices: Offices, matter: Matter, starts: int, review: int, pointer: str
) -> None:
    step(session, matter, offices.county, "notify")
    step(session, matter, firm_of(matter), "waive")
    days = {"starts_on": TODAY + timedelta(days=starts), "review_on": TODAY + timedelta(days=review)}
    with pytest.raises(Invalid) as refused:
        step(session, matter, offices.colleague, "list", ListIn(decision="1号", **days))
    assert refused.value.errors[0].pointer == pointer


def test_no_date_takes_anybody_off_the_list(session: Session, offices: Offices, matter: Matter) -> None:
    enlist(session, offices, matter)
    later = TODAY + timedelta(days=4000)
    assert listed_on(session, matter.party_id or 0, later) is not None
    assert list_due_reviews(session, later, 9) == [(matter.number, "晨露乳业", TODAY + timedelta(days=365))]
    step(session, matter, offices.county, "review", ReviewIn(review_on=TODAY + timedelta(days=5000)))
    assert list_due_reviews(session, later, 9) == []


def test_a_firm_asks_to_be_removed_and_two_officials_decide(
    session: Session, offices: Offices, matter: Matter, firm: Principal
) -> None:
    enlist(session, offices, matter)
    step(session, matter, firm, "ask-removal")
    step(session, matter, offices.county, "recommend-removal")
    with pytest.raises(OtherPersonNeeded):
        step(session, matter, offices.county, "remove", EndIn(decision="2号"))
    after = NOW + timedelta(days=400)
    step(session, matter, offices.colleague, "remove", EndIn(decision="2号"), after)
    last = after.date()
    assert listed_on(session, matter.party_id or 0, last) is None
    assert listed_on(session, matter.party_id or 0, last - timedelta(days=1)) is not None  # as it was then


def test_an_appeal_leaves_the_listing_in_force_until_it_is_decided(
    session: Session, offices: Offices, matter: Matter, firm: Principal
) -> None:
    enlist(session, offices, matter)
    step(session, matter, firm, "appeal")
    assert listed_on(session, matter.party_id or 0, TODAY) is not None
    step(session, matter, offices.county, "revoke", EndIn(decision="3号"))
    assert listed_on(session, matter.party_id or 0, TODAY) is None


def test_a_firm_has_one_listing_at_a_time_and_proposes_none(
    session: Session, offices: Offices, matter: Matter, firm: Principal
) -> None:
    with pytest.raises(ListedAlready):
        propose_listing(session, offices.city, NEW, NOW)
    with pytest.raises(OfficialsAlone):
        propose_listing(session, firm, NEW, NOW)


def test_the_public_list_has_what_is_in_force(session: Session, offices: Offices, matter: Matter) -> None:
    assert list_listed(session, TODAY, None, 9) == []
    enlist(session, offices, matter)
    [row] = list_listed(session, TODAY, None, 9)
    assert (row["party_name"], row["decision"]) == ("晨露乳业", "宁市监信〔2026〕1号")
    assert batches_of_listed(session, TODAY, 9) == []
