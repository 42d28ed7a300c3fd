"""Listings: proposed with ground and evidence, in force by a decision, and who is listed on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.blacklist.flow import LISTING
from oversight.jurisdictions import office_of
from oversight.matters.clocks import require_over
from oversight.matters.kinds import Kind
from oversight.matters.steps import Actor, Subject, actor_of, open_matter
from oversight.models import ListedParty, Matter
from recalls.clocks.working_days import CHINA
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Forbidden, Invalid
from trace.kit.fields import Day, InputModel, Text
from trace.master_data import require_party
from trace.models import Batch, Identifier, Party, Product


@dataclass(frozen=True, slots=True)
class NewListing:
    """Who is to be listed (USCC or GLN), on which ground, by which provision, and what shows it."""

    party: str
    ground: str
    ground_en: str
    article: str
    evidence: str
    conditions: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing that is in force on a day."""

    number: str
    ground: str
    ground_en: str
    decision: str
    starts_on: date
    review_on: date


class ListedRow(TypedDict):
    """A listing as everybody may read it."""

    number: str
    party: str | None
    party_name: str
    party_name_en: str | None
    ground: str
    ground_en: str
    article: str
    decision: str
    starts_on: str
    review_on: str
    conditions: str | None


class OfficialsAlone(Forbidden):
    """A listing is proposed by an authority."""


class ListedAlready(Conflict):
    """A listing of the firm is under way or in force."""


class ListIn(InputModel):
    """The decision: its number, from which day it counts, when it is looked at again, what ends it."""

    decision: Text
    starts_on: Day
    review_on: Day
    conditions: Text | None = None


class ReviewIn(InputModel):
    """When it is looked at next."""

    review_on: Day


class EndIn(InputModel):
    """The number of the decision by which the listing ends."""

    decision: Text


def propose_listing(session: Session, principal: Principal, new: NewListing, now: datetime) -> Matter:
    """Propose a firm for the list. Raises Invalid (422) at /party, ListedAlready (409), OfficialsAlone (403)."""
    actor = actor_of(session, principal)
    if actor.right != "authority":
        raise OfficialsAlone(f"Expected an official to propose a listing, got {actor.right}.")
    party = require_party(session, new.party)
    lock_writes(session)
    running = select(Matter.number).where(Matter.kind == LISTING.kind, Matter.party_id == party.id)
    other = session.scalar(running.where(Matter.ended_at.is_(None)).limit(1))
    if other is not None:
        raise ListedAlready(f"Expected a firm without a listing under way or in force, got one with {other}.")
    code = office_of(session, principal).code
    matter = open_matter(session, LISTING, actor, party.name, code, Subject(party_id=party.id), now, new.ground)
    session.add(
        ListedParty(
            matter_id=matter.id,
            party_id=party.id,
            ground=new.ground,
            ground_en=new.ground_en,
            article=new.article,
            evidence=new.evidence,
            conditions=new.conditions,
        )
    )
    session.flush()
    return matter


def _waive(_session: Session, actor: Actor, matter: Matter, _body: Any, now: datetime) -> None:
    """The firm may say at once that it says nothing; for it nobody says so before its time is over."""
    if actor.right != "firm":
        require_over(matter, "answer", now)


def _list(session: Session, _actor: Actor, matter: Matter, body: ListIn, now: datetime) -> Mapping[str, Any]:
    if body.starts_on < now.astimezone(CHINA).date():
        detail = f"Expected a day from today on, got {body.starts_on}: nobody is listed after the fact."
        raise Invalid.field("/starts_on", detail)
    _require_later("/review_on", body.review_on, body.starts_on)
    row = session.get_one(ListedParty, matter.id)
    row.decision, row.starts_on, row.review_on = body.decision, body.starts_on, body.review_on
    row.conditions = body.conditions or row.conditions
    return {"decision": body.decision, "starts_on": str(body.starts_on), "review_on": str(body.review_on)}


def _review(session: Session, _actor: Actor, matter: Matter, body: ReviewIn, now: datetime) -> Mapping[str, Any]:
    _require_later("/review_on", body.review_on, now.astimezone(CHINA).date())
    session.get_one(ListedParty, matter.id).review_on = body.review_on
    return {"review_on": str(body.review_on)}


