"""A firm's inbox: recalls that it was told of, what of each is still to be done, drills that it is asked to join."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from recalls.history import scope_of
from recalls.models import Notice, Participant, RecallCase, Response
from recalls.notices.goods import Goods, read_goods
from recalls.responses.stated import Consigned
from recalls.responses.units import read_units
from recalls.stages import ENDS
from trace.fold.contents import Unit
from trace.gs1 import canonical_uri
from trace.holds import covers_batch
from trace.identifiers import find_numbers
from trace.kit.auth import Principal
from trace.kit.bulk import among

TO_CONSIGNEES: frozenset[str] = frozenset({"notification", "sub_recall", "removal_confirmation"})
"""Kinds of notices that a firm gets because it has, or had, the goods; the others go to who runs a case."""

MOST_INVITED = 20

State = Literal["to_answer", "answered", "over"]

Found = Literal["mine", "affected", "not_affected", "lot_needed"]
"""What a code is to a firm in a recall: recalled and on record at its places, recalled, neither, or not to be told
without a lot."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the notices to a firm said of its goods in one unit of measure: how much came to its places."""

    uom: Unit
    came: Decimal
    complete: bool


@dataclass(frozen=True, slots=True)
class Concern:
    """A recall that a firm was told of; ``escalates_at`` is when the authority hears that nobody has read it."""

    case: RecallCase
    told_at: datetime
    read: bool
    answered_at: datetime | None
    escalates_at: datetime | None
    places: int
    batches: int
    units: Sequence[Told]

    @property
    def state(self) -> State:
        """Return what is to be done: a new notice (of more batches, or to confirm the end) asks for an answer again."""
        if self.case.stage in ENDS:
            return "over"
        return "answered" if self.answered_at is not None and self.read else "to_answer"


def find_concerns(
    session: Session, principal: Principal, after: int | None = None, limit: int = 20, only_open: bool = False
) -> list[Concern]:
    """Return up to ``limit`` recalls that the firm was told of, newest first, from below the row number ``after``."""
    told = select(Notice.case_id).where(*_own(principal))
    query = select(RecallCase).where(RecallCase.id.in_(told)).order_by(RecallCase.id.desc()).limit(limit)
    if after is not None:
        query = query.where(RecallCase.id < after)
    if only_open:
        query = query.where(RecallCase.stage.not_in(ENDS))
    cases = list(session.scalars(query))
    numbers = [case.id for case in cases]
    notices: dict[int, list[Notice]] = {}
    rows = select(Notice).where(*_own(principal), among(session, Notice.case_id, numbers)).order_by(Notice.id)
    for notice in session.scalars(rows):
        notices.setdefault(notice.case_id, []).append(notice)
    answered = _answered(session, principal, numbers)
    return [_concern(case, notices[case.id], answered.get(case.id)) for case in cases]


def _own(principal: Principal) -> list[ColumnElement[bool]]:
    return [Notice.party_id == (principal.party_id or 0), Notice.kind.in_(TO_CONSIGNEES)]


def _answered(session: Session, principal: Principal, cases: Collection[int]) -> dict[int, datetime]:
    own = Response.party_id == (principal.party_id or 0)
    query = select(Response.case_id, func.max(Response.id)).where(own, among(session, Response.case_id, cases))
    newest = [row for _case, row in session.execute(query.group_by(Response.case_id))]
    rows = session.execute(select(Response.case_id, Response.recorded_at).where(among(session, Response.id, newest)))
    return {case: at for case, at in rows}  # noqa: C416  (a Result is no mapping)


def _concern(case: RecallCase, notices: Sequence[Notice], answered_at: datetime | None) -> Concern:
    goods: dict[tuple[int, int, Unit], Goods] = {}
    for notice in notices:  # a later notice of the same goods is the newer word of the ledger
        goods |= {(one.place, one.batch, one.uom): one for one in read_goods(notice.goods)}
    silent = [one for one in notices if one.acknowledged_at is None and one.closed_at is None]
    return Concern(
        case=case,
        told_at=notices[0].created_at,
        read=not silent,
        answered_at=answered_at,
        escalates_at=min((one.escalate_at for one in silent if one.escalate_at is not None), default=None),
        places=len({one.place for one in goods.values()}),
        batches=len({one.batch for one in goods.values()}),
        units=_sum(goods.values()),
    )


def _sum(goods: Collection[Goods]) -> list[Told]:
    found: dict[Unit, Told] = {}
    for one in goods:
        so_far = found.get(one.uom, Told(one.uom, Decimal(0), True))
        found[one.uom] = Told(one.uom, so_far.came + one.received, so_far.complete and one.complete)
    return [found[uom] for uom in sorted(found)]


def find_invitations(session: Session, principal: Principal) -> list[RecallCase]:
    """Return the drills that go on and that the firm was asked to join and has not, newest first."""
    mine = select(Participant.case_id).where(Participant.party_id == (principal.party_id or 0))
    asked = RecallCase.id.in_(mine.where(Participant.agreed.is_(False)))
    joined = RecallCase.id.in_(mine.where(Participant.agreed.is_(True)))
    query = select(RecallCase).where(asked, ~joined, RecallCase.drill, RecallCase.stage.not_in(ENDS))
    return list(session.scalars(query.order_by(RecallCase.id.desc()).limit(MOST_INVITED)))


def notices_to(session: Session, principal: Principal, case: RecallCase) -> list[Notice]:
    """Return the notices of ``case`` to the firm, oldest first."""
    query = select(Notice).where(Notice.case_id == case.id, Notice.party_id == (principal.party_id or 0))
    return list(session.scalars(query.order_by(Notice.id)))


def look_up(
    session: Session, case: RecallCase, consigned: Consigned, gtin: str, lot: str | None, now: datetime
) -> Found:
    """Return what a scanned code is to a firm in a recall; a batch made from a recalled one is recalled too."""
    conditions = [one.condition for one in scope_of(case)]
    named = [one for one in conditions if one.gtin == gtin]
    if not lot and any(one.needs_lot for one in named):
        return "lot_needed"
    uri = canonical_uri(gtin, lot or None)
    number = find_numbers(session, [uri]).get(uri)
    units = read_units(session, case, consigned, now)
    if number is not None and any(batch == number for _place, batch, _uom in units.recorded):
        return "mine"
    if number in units.batches or covers_batch(conditions, uri, gtin, lot or None, None):
        return "affected"
    return "not_affected" if lot else "lot_needed"
