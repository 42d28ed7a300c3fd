"""Writing notices: many at a time, each once, under a number that follows from what is told to whom."""

import hashlib
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recalls.models import Notice, NoticeAttempt, RecallCase
from recalls.notices.contacts import find_contacts
from recalls.notices.goods import Goods, batches_of, write_goods
from recalls.notices.policy import NoticeKind, Progress, escalates_at, next_round
from trace.kit.bulk import among
from trace.kit.db import insert_ignore

_NAMES = uuid.UUID("5e6f1a3c-6f0d-4f7e-9a53-0d5d0c6b7a11")
"""The name space of notices: any constant of our own."""


NO_FIRM, NO_ADDRESS = "no_firm", "no_address"
"""Why a notice cannot be sent: nobody registered a firm for the place, or the firm no address."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer that a firm named itself: nobody registered it."""

    name: str
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a notice goes to: a firm, a place whose firm nobody registered, or a customer that a firm named."""

    party_id: int | None = None
    place_id: int | None = None
    customer: Customer | None = None

    @property
    def key(self) -> str:
        """Return the text that stands for it in ``notices.recipient``."""
        if self.party_id is not None:
            return f"party:{self.party_id}"
        if self.place_id is not None:
            return f"place:{self.place_id}"
        if self.customer is None:
            raise ValueError("expected a firm, a place or a customer, got none of them")
        return f"customer:{self.customer.email or self.customer.phone}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One notice to write; ``dedupe`` tells it from others of its kind to the same recipient."""

    recipient: Recipient
    goods: Sequence[Goods] = ()
    dedupe: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why notices are written: the event behind them, a person's words, and the firm that passes the recall on."""

    cause: str
    words: str | None = None
    passed_on_by: int | None = None


def batches_key(goods: Iterable[Goods]) -> str:
    """Return a short text that is the same for the same batches."""
    return hashlib.sha256(",".join(map(str, sorted(batches_of(goods)))).encode()).hexdigest()[:16]


def number_notice(case: RecallCase, kind: str, recipient: Recipient, dedupe: str) -> str:
    """Return the notice's UUID: a row that was deleted comes back under the same, so that repeats stay repeats."""
    return str(uuid.uuid5(_NAMES, "\n".join((case.number, kind, recipient.key, dedupe))))


def write_notices(
    session: Session, case: RecallCase, kind: NoticeKind, entries: Sequence[Entry], reason: Reason, now: datetime
) -> list[Notice]:
    """Write those that are not there yet and return them; the caller escalates what cannot be addressed.

    The firm that runs the case knows: its own notices are acknowledged as they are written.
    """
    wanted = {number_notice(case, kind, one.recipient, one.dedupe): one for one in entries}
    there = set(session.scalars(select(Notice.notice_id).where(among(session, Notice.notice_id, list(wanted)))))
    new = {number: one for number, one in wanted.items() if number not in there}
    addressed = find_contacts(session, {one.recipient.party_id for one in new.values() if one.recipient.party_id})
    earlier = _earlier_attempts(session, new)
    rows = []
    for number, entry in new.items():
        row = _row(case, kind, entry, reason, now) | {"notice_id": number}
        row |= earlier.get(number, {})
        if _runs_case(case, kind, entry.recipient):
            row |= {"acknowledged_at": now, "acknowledged_by": "runs the recall", "acknowledged_via": "initiator"}
        else:
            reachable = entry.recipient.customer is not None or entry.recipient.party_id in addressed
            progress = Progress(kind, case.recall_class, now, addressed=reachable)
            row["due_at"] = now if reachable else next_round(progress, now)
            row["escalate_at"] = escalates_at(progress)
            row["escalation_reason"] = None if reachable else _why_unreachable(entry.recipient)
        rows.append(row)
    insert_ignore(session, Notice.__table__, rows, ["notice_id"])
    return list(session.scalars(select(Notice).where(among(session, Notice.notice_id, list(new))).order_by(Notice.id)))


def _runs_case(case: RecallCase, kind: NoticeKind, recipient: Recipient) -> bool:
    return kind != "reminder" and recipient.party_id is not None and recipient.party_id == case.initiator_id


def _row(case: RecallCase, kind: str, entry: Entry, reason: Reason, now: datetime) -> dict[str, Any]:
    recipient, customer = entry.recipient, entry.recipient.customer
    return {
        "case_id": case.id,
        "kind": kind,
        "cause": reason.cause,
        "recipient": recipient.key,
        "dedupe": entry.dedupe,
        "version": case.version,
        "party_id": recipient.party_id,
        "place_id": recipient.place_id if recipient.party_id is None else None,
        "customer_name": customer and customer.name,
        "customer_email": customer and customer.email,
        "customer_phone": customer and customer.phone,
        "passed_on_by": reason.passed_on_by,
        "words": reason.words,
        "goods": write_goods(entry.goods),
        "as_of": now,
        "created_at": now,
        "due_at": None,
        "escalate_at": None,
        "acknowledged_at": None,
        "acknowledged_by": None,
        "acknowledged_via": None,
        "tries": 0,
        "sent": 0,
        "failures": 0,
        "first_tried_at": None,
        "first_sent_at": None,
        "escalation_reason": None,
    }


def _why_unreachable(recipient: Recipient) -> str:
    return NO_FIRM if recipient.party_id is None else NO_ADDRESS


def _earlier_attempts(session: Session, numbers: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return what is known of notices whose rows were lost: the attempts are kept. One without an address was none."""
    accepted = func.min(NoticeAttempt.at).filter(NoticeAttempt.accepted)
    found = session.execute(
        select(NoticeAttempt.notice_id, func.max(NoticeAttempt.repeat), func.min(NoticeAttempt.at), accepted)
        .where(among(session, NoticeAttempt.notice_id, list(numbers)), NoticeAttempt.address.is_not(None))
        .group_by(NoticeAttempt.notice_id)
    )
    return {
        number: {"tries": repeat + 1, "first_tried_at": first, "first_sent_at": taken, "sent": int(taken is not None)}
        for number, repeat, first, taken in found
    }
