"""Mails tell that something happened, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.complaints.citizens import erase_citizen
from oversight.letters import WRITERS
from oversight.matters.messages import GOOD_FOR, WAITS, Letter, claim_next, finish
from oversight.models import MatterMessage
from tests.oversight.complaints.people import EMAIL, NAME, PHONE, Town, add_town, bring, step
from tests.oversight.offices import NOW
from trace.models import Party

SITE = "https://suyuan.example"


@pytest.fixture
def town(session: Session) -> Town:
    town = add_town(session)
    session.get_one(Party, town.shop.party_id).email = "shop@firms.example"
    return town


def claim_all(session: Session) -> list[Letter]:
    found = []
    while session.scalar(select(MatterMessage.id).where(MatterMessage.next_at <= NOW)) is not None:
        mail = claim_next(session, WRITERS, SITE, NOW)
        if mail is not None:
            finish(session, mail.message_id, None, NOW)
            found.append(mail.letter)
    return found


def test_citizen_and_firm_are_told_by_number_alone(session: Session, town: Town) -> None:
    matter = bring(session, town.station, "phone").matter
    step(session, matter, town.station, "accept")
    step(session, matter, town.station, "invite", summary="消费者反映酸奶变质")
    step(session, matter, town.shop, "propose", remedy="refund", terms="全额退款")
    mails = claim_all(session)
    assert [one.address for one in mails] == [EMAIL, "shop@firms.example", EMAIL]
    for mail in mails:
        assert matter.number in mail.subject
        assert not any(one in mail.subject + mail.body for one in (NAME, PHONE, "酸奶", "退款"))
    assert f"{SITE}/complaints/{matter.number}" in mails[0].body
    assert f"{SITE}/desk/matters/{matter.number}" in mails[1].body


def test_a_mail_that_fails_is_tried_again_and_given_up_at_last(session: Session, town: Town) -> None:
    step(session, bring(session).matter, town.station, "accept")
    at = NOW
    for wait in (*WAITS, None):
        mail = claim_next(session, WRITERS, SITE, at)
        if at >= NOW + GOOD_FOR:
            break
        assert mail is not None
        assert claim_next(session, WRITERS, SITE, at) is None
        finish(session, mail.message_id, "refused", at)
        at += wait or timedelta()
    row = session.scalars(select(MatterMessage)).one()
    assert (row.sent_at, row.next_at, row.error, row.attempts) == (None, None, "refused", 5)


def test_nothing_is_sent_to_who_was_erased_nor_too_late(session: Session, town: Town) -> None:
    matter = bring(session, town.station, "phone").matter
    step(session, matter, town.station, "decline", "不属于受理范围")
    erase_citizen(session, town.station, matter, "本人要求", NOW)
    assert claim_all(session) == []
    late = bring(session, sent="another").matter
    step(session, late, town.station, "accept")
    assert claim_next(session, WRITERS, SITE, NOW + GOOD_FOR + timedelta(hours=1)) is None


def test_a_firm_is_never_told_of_a_report(session: Session, town: Town) -> None:
    report = bring(session, kind="report").matter
    step(session, report, town.offices.county, "file-case", case_number="1")
    step(session, report, town.offices.county, "tell")
    assert [one.address for one in claim_all(session)] == [EMAIL]
