"""Subscriptions of named queries: who is told what they find, and how far that has come (EPCIS 2.0 §8.2.5)."""

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from trace.answers import write_time
from trace.epcis.epc_format import CbvFormat, EpcFormat
from trace.events.errors import NoSuchNameException, SubscriptionControlsException
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Forbidden
from trace.models import DeliveryAttempt, Event, NamedQuery, Subscription
from trace.subscriptions.controls import Controls
from trace.subscriptions.named_queries import event_query, find_named_query, owned
from trace.subscriptions.schedule import next_after, read_schedule

MAX_SUBSCRIPTIONS = 1000
"""Of one firm."""
BATCH_SIZE = 100
"""Events of one delivery, until a receiver asks for fewer (413)."""
SHOWN_ATTEMPTS = 10

_NUMBER = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class Format:
    """In what form a receiver is told."""

    media_type: str
    epc_format: EpcFormat
    cbv_xml_format: CbvFormat


class TooManySubscriptions(Forbidden):
    """The firm has as many subscriptions as one may have."""


def create_subscription(
    session: Session, principal: Principal, query_name: str, controls: Controls, form: Format, now: datetime
) -> Subscription:
    """Subscribe to one of the key's own queries.

    Without ``initialRecordTime`` everything committed from now on is told. Raises NoSuchNameException (404),
    SubscriptionControlsException (400) and TooManySubscriptions.
    """
    lock_writes(session)  # so that no event is captured between now and the number it is told from
    query = find_named_query(session, principal, query_name)
    asked = event_query(query)
    if asked.event_count_limit is not None or asked.max_event_count is not None:
        raise SubscriptionControlsException(
            "Expected a query without eventCountLimit and maxEventCount: a subscription tells of every event."
        )
    mine = select(func.count()).select_from(Subscription).join(NamedQuery).where(owned(principal))
    if (session.scalar(mine) or 0) >= MAX_SUBSCRIPTIONS:
        raise TooManySubscriptions(f"Expected at most {MAX_SUBSCRIPTIONS} subscriptions, got one more.")
    schedule = controls.schedule
    subscription = Subscription(
        id=str(uuid.uuid4()),
        query_id=query.id,
        role=principal.role,
        dest=controls.dest,
        signature_token=controls.signature_token,
        media_type=form.media_type,
        epc_format=form.epc_format,
        cbv_xml_format=form.cbv_xml_format,
        schedule=None if schedule is None else json.dumps(dict(schedule)),
        report_if_empty=controls.report_if_empty,
        initial_record_time=controls.initial_record_time,
        created_at=now,
        min_record_time=controls.initial_record_time or now,
        delivered_to=_start(session, controls.initial_record_time),
        batch_size=BATCH_SIZE,
        failures=0,
        due_at=now if schedule is None else next_after(read_schedule(schedule), now),
    )
    session.add(subscription)
    session.flush()
    return subscription


def _start(session: Session, initial: datetime | None) -> int:
    """The number of the last event before those that are told."""
    if initial is not None:
        first = session.scalar(select(func.min(Event.id)).where(Event.record_time >= initial))
        if first is not None:
            return first - 1
    return session.scalar(select(func.max(Event.id))) or 0


def list_subscriptions(
    session: Session, principal: Principal, query_name: str, limit: int, after: tuple[datetime, str] | None = None
) -> Sequence[Subscription]:
    """Return up to ``limit`` subscriptions of a query, the oldest first; ``after`` is the last one seen before.

    Raises NoSuchNameException (404).
    """
    query = find_named_query(session, principal, query_name)
    order = (Subscription.created_at, Subscription.id)
    listed = select(Subscription).where(Subscription.query_id == query.id).order_by(*order).limit(limit)
    if after is not None:
        listed = listed.where(tuple_(*order) > tuple_(*after))
    return session.scalars(listed).all()


def find_subscription(session: Session, principal: Principal, query_name: str, number: str) -> Subscription:
    """Return a subscription of one of the key's own queries. Raises NoSuchNameException (404)."""
    query = find_named_query(session, principal, query_name)
    found = session.get(Subscription, number) if _NUMBER.fullmatch(number) else None
    if found is None or found.query_id != query.id:
        raise NoSuchNameException(f"No subscription {number} of the query {query_name} is known.")
    return found


def delete_subscription(session: Session, principal: Principal, query_name: str, number: str) -> None:
    """End a subscription. Raises NoSuchNameException (404)."""
    session.delete(find_subscription(session, principal, query_name, number))
    session.flush()


def write_subscription(subscription: Subscription, query_name: str) -> dict[str, Any]:
    """The subscription as it is answered, without its token, with what troubles it beside it."""
    moments = {
        "createdAt": subscription.created_at,
        "lastNotifiedAt": subscription.last_notified_at,
        "initialRecordTime": subscription.initial_record_time or subscription.created_at,
        "minRecordTime": subscription.min_record_time,
        "nextAttemptAt": subscription.due_at if subscription.schedule or subscription.failures else None,
    }
    return {
        "subscriptionID": subscription.id,
        "queryName": query_name,
        "dest": subscription.dest,
        **({"schedule": json.loads(subscription.schedule)} if subscription.schedule else {"stream": True}),
        "reportIfEmpty": subscription.report_if_empty,
        "epcFormat": subscription.epc_format,
        "mediaType": subscription.media_type,
        **{name: write_time(moment) for name, moment in moments.items() if moment is not None},
        "failures": subscription.failures,
    }


def write_attempts(session: Session, subscription: Subscription) -> list[dict[str, Any]]:
    """What became of the latest deliveries, the newest first."""
    latest = (
        select(DeliveryAttempt)
        .where(DeliveryAttempt.subscription_id == subscription.id)
        .order_by(DeliveryAttempt.id.desc())
        .limit(SHOWN_ATTEMPTS)
    )
    return [
        {
            "deliveryID": one.delivery_id,
            "attemptedAt": write_time(one.attempted_at),
            "events": one.events,
            **{name: value for name, value in (("status", one.status), ("error", one.error)) if value is not None},
        }
        for one in session.scalars(latest)
    ]
