"""Rounds of sending under a clock that runs: repeats, the second contact, the authority, workers that die."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from recalls.models import Notice, PublicNotice
from recalls.notices import outbox
from recalls.notices.channels import Outcome
from recalls.notices.contacts import Contact, record_contact
from recalls.notices.delivery import LEASE, claim_due, deliver_job, find_lag, finish_round
from recalls.notices.letter import Letter
from tests.recalls import taking
from tests.recalls.chain import ADMIN, REGULATOR, Chain, gln_of
from tests.recalls.notices.world import NOW, Desk, announce, make_chain, notices
from trace.kit import strict_json
from trace.kit.db import Database
from trace.models import Party


class World(Desk):
    """An announced recall."""

    firms: dict[str, int]
    number: str


def make_world(database: Database, recall_class: int = 1) -> World:
    world = World(database)
    with database.write() as session:
        _, case, world.firms = make_chain(session, recall_class)
        announce(session, case)
        world.number = case.number
    return world


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def test_the_first_round_goes_out_by_every_way_that_a_firm_has(world: World) -> None:
    world.run()
    sent = {(channel, address) for channel, address, _ in world.post.letters}
    assert sent == {
        ("mail", "dairy@example.com"),
        ("mail", "north@example.com"),
        ("webhook", "https://north.example/recalls"),
        ("mail", "mall@example.com"),
        ("sms", "+86 10 5555 0101"),
    }
    north = world.notice(world.firms["north"])
    assert [(one.channel, one.accepted, one.repeat) for one in world.attempts(north)] == [
        ("webhook", True, 0),
        ("mail", True, 0),
    ]
    assert (north.first_sent_at, north.acknowledged_at) == (NOW, None)  # sent is only sent
    assert world.run() == 0


def test_a_repeat_says_that_it_is_one_with_its_number_and_the_date_of_the_first(world: World) -> None:
    world.run()
    world.run(hours=1)
    assert world.post.repeats("mall@example.com") == [0, 1]
    letter = world.post.letters[-1][2]
    webhook = next(one for _, _, one in world.post.letters[::-1] if isinstance(one, dict))
    assert isinstance(letter, Letter)
    assert (letter.repeat, letter.first_at) == (1, NOW)
    assert webhook["first_sent_at"] == "2026-03-31T08:00:00Z"


def test_what_is_refused_is_tried_again_and_the_other_way_counts(world: World) -> None:
    world.post.refuse = {"mall@example.com", "+86 10 5555 0101", "north@example.com"}
    world.run()
    mall, north = world.notice(world.firms["mall"]), world.notice(world.firms["north"])
    assert (mall.sent, mall.failures, mall.due_at) == (0, 1, NOW + timedelta(minutes=1))
    assert (north.sent, north.failures) == (1, 0)  # its webhook took it
    world.run(minutes=1)
    world.post.refuse = set()
    world.run(minutes=2)
    assert world.post.repeats("mall@example.com") == [0, 1, 2]
    assert world.notice(world.firms["mall"]).failures == 0
    assert [one.error for one in world.attempts(mall)][:2] == ["later", "later"]


def test_an_acknowledgement_ends_the_repeats(world: World) -> None:
    world.run()
    with world.database.write() as session:
        outbox.acknowledge(session, notices(session)[f"party:{world.firms['mall']}"][0], "api", "Ms Li", world.now)
    world.run(hours=30)
    assert world.post.repeats("mall@example.com") == [0]
    assert world.notice(world.firms["mall"]).escalated_at is None


def test_the_second_contact_is_written_to_when_the_first_is_silent(world: World) -> None:
    with world.database.write() as session:
        second = Contact(2, "Mr Wu", "second@example.com")
        record_contact(session, ADMIN, gln_of("party mall"), second, NOW)
    world.run()
    assert world.post.repeats("second@example.com") == []
    world.run(hours=1, minutes=59)
    assert world.post.repeats("second@example.com") == []
    world.run(minutes=1)
    assert world.post.repeats("second@example.com") == [2]
    (letter,) = [one for _, to, one in world.post.letters if to == "second@example.com"]
    assert isinstance(letter, Letter)
    assert letter.level == 2


def test_who_stays_silent_comes_to_the_authority_and_is_still_written_to(world: World) -> None:
    world.run()
    world.run(hours=7, minutes=59)
    assert world.notice(world.firms["mall"]).escalated_at is None
    world.run(minutes=1)
    mall = world.notice(world.firms["mall"])
    assert (mall.escalated_at, mall.escalation_reason) == (NOW + timedelta(hours=8), "not_acknowledged")
    world.run(minutes=2)
    letters = [one for _, to, one in world.post.letters if to == "bureau@example.com"]
    assert isinstance(letters[-1], Letter)
    names = {one.name: (one.reason, one.address) for one in letters[-1].unanswered}
    assert names["mall"] == ("not_acknowledged", "+86 10 5555 0101, mall@example.com")
    assert names["south"] == ("no_address", None)
    assert len(names) == letters[-1].unanswered_count == 5
    before = len(world.post.repeats("mall@example.com"))
    world.run(days=1)
    assert len(world.post.repeats("mall@example.com")) == before + 1


def test_an_address_that_comes_late_is_used_at_once(world: World) -> None:
    world.run()
    with world.database.write() as session:
        record_contact(session, ADMIN, gln_of("party south"), Contact(1, None, "south@example.com"), world.now)
    world.run()
    assert world.post.repeats("south@example.com") == [0]


def test_days_without_an_address_make_the_first_message_no_repeat(world: World) -> None:
    world.run(days=2)
    south = world.notice(world.firms["south"])
    assert (south.tries, south.first_tried_at, {one.channel for one in world.attempts(south)}) == (0, None, {"none"})
    with world.database.write() as session:
        session.execute(delete(Notice).where(Notice.notice_id == south.notice_id))
    world.run(minutes=5)  # found again, and no repeat for that either
    with world.database.write() as session:
        record_contact(session, ADMIN, gln_of("party south"), Contact(1, None, "south@example.com"), world.now)
    world.run()
    assert world.post.repeats("south@example.com") == [0]


def test_a_place_that_is_registered_to_a_firm_that_knows_is_off_the_list_at_the_next_look(world: World) -> None:
    with world.database.write() as session:
        chain = Chain(session, hours=600, count=900)
        mall = session.get(Party, world.firms["mall"])
        assert mall is not None
        chain.place("market", "outlet", mall)
    world.run(minutes=5)
    with world.database.read() as session:
        ((place,),) = [rows for key, rows in notices(session).items() if key.startswith("place:")]
        assert len(notices(session)[f"party:{world.firms['mall']}"]) == 1
    assert (place.closed_at, place.due_at) == (world.now, None)


def test_a_worker_that_died_while_sending_leaves_a_repeat_behind(world: World) -> None:
    with world.database.write() as session:
        claimed = claim_due(session, world.now)
        assert claimed is not None
    world.run()
    assert world.notice(world.firms["dairy"]).tries == 1  # nobody else takes it before the lease has run out
    world.run(seconds=LEASE.total_seconds() + 1)
    assert [(one.channel, one.repeat) for one in world.attempts(claimed)] == [("unknown", 0), ("mail", 1)]


def test_what_was_taken_over_meanwhile_is_still_recorded(world: World) -> None:
    with world.database.write() as session:
        slow = claim_due(session, world.now)
        assert slow is not None
        session.expunge(slow)
    world.run(seconds=LEASE.total_seconds() + 1)
    due = world.notice(world.firms["dairy"]).due_at
    with world.database.write() as session:
        finish_round(session, slow, [(1, Outcome("mail", "dairy@example.com", True, 250))], world.now)
    assert len(world.attempts(slow)) == 3
    assert world.notice(world.firms["dairy"]).due_at == due


def test_goods_that_move_on_bring_their_receiver_a_notice(world: World) -> None:
    world.run()
    with world.database.write() as session:
        chain = Chain(session, hours=600, count=900)
        stall = chain.party("stall")
        stall.email = "stall@example.com"
        chain.place("stall", "outlet", stall)
        chain.ship("mall", "stall", "yogurt", "L1", 3)
    world.run(seconds=20)
    with world.database.read() as session:
        (told,) = notices(session)[f"party:{stall.id}"]
    assert told.cause == "new_consignee"
    assert world.post.repeats("stall@example.com") == [0]


def test_a_row_deleted_by_hand_comes_back_at_the_next_look_and_is_told_as_a_repeat(world: World) -> None:
    world.run()
    lost = world.notice(world.firms["mall"])
    with world.database.write() as session:
        session.execute(delete(Notice).where(Notice.notice_id == lost.notice_id))
    world.run(seconds=30)
    with world.database.read() as session:
        assert f"party:{world.firms['mall']}" not in notices(session)  # nothing new came: not yet
    world.run(minutes=5)
    back = world.notice(world.firms["mall"])
    assert (back.notice_id, back.cause) == (lost.notice_id, "reconciled")
    assert world.post.repeats("mall@example.com") == [0, 1]


def test_closeouts_are_sent_once_and_everything_else_ends_with_the_case(world: World) -> None:
    world.run()
    with world.database.write() as session:
        taking.terminate(session, REGULATOR, world.number, world.now, "all back")
    sent = len(world.post.letters)
    world.run()
    closing = [one for _, _, one in world.post.letters[sent:]]
    assert {one.kind if isinstance(one, Letter) else one["kind"] for one in closing} == {"closeout"}
    assert world.run(days=3) == 0


def test_the_lag_is_how_long_the_oldest_due_notice_has_waited(world: World) -> None:
    with world.database.read() as session:
        assert find_lag(session, NOW + timedelta(minutes=3)) == 180
    world.run(minutes=3)
    with world.database.read() as session:
        assert find_lag(session, world.now) == 0


def test_a_notice_whose_row_goes_while_it_is_sent_is_no_mistake(world: World) -> None:
    def vanishing(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        with world.database.write() as session:
            session.execute(delete(Notice))
        return 200

    with world.database.write() as session:
        session.execute(update(Notice).where(Notice.party_id != world.firms["north"]).values(due_at=None))
    north = world.notice(world.firms["north"])
    assert deliver_job(replace(world.post.ways(), webhook=vanishing))(world.work)
    assert [one.accepted for one in world.attempts(north)] == [True, True]


def test_what_the_public_notice_says_in_english_goes_into_the_message(database: Database) -> None:
    world = World(database)
    words = {"defect_en": "Listeria was found", "what_to_do_en": "Return it to your supplier"}
    with database.write() as session:
        _, case, world.firms = make_chain(session)
        announce(session, case)
        papers = {"facts": "{}", "digest": "", "run": "", "step": "announce", "actor": 1, "actor_name": "bureau"}
        notice = PublicNotice(case_id=case.id, version=2, scope_version=1, recorded_at=NOW, published_at=NOW, **papers)
        notice.words = strict_json.dumps(words).decode()
        session.add(notice)
    world.run()
    letter = next(one for _, to, one in world.post.letters if to == "mall@example.com")
    assert isinstance(letter, Letter)
    assert (letter.case.hazard_en, letter.case.instructions_en) == tuple(words.values())
