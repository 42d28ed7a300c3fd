"""Holds: which batches may not be sold, and why (ARCHITECTURE 2: the record's own word for a recall).

A hold's lines are conditions, so they also cover batches that nobody has registered or captured yet. The batches they
cover now, and everything made from those, are kept beside them for reading and follow every capture.
"""

import re
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypedDict, cast

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from trace.batch_dates import production_dates
from trace.genealogy import read_closure
from trace.gs1 import canonical_uri
from trace.kit.bulk import among
from trace.kit.db import Database, chunked, insert_rows
from trace.kit.strict_json import dumps, loads
from trace.models import HeldBatch, Hold, HoldLine, Identifier

Kind = Literal["stop_sale", "recall"]


class HoldNotice(TypedDict):
    """What a public notice tells a consumer at once; ``None`` where it does not say it (in English)."""

    instructions: str | None
    instructions_en: str | None
    hazard: str | None
    hazard_en: str | None
    lot_position: str | None
    lot_position_en: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a scope: every condition that is given must hold; ``exclude`` takes batches out again.

    Lots and serials are compared as people read them: runs of digits by their value.
    """

    gtin: str | None = None
    batch_uri: str | None = None
    lot: str | None = None
    lot_from: str | None = None
    lot_to: str | None = None
    produced_from: date | None = None
    produced_to: date | None = None
    serial_from: str | None = None
    serial_to: str | None = None
    exclude: bool = False

    @property
    def needs_lot(self) -> bool:
        """Whether an item without a lot may or may not be meant."""
        return any((self.lot, self.lot_from, self.lot_to, self.produced_from, self.produced_to, self.batch_uri))


def covers_batch(
    conditions: Iterable[Condition], uri: str, gtin: str | None, lot: str | None, made: date | None
) -> bool:
    """Tell whether the lines cover a batch. An unknown production date counts as covered (RULES 7: warn)."""
    covered = False
    for line in conditions:
        if _meets(line, uri, gtin, lot, made):
            if line.exclude:
                return False
            covered = True
    return covered


def _meets(line: Condition, uri: str, gtin: str | None, lot: str | None, made: date | None) -> bool:
    if line.batch_uri is not None:
        return line.batch_uri == uri
    if gtin is None or line.gtin != gtin:
        return False
    if line.lot is not None and line.lot != lot:
        return False
    if line.lot_from is not None and (lot is None or natural_order(lot) < natural_order(line.lot_from)):
        return False
    if line.lot_to is not None and (lot is None or natural_order(lot) > natural_order(line.lot_to)):
        return False
    if line.exclude and (line.serial_from or line.serial_to):
        return False  # takes units out, not the batch that they are of
    if made is None:
        return not (line.exclude and (line.produced_from or line.produced_to))  # never released on a guess
    early = line.produced_from is not None and made < line.produced_from
    late = line.produced_to is not None and made > line.produced_to
    return not (early or late)


def natural_order(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key under which L2 comes before L10."""
    return tuple(
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
        for part in re.split(r"([0-9]+)", text)
        if part
    )


def place_hold(
    session: Session,
    reference: str,
    kind: Kind,
    conditions: Sequence[Condition],
    since: datetime,
    title: str,
    title_en: str | None,
    instructions: str,
) -> Hold:
    """Put a hold in force, or change the one under ``reference`` (its first moment stays)."""
    hold = session.scalar(select(Hold).where(Hold.reference == reference))
    if hold is None:
        hold = Hold(reference=reference, since=since)
        session.add(hold)
    hold.kind = kind
    hold.published = hold.published or (since if kind == "recall" else None)
    hold.title, hold.title_en, hold.instructions = title, title_en, instructions
    hold.lines = [
        HoldLine(
            gtin=line.gtin,
            batch_uri=line.batch_uri,
            lot=line.lot,
            lot_from=line.lot_from,
            lot_to=line.lot_to,
            produced_from=line.produced_from,
            produced_to=line.produced_to,
            serial_from=line.serial_from,
            serial_to=line.serial_to,
            exclude=line.exclude,
        )
        for line in conditions
    ]
    hold.version = _new_version()
    session.flush()
    _spread(session, hold)
    return hold


def tell_consumers(session: Session, reference: str, notice: HoldNotice) -> None:
    """Have a check say what the newest public notice says; without a hold (a drill) nothing is said."""
    hold = session.scalar(select(Hold).where(Hold.reference == reference))
    if hold is not None:
        hold.notice, hold.version = dumps(notice).decode(), _new_version()
        session.flush()


def notice_of(hold: Hold) -> HoldNotice:
    """Return what the public notice tells a consumer; until there is one, what to do alone."""
    told = dict.fromkeys(HoldNotice.__annotations__) | (loads(hold.notice.encode()) if hold.notice else {})
    return cast(HoldNotice, told | {"instructions": told["instructions"] or hold.instructions})


