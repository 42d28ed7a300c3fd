"""Who a citizen is: seen by who handles his matter, masked for his office, hidden from all others, and erasable."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from oversight.complaints.citizens import (
    CitizenNotYours,
    StillNeeded,
    disclosed_to_firm,
    erase_by_term,
    erase_citizen,
    list_looks,
    look_at_citizen,
    read_citizen,
)
from oversight.matters.routing import assign, hand_over, take_over
from oversight.matters.steps import actor_of
from oversight.models import Complaint, Matter
from tests.oversight.complaints.people import EMAIL, NAME, PHONE, WORDS, Town, add_town, bring, step
from tests.oversight.offices import ADMIN, NEIGHBOUR, NOW
from trace.kit.auth import Principal
from trace.kit.errors import Invalid

PERSONAL = (NAME, PHONE, EMAIL, "示范路1号", "有异味")
AUDITOR = Principal("auditor", None, 77, "auditor")


@pytest.fixture
def town(session: Session) -> Town:
    return add_town(session)


@pytest.fixture
def matter(session: Session, town: Town) -> Matter:
    return bring(session, town.station, "phone").matter


def written(session: Session) -> dict[str, str]:
    """Every row of every table, as text, by table."""
    names = inspect(session.connection()).get_table_names()
    return {name: repr(session.execute(text(f"SELECT * FROM {name}")).all()) for name in names}  # noqa: S608


def test_who_handles_the_matter_looks_and_the_look_is_on_record(session: Session, town: Town, matter: Matter) -> None:
    seen = look_at_citizen(session, town.station, matter, "回电核实", NOW)
    assert (seen["name"], seen["phone"], seen["words"][0]["text"], seen["masked"]) == (NAME, PHONE, WORDS, False)
    assert [(one["what"], one["name"], one["reason"]) for one in list_looks(session, town.offices.county, matter)] == [
        ("look", "station", "回电核实")
    ]
    with pytest.raises(DBAPIError, match="never changed"):
        session.execute(text("DELETE FROM citizen_looks"))


def test_others_of_the_office_see_him_masked(session: Session, town: Town, matter: Matter) -> None:
    seen = read_citizen(session, town.offices.county, matter)
    assert seen is not None
    assert (seen["name"], seen["phone"], seen["masked"]) == ("王**", "*********00", True)
    assert PHONE not in json.dumps(seen)
    assert EMAIL not in json.dumps(seen)
    with pytest.raises(CitizenNotYours):
        look_at_citizen(session, town.offices.county, matter, "好奇", NOW)


def test_nobody_else_sees_anything_of_him(session: Session, town: Town, matter: Matter) -> None:
    others = (town.offices.city, town.offices.nation, town.offices.neighbour, ADMIN, AUDITOR, town.shop)
    for who in others:
        assert read_citizen(session, who, matter) is None
        with pytest.raises(CitizenNotYours):
            look_at_citizen(session, who, matter, "好奇", NOW)


def test_he_goes_with_the_matter_to_the_next_office(session: Session, town: Town, matter: Matter) -> None:
    hand_over(session, matter, actor_of(session, town.station), NEIGHBOUR, "经营场所在该区", NOW)
    take_over(session, matter, actor_of(session, town.offices.neighbour), NOW)
    assign(session, matter, actor_of(session, town.offices.neighbour), town.offices.neighbour.key_id, NOW)
    assert look_at_citizen(session, town.offices.neighbour, matter, "核实", NOW)["name"] == NAME
    assert read_citizen(session, town.station, matter) is None
    with pytest.raises(CitizenNotYours):
        look_at_citizen(session, town.station, matter, "核实", NOW)


def test_the_firm_is_told_what_a_step_discloses(session: Session, town: Town, matter: Matter) -> None:
    step(session, matter, town.station, "accept")
    step(session, matter, town.station, "invite", summary="消费者反映变质")
    assert disclosed_to_firm(session, town.shop, matter) == {}
    with pytest.raises(Invalid):
        step(session, matter, town.station, "disclose", "便于退款")
    step(session, matter, town.station, "disclose", "便于退款", name=True, phone=True)
    assert disclosed_to_firm(session, town.shop, matter) == {"name": NAME, "phone": PHONE}
    assert disclosed_to_firm(session, town.dairy, matter) == {}


def test_personal_data_stand_in_two_tables_alone(session: Session, town: Town, matter: Matter) -> None:
    step(session, matter, town.station, "accept")
    step(session, matter, town.station, "add-words", words=f"再说一次：{WORDS}")
    step(session, matter, town.station, "turn-into-report", "涉嫌违法")
    look_at_citizen(session, town.station, matter, "核实", NOW)
    holding = {name for name, rows in written(session).items() if any(one in rows for one in PERSONAL)}
    assert holding == {"citizens", "citizen_words"}


def test_erased_he_is_gone_and_the_statistics_stay(session: Session, town: Town, matter: Matter) -> None:
    counted = session.execute(select(Complaint.cause, Complaint.region, Complaint.claim_fen)).all()
    with pytest.raises(StillNeeded):
        erase_citizen(session, town.station, matter, "本人要求", NOW)
    step(session, matter, town.station, "withdraw")
    for who in (town.offices.city, AUDITOR, town.shop):
        with pytest.raises(CitizenNotYours):
            erase_citizen(session, who, matter, "本人要求", NOW)
    erase_citizen(session, town.station, matter, "本人要求", NOW)
    assert not [name for name, rows in written(session).items() if any(one in rows for one in PERSONAL)]
    assert session.execute(select(Complaint.cause, Complaint.region, Complaint.claim_fen)).all() == counted
    assert session.get_one(Complaint, matter.id).source == "erased"
    seen = read_citizen(session, town.station, matter)
    assert seen is not None
    assert (seen["name"], seen["erased_at"]) == (None, "2026-03-02T02:00:00Z")


def test_he_is_erased_by_term_once_the_matter_has_ended(session: Session, town: Town, matter: Matter) -> None:
    later = NOW + timedelta(days=3 * 366)
    assert erase_by_term(session, later) == 0  # it goes on
    step(session, matter, town.station, "withdraw")
    assert erase_by_term(session, NOW + timedelta(days=365)) == 0
    assert (erase_by_term(session, later), erase_by_term(session, later)) == (1, 0)
    assert not [name for name, rows in written(session).items() if PHONE in rows]


def test_two_complaints_of_one_telephone_are_one_source(session: Session, town: Town) -> None:
    first, second = (bring(session, sent=str(at)).matter for at in range(2))
    other = bring(session, sent="other", citizen={"phone": "13900139000"}).matter
    sources = [session.get_one(Complaint, one.id).source for one in (first, second, other)]
    assert sources[0] == sources[1] != sources[2]
    assert PHONE not in "".join(sources)
