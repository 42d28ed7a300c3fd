"""Deliveries that meet trouble: receivers that fail or are slow, large results, workers that die."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from tests.kit.receiver import Receiver
from tests.trace.subscriptions.desk import (
    POST,
    Clock,
    capture,
    deliver_all,
    event_id,
    ids_of,
    name_query,
    shown,
    subscribe,
    told,
)
from tests.trace.web.api_client import Api
from tests.trace.web.firms import Firms
from trace.kit.db import Database
from trace.kit.webhook import Policy, WebhookFailed, post
from trace.models import DeliveryAttempt, NamedQuery, Subscription
from trace.subscriptions.deliveries import (
    KEPT_ATTEMPTS,
    claim_due,
    find_due,
    finish_delivery,
    prepare_message,
    wait_after,
)
from trace.worker import deliver_next, sender

TOKEN = "13df38d8275b13f05704629e5f1cf3d45d6132d5"


@pytest.mark.parametrize("answer", [500, 404, 302, 0])
def test_what_was_not_taken_comes_again_as_it_was_before_anything_newer(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock, answer: int
) -> None:
    number = subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1, 2])
    receiver.answers = [answer, answer]
    receiver.answer_headers = {"Location": receiver.url + "/elsewhere"} if answer == 302 else {}
    assert deliver_all(database, clock) == 1
    trouble = shown(firms.dairy, number)
    assert trouble["failures"] == 1
    assert datetime.fromisoformat(trouble["nextAttemptAt"]) == clock.now + timedelta(seconds=10)
    (attempt,) = trouble["attempts"]
    assert attempt["events"] == 2
    assert attempt.get("status") == (answer or None)
    assert "error" in attempt or answer
    assert "lastNotifiedAt" not in trouble
    capture(firms.dairy, [3])
    clock.advance(seconds=9)
    assert deliver_all(database, clock) == 0
    clock.advance(seconds=1)
    assert deliver_all(database, clock) == 1
    clock.advance(seconds=19)
    assert deliver_all(database, clock) == 0
    clock.advance(seconds=1)
    assert deliver_all(database, clock) == 2
    first, second, third, fourth = receiver.requests
    assert first.body == second.body == third.body
    assert len({one.headers["suyuan-delivery"] for one in (first, second, third)}) == 1
    assert fourth.headers["suyuan-delivery"] != first.headers["suyuan-delivery"]
    assert told(receiver) == [event_id(1), event_id(2), event_id(3)]
    assert [one.path for one in receiver.requests] == ["/callback"] * 4
    assert shown(firms.dairy, number)["failures"] == 0
    assert [one.get("status") for one in shown(firms.dairy, number)["attempts"]] == [
        204,
        204,
        answer or None,
        answer or None,
    ]


def test_an_answer_that_does_not_come_in_time_is_none(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    number = subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1])
    receiver.drip = 0.2
    impatient = partial(post, policy=Policy(allow_http=True, allow_private=True), seconds=0.4)
    assert deliver_all(database, clock, impatient) == 1
    (attempt,) = shown(firms.dairy, number)["attempts"]
    assert attempt["error"] == "No answer within 0.4 seconds."
    receiver.drip = 0
    clock.advance(seconds=10)
    assert deliver_all(database, clock, impatient) == 1
    assert told(receiver) == [event_id(1)]


def test_what_the_operator_allows_no_more_is_not_posted_to(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    number = subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1])
    for policy, said in ((Policy(), "https://"), (Policy(allow_http=True), "public address")):
        assert deliver_all(database, clock, sender(policy)) == 1
        assert said in shown(firms.dairy, number)["attempts"][0]["error"]
        clock.advance(minutes=1)
    assert receiver.requests == []


def test_waiting_grows_up_to_an_hour_and_never_ends() -> None:
    assert [wait_after(failures).total_seconds() for failures in (1, 2, 3, 9, 10, 10_000)] == [
        *(10, 20, 40, 2560, 3600, 3600)
    ]


def test_one_receiver_s_trouble_does_not_stop_the_others(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    number = subscribe(firms.dairy, "http://127.0.0.1:1/closed")
    subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1])
    assert deliver_all(database, clock) == 2
    assert told(receiver) == [event_id(1)]
    (attempt,) = shown(firms.dairy, number)["attempts"]
    assert "No answer" in attempt["error"]


def test_many_events_come_in_chunks_and_a_receiver_can_ask_for_smaller_ones(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, range(250))
    receiver.answers = [204, 413]
    assert deliver_all(database, clock) == 5
    assert [len(ids_of(one)) for one in receiver.requests] == [100, 100, 50, 50, 50]
    assert told(receiver) == [event_id(number) for number in range(250)]
    assert len({one.headers["suyuan-delivery"] for one in receiver.requests}) == 5


def test_a_message_holds_no_more_bytes_than_it_may(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trace.subscriptions.deliveries.MAX_BYTES", 800)
    subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, range(5))
    deliver_all(database, clock)
    assert all(1 <= len(ids_of(one)) <= 2 for one in receiver.requests)
    assert told(receiver) == [event_id(number) for number in range(5)]


def test_a_single_event_that_is_too_large_waits_like_any_trouble(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    number = subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1])
    receiver.answers = [413]
    assert deliver_all(database, clock) == 1
    clock.advance(seconds=10)
    assert deliver_all(database, clock) == 1
    assert told(receiver) == [event_id(1)]
    assert shown(firms.dairy, number)["failures"] == 0


def test_whoever_unsubscribes_in_the_middle_of_a_delivery_is_left_alone(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    number = subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1])
    receiver.meanwhile = lambda: end(firms.dairy, number)
    assert deliver_all(database, clock) == 1
    with database.read() as session:
        assert session.scalars(select(Subscription)).all() == []
        assert session.scalars(select(DeliveryAttempt)).all() == []


def end(api: Api, number: str) -> None:
    assert api.send("DELETE", f"/epcis/queries/all/subscriptions/{number}").status_code == 204


def test_a_query_that_can_no_longer_be_answered_is_told_as_a_problem_and_loses_nothing(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    number = subscribe(firms.dairy, receiver.url, signatureToken=TOKEN)
    capture(firms.dairy, [1])
    with database.write() as session:  # as if a later version of the program knew the parameter no more
        session.execute(update(NamedQuery).values(definition='{"EQ_nonsense": ["x"]}'))
    assert deliver_all(database, clock) == 1
    (request,) = receiver.requests
    assert request.headers["content-type"] == "application/problem+json"
    assert request.headers["gs1-signature"]
    problem = json.loads(request.body)
    assert problem["type"] == "epcisException:QueryValidationException"
    assert "EQ_nonsense" in problem["detail"]
    trouble = shown(firms.dairy, number)
    assert trouble["failures"] == 1
    assert trouble["attempts"][0]["error"] == problem["detail"]
    with database.write() as session:
        session.execute(update(NamedQuery).values(definition="{}"))
    clock.advance(seconds=10)
    assert deliver_all(database, clock) == 1
    assert ids_of(receiver.requests[1]) == [event_id(1)]


def test_idle_streams_are_passed_over_together(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    name_query(firms.dairy, "stored", {"EQ_bizStep": ["storing"]})
    for _ in range(5):
        subscribe(firms.dairy, "http://127.0.0.1:1/closed", name="stored")
    subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1])
    assert deliver_all(database, clock) == 1
    assert told(receiver) == [event_id(1)]
    with database.read() as session:
        assert len(set(session.scalars(select(Subscription.delivered_to)))) == 1
        assert find_due(session, clock()) is None


def test_no_transaction_is_open_while_a_receiver_is_waited_for(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1])
    numbers = iter(range(2, 10))
    receiver.meanwhile = lambda: capture(firms.dairy, [next(numbers)]) if len(receiver.requests) == 1 else None
    assert deliver_all(database, clock) == 2
    assert told(receiver) == [event_id(1), event_id(2)]


def test_a_claim_that_ran_out_is_taken_over_and_the_late_worker_changes_nothing(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1])
    with database.write() as session:
        claimed = claim_due(session, clock())
    assert claimed is not None
    assert deliver_all(database, clock) == 0  # another worker has it
    clock.advance(seconds=121)
    assert deliver_all(database, clock) == 1
    with database.read() as session:
        message = prepare_message(session, claimed, clock())
        assert message is not None
    with database.write() as session:
        finish_delivery(session, claimed, message, None, clock())
    (request,) = receiver.requests
    assert request.headers["suyuan-delivery"] == claimed.delivery_id
    assert request.body == message.body
    assert deliver_all(database, clock) == 0


def test_a_crash_between_the_answer_and_the_commit_repeats_the_same_delivery(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1])

    def crash(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        POST(url, body, headers)
        raise MemoryError("the machine went down")

    with pytest.raises(MemoryError):
        deliver_next(database, crash, clock)
    capture(firms.dairy, [2])
    clock.advance(minutes=3)
    deliver_all(database, clock)
    first, again, _ = receiver.requests
    assert first.headers["suyuan-delivery"] == again.headers["suyuan-delivery"]
    assert first.body == again.body
    assert told(receiver) == [event_id(1), event_id(2)]


def test_attempts_are_kept_to_a_bound(firms: Firms, database: Database, clock: Clock) -> None:
    number = subscribe(firms.dairy, "http://127.0.0.1:1/closed")
    capture(firms.dairy, [1])

    def fail(_url: str, _body: bytes, _headers: Mapping[str, str]) -> int:
        raise WebhookFailed("No answer.")

    for _ in range(KEPT_ATTEMPTS + 5):
        assert deliver_next(database, fail, clock)
        clock.advance(hours=1)
    with database.read() as session:
        assert len(session.scalars(select(DeliveryAttempt)).all()) == KEPT_ATTEMPTS
    assert shown(firms.dairy, number)["failures"] == KEPT_ATTEMPTS + 5
    assert len(shown(firms.dairy, number)["attempts"]) == 10
