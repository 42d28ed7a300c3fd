"""Effectiveness checks: consignees are drawn by a seed, visited or called, and what was found is put on record."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.consignees import Consignee, find_consignees
from recalls.effectiveness.sampling import Level, ShareRefused, draw, share_of
from recalls.models import CheckDraw, CheckMember, CheckResult, RecallCase
from trace.amounts import from_stored, to_stored
from trace.answers import Number, describe_places, exact, write_time
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Invalid, NotFound
from trace.models import Party

Way = Literal["visit", "phone", "mail"]
Consigned = tuple[int | None, int | None]
"""(firm, place): one of them, as a `recalls.consignees.Consignee` is known by."""

SCALE = 10_000
"""A share is stored in ten-thousandths of a per cent."""


class DrawRefused(Conflict):
    """Nobody is checked before a recall was announced, nor after it was cancelled."""


class LevelRefused(Invalid):
    """A share that does not belong to its level."""


class ResultRefused(Invalid):
    """A result that contradicts itself, or of a consignee that was not drawn."""


class DrawNotFound(NotFound):
    """No such draw in this case."""


@dataclass(frozen=True, slots=True)
class NewResult:
    """What was found at one consignee; ``found`` are units still there for sale, ``None``: nobody counted."""

    consignee: str
    way: Way
    notified: bool
    removed: bool
    checked_at: datetime
    checked_by: str | None = None
    found: Decimal | None = None
    uom: str = ""
    passed: bool | None = None
    note: str | None = None


class ResultRow(TypedDict):
    """What one check found: who looked, in which way, and whether the consignee passed."""

    checked_at: str
    recorded_at: str
    recorded_by: str
    checked_by: str | None
    way: str
    notified: bool
    removed: bool
    found: Number | None
    uom: str | None
    passed: bool
    note: str | None


class MemberRow(TypedDict):
    """A consignee of a draw, in the order of ``digest``, the SHA-256 of ``seed:consignee``; results newest first."""

    consignee: str
    name: str | None
    tier: int | None
    digest: str
    chosen: bool
    results: list[ResultRow]


class DrawRow(TypedDict):
    """A sample of the consignees of a case; ``members`` are all of them, those chosen first."""

    draw: int
    drawn_at: str
    drawn_by: str
    level: str
    percent: Number
    seed: str
    consignees: int
    chosen: int
    checked: int
    passed: int
    members: list[MemberRow]


def draw_checks(
    session: Session,
    principal: Principal,
    case: RecallCase,
    level: Level,
    percent: Decimal | None,
    seed: str | None,
    now: datetime,
) -> CheckDraw:
    """Draw from the consignees of this moment, all but the firm that opened the case; a seed is made if none is given.

    Raises DrawRefused (409) and LevelRefused (422).
    """
    if case.announced_at is None or case.stage == "cancelled":
        raise DrawRefused(f"Recall {case.number} is {case.stage}: expected it announced and not cancelled.")
    try:
        share = share_of(level, percent)
    except ShareRefused as refused:
        raise LevelRefused.field("/percent", str(refused)) from refused
    lock_writes(session)
    consignees = [
        one for one in find_consignees(session, case, now) if one.party_id is None or one.party_id != case.initiator_id
    ]
    named = name_consignees(session, consignees)
    seed = seed or secrets.token_hex(8)
    newest = session.scalar(select(func.max(CheckDraw.number)).where(CheckDraw.case_id == case.id)) or 0
    row = CheckDraw(
        case_id=case.id,
        number=newest + 1,
        drawn_at=now,
        level=level,
        percent_ten_thousandths=int(share * SCALE),
        seed=seed,
        actor=principal.key_id,
        actor_name=principal.name,
    )
    for rank, one in enumerate(draw(named, share, seed), 1):
        consignee = named[one.name]
        row.members.append(
            CheckMember(
                rank=rank,
                name=one.name,
                digest=one.digest,
                chosen=one.chosen,
                tier=consignee.tier,
                party_id=consignee.party_id,
                place_id=consignee.place_id,
            )
        )
    session.add(row)
    session.flush()
    return row


def name_consignees(session: Session, consignees: Sequence[Consignee]) -> dict[str, Consignee]:
    """Return consignees by their canonical names: the firm's USCC, else its GLN; for a place its canonical URI."""
    firms = {one.party_id for one in consignees if one.party_id is not None}
    rows = session.execute(select(Party.id, Party.uscc, Party.gln).where(among(session, Party.id, firms)))
    codes = {number: uscc or gln or f"party:{number}" for number, uscc, gln in rows}
    places = describe_places(session, [one.places[0] for one in consignees if one.party_id is None])
    return {places[one.places[0]].id if one.party_id is None else codes[one.party_id]: one for one in consignees}


def find_draw(session: Session, case: RecallCase, number: str) -> CheckDraw:
    """Return a draw by its number. Raises DrawNotFound."""
    query = select(CheckDraw).where(CheckDraw.case_id == case.id, CheckDraw.number == _read_number(number))
    found = session.scalar(query)
    if found is None:
        raise DrawNotFound(f"No draw {number} of recall {case.number} is known.")
    return found


