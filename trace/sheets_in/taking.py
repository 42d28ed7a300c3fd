"""Documents of a sheet against the record: which are there, which would be refused and why, and taking the rest."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from trace.batch_registration import Checked, check_batches, register_checked
from trace.bodies import BatchIn
from trace.capture import capture_events, check_events
from trace.epcis.event import Event
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.db import insert_rows
from trace.kit.errors import FieldError, Problem
from trace.master_data import (
    check_location,
    check_party,
    check_product,
    own_places,
    register_location,
    register_party,
    register_product,
)
from trace.models import Event as Stored
from trace.models import SheetRow, Void
from trace.sheets_in.cells import show_cell
from trace.sheets_in.kinds import SheetKind
from trace.sheets_in.prepared import Document, prepare
from trace.sheets_in.rows import Layout, Progress, Sheet, Wrong
from trace.sheets_in.tables import Table

HALF_THERE = "A part of this run is recorded already."

_CHECKS: dict[str, Callable[[Session, Principal, Any], tuple[Any, Any]]] = {
    "products": check_product,
    "locations": check_location,
    "parties": check_party,
}
_REGISTERS: dict[str, Callable[[Session, Principal, Any, datetime], Any]] = {
    "products": register_product,
    "locations": register_location,
    "parties": register_party,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet, how it is read, and who brings it."""

    principal: Principal
    table: Table
    layout: Layout
    sheet: Sheet


@dataclass(slots=True)
class Found:
    """What the record says of a sheet's rows."""

    fresh: int = 0
    there: int = 0
    wrong: list[Wrong] = field(default_factory=list)


class Judged(NamedTuple):
    """What would become of a document: refused, there already, or new; of a batch also what was looked up."""

    refused: Problem | None = None
    there: bool = False
    checked: Checked | None = None


