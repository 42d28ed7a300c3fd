"""A firm answers an entry, asks for its correction, or repairs its credit (信用修复)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.credit.entries import CreditEntry
from oversight.jurisdictions import office_of_place
from oversight.matters.flows import Flow, Move
from oversight.matters.kinds import Kind
from oversight.matters.steps import Actor, Subject, actor_of, open_matter
from oversight.models import CreditRepair, Matter
from recalls.clocks.working_days import CHINA
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Forbidden
from trace.models import Location

Wish = Literal["answer", "correct", "repair"]
"""A statement that stands beside the entry; that it is wrong; that it was mended and should not count any more."""

WISHES: tuple[Wish, ...] = get_args(Wish)

REPAIR = Flow(
    "credit_repair",
    "XF",
    "asked",
    {
        "asked": {
            "recommend": Move("recommended", reason=True),
            "refuse": Move("refused", reason=True),
            "note": Move("noted", reason=True),
        },
        "recommended": {
            "grant": Move("granted", reason=True, not_by=frozenset({"recommend"})),
            "refuse": Move("refused", reason=True),
        },
        "granted": {},
        "refused": {},
        "noted": {},
    },
    shown_from=frozenset({"asked"}),
)


class FirmsAlone(Forbidden):
    """A firm asks for itself."""


class AskedAlready(Conflict):
    """The same is being asked already."""


class StatementAlone(Conflict):
    """A statement is noted beside the entry; it does not take the entry away."""


def ask_repair(
    session: Session, principal: Principal, entry: CreditEntry, wish: Wish, statement: str, now: datetime
) -> Matter:
    """Ask about an entry of one's own file; the office of the firm's first place has it in hand."""
    actor = actor_of(session, principal)
    if actor.right != "firm" or principal.party_id is None:
        raise FirmsAlone(f"Expected a firm to ask about its own file, got {actor.right}.")
    lock_writes(session)
    same = (CreditRepair.record == entry.record) & (CreditRepair.word == entry.word)
    same &= CreditRepair.party_id == principal.party_id
    running = select(Matter.number).join(CreditRepair, CreditRepair.matter_id == Matter.id)
    other = session.scalar(running.where(same, Matter.ended_at.is_(None)).limit(1))
    if other is not None:
        raise AskedAlready(f"This is being asked already, as {other}.")
    place = session.scalar(select(Location.id).where(Location.party_id == principal.party_id).order_by(Location.id))
    code = office_of_place(session, place)
    facts = {"wish": wish, "word": entry.word, "record": entry.record}
    matter = open_matter(
        session, REPAIR, actor, entry.text_zh, code, Subject(party_id=principal.party_id), now, statement, facts
    )
    session.add(
        CreditRepair(
            matter_id=matter.id,
            party_id=principal.party_id,
            word=entry.word,
            record=entry.record,
            wish=wish,
            statement=statement,
        )
    )
    session.flush()
    return matter


def repaired(session: Session, party_id: int, until: datetime) -> set[tuple[str, str]]:
    """Return (word, record) of the entries that do not count any more at a moment."""
    rows = session.execute(
        select(CreditRepair.word, CreditRepair.record).where(
            CreditRepair.party_id == party_id, CreditRepair.granted_on <= until.astimezone(CHINA).date()
        )
    )
    return {(word, record) for word, record in rows}


def _grant(session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> Mapping[str, Any]:
    row = session.get_one(CreditRepair, matter.id)
    if row.wish == "answer":
        raise StatementAlone(f"Matter {matter.number} asks for nothing but a statement: expected note or refuse.")
    row.granted_on = now.astimezone(CHINA).date()
    return {"from": str(row.granted_on)}


REPAIRS = Kind(REPAIR, effects={"grant": _grant})
"""The kind as the edge meets it."""
