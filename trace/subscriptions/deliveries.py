"""Deliveries of subscriptions: what is due, what is told, and what came of it (EPCIS 2.0 §8.2.5, §12.8).

The event log is the outbox: numbers of events are given in the order of commits, so all that a subscription has still
to tell are the events behind `delivered_to`. A delivery is fixed before it is sent, by its last event and its ID; it
is repeated as it was until the receiver takes it, and no later one overtakes it.
"""

import json
import logging
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from trace import backoff
from trace.epcis.epc_format import CbvFormat, EpcFormat
from trace.epcis.query_document import write_json, write_xml
from trace.epcis.query_language import QueryParameterError, both, read_query
from trace.events.errors import QueryValidationException
from trace.events.search import matching_after
from trace.events.stored import stored_event
from trace.kit import strict_json
from trace.kit.auth import ApiKey, Principal
from trace.kit.db import chunked
from trace.kit.errors import PROBLEM_JSON, Problem
from trace.kit.webhook import sign
from trace.models import DeliveryAttempt, Event, NamedQuery, Subscription
from trace.subscriptions.named_queries import event_query
from trace.subscriptions.schedule import next_after, read_schedule

logger = logging.getLogger("suyuan.worker")

LEASE = timedelta(minutes=2)
"""How long a worker may take for a delivery before another takes it to be dead: some times what sending can last."""
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
MAX_BYTES = 4 * 1024 * 1024
"""Of the captured events in one delivery; a single longer one still goes."""
KEPT_ATTEMPTS = 50
"""Of each subscription."""
MAX_LOOKED_AT = 500
"""Idle streams that are passed over at once."""