class SheetChanged(Exception):
    """What was found right at the check is refused now: the record changed meanwhile."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(f"{len(wrong)} rows")
        self.wrong = wrong


def _silent(_rows: int) -> None:
    """Nobody is told."""


def look_up(
    session: Session,
    reading: Reading,
    chunks: Iterable[list[Document]],
    now: datetime,
    progress: Progress = _silent,
) -> Found:
    """Say of all documents what taking them would do, and write nothing."""
    found = Found(there=reading.sheet.repeated)
    for some in chunks:
        documents = _not_there(session, reading, some, now, found)
        for document, judged in zip(documents, _judge(session, reading, documents, now), strict=True):
            if judged.refused is not None:
                found.wrong += _refused(reading, document, judged.refused)
            elif judged.there:
                found.there += len(document.places)
            else:
                found.fresh += len(document.places)
        progress(sum(len(document.places) for document in some))
    return found


def take(
    session: Session,
    reading: Reading,
    chunks: Iterable[list[Document]],
    now: datetime,
    progress: Progress = _silent,
) -> Found:
    """Take all documents that are not there, in the caller's transaction.

    Raises SheetChanged for the first ones that are refused now.
    """
    taken = Found(there=reading.sheet.repeated)
    for some in chunks:
        documents = _not_there(session, reading, some, now, taken)
        judged = _judge(session, reading, documents, now)
        both = list(zip(documents, judged, strict=True))
        _stop([wrong for one, said in both if said.refused for wrong in _refused(reading, one, said.refused)])
        new = [(document, said) for document, said in both if not said.there]
        _write(session, reading, new, now)
        fresh = sum(len(document.places) for document, _ in new)
        taken.fresh += fresh
        taken.there += sum(len(document.places) for document in documents) - fresh
        session.flush()
        session.expunge_all()  # what was written is not needed again, and there may be much of it
        progress(sum(len(document.places) for document in some))
    return taken


def _stop(wrong: Sequence[Wrong]) -> None:
    if wrong:
        raise SheetChanged(wrong)


# -- rows of reports that are recorded -----------------------------------------------------------------


def _not_there(
    session: Session, reading: Reading, some: Sequence[Document], now: datetime, found: Found
) -> list[Document]:
    """Leave out rows that are recorded; a run of which a part is recorded is wrong."""
    kind, digests = reading.layout.kind, reading.sheet.digests
    if kind.event is None:
        return list(some)
    known = _find_rows(session, [digests[at] for document in some for at in document.places])
    documents: list[Document] = []
    for document in some:
        rest = [at for at in document.places if digests[at].hex() not in known]
        if len(rest) == len(document.places):
            documents.append(document)
        elif rest and kind.word == "transformations":
            found.wrong += [Wrong(at + 1, "", HALF_THERE) for at in rest]
        else:
            found.there += len(document.places) - len(rest)
            documents += [prepare(reading.table, reading.layout, rest, now)] if rest else []
    return documents


def _find_rows(session: Session, digests: Sequence[bytes]) -> set[str]:
    """Return those digests whose events are recorded and were not taken back."""
    named = among(session, SheetRow.digest, [digest.hex() for digest in digests])
    undone = exists().where(Void.event_id == SheetRow.event_id)
    return set(session.scalars(select(SheetRow.digest).where(named, ~undone)))


# -- what would be refused -----------------------------------------------------------------------------


def _judge(session: Session, reading: Reading, documents: Sequence[Document], now: datetime) -> list[Judged]:
    kind = reading.layout.kind
    if kind.word == "batches":
        bodies = cast(list[BatchIn], [document.body for document in documents])
        checked = check_batches(session, reading.principal, bodies, now)
        return [
            Judged(one.refused or document.refused, one.there is not None, one)
            for document, one in zip(documents, checked, strict=True)
        ]
    if kind.event is None:
        return [_check_one(session, reading.principal, kind, document) for document in documents]
    return _judge_events(session, reading, documents, now)


def _check_one(session: Session, principal: Principal, kind: SheetKind, document: Document) -> Judged:
    try:
        _, row = _CHECKS[kind.word](session, principal, document.body)
    except Problem as problem:
        return Judged(problem)
    return Judged(there=row is not None)


def _judge_events(session: Session, reading: Reading, documents: Sequence[Document], now: datetime) -> list[Judged]:
    kind, principal = reading.layout.kind, reading.principal
    own = own_places(session, principal, {_place(kind, document) for document in documents})
    refused: list[Problem | None] = []
    for document in documents:
        detail = f"No location {_place(kind, document)} of yours is known."
        foreign = _place(kind, document) not in own
        refused.append(Problem(detail, errors=[FieldError(f"/{kind.own}", detail)]) if foreign else document.refused)
    asked = [at for at, problem in enumerate(refused) if problem is None]
    for refusal in check_events(session, [_event(documents[at]) for at in asked], principal, now):
        refused[asked[refusal.index]] = Problem("; ".join(detail for _, detail in refusal.problems))
    return [Judged(problem) for problem in refused]


def _place(kind: SheetKind, document: Document) -> str:
    return str(getattr(document.body, "from_" if kind.own == "from" else kind.own))


def _event(document: Document) -> Event:
    assert document.event is not None
    return document.event


def _refused(reading: Reading, document: Document, problem: Problem) -> list[Wrong]:
    """What is said of each row of a refused document, with what stands in the column that is wrong."""
    error = problem.errors[0] if problem.errors else FieldError("", problem.detail)
    name = error.pointer.strip("/")
    place = next((place for place, column in reading.layout.columns if column.field == name), None)
    if place is None:
        return [Wrong(at + 1, "", error.detail) for at in document.places]
    rows = [(at, reading.table.rows[at]) for at in document.places]
    return [Wrong(at + 1, name, error.detail, show_cell(row[place]) if place < len(row) else "") for at, row in rows]


# -- taking --------------------------------------------------------------------------------------------


def _write(session: Session, reading: Reading, new: Sequence[tuple[Document, Judged]], now: datetime) -> None:
    kind, principal = reading.layout.kind, reading.principal
    documents = [document for document, _ in new]
    if not documents:
        return
    if kind.word == "batches":
        bodies = cast(list[BatchIn], [document.body for document in documents])
        checked = cast(list[Checked], [judged.checked for _, judged in new])
        register_checked(session, principal, bodies, checked, [_event(document) for document in documents], now)
    elif kind.event is None:
        for document in documents:
            _REGISTERS[kind.word](session, principal, document.body, now)
    else:
        _capture(session, reading, documents, now)


def _capture(session: Session, reading: Reading, documents: Sequence[Document], now: datetime) -> None:
    events = [_event(document) for document in documents]
    for refusal in capture_events(session, events, reading.principal, now).refusals:
        problem = Problem("; ".join(detail for _, detail in refusal.problems))
        _stop(_refused(reading, documents[refusal.index], problem))
    named = among(session, Stored.event_id, [event.event_id for event in events])
    stored = session.execute(select(Stored.event_id, Stored.id).where(named))
    numbers: dict[str | None, int] = {row.event_id: row.id for row in stored}
    rows = [
        {"digest": reading.sheet.digests[at].hex(), "event_id": numbers[event.event_id]}
        for document, event in zip(documents, events, strict=True)
        for at in document.places
    ]
    # what was recorded and taken back goes in anew
    session.execute(delete(SheetRow).where(among(session, SheetRow.digest, [row["digest"] for row in rows])))
    insert_rows(session, SheetRow, rows)
