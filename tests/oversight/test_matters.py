"""Matters: steps, second persons, the way through the offices, clocks, and who sees what."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from oversight.matters.clocks import state_of
from oversight.matters.flows import AUTHORITY, FIRM, Flow, Move
from oversight.matters.reading import MatterNotFound, Wanted, find_matter, list_matters, write_matter, write_matters
from oversight.matters.routing import assign, hand_over, take_over
from oversight.matters.steps import (
    NotInYourHands,
    NotYourStep,
    OtherPersonNeeded,
    ReasonMissing,
    StepNotAllowed,
    Subject,
    actor_of,
    open_matter,
    steps_for,
    take_step,
)
from oversight.models import Matter, TimeLimit
from tests.oversight.offices import ADMIN, CITY, COUNTY, NEIGHBOUR, NOW, Offices, add_offices
from trace.kit.auth import Principal
from trace.kit.errors import Conflict, Invalid
from trace.models import Party

PERMIT = Flow(
    "permit",
    "XK",
    "asked",
    {
        "asked": {"prepare": Move("prepared"), "withdraw": Move("closed", FIRM)},
        "prepared": {
            "grant": Move("granted", AUTHORITY, not_by=frozenset({"prepare"})),
            "refuse": Move("closed", reason=True),
        },
        "granted": {"inspect": Move(None)},
        "closed": {},
    },
    shown_from=frozenset({"granted", "closed"}),
)


@pytest.fixture
def offices(session: Session) -> Offices:
    return add_offices(session)


@pytest.fixture
def firm(session: Session) -> Principal:
    party = Party(gln="9520000000011", name="晨露乳业", registered_at=NOW)
    session.add(party)
    session.flush()
    return Principal("company", party.id, 900, "firm")


@pytest.fixture
def matter(session: Session, offices: Offices, firm: Principal) -> Matter:
    return open_matter(session, PERMIT, actor_of(session, offices.county), "许可", COUNTY, Subject(firm.party_id), NOW)


def step(session: Session, matter: Matter, who: Principal, name: str, reason: str | None = None) -> None:
    take_step(session, PERMIT, matter, actor_of(session, who), name, NOW, reason)


def test_numbers_count_up_by_letters_and_year(session: Session, offices: Offices, matter: Matter) -> None:
    second = open_matter(session, PERMIT, actor_of(session, offices.city), "许可", CITY, Subject(), NOW)
    assert [matter.number, second.number] == ["XK2026-000001", "XK2026-000002"]
    new_year = datetime(2026, 12, 31, 16, tzinfo=UTC)  # in China
    third = open_matter(session, PERMIT, actor_of(session, offices.city), "许可", CITY, Subject(), new_year)
    assert third.number == "XK2027-000001"


def test_the_table_decides_which_step_follows(session: Session, offices: Offices, matter: Matter) -> None:
    with pytest.raises(StepNotAllowed) as refused:
        step(session, matter, offices.county, "grant")
    assert refused.value.extra == {"stage": "asked", "allowed": ["prepare", "withdraw"]}
    assert steps_for(session, PERMIT, matter, actor_of(session, offices.county)) == ["prepare"]


def test_who_prepared_does_not_decide(session: Session, offices: Offices, matter: Matter) -> None:
    step(session, matter, offices.county, "prepare")
    with pytest.raises(OtherPersonNeeded):
        step(session, matter, offices.county, "grant")
    step(session, matter, offices.colleague, "grant")
    assert (matter.stage, matter.ended_at) == ("granted", None)


def test_a_decision_needs_its_reason_and_ends_the_matter(session: Session, offices: Offices, matter: Matter) -> None:
    step(session, matter, offices.county, "prepare")
    with pytest.raises(ReasonMissing):
        step(session, matter, offices.county, "refuse", "  ")
    step(session, matter, offices.county, "refuse", "材料不全")
    assert matter.ended_at == NOW


def test_a_firm_takes_its_own_steps_in_its_own_matters(session: Session, matter: Matter, firm: Principal) -> None:
    with pytest.raises(NotYourStep):
        step(session, matter, firm, "prepare")
    with pytest.raises(NotYourStep):
        step(session, matter, Principal("company", 4711, 901, "other"), "withdraw")
    step(session, matter, firm, "withdraw")
    assert matter.stage == "closed"


def test_a_matter_is_in_one_offices_hands(session: Session, offices: Offices, matter: Matter) -> None:
    with pytest.raises(NotInYourHands):
        step(session, matter, offices.neighbour, "prepare")
    hand_over(session, matter, actor_of(session, offices.county), NEIGHBOUR, "经营场所在该区", NOW)
    with pytest.raises(NotInYourHands):
        step(session, matter, offices.county, "prepare")
    take_over(session, matter, actor_of(session, offices.neighbour), NOW)
    with pytest.raises(Conflict):
        take_over(session, matter, actor_of(session, offices.neighbour), NOW)
    assign(session, matter, actor_of(session, offices.neighbour), offices.neighbour.key_id, NOW)
    with pytest.raises(Invalid):
        assign(session, matter, actor_of(session, offices.neighbour), offices.county.key_id, NOW)
    step(session, matter, offices.city, "prepare")  # an office above may always act
    assert [one.code for one in matter.steps] == [COUNTY, NEIGHBOUR, NEIGHBOUR, NEIGHBOUR, NEIGHBOUR]


def test_an_office_sees_what_it_has_had_and_what_is_below_it(
    session: Session, offices: Offices, matter: Matter
) -> None:
    seen = (offices.nation, offices.city, offices.county, ADMIN, Principal("auditor", None, 9, "auditor"))
    for who in seen:
        assert find_matter(session, who, matter.number) is matter
    with pytest.raises(MatterNotFound):
        find_matter(session, offices.neighbour, matter.number)
    hand_over(session, matter, actor_of(session, offices.county), NEIGHBOUR, "移送", NOW)
    assert find_matter(session, offices.neighbour, matter.number) is matter
    assert find_matter(session, offices.county, matter.number) is matter  # it began there


def test_a_firm_reads_a_matter_once_it_is_shown_without_the_officials_names(
    session: Session, offices: Offices, matter: Matter, firm: Principal
) -> None:
    with pytest.raises(MatterNotFound):
        find_matter(session, firm, matter.number)
    step(session, matter, offices.county, "prepare")
    step(session, matter, offices.colleague, "grant")
    read = write_matter(session, firm, find_matter(session, firm, matter.number), NOW)
    assert "colleague" not in json.dumps(read)
    assign(session, matter, actor_of(session, offices.county), offices.colleague.key_id, NOW)
    assert write_matter(session, offices.county, matter, NOW)["handler"] == offices.colleague.key_id
    assert write_matter(session, firm, matter, NOW)["handler"] is None
    assert [row["handler"] for row in write_matters(session, firm, [matter], NOW)] == [None]
    with pytest.raises(MatterNotFound):
        find_matter(session, Principal("company", 4711, 901, "other"), matter.number)


def test_a_clock_is_met_missed_or_dropped(session: Session, offices: Offices, matter: Matter) -> None:
    for word, starts, met_by in (("answer", "prepare", ["grant"]), ("look", "grant", ["inspect"])):
        session.add(
            TimeLimit(
                kind="permit", word=word, starts=starts, met_by=json.dumps(met_by), amount=2, unit="wd",
                in_charge="authority", text_zh="答复", text_en="answer", source="示例", confirmed=False, valid_from=NOW,
            )
        )  # fmt: skip
    step(session, matter, offices.county, "prepare")
    [clock] = matter.clocks
    assert state_of(clock, NOW) == "open"
    assert state_of(clock, NOW + timedelta(days=3)) == "overdue"
    late = NOW + timedelta(days=3)
    assert [row["overdue"] for row in write_matters(session, ADMIN, [matter], late)] == [True]
    assert list_matters(session, ADMIN, Wanted(waiting="overdue"), None, 9, late) == [matter]
    take_step(session, PERMIT, matter, actor_of(session, offices.colleague), "grant", late)
    assert [state_of(one, late) for one in matter.clocks] == ["late", "open"]


def test_the_history_is_never_changed(session: Session, matter: Matter) -> None:
    session.flush()
    with pytest.raises(DBAPIError, match="never changed"):
        session.execute(text("UPDATE matter_steps SET reason = 'x'"))


def test_a_flow_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        Flow("broken", "X", "here", {"here": {"go": Move("elsewhere")}})
