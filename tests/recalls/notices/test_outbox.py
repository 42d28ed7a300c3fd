"""What each step of a case writes into the outbox, and to whom."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from recalls.consignees import find_consignees
from recalls.models import Notice, NoticeAttempt
from recalls.notices import outbox
from recalls.notices.goods import read_goods
from recalls.notices.pass_on import pass_on
from recalls.participants import add_participants
from recalls.scope import Line
from tests.recalls import taking
from tests.recalls.chain import REGULATOR, gln_of, gtin_of
from tests.recalls.notices.world import NOW, announce, make_chain, notices, open_case
from trace.kit.auth import Principal
from trace.models import Identifier

HOUR = timedelta(hours=1)


def market(session: Session) -> str:
    number = session.scalar(select(Identifier.id).where(Identifier.gln == gln_of("market")))
    return f"place:{number}"


def test_nobody_is_told_before_the_announcement(session: Session) -> None:
    make_chain(session)
    assert notices(session, None) == {}


def test_the_announcement_tells_every_consignee_once_what_the_ledger_says_is_there(session: Session) -> None:
    _, case, firms = make_chain(session)
    announce(session, case)
    told = notices(session)
    everybody = {f"party:{firms[name]}" for name in ("dairy", "north", "south", "mall")} | {market(session)}
    assert set(told) == everybody
    assert all(len(rows) == 1 and rows[0].cause == "announced" for rows in told.values())
    (goods,) = read_goods(told[f"party:{firms['north']}"][0].goods)
    assert (goods.received, goods.on_hand, goods.complete) == (Decimal(40), Decimal(15), True)


def test_who_cannot_be_addressed_is_on_the_authoritys_list_at_once_and_it_says_why(session: Session) -> None:
    _, case, firms = make_chain(session)
    announce(session, case)
    told = notices(session)
    reasons = {
        key: (rows[0].escalation_reason, rows[0].escalated_at) for key, rows in told.items() if rows[0].escalated_at
    }
    assert reasons == {f"party:{firms['south']}": ("no_address", NOW), market(session): ("no_firm", NOW)}
    assert all(rows[0].due_at is not None for rows in told.values())  # attempts go on all the same
    ((escalation,),) = notices(session, "escalation").values()
    assert escalation.party_id == firms["bureau"]


def test_the_firm_that_runs_the_recall_knows(session: Session) -> None:
    _, case, firms = make_chain(session)
    case.initiator_id = firms["dairy"]
    announce(session, case)
    own = notices(session)[f"party:{firms['dairy']}"][0]
    assert (own.acknowledged_at, own.acknowledged_via, own.due_at) == (NOW, "initiator", None)


def test_an_extension_tells_only_those_who_have_what_was_added(session: Session) -> None:
    chain, case, firms = make_chain(session)
    chain.make("dairy", "yogurt", "L2", 50)
    chain.move("dairy", "north", "yogurt", "L2", 5)
    shop = chain.party("shop")
    shop.email = "shop@example.com"
    chain.place("shop", "outlet", shop)
    chain.move("north", "shop", "yogurt", "L2", 3)
    announce(session, case)
    added = [Line(gtin=gtin_of("yogurt"), lots=("L2",))]
    taking.extend(session, REGULATOR, case.number, added, NOW + HOUR, "L2 too")
    extended = {key: rows[-1] for key, rows in notices(session).items() if rows[-1].cause == "extended"}
    assert set(extended) == {f"party:{number}" for number in (firms["dairy"], firms["north"], shop.id)}
    assert all(row.version == 2 for row in extended.values())
    (goods,) = read_goods(extended[f"party:{firms['north']}"].goods)
    assert goods.on_hand == Decimal(2)


@pytest.mark.parametrize("more", [{"serial_from": "201", "serial_to": "300"}, {}])
def test_an_extension_by_serial_numbers_tells_those_who_know_of_the_batch(session: Session, more: Any) -> None:
    _, case, firms = make_chain(session, serials=("101", "200"))
    announce(session, case)
    taking.extend(
        session, REGULATOR, case.number, [Line(gtin=gtin_of("yogurt"), lots=("L1",), **more)], NOW + HOUR, "more"
    )
    told = notices(session)
    assert {tuple(row.cause for row in rows) for rows in told.values()} == {("announced", "extended")}
    lost = told[f"party:{firms['mall']}"][1].notice_id
    session.execute(delete(Notice).where(Notice.notice_id == lost))
    session.expire_all()
    (back,) = outbox.tell_untold(
        session, case, find_consignees(session, case, NOW + HOUR), "reconciled", NOW + 2 * HOUR
    )
    assert back.notice_id == lost
    assert not outbox.find_untold(session, case, find_consignees(session, case, NOW + HOUR))


def test_a_case_without_an_announcement_closes_nothing(session: Session) -> None:
    _, case, _ = make_chain(session)
    taking.cancel(session, REGULATOR, case.number, NOW, "a mistake")
    assert notices(session, None) == {}


def test_reminders_end_with_a_case_that_never_was_announced(session: Session) -> None:
    _, case, firms = make_chain(session)
    to = outbox.Recipient(party_id=firms["south"])
    reminder = outbox.queue_notice(session, case, "reminder", to, "deadline", NOW, words="明天到期")
    assert reminder is not None
    taking.cancel(session, REGULATOR, case.number, NOW + HOUR, "a mistake")
    assert (reminder.closed_at, reminder.due_at) == (NOW + HOUR, None)


def test_in_a_drill_nobody_counts_as_told_who_does_not_take_part(session: Session) -> None:
    _, case, firms = make_chain(session, drill=True)
    add_participants(session, REGULATOR, case, [gln_of("party north")], NOW)
    announce(session, case)
    north = Principal("company", firms["north"], 7, "north")
    number = notices(session)[f"party:{firms['north']}"][0].notice_id
    stranger = outbox.Customer("小店", "shop@example.com", None)
    done = pass_on(session, north, case.number, number, NOW, customers=[stranger])
    assert (list(done.written), done.already) == ([], 0)


def test_a_drill_writes_only_to_those_who_take_part(session: Session) -> None:
    _, case, firms = make_chain(session, drill=True)
    add_participants(session, REGULATOR, case, [gln_of("party mall")], NOW)
    announce(session, case)
    assert set(notices(session, None)) == {f"party:{firms['mall']}"}


def test_completion_asks_for_the_removal_and_the_end_closes_what_is_open(session: Session) -> None:
    _, case, firms = make_chain(session)
    announce(session, case)
    outbox.acknowledge(session, notices(session)[f"party:{firms['mall']}"][0], "api", "Ms Li", NOW)
    notices(session)[f"party:{firms['north']}"][0].sent = 1
    taking.complete(session, REGULATOR, case.number, NOW + HOUR)
    assert set(notices(session, "removal_confirmation")) == set(notices(session))
    taking.terminate(session, REGULATOR, case.number, NOW + 2 * HOUR, "all back")
    assert set(notices(session, "closeout")) == {f"party:{firms['north']}", f"party:{firms['mall']}"}
    for rows in notices(session, None).values():
        for one in rows:
            assert (one.due_at is None) == (one.closed_at is not None) == (one.kind != "closeout")


def test_the_first_acknowledgement_stands(session: Session) -> None:
    _, case, firms = make_chain(session)
    announce(session, case)
    notice = notices(session)[f"party:{firms['mall']}"][0]
    outbox.acknowledge(session, notice, "link", "Ms Li", NOW)
    outbox.acknowledge(session, notice, "api", "Mr Wu", NOW + HOUR)
    assert (notice.acknowledged_by, notice.acknowledged_via, notice.acknowledged_at) == ("Ms Li", "link", NOW)
    assert notice.due_at is None
    assert notice.escalate_at is None


def test_a_lost_row_comes_back_under_its_number_and_remembers_its_attempts(session: Session) -> None:
    _, case, firms = make_chain(session)
    announce(session, case)
    lost = notices(session)[f"party:{firms['mall']}"][0]
    attempt = {"level": 1, "repeat": 0, "channel": "mail", "address": "mall@example.com"}
    session.add(NoticeAttempt(notice_id=lost.notice_id, at=NOW, accepted=True, status=250, **attempt))
    session.flush()
    session.execute(delete(Notice).where(Notice.id == lost.id))
    session.expire_all()
    (back,) = outbox.tell_untold(session, case, find_consignees(session, case, NOW), "reconciled", NOW + HOUR)
    assert (back.notice_id, back.cause, back.tries, back.sent) == (lost.notice_id, "reconciled", 1, 1)
    assert back.first_sent_at == back.first_tried_at == NOW


def test_a_place_whose_firm_is_registered_later_is_told_as_the_firm(session: Session) -> None:
    chain, case, _ = make_chain(session)
    announce(session, case)
    firm = chain.party("market firm")
    chain.place("market", "outlet", firm)
    (new,) = outbox.tell_untold(session, case, find_consignees(session, case, NOW), "new_consignee", NOW + HOUR)
    assert new.party_id == firm.id
    assert notices(session)[market(session)][0].closed_at == NOW + HOUR


def test_two_cases_tell_of_the_same_goods_each_for_itself(session: Session) -> None:
    _, case, firms = make_chain(session)
    announce(session, case)
    other = open_case(session, 2)
    announce(session, other, NOW + HOUR)
    assert len(notices(session)[f"party:{firms['mall']}"]) == 2


def test_words_of_ones_own_are_written_once(session: Session) -> None:
    _, case, firms = make_chain(session)
    to = outbox.Recipient(party_id=firms["dairy"])
    assert outbox.queue_notice(session, case, "reminder", to, "deadline", NOW, words="明天到期", dedupe="7")
    assert outbox.queue_notice(session, case, "reminder", to, "deadline", NOW, words="明天到期", dedupe="7") is None


@pytest.mark.parametrize("statement", ["UPDATE notice_attempts SET accepted = accepted", "DELETE FROM party_contacts"])
def test_what_was_sent_and_to_whom_is_never_changed(session: Session, statement: str) -> None:
    _, _, firms = make_chain(session)
    attempt = {"level": 1, "repeat": 0, "channel": "mail", "address": "a@example.com"}
    session.add(NoticeAttempt(notice_id="x", at=NOW, accepted=True, status=250, **attempt))
    session.flush()
    insert = "INSERT INTO party_contacts (party_id, rank, recorded_at, recorded_by) VALUES (:party, 1, :now, 1)"
    session.execute(text(insert), {"party": firms["mall"], "now": NOW.isoformat()})
    with pytest.raises(DBAPIError):
        session.execute(text(statement))