def _read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1


def record_result(
    session: Session, principal: Principal, case: RecallCase, number: str, new: NewResult, now: datetime
) -> CheckDraw:
    """Put on record what was found at one of those chosen; a later result of the same consignee stands for it.

    Who did not say whether it passed, passed if it was notified, has removed the goods and nothing was found. Raises
    DrawNotFound (404) and ResultRefused (422).
    """
    row = find_draw(session, case, number)
    member = next((one for one in row.members if one.name == new.consignee), None)
    if member is None or not member.chosen:
        raise ResultRefused.field("/consignee", f"Expected one of those chosen by draw {number}, got {new.consignee}.")
    if not row.drawn_at <= new.checked_at <= now:
        raise ResultRefused.field(
            "/checked_at",
            f"Expected a time from the draw ({write_time(row.drawn_at)}) to now, got {write_time(new.checked_at)}.",
        )
    clean = new.notified and new.removed and not new.found
    passed = clean if new.passed is None else new.passed
    if passed and not clean:
        raise ResultRefused.field(
            "/passed", "Expected false where the consignee was not notified, has not removed the goods, or has units."
        )
    amount, scale = (None, 0) if new.found is None else to_stored(new.found)
    session.add(
        CheckResult(
            member_id=member.id,
            checked_at=new.checked_at,
            recorded_at=now,
            actor=principal.key_id,
            actor_name=principal.name,
            checked_by=new.checked_by,
            way=new.way,
            notified=new.notified,
            removed=new.removed,
            amount=amount,
            scale=scale,
            uom=new.uom,
            passed=passed,
            note=new.note,
        )
    )
    session.flush()
    return row


def list_draws(session: Session, case: RecallCase, as_of: datetime | None = None) -> list[CheckDraw]:
    """Return the draws of a case up to ``as_of``, oldest first."""
    query = select(CheckDraw).where(CheckDraw.case_id == case.id).order_by(CheckDraw.number)
    return list(session.scalars(query if as_of is None else query.where(CheckDraw.drawn_at <= as_of)))


def latest_results(session: Session, case: RecallCase, as_of: datetime) -> dict[Consigned, bool]:
    """Return whether each consignee that was checked up to ``as_of`` passed its newest check."""
    query = (
        select(CheckMember.party_id, CheckMember.place_id, CheckResult.passed)
        .join(CheckResult, CheckResult.member_id == CheckMember.id)
        .join(CheckDraw, CheckDraw.id == CheckMember.draw_id)
        .where(CheckDraw.case_id == case.id, CheckResult.checked_at <= as_of)
        .order_by(CheckResult.checked_at, CheckResult.id)
    )
    return {(party, place): passed for party, place, passed in session.execute(query)}


def write_draws(session: Session, draws: Sequence[CheckDraw], as_of: datetime | None = None) -> list[DrawRow]:
    """Return draws with all their members and results, those up to ``as_of``, as they are answered."""
    members = [member for row in draws for member in row.members]
    query = select(CheckResult).where(among(session, CheckResult.member_id, {one.id for one in members}))
    if as_of is not None:
        query = query.where(CheckResult.checked_at <= as_of)
    results: dict[int, list[CheckResult]] = {}
    for result in session.scalars(query.order_by(CheckResult.checked_at.desc(), CheckResult.id.desc())):
        results.setdefault(result.member_id, []).append(result)
    firms = {one.party_id for one in members if one.party_id is not None}
    found = session.execute(select(Party.id, Party.name).where(among(session, Party.id, firms)))
    names = {number: name for number, name in found}  # noqa: C416  (a Result is no mapping)
    return [_write_draw(row, results, names) for row in draws]


def _write_draw(row: CheckDraw, results: Mapping[int, Sequence[CheckResult]], names: Mapping[int, str]) -> DrawRow:
    newest = [results[member.id][0] for member in row.members if member.id in results]
    return {
        "draw": row.number,
        "drawn_at": write_time(row.drawn_at) or "",
        "drawn_by": row.actor_name,
        "level": row.level,
        "percent": exact(Decimal(row.percent_ten_thousandths) / SCALE),
        "seed": row.seed,
        "consignees": len(row.members),
        "chosen": sum(member.chosen for member in row.members),
        "checked": len(newest),
        "passed": sum(result.passed for result in newest),
        "members": [
            {
                "consignee": member.name,
                "name": names.get(member.party_id or 0),
                "tier": member.tier,
                "digest": member.digest,
                "chosen": member.chosen,
                "results": [_write_result(result) for result in results.get(member.id, ())],
            }
            for member in row.members
        ],
    }


def _write_result(result: CheckResult) -> ResultRow:
    return {
        "checked_at": write_time(result.checked_at) or "",
        "recorded_at": write_time(result.recorded_at) or "",
        "recorded_by": result.actor_name,
        "checked_by": result.checked_by,
        "way": result.way,
        "notified": result.notified,
        "removed": result.removed,
        "found": None if result.amount is None else exact(from_stored(result.amount, result.scale)),
        "uom": result.uom or None,
        "passed": result.passed,
        "note": result.note,
    }
