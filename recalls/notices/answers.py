"""The shapes in which notices are answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.models import Notice, NoticeAttempt, RecallCase
from recalls.notices import words
from recalls.notices.compose import name_recipients, read_letter
from recalls.notices.desk import Listed, acts_for, is_official, state_of
from recalls.notices.letter import GoodsLine
from recalls.places import find_party_codes
from trace.answers import BatchRef, Number, Place, PlaceRef, describe_places, exact, write_time
from trace.kit.auth import Principal


class RecipientRow(TypedDict):
    """Whom a notice goes to: a firm (USCC, else GLN), a place nobody registered a firm for, or a named customer."""

    name: str
    party: str | None
    location: PlaceRef | None
    customer: bool


class AcknowledgedRow(TypedDict):
    """Who of the recipient knows of it; ``via`` is link, api, on_behalf, response or initiator."""

    at: str
    by: str
    via: str
    note: str | None


class NoticeRow(TypedDict):
    """A notice and what came of it. ``next_attempt_at`` null: there is nothing more to send."""

    id: str
    recall: str
    kind: str
    cause: str
    version: int
    recipient: RecipientRow
    passed_on_by: str | None
    words: str | None
    state: str
    created_at: str
    as_of: str
    attempts: int
    last_error: str | None
    first_sent_at: str | None
    next_attempt_at: str | None
    escalated_at: str | None
    escalation_reason: str | None
    acknowledged: AcknowledgedRow | None
    closed_at: str | None


class AttemptRow(TypedDict):
    """One attempt over one channel; ``accepted`` means sent, not that anybody knows; ``repeat`` 0 is the first."""

    at: str
    channel: str
    address: str | None
    level: int
    repeat: int
    status: int | None
    error: str | None
    accepted: bool


class UnitsRow(TypedDict):
    """What the ledger said of one batch at one place of the recipient; ``complete`` false: at least so many."""

    location: PlaceRef
    location_name: str
    batch: BatchRef
    uom: str | None
    received: Number
    on_hand: Number
    in_transit: Number
    complete: bool


class TextRow(TypedDict):
    """What the notice says now, as a mail."""

    subject: str
    zh: str
    en: str


class WholeNoticeRow(NoticeRow):
    """A notice with its words, the units that it names and all attempts."""

    text: TextRow
    units: list[UnitsRow]
    attempted: list[AttemptRow]


@dataclass(frozen=True, slots=True)
class _Names:
    recipients: Mapping[str, str]
    codes: Mapping[int, str]
    places: Mapping[int, Place]


def write_notices(session: Session, listed: Sequence[Listed]) -> list[NoticeRow]:
    """Return notices as they are answered, with a few statements for all of them."""
    notices = [one.notice for one in listed]
    firms = {number for one in notices for number in (one.party_id, one.passed_on_by) if number is not None}
    names = _Names(
        name_recipients(session, notices),
        find_party_codes(session, [Place("", None, party_id=number) for number in firms]),
        describe_places(session, {one.place_id for one in notices if one.place_id is not None}),
    )
    return [_write(one, names) for one in listed]


def _write(listed: Listed, names: _Names) -> NoticeRow:
    notice = listed.notice
    return {
        "id": notice.notice_id,
        "recall": listed.number,
        "kind": notice.kind,
        "cause": notice.cause,
        "version": notice.version,
        "recipient": {
            "name": names.recipients[notice.notice_id],
            "party": None if notice.party_id is None else names.codes[notice.party_id],
            "location": None if notice.place_id is None else names.places[notice.place_id].ref,
            "customer": notice.customer_name is not None,
        },
        "passed_on_by": None if notice.passed_on_by is None else names.codes[notice.passed_on_by],
        "words": notice.words,
        "state": state_of(notice),
        "created_at": write_time(notice.created_at) or "",
        "as_of": write_time(notice.as_of) or "",
        "attempts": listed.attempts,
        "last_error": listed.last_error,
        "first_sent_at": write_time(notice.first_sent_at),
        "next_attempt_at": write_time(notice.due_at),
        "escalated_at": write_time(notice.escalated_at),
        "escalation_reason": None if notice.escalated_at is None else notice.escalation_reason,
        "acknowledged": _write_acknowledged(notice),
        "closed_at": write_time(notice.closed_at),
    }


def _write_acknowledged(notice: Notice) -> AcknowledgedRow | None:
    if notice.acknowledged_at is None:
        return None
    return {
        "at": write_time(notice.acknowledged_at) or "",
        "by": notice.acknowledged_by or "",
        "via": notice.acknowledged_via or "",
        "note": notice.acknowledged_note,
    }


def write_whole(
    session: Session,
    principal: Principal,
    listed: Listed,
    attempts: Sequence[NoticeAttempt],
    site: str,
    secret: str,
    now: datetime,
) -> WholeNoticeRow:
    """Return a notice with everything, as of ``now``; addresses only for the recipient and officials.

    Whoever holds the link answers for the firm: nobody but the firm gets it.
    """
    notice = listed.notice
    case = session.get(RecallCase, notice.case_id)
    assert case is not None
    letter = read_letter(session, case, notice, site, secret, now)
    if notice.party_id is None or notice.party_id != principal.party_id:
        letter = replace(letter, link=f"{site}/answer/…")
    chinese, english = words.chinese(letter), words.english(letter)
    shown = is_official(principal) or acts_for(principal, notice)
    return {
        **write_notices(session, [listed])[0],
        "text": {
            "subject": words.subject(letter),
            "zh": f"{chinese.heading}\n\n{chinese.body}",
            "en": f"{english.heading}\n\n{english.body}",
        },
        "units": [_write_units(line) for line in letter.goods],
        "attempted": [
            {
                "at": write_time(one.at) or "",
                "channel": one.channel,
                "address": one.address if shown else None,
                "level": one.level,
                "repeat": one.repeat,
                "status": one.status,
                "error": one.error,
                "accepted": one.accepted,
            }
            for one in attempts
        ],
    }


def _write_units(line: GoodsLine) -> UnitsRow:
    return {
        "location": {"id": line.place_id, "gln": line.gln},
        "location_name": line.place,
        "batch": {"id": line.batch_id, "gtin": line.gtin, "lot": line.lot},
        "uom": line.uom,
        "received": exact(line.received),
        "on_hand": exact(line.on_hand),
        "in_transit": exact(line.in_transit),
        "complete": line.complete,
    }
