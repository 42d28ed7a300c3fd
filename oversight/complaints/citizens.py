"""Who a citizen is: masked for the office that has the matter in hand, whole for who handles it, and erasable.

Nobody else reads it: no office above or before, no operator, no auditor; the firm what a step disclosed to it.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.complaints.masking import mask_address, mask_email, mask_name, mask_phone, mask_words
from oversight.jurisdictions import actors_of, office_of
from oversight.models import Citizen, CitizenLook, CitizenWords, Complaint, Matter
from trace.answers import write_time
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Forbidden

FIELDS = ("name", "phone", "address", "email")
"""What can be disclosed to a firm, each by itself."""

ERASED = "erased"

AT_ONCE = 100
"""Citizens that one transaction erases."""


class CitizenNotYours(Forbidden):
    """The matter is not in this person's own hands."""


class StillNeeded(Conflict):
    """The matter goes on, and cannot without knowing whom to answer."""


class WordsRow(TypedDict):
    """What a citizen said, and when."""

    at: str
    text: str | None


class CitizenRow(TypedDict):
    """A citizen as he is answered; ``masked`` says that this is not the whole."""

    name: str | None
    phone: str | None
    address: str | None
    email: str | None
    outlet: str | None
    words: list[WordsRow]
    disclosed: list[str]
    masked: bool
    erased_at: str | None


class LookRow(TypedDict):
    """That somebody looked or erased, and why."""

    at: str
    what: str
    name: str
    reason: str


def handles(session: Session, principal: Principal, matter: Matter) -> bool:
    """Whether the matter was given to this very person, of the office that has it in hand."""
    return _in_office(session, principal, matter) and matter.handler_id in actors_of(session, principal)


def read_citizen(session: Session, principal: Principal, matter: Matter) -> CitizenRow | None:
    """Return the citizen with the personal parts masked; None for everybody outside the office in whose hands he is."""
    return _write(session, matter, masked=True) if _in_office(session, principal, matter) else None


def look_at_citizen(session: Session, principal: Principal, matter: Matter, reason: str, now: datetime) -> CitizenRow:
    """Return the citizen as he is; the look is on record with its reason. Raises CitizenNotYours."""
    if not handles(session, principal, matter):
        raise CitizenNotYours(
            f"Expected the member of {matter.code} to whom {matter.number} was assigned, got {principal.name}."
        )
    _note(session, principal, matter, "look", reason, now)
    return _write(session, matter, masked=False)


def list_looks(session: Session, principal: Principal, matter: Matter) -> list[LookRow]:
    """Return who looked, the newest first; for officials who see the matter (an auditor sees that, not whom)."""
    if principal.role == "company":
        return []
    rows = session.scalars(
        select(CitizenLook).where(CitizenLook.matter_id == matter.id).order_by(CitizenLook.id.desc()).limit(AT_ONCE)
    )
    return [{"at": write_time(one.at) or "", "what": one.what, "name": one.name, "reason": one.reason} for one in rows]


def erase_citizen(session: Session, principal: Principal, matter: Matter, reason: str, now: datetime) -> None:
    """Erase what is known of a citizen, and all he said. Statistics stay as they are.

    An operator may, and who handles the matter. Raises CitizenNotYours, and StillNeeded before the matter has ended.
    """
    if matter.ended_at is None:
        raise StillNeeded(f"Matter {matter.number} is {matter.stage}: expected one that has ended.")
    if principal.role != "admin" and not handles(session, principal, matter):
        raise CitizenNotYours(
            f"Expected an operator or the member of {matter.code} who has {matter.number}, got {principal.name}."
        )
    lock_writes(session)
    _note(session, principal, matter, "erase", reason, now)
    _erase(session, [matter.id], now)


def erase_by_term(session: Session, now: datetime) -> int:
    """Erase up to a hundred citizens whose term is over and whose matters have ended, and return how many."""
    due = (
        select(Citizen.matter_id)
        .join(Matter, Matter.id == Citizen.matter_id)
        .where(Citizen.erase_on <= now.date(), Matter.ended_at.is_not(None))
        .order_by(Citizen.erase_on)
        .limit(AT_ONCE)
    )
    ids = list(session.scalars(due))
    if ids:
        lock_writes(session)
        _erase(session, ids, now)
    return len(ids)


def disclosed_to_firm(session: Session, principal: Principal, matter: Matter) -> Mapping[str, str]:
    """Return what a step told the firm concerned of the citizen, by field."""
    row = session.get(Citizen, matter.id) if principal.party_id == matter.party_id else None
    if row is None or matter.shown_at is None:
        return {}
    return {name: value for name in json.loads(row.disclosed) if (value := getattr(row, name)) is not None}


def _in_office(session: Session, principal: Principal, matter: Matter) -> bool:
    return principal.role == "regulator" and office_of(session, principal).code == matter.code


def _note(session: Session, principal: Principal, matter: Matter, what: str, reason: str, now: datetime) -> None:
    session.add(
        CitizenLook(
            matter_id=matter.id,
            at=now,
            what=what,
            actor_id=principal.key_id,
            name=principal.name,
            reason=reason.strip(),
        )
    )
    session.flush()


def _write(session: Session, matter: Matter, masked: bool) -> CitizenRow:
    row = session.get_one(Citizen, matter.id)
    said = session.scalars(
        select(CitizenWords).where(CitizenWords.matter_id == matter.id).order_by(CitizenWords.id)
    ).all()
    words: list[WordsRow] = [
        {"at": write_time(one.at) or "", "text": mask_words(one.text) if one.text and masked else one.text}
        for one in said
    ]
    return {
        "name": mask_name(row.name) if row.name and masked else row.name,
        "phone": mask_phone(row.phone) if row.phone and masked else row.phone,
        "address": mask_address(row.address) if row.address and masked else row.address,
        "email": mask_email(row.email) if row.email and masked else row.email,
        "outlet": mask_words(row.outlet) if row.outlet and masked else row.outlet,
        "words": words,
        "disclosed": json.loads(row.disclosed),
        "masked": masked,
        "erased_at": None if row.erased_at is None else write_time(row.erased_at),
    }


def _erase(session: Session, matters: list[int], now: datetime) -> None:
    """Of one who is erased no mark stays by which his matters could be told to be of one person.

    Nor could they be told to be of several: for early warning all who were erased are one source.
    """
    empty = dict.fromkeys((*FIELDS, "outlet"), None)
    session.execute(
        update(Citizen)
        .where(Citizen.matter_id.in_(matters))
        .values(**empty, disclosed="[]", erase_on=None, erased_at=now)
    )
    session.execute(update(CitizenWords).where(CitizenWords.matter_id.in_(matters)).values(text=None))
    session.execute(update(Complaint).where(Complaint.matter_id.in_(matters)).values(source=ERASED))
    session.expire_all()