def _require_later(pointer: str, day: date, before: date) -> None:
    if day <= before:
        raise Invalid.field(pointer, f"Expected a day after {before}, got {day}.")


def _end(session: Session, _actor: Actor, matter: Matter, body: EndIn, now: datetime) -> Mapping[str, Any]:
    row = session.get_one(ListedParty, matter.id)
    row.ended_on, row.ended_by = now.astimezone(CHINA).date(), body.decision
    return {"decision": body.decision}


LISTINGS = Kind(
    LISTING,
    bodies={"list": ListIn, "review": ReviewIn, "remove": EndIn, "revoke": EndIn},
    effects={"waive": _waive, "list": _list, "review": _review, "remove": _end, "revoke": _end},
)
"""The kind as the edge meets it."""


def _in_force(on: date) -> ColumnElement[bool]:
    """A listing that was revoked stays in the record as it was until then: nobody could know."""
    return (ListedParty.starts_on <= on) & or_(ListedParty.ended_on.is_(None), ListedParty.ended_on > on)


def listed_on(session: Session, party_id: int, on: date) -> Listing | None:
    """Return the listing of a firm that is in force on a day."""
    row = session.execute(
        select(ListedParty, Matter.number)
        .join(Matter, Matter.id == ListedParty.matter_id)
        .where(ListedParty.party_id == party_id, _in_force(on))
        .order_by(ListedParty.starts_on.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    one, number = row
    assert one.starts_on is not None
    assert one.review_on is not None
    return Listing(number, one.ground, one.ground_en, one.decision or "", one.starts_on, one.review_on)


def list_listed(session: Session, on: date, after: int | None, limit: int) -> list[ListedRow]:
    """Return up to ``limit`` listings in force on a day below the row ``after``, the newest first."""
    query = (
        select(ListedParty, Matter.number, Party)
        .join(Matter, Matter.id == ListedParty.matter_id)
        .join(Party, Party.id == ListedParty.party_id)
        .where(_in_force(on))
        .order_by(ListedParty.matter_id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(ListedParty.matter_id < after)
    return [_write(row, number, party) for row, number, party in session.execute(query)]


def row_of(session: Session, number: str) -> int:
    """Return the row by which a page goes on after a listing."""
    return session.scalar(select(Matter.id).where(Matter.number == number)) or 0


def _write(row: ListedParty, number: str, party: Party) -> ListedRow:
    return {
        "number": number,
        "party": party.uscc or party.gln,
        "party_name": party.name,
        "party_name_en": party.name_en,
        "ground": row.ground,
        "ground_en": row.ground_en,
        "article": row.article,
        "decision": row.decision or "",
        "starts_on": str(row.starts_on),
        "review_on": str(row.review_on),
        "conditions": row.conditions,
    }


def list_due_reviews(session: Session, on: date, limit: int) -> Sequence[tuple[str, str, date]]:
    """Return listings whose review is due: number, firm and day, the longest due first."""
    rows = session.execute(
        select(Matter.number, Matter.title, ListedParty.review_on)
        .join(Matter, Matter.id == ListedParty.matter_id)
        .where(_in_force(on), ListedParty.review_on <= on)
        .order_by(ListedParty.review_on)
        .limit(limit)
    )
    return [(number, title, day) for number, title, day in rows if day is not None]


def batches_of_listed(session: Session, on: date, limit: int) -> list[tuple[str, str, datetime]]:
    """Return the newest batches that listed firms registered while listed: identifier, firm, when registered.

    Registering is not refused: a batch that is not registered could not be found again.
    """
    rows = session.execute(
        select(Identifier.uri, Party.name, Batch.registered_at)
        .join(Batch, Batch.id == Identifier.id)
        .join(Product, Product.gtin == Identifier.gtin)
        .join(ListedParty, ListedParty.party_id == Product.party_id)
        .join(Party, Party.id == Product.party_id)
        .where(_in_force(on), Batch.registered_at >= ListedParty.starts_on)
        .order_by(Batch.registered_at.desc())
        .limit(limit)
    )
    return [(uri, name, at) for uri, name, at in rows]
