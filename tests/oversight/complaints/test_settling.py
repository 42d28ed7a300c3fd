"""Complaints from the first word to the call back: with the shop, by mediation, or turned into a report."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from oversight.complaints.bodies import RateIn, ReopenIn
from oversight.complaints.by_code import CodeNotKnown, act_as_citizen, find_own
from oversight.complaints.effects import FirmUnknown
from oversight.matters.clocks import NotYetOver, state_of
from oversight.matters.kinds import Nothing
from oversight.matters.reading import MatterNotFound, find_matter, write_matter
from oversight.matters.steps import NotYourStep, StepNotAllowed
from oversight.models import CitizenWords, Complaint, Matter
from recalls.clocks.calendar_days import load_calendar
from recalls.clocks.working_days import due_after
from tests.oversight.complaints.people import (
    DAIRY,
    GTIN,
    LOT,
    NAME,
    PHONE,
    WORDS,
    Town,
    add_town,
    bring,
    said,
    step,
)
from tests.oversight.offices import CITY, COUNTY, NATION, NOW
from trace.kit.contract import InvalidBody
from trace.kit.errors import Invalid

LATER = NOW + timedelta(days=60)


@pytest.fixture
def town(session: Session) -> Town:
    return add_town(session)


def to_proposal(session: Session, town: Town, matter: Matter) -> None:
    step(session, matter, town.station, "accept")
    step(session, matter, town.station, "invite", summary="消费者反映酸奶变质，要求退款。")
    step(session, matter, town.shop, "propose", remedy="refund", terms="全额退款并道歉", amount=128)


def test_a_code_on_the_pack_and_the_shop_s_number_say_whom_it_concerns(session: Session, town: Town) -> None:
    matter = bring(session).matter
    assert (matter.number, matter.stage, matter.code) == ("TS2026-000001", "received", COUNTY)
    assert (matter.party_id, matter.title) == (town.shop.party_id, "腐败变质、超过保质期 · 原味酸奶 · 示范超市")
    row = session.get_one(Complaint, matter.id)
    assert (row.gtin, row.lot, row.claim_fen, row.region) == (GTIN, LOT, 12800, COUNTY)
    assert matter.batch_id is not None


def test_a_shop_is_found_by_its_name_and_a_name_that_nobody_has_is_kept(session: Session, town: Town) -> None:
    found = bring(session, outlet="示范超市鼓楼店", sent="a").matter
    assert found.place_id is not None
    unknown = bring(session, outlet="街角小店", region=CITY, sent="b").matter
    assert (unknown.place_id, unknown.party_id, unknown.code) == (None, town.dairy.party_id, CITY)


def test_without_a_place_it_is_the_country_s(session: Session, town: Town) -> None:
    assert bring(session, outlet=None).matter.code == NATION


def test_a_form_that_is_sent_twice_makes_one_matter_and_tells_the_same_code(session: Session, town: Town) -> None:
    first, second = bring(session), bring(session)
    assert (first.matter.id, first.query_code) == (second.matter.id, second.query_code)
    assert first.query_code != bring(session, sent="another form").query_code


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"code": "6901234567893x"}, "/code"),
    ({"code": None, "lot": "L1"}, "/code"),
    ({"cause": "weather"}, "/cause"),
    ({"citizen": {"name": NAME}}, "/citizen/phone"),
    ({"citizen": {"email": "not an address"}}, "/citizen/email"),
    ({"region": "3201"}, "/region"),
    ({"bought_on": "2026-03-03"}, "/bought_on"),
    ({"claim": 1234567890123}, "/claim"),
    ({"firm": "nobody"}, "/firm"),
)


def test_what_is_wrong_is_refused_at_its_field(session: Session, town: Town) -> None:
    for changes, pointer in WRONG:
        with pytest.raises(Invalid) as refused:
            bring(session, **changes)
        assert [one.pointer for one in refused.value.errors] == [pointer]
    assert session.scalars(select(Complaint.matter_id)).all() == []


def test_settled_with_the_shop_and_called_back(session: Session, town: Town) -> None:
    matter = bring(session, town.station, "phone").matter
    assert matter.handler_id == town.station.key_id
    to_proposal(session, town, matter)
    step(session, matter, town.station, "agree")
    row = session.get_one(Complaint, matter.id)
    assert (matter.stage, matter.ended_at, row.outcome, row.settled_in_time) == ("settled", None, "settled", True)
    assert (row.accepted_in_time, row.first_answer_minutes) == (True, 0)
    step(session, matter, town.station, "call-back", reached=True, satisfaction=5)
    assert (matter.stage, matter.ended_at, row.satisfaction) == ("closed", NOW, 5)
    assert {state_of(one, LATER) for one in matter.clocks} == {"met"}


def test_the_citizen_agrees_rates_and_reopens_by_his_code_alone(session: Session, town: Town) -> None:
    got = bring(session)
    matter = got.matter
    to_proposal(session, town, matter)
    with pytest.raises(CodeNotKnown):
        find_own(session, matter.number, "BCDFGHJKLMNP")
    with pytest.raises(CodeNotKnown):
        find_own(session, "TS2026-999999", got.query_code)
    spelled = f" {got.query_code[:4].lower()}-{got.query_code[4:]}"
    assert find_own(session, matter.number, spelled).steps == ["agree", "disagree", "withdraw", "add-words"]
    own = act_as_citizen(session, matter.number, got.query_code, "agree", Nothing(), NOW)
    act_as_citizen(session, matter.number, got.query_code, "rate", RateIn(satisfaction=2), NOW)
    assert (own.matter.stage, own.matter.ended_at, own.complaint.satisfaction) == ("closed", NOW, 2)
    act_as_citizen(session, matter.number, got.query_code, "reopen", ReopenIn(words="没有退款"), NOW)
    assert (matter.stage, matter.ended_at, own.complaint.outcome) == ("accepted", None, None)
    assert session.scalars(select(CitizenWords.text).order_by(CitizenWords.id)).all() == [WORDS, "没有退款"]
    with pytest.raises(NotYourStep):
        act_as_citizen(session, matter.number, got.query_code, "mediate", Nothing(), NOW)


def test_a_firm_is_asked_only_when_it_is_known(session: Session, town: Town) -> None:
    matter = bring(session, code=None, outlet="街角小店", region=COUNTY).matter
    step(session, matter, town.station, "accept")
    with pytest.raises(FirmUnknown):
        step(session, matter, town.station, "invite", summary="反映变质")
    with pytest.raises(FirmUnknown):
        step(session, matter, town.station, "mediate")
    step(session, matter, town.station, "attach", code=GTIN, lot=LOT)
    assert matter.party_id == town.dairy.party_id
    step(session, matter, town.station, "attach", outlet="示范超市鼓楼店")
    assert matter.party_id == town.shop.party_id
    step(session, matter, town.station, "attach", firm=DAIRY)
    assert session.get_one(Complaint, matter.id).party_id == matter.party_id == town.dairy.party_id


def test_a_firm_sees_its_matter_once_it_is_asked_and_not_another_s(session: Session, town: Town) -> None:
    matter = bring(session).matter
    with pytest.raises(MatterNotFound):
        find_matter(session, town.shop, matter.number)
    to_proposal(session, town, matter)
    read = json.dumps(
        write_matter(session, town.shop, find_matter(session, town.shop, matter.number), NOW), ensure_ascii=False
    )
    assert "全额退款并道歉" in read
    assert NAME not in read
    assert PHONE not in read
    with pytest.raises(MatterNotFound):
        find_matter(session, town.dairy, matter.number)


def test_silence_lapses_when_its_time_is_over_and_mediation_follows(session: Session, town: Town) -> None:
    matter = bring(session).matter
    step(session, matter, town.station, "accept")
    step(session, matter, town.station, "invite", summary="反映变质")
    with pytest.raises(NotYetOver):
        step(session, matter, town.station, "lapse")
    step(session, matter, town.station, "lapse", now=LATER)
    step(session, matter, town.station, "mediate", now=LATER)
    with pytest.raises(Invalid):
        step(session, matter, town.station, "agree", now=LATER)
    step(session, matter, town.station, "agree", now=LATER, terms="退一赔三")
    assert session.get_one(Complaint, matter.id).settled_in_time is True  # 45 working days are not over yet


def test_mediation_that_fails_ends_with_its_reason(session: Session, town: Town) -> None:
    matter = bring(session).matter
    step(session, matter, town.station, "accept")
    step(session, matter, town.station, "mediate")
    step(session, matter, town.station, "end", "双方未能达成一致")
    assert (matter.stage, session.get_one(Complaint, matter.id).outcome) == ("ended", "ended")
    step(session, matter, town.station, "call-back")
    with pytest.raises(StepNotAllowed):
        step(session, matter, town.station, "mediate")


def test_a_complaint_becomes_a_report_that_an_officer_decides(session: Session, town: Town) -> None:
    got = bring(session)
    matter = got.matter
    step(session, matter, town.station, "accept")
    step(session, matter, town.station, "turn-into-report", "涉嫌销售过期食品")
    report = session.scalars(select(Matter).where(Matter.kind == "report")).one()
    assert find_own(session, report.number, got.query_code).matter is report
    assert (report.number, report.product_id, report.party_id) == ("JB2026-000001", matter.product_id, matter.party_id)
    with pytest.raises(NotYourStep):
        step(session, report, town.station, "file-case", case_number="鼓市监立〔2026〕1号")
    step(session, report, town.offices.county, "file-case", case_number="鼓市监立〔2026〕1号")
    step(session, report, town.offices.county, "tell")
    step(session, report, town.offices.colleague, "conclude", "查证属实", upheld=True, decision="鼓市监处〔2026〕1号")
    step(session, report, town.offices.colleague, "tell")
    assert (report.stage, session.get_one(Complaint, report.id).outcome) == ("closed", "upheld")
    with pytest.raises(MatterNotFound):
        find_matter(session, town.shop, report.number)


@pytest.mark.parametrize("days", [0, 18, 40])
def test_an_extension_counts_from_the_end_of_the_first_period(session: Session, town: Town, days: int) -> None:
    """Whenever it is decided, soon, late or too late: 15 and 15 working days are 30."""
    report = bring(session, kind="report").matter
    step(session, report, town.offices.county, "extend", "案情复杂", now=NOW + timedelta(days=days))
    first, extended = report.clocks
    assert (first.limit.word, extended.limit.word, extended.started_at) == ("check", "check_extended", first.due_at)
    assert extended.due_at == due_after(NOW, 30, "wd", load_calendar(session)).at


def test_an_inquiry_is_answered_and_praise_passed_on(session: Session, town: Town) -> None:
    inquiry = bring(session, kind="inquiry", citizen={}, sent="a").matter
    step(session, inquiry, town.station, "answer", answer="食品可凭小票退换。")
    assert (inquiry.number, inquiry.stage, inquiry.ended_at) == ("ZX2026-000001", "answered", NOW)
    praise = bring(session, kind="praise", citizen={}, sent="b").matter
    step(session, praise, town.station, "pass-on", summary="服务热情")
    assert find_matter(session, town.shop, praise.number).stage == "passed_on"


def test_a_step_names_nobody(session: Session, town: Town) -> None:
    matter = bring(session).matter
    step(session, matter, town.station, "accept")
    with pytest.raises(InvalidBody, match=PHONE):
        step(session, matter, town.station, "invite", summary=f"请联系 {PHONE}")
    with pytest.raises(Invalid, match=PHONE):
        step(session, matter, town.station, "end", f"已电话 {PHONE} 告知")
    with pytest.raises(Invalid, match=PHONE):
        step(session, matter, town.station, "hand-over", f"已电话 {PHONE} 告知", code=CITY)
    to_steps = session.scalar(text("SELECT count(*) FROM matter_steps WHERE facts LIKE '%138%'"))
    assert to_steps == 0


def test_a_text_without_a_word_is_none() -> None:
    with pytest.raises(InvalidBody):
        said(words="  ")