JSON_TYPE, XML_TYPE = "application/json", "application/xml"
VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
DELIVERY_HEADER = "Suyuan-Delivery"
TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class Message:
    """What to post. ``last`` is the number of its last event, the delivery's own last one if it is ``complete``.

    ``problem`` is why the query could not be answered, which is posted instead; the delivery is then not made.
    """

    dest: str
    body: bytes
    headers: dict[str, str]
    events: int
    last: int
    complete: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the status of the answer, or why there was none."""

    status: int | None
    error: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Due:
    """Streams that have nothing to tell of the events up to ``newest``, and whether some subscription has."""

    idle: Sequence[str]
    newest: int
    something: bool


def find_due(session: Session, now: datetime) -> Due | None:
    """What a worker has to do, looked up without waiting for the right to write; ``None`` if there is nothing.

    Streams that have nothing to tell are many where one firm captures and others listen: they are only passed over.
    """
    newest = _newest(session)
    idle: list[str] = []
    quiet: set[tuple[object, ...]] = set()
    due = _due(session, now).add_columns(NamedQuery).limit(MAX_LOOKED_AT)
    for subscription, query in session.execute(due):
        same = (query.id, subscription.role, subscription.initial_record_time, subscription.delivered_to)
        waiting = subscription.schedule is None and subscription.delivery_id is None
        if not (waiting and (same in quiet or _is_idle(session, subscription, query, newest))):
            return Due(idle, newest, something=True)
        quiet.add(same)
        idle.append(subscription.id)
    return Due(idle, newest, something=False) if idle else None


def _is_idle(session: Session, subscription: Subscription, query: NamedQuery, newest: int) -> bool:
    try:
        return not _matching(session, subscription, query, newest, 1)
    except (Problem, QueryParameterError):
        return False  # that is to be told


def pass_over(session: Session, due: Due, now: datetime) -> None:
    """Note that the idle streams have nothing to tell of the events up to ``due.newest``."""
    unclaimed = or_(Subscription.claimed_until.is_(None), Subscription.claimed_until < now)
    for some in chunked(due.idle):
        mine = Subscription.id.in_(some) & Subscription.delivery_id.is_(None) & unclaimed
        behind = Subscription.delivered_to < due.newest
        session.execute(update(Subscription).where(mine, behind).values(delivered_to=due.newest))


def claim_due(session: Session, now: datetime) -> Subscription | None:
    """Take the delivery that is due for longest, for this worker alone; ``None`` if there is none.

    What it tells is fixed here: the events committed by now. Of a subscription whose firm has no living key of its
    role nothing is due; it goes on where it was when there is one again.
    """
    due = _due(session, now).limit(1)
    subscription = session.scalars(due.with_for_update(skip_locked=True, of=Subscription)).first()
    if subscription is None:
        return None
    if subscription.delivery_id is None:
        subscription.delivery_id, subscription.delivery_to = str(uuid.uuid4()), _newest(session)
        subscription.delivery_at = now
    subscription.claim, subscription.claimed_until = str(uuid.uuid4()), now + LEASE
    session.flush()
    return subscription


def _newest(session: Session) -> int:
    return session.scalar(select(func.max(Event.id))) or 0


def _due(session: Session, now: datetime) -> Select[Subscription]:
    living = exists().where(
        ApiKey.revoked_at.is_(None),
        ApiKey.role == Subscription.role,
        # An operator's queries belong to all operators (`trace.permissions.reporting_party`).
        or_(
            Subscription.role == "admin",
            ApiKey.party_id == NamedQuery.owner_id,
            and_(ApiKey.party_id.is_(None), NamedQuery.owner_id.is_(None)),
        ),
    )
    return (
        select(Subscription)
        .join(NamedQuery, NamedQuery.id == Subscription.query_id)
        .where(
            Subscription.due_at <= now,
            or_(Subscription.claimed_until.is_(None), Subscription.claimed_until < now),
            or_(
                Subscription.schedule.is_not(None),
                Subscription.delivery_id.is_not(None),
                Subscription.delivered_to < _newest(session),
            ),
            living,
        )
        .order_by(Subscription.due_at, Subscription.id)
    )


def prepare_message(session: Session, claimed: Subscription, now: datetime) -> Message | None:
    """Write what is to be posted; ``None`` if there is nothing to tell, or the subscription has ended meanwhile.

    What the owner may see is decided now, not when the event was captured. A query that can no longer be answered is
    told as a problem, in place of its result (openapi.json, callback).
    """
    query = session.get(NamedQuery, claimed.query_id)
    if query is None:
        return None
    assert claimed.delivery_to is not None
    size = claimed.batch_size
    try:
        found = _matching(session, claimed, query, claimed.delivery_to, size + 1)
    except (Problem, QueryParameterError) as error:
        return _problem_message(claimed, error, now)
    events = list(_fitting(found[:size]))
    if not events and not (claimed.report_if_empty and claimed.schedule is not None):
        return None
    complete = len(events) == len(found)
    body = _write(claimed, query.name, events)
    return Message(
        dest=claimed.dest,
        body=body,
        headers=_headers(claimed, claimed.media_type, body, now),
        events=len(events),
        last=claimed.delivery_to if complete else events[-1].id,
        complete=complete,
    )


def _matching(session: Session, subscription: Subscription, query: NamedQuery, up_to: int, limit: int) -> list[Event]:
    """The first events behind those delivered that the subscription's owner may see and its query finds."""
    asked = event_query(query)
    if subscription.initial_record_time is not None:
        asked = both(asked, read_query({"GE_recordTime": subscription.initial_record_time.isoformat()}))
    owner = Principal(subscription.role, query.owner_id, 0, "subscription")  # type: ignore[arg-type]
    return matching_after(session, owner, asked, subscription.delivered_to, up_to, limit)


def _problem_message(claimed: Subscription, error: Problem | QueryParameterError, now: datetime) -> Message:
    problem = error if isinstance(error, Problem) else QueryValidationException(str(error))
    body = strict_json.dumps(problem.as_dict())
    headers = _headers(claimed, PROBLEM_JSON, body, now)
    return Message(claimed.dest, body, headers, 0, claimed.delivered_to, False, problem.detail or problem.title)


def _fitting(events: Sequence[Event]) -> Iterator[Event]:
    """As many as one message may hold, at least one."""
    size = 0
    for number, event in enumerate(events):
        size += len(event.body)
        if number and size > MAX_BYTES:
            return
        yield event


