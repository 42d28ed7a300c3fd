"""Who answers for whom, and who may read which answers: by a key, on behalf of a firm, or by a link."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.authority import OFFICIALS, may_run
from recalls.cases import RecallNotFound, find_case
from recalls.links import LinkNotFound, read_token
from recalls.models import Notice, RecallCase
from recalls.notices import outbox
from recalls.participants import participants_of
from recalls.responses.answer import Sender
from recalls.responses.stated import Consigned
from recalls.responses.units import read_units
from trace.answers import describe_places
from trace.identifiers import find_numbers
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Forbidden, Invalid
from trace.master_data import find_party
from trace.models import Party
from trace.veil import Known


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """For whom an official writes an answer down: a firm by USCC or GLN, or a place by URI; and who said it."""

    party: str | None = None
    place: str | None = None
    spoke_with: str | None = None


class OnlyOfficials(Forbidden):
    """A firm answers for itself."""


def find_sender(
    session: Session,
    principal: Principal,
    number: str,
    now: datetime,
    on_behalf: OnBehalf | None = None,
    notice_id: str | None = None,
) -> tuple[RecallCase, Sender]:
    """Return the case and who answers in it.

    Raises RecallNotFound (404), also for a firm that the case does not concern; OnlyOfficials (403) for a firm that
    answers for another, Invalid (422) for an official who does not say for whom, or a notice that is not theirs.
    """
    case = find_case(session, number)
    if principal.role in OFFICIALS:
        if on_behalf is None:
            raise Invalid.field("/on_behalf", "Expected the firm or place that answered, got nothing.")
        party, place = read_consignee(session, on_behalf, "/on_behalf")
        name = on_behalf.spoke_with or principal.name
        sender = Sender("phone", party, place, name, principal, notice_id, on_behalf.spoke_with)
    else:
        if not may_run(session, principal, case):
            require_concerned(session, principal, case, now)
        if on_behalf is not None:
            raise OnlyOfficials("Expected a regulator or operator to answer on behalf of others, got a firm.")
        sender = Sender("api", principal.party_id, None, principal.name, principal, notice_id)
    if notice_id is not None:
        notice = outbox.find_notice(session, notice_id)
        if notice is None or (notice.case_id, *_recipient(session, notice)) != (
            case.id,
            sender.party_id,
            sender.place_id,
        ):
            detail = f"Expected a notice of recall {case.number} to this consignee, got {notice_id}."
            raise Invalid.field("/notice", detail)
    return case, sender


def find_reader(
    session: Session, principal: Principal, number: str, now: datetime
) -> tuple[RecallCase, Consigned | None]:
    """Return the case and whose answers the key may read: ``None`` for all, else its own firm's.

    Raises RecallNotFound (404) for a firm that the case does not concern.
    """
    case = find_case(session, number)
    if may_run(session, principal, case):
        return case, None
    require_concerned(session, principal, case, now)
    return case, (principal.party_id, None)


def require_concerned(session: Session, principal: Principal, case: RecallCase, now: datetime) -> None:
    """Raise RecallNotFound unless the firm was told of the case, or has, or had, what it takes back.

    Before the announcement a case is nobody's business but its owner's; a drill is that of those who take part.
    """
    party = principal.party_id
    concerned = case.announced_at is not None and (not case.drill or party in participants_of(case))
    told = select(Notice.id).where(Notice.case_id == case.id, Notice.party_id == party).limit(1)
    if not concerned or (session.scalar(told) is None and not read_units(session, case, (party, None), now).places):
        raise RecallNotFound(f"No recall {case.number} is known.")


def find_link(session: Session, secret: str, token: str, days: int, now: datetime) -> tuple[RecallCase, Notice, Sender]:
    """Return what a link leads to, and who answers by it. Raises LinkNotFound (404) or LinkExpired (410)."""
    notice = outbox.find_notice(session, read_token(secret, token, days, now))
    case = None if notice is None else session.get(RecallCase, notice.case_id)
    if notice is None or case is None:
        raise LinkNotFound("This link is not complete or not one of ours.")
    party, place = _recipient(session, notice)
    return case, notice, Sender("link", party, place, _name_of(session, notice), None, notice.notice_id)


def acknowledge_by_link(session: Session, notice: Notice, sender: Sender, now: datetime) -> None:
    """Say for whoever holds the link that the notice was read; the first acknowledgement stands."""
    lock_writes(session)
    outbox.acknowledge(session, notice, "link", sender.name, now)


def _name_of(session: Session, notice: Notice) -> str:
    if notice.party_id is not None:
        return session.get_one(Party, notice.party_id).name
    if notice.place_id is None:
        return notice.customer_name or ""
    place = describe_places(session, [notice.place_id])[notice.place_id]
    return place.name or place.id


def _recipient(session: Session, notice: Notice) -> Consigned:
    """A place that was told before its firm was registered answers as the firm."""
    if notice.party_id is not None or notice.place_id is None:
        return notice.party_id, None
    return _consigned_of(session, notice.place_id)


def _consigned_of(session: Session, place: int) -> Consigned:
    owner = describe_places(session, [place])[place].party_id
    return (None, place) if owner is None else (owner, None)


def read_consignee(session: Session, given: OnBehalf, pointer: str, known: Known | None = None) -> Consigned:
    """Return the firm or place that is named. Raises Invalid (422) with a pointer below ``pointer``.

    Whom a firm may not read by name (``known``) is for it as if nobody had registered them.
    """
    if (given.party is None) == (given.place is None):
        got = "neither" if given.party is None else "both"
        raise Invalid.field(pointer, f"Expected party or place, got {got}.")
    if given.party is not None:
        party = find_party(session, given.party)
        if party is None or (known is not None and known.hides(given.party)):
            raise Invalid.field(f"{pointer}/party", f"Expected a registered firm, got {given.party}.")
        return party.id, None
    number = find_numbers(session, [given.place or ""]).get(given.place or "")
    if number is None or (known is not None and known.hides(given.place or "")):
        raise Invalid.field(f"{pointer}/place", f"Expected a place that events name, got {given.place}.")
    return _consigned_of(session, number)