def lift_hold(session: Session, reference: str) -> None:
    """Take a stop-sale off; what was recalled stays recalled (RECALLS: terminated is not released for sale)."""
    hold = session.scalar(select(Hold).where(Hold.reference == reference, Hold.kind == "stop_sale"))
    if hold is not None:
        session.execute(delete(HeldBatch).where(HeldBatch.hold_id == hold.id))
        session.delete(hold)
        session.flush()


def conditions_of(hold: Hold) -> list[Condition]:
    """Return a hold's lines as plain values."""
    return [
        Condition(
            line.gtin,
            line.batch_uri,
            line.lot,
            line.lot_from,
            line.lot_to,
            line.produced_from,
            line.produced_to,
            line.serial_from,
            line.serial_to,
            line.exclude,
        )
        for line in hold.lines
    ]


def find_covered(session: Session, conditions: Sequence[Condition]) -> set[int]:
    """Return the numbers of all known batches (registered, or only named by events) that the lines cover."""
    named = [line for line in conditions if not line.exclude]
    gtins = {line.gtin for line in named if line.gtin is not None and line.lot is None}
    # a line that names one batch is compared with that one alone: there may be thousands of both
    single: dict[str, list[Condition]] = {}
    for line in conditions:
        if line.batch_uri is not None or line.lot is not None:
            single.setdefault(line.batch_uri or canonical_uri(line.gtin or "", line.lot), []).append(line)
    several = [line for line in conditions if line.batch_uri is None and line.lot is None]
    uris = {uri for uri, lines in single.items() if not all(line.exclude for line in lines)}
    rows: list[tuple[int, str, str | None, str | None]] = []
    columns = select(Identifier.id, Identifier.uri, Identifier.gtin, Identifier.lot)
    for condition in (
        among(session, Identifier.gtin, gtins) & (Identifier.kind == "batch"),
        among(session, Identifier.uri, uris),
    ):
        rows += [(number, uri, gtin, lot) for number, uri, gtin, lot in session.execute(columns.where(condition))]
    dated = any(line.produced_from or line.produced_to for line in conditions)
    dates = production_dates(session, [number for number, *_ in rows]) if dated else {}
    return {
        number
        for number, uri, gtin, lot in rows
        if covers_batch([*several, *single.get(uri, ())], uri, gtin, lot, dates.get(number))
    }


def spread_holds(session: Session, batches: Collection[int]) -> None:
    """Bring the held batches up to date after postings of ``batches`` changed: new lots, products of held ones."""
    concerned: set[int] = set()
    for some in chunked(sorted(batches)):
        concerned.update(session.scalars(select(HeldBatch.hold_id).where(HeldBatch.batch_id.in_(some))))
        named = (
            select(HoldLine.hold_id)
            .join(
                Identifier,
                or_(HoldLine.gtin == Identifier.gtin, HoldLine.batch_uri == Identifier.uri),
            )
            .where(Identifier.id.in_(some))
        )
        concerned.update(session.scalars(named.distinct()))
    for number in sorted(concerned):
        hold = session.get(Hold, number)
        assert hold is not None
        _spread(session, hold)


def spread_all_holds(session: Session) -> None:
    """Derive the held batches of every hold anew."""
    for hold in session.scalars(select(Hold).order_by(Hold.id)):
        _spread(session, hold)


def _spread(session: Session, hold: Hold) -> None:
    """Write what changed and nothing else: a hold may reach hundreds of thousands of batches, a capture a few."""
    covered = find_covered(session, conditions_of(hold))
    depth, links = read_closure(session, covered, "forward")
    # a batch that a line names in part (by serials, by dates) may also have been made from held goods, and then whole
    now = {batch: distance > 0 or batch in links.outputs for batch, distance in depth.items()}
    rows = session.execute(select(HeldBatch.batch_id, HeldBatch.derived).where(HeldBatch.hold_id == hold.id))
    before = {batch: derived for batch, derived in rows}  # noqa: C416  (a Result is no mapping)
    gone = [batch for batch, derived in before.items() if now.get(batch) != derived]
    if gone:
        session.execute(
            delete(HeldBatch).where(HeldBatch.hold_id == hold.id, among(session, HeldBatch.batch_id, gone)),
            execution_options={"synchronize_session": False},
        )
    new = [
        {"hold_id": hold.id, "batch_id": batch, "derived": derived}
        for batch, derived in sorted(now.items())
        if before.get(batch) != derived
    ]
    insert_rows(session, HeldBatch, new)
    if gone or new:
        hold.version = _new_version()
        session.flush()


def read_version(session: Session) -> tuple[int, int]:
    """Return a value that is another after every change of any hold, its lines or the batches it covers.

    The versions are drawn at random and summed, so nothing is counted and two writers never wait for each other here.
    """
    number, total = session.execute(_VERSION).one()
    return number, int(total)


def read_version_of(database: Database) -> tuple[int, int]:
    """Return the same as everybody may read it now."""
    with database.public() as session:
        return read_version(session)


_VERSION = select(func.count(), func.coalesce(func.sum(Hold.version), 0))


def _new_version() -> int:
    return secrets.randbits(40)  # the sum of eight million of them has 63 bits