def _write(claimed: Subscription, query_name: str, events: Sequence[Event]) -> bytes:
    stored = [stored_event(event) for event in events]
    epc_format, created = EpcFormat(claimed.epc_format), claimed.delivery_at
    assert created is not None
    if claimed.media_type == XML_TYPE:
        return write_xml(
            stored,
            query_name=query_name,
            epc_format=epc_format,
            cbv_format=CbvFormat(claimed.cbv_xml_format),
            created=created,
            subscription_id=claimed.id,
        )
    return write_json(stored, query_name=query_name, epc_format=epc_format, created=created, subscription_id=claimed.id)


def _headers(claimed: Subscription, media_type: str, body: bytes, now: datetime) -> dict[str, str]:
    assert claimed.delivery_id is not None
    headers = {"Content-Type": media_type, **VERSIONS, DELIVERY_HEADER: claimed.delivery_id}
    headers["GS1-EPC-Format"] = claimed.epc_format
    if claimed.signature_token is not None:
        headers["GS1-Signature"] = sign(claimed.signature_token, claimed.delivery_id, int(now.timestamp()), body)
    return headers


def finish_delivery(
    session: Session, claimed: Subscription, message: Message | None, outcome: Outcome | None, now: datetime
) -> None:
    """Record what came of a claimed delivery: on if it was taken, or there was nothing to tell; else again later."""
    subscription = session.get(Subscription, claimed.id, with_for_update=True)
    if subscription is None or subscription.claim != claimed.claim:
        logger.info("subscription %s: ended, or taken over by another worker", claimed.id)
        return
    subscription.claim = subscription.claimed_until = None
    if message is None or outcome is None:
        _advance(subscription, None, now)
        session.flush()
        return
    _record(session, subscription, message, outcome, now)
    if outcome.accepted and message.problem is None:
        subscription.failures, subscription.last_notified_at = 0, now
        _advance(subscription, message, now)
    else:
        _postpone(subscription, message, outcome, now)
    session.flush()


def _advance(subscription: Subscription, message: Message | None, now: datetime) -> None:
    assert subscription.delivery_to is not None
    assert subscription.delivery_at is not None
    if message is not None and not message.complete:
        subscription.delivered_to, subscription.delivery_id = message.last, str(uuid.uuid4())
        subscription.due_at = now
        return
    if message is not None or subscription.schedule is not None:
        # A stream that has nothing to tell is silent of that too: it would tell when others capture.
        subscription.min_record_time = subscription.delivery_at
    subscription.delivered_to = subscription.delivery_to
    subscription.delivery_id = subscription.delivery_to = subscription.delivery_at = None
    schedule = subscription.schedule
    subscription.due_at = now if schedule is None else next_after(read_schedule(json.loads(schedule)), now)


def _postpone(subscription: Subscription, message: Message, outcome: Outcome, now: datetime) -> None:
    subscription.failures += 1
    if outcome.status == TOO_LARGE and message.events > 1:
        # Another message from now on, so another ID (openapi.json, callback: "send EPCIS events in smaller batches").
        subscription.batch_size, subscription.delivery_id = message.events // 2, str(uuid.uuid4())
        subscription.due_at = now
        return
    subscription.due_at = now + wait_after(subscription.failures)


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 10 s, 20 s, 40 s … up to an hour, for ever."""
    return backoff.wait_after(failures, FIRST_WAIT, LONGEST_WAIT)


def _record(session: Session, subscription: Subscription, message: Message, outcome: Outcome, now: datetime) -> None:
    assert subscription.delivery_id is not None
    session.add(
        DeliveryAttempt(
            subscription_id=subscription.id,
            delivery_id=subscription.delivery_id,
            attempted_at=now,
            events=message.events,
            status=outcome.status,
            error=message.problem or outcome.error,
        )
    )
    session.flush()
    mine = DeliveryAttempt.subscription_id == subscription.id
    kept = select(DeliveryAttempt.id).where(mine).order_by(DeliveryAttempt.id.desc()).limit(KEPT_ATTEMPTS)
    session.execute(delete(DeliveryAttempt).where(mine, DeliveryAttempt.id.not_in(kept)))
    said = message.problem or outcome.error or f"HTTP {outcome.status}"
    level = logging.INFO if outcome.accepted and message.problem is None else logging.WARNING
    logger.log(level, "subscription %s: %d events, %s", subscription.id, message.events, said)
