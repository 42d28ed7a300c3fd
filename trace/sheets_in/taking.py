"""Documents of a sheet against the record: which are there, which would be refused and why, and taking the rest."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from pydantic import BaseModel
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from trace.batch_registration import check_batches, register_batches
from trace.bodies import BatchIn
from trace.capture import capture_events, check_events
from trace.epcis.json_format import parse_event
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
from trace.models import Event, SheetRow, Void
from trace.reports import CONTEXT
from trace.sheets_in.cells import show_cell
from trace.sheets_in.kinds import SheetKind
from trace.sheets_in.rows import Layout, Progress, Sheet, Wrong, put_together
from trace.sheets_in.tables import Table

CHUNK = 1_000
"""Rows that are looked up and taken at once."""

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


@dataclass(slots=True)
class Found:
    """What the record says of a sheet's rows."""

    fresh: int = 0
    there: int = 0
    wrong: list[Wrong] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """Rows that are taken as one body: their places in the table, and what they say."""

    places: Sequence[int]
    body: BaseModel


class SheetChanged(Exception):
    """What was found right at the check is refused now: the record changed meanwhile."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(f"{len(wrong)} rows")
        self.wrong = wrong


def look_up(
    session: Session,
    principal: Principal,
    table: Table,
    layout: Layout,
    sheet: Sheet,
    now: datetime,
    progress: Progress = lambda _rows: None,
) -> Found:
    """Say of all documents what taking them would do, and write nothing."""
    found = Found(there=sheet.repeated)
    for some in _chunks(sheet.documents):
        documents = _not_there(session, table, layout, sheet, some, found)
        bodies = [document.body for document in documents]
        for document, problem in zip(documents, _judge(session, principal, layout.kind, bodies, now), strict=True):
            if problem == "there":
                found.there += len(document.places)
            elif isinstance(problem, Problem):
                found.wrong += _refused(table, layout, document, problem)
            else:
                found.fresh += len(document.places)
        progress(sum(map(len, some)))
    return found


def take(
    session: Session,
    principal: Principal,
    table: Table,
    layout: Layout,
    sheet: Sheet,
    now: datetime,
    progress: Progress = lambda _rows: None,
) -> Found:
    """Take all documents that are not there, in the caller's transaction.

    Raises SheetChanged for the first ones that are refused now.
    """
    taken = Found(there=sheet.repeated)
    for some in _chunks(sheet.documents):
        documents = _not_there(session, table, layout, sheet, some, taken)
        judged = _judge(session, principal, layout.kind, [document.body for document in documents], now)
        wrong = [
            one
            for document, problem in zip(documents, judged, strict=True)
            if isinstance(problem, Problem)
            for one in _refused(table, layout, document, problem)
        ]
        if wrong:
            raise SheetChanged(wrong)
        new = [document for document, problem in zip(documents, judged, strict=True) if problem is None]
        _write(session, principal, table, layout, sheet, new, now)
        taken.fresh += sum(len(document.places) for document in new)
        taken.there += sum(len(document.places) for document in documents) - sum(len(one.places) for one in new)
        session.flush()
        session.expunge_all()  # what was written is not needed again, and there may be much of it
        progress(sum(map(len, some)))
    return taken


def _chunks(documents: Sequence[Sequence[int]]) -> Iterator[list[Sequence[int]]]:
    some: list[Sequence[int]] = []
    rows = 0
    for document in documents:
        some.append(document)
        rows += len(document)
        if rows >= CHUNK:
            yield some
            some, rows = [], 0
    if some:
        yield some


# -- rows of reports that are recorded -----------------------------------------------------------------


def _not_there(
    session: Session, table: Table, layout: Layout, sheet: Sheet, some: Sequence[Sequence[int]], found: Found
) -> list[Document]:
    """Leave out rows that are recorded; a run of which a part is recorded is wrong."""
    if layout.kind.event is None:
        return [Document(places, put_together(table, layout, places)) for places in some]
    known = _find_rows(session, [sheet.digests[at] for places in some for at in places])
    documents: list[Document] = []
    for places in some:
        rest = [at for at in places if sheet.digests[at].hex() not in known]
        if rest and len(rest) < len(places) and layout.kind.word == "transformations":
            found.wrong += [Wrong(at + 1, "", HALF_THERE) for at in rest]
            continue
        found.there += len(places) - len(rest)
        if rest:
            documents.append(Document(rest, put_together(table, layout, rest)))
    return documents


def _find_rows(session: Session, digests: Sequence[bytes]) -> set[str]:
    """Return those digests whose events are recorded and were not taken back."""
    named = among(session, SheetRow.digest, [digest.hex() for digest in digests])
    undone = exists().where(Void.event_id == SheetRow.event_id)
    return set(session.scalars(select(SheetRow.digest).where(named, ~undone)))


# -- what would be refused -----------------------------------------------------------------------------


def _judge(
    session: Session, principal: Principal, kind: SheetKind, bodies: Sequence[BaseModel], now: datetime
) -> list[Problem | str | None]:
    """Return for each body why it would be refused, `'there'`, or None for what is new and right."""
    if kind.word == "batches":
        checked = check_batches(session, principal, cast(list[BatchIn], bodies), now)
        return [one.refused or (None if one.there is None else "there") for one in checked]
    if kind.event is None:
        return [_check_one(session, principal, kind, body) for body in bodies]
    return _judge_events(session, principal, kind, bodies, now)


def _check_one(session: Session, principal: Principal, kind: SheetKind, body: BaseModel) -> Problem | str | None:
    try:
        _, row = _CHECKS[kind.word](session, principal, body)
    except Problem as problem:
        return problem
    return None if row is None else "there"


def _judge_events(
    session: Session, principal: Principal, kind: SheetKind, bodies: Sequence[BaseModel], now: datetime
) -> list[Problem | str | None]:
    own = own_places(session, principal, {_place(kind, body) for body in bodies})
    judged: list[Problem | str | None] = [None] * len(bodies)
    events: list[Any] = []
    numbers: list[int] = []
    assert kind.event is not None
    for number, body in enumerate(bodies):
        place = _place(kind, body)
        if place not in own:
            detail = f"No location {place} of yours is known."
            judged[number] = Problem(detail, errors=[FieldError(f"/{kind.own}", detail)])
            continue
        try:
            events.append(parse_event(kind.event(body, now), CONTEXT, len(events)))
            numbers.append(number)
        except Problem as problem:
            judged[number] = problem
    for refusal in check_events(session, events, principal, now):
        judged[numbers[refusal.index]] = Problem("; ".join(detail for _, detail in refusal.problems))
    return judged


def _place(kind: SheetKind, body: BaseModel) -> str:
    return str(getattr(body, "from_" if kind.own == "from" else kind.own))


def _refused(table: Table, layout: Layout, document: Document, problem: Problem) -> list[Wrong]:
    """What is said of each row of a refused document, with what stands in the column that is wrong."""
    error = problem.errors[0] if problem.errors else FieldError("", problem.detail)
    name = error.pointer.strip("/")
    place = next((place for place, column in layout.columns if column.field == name), None)
    if place is None:
        return [Wrong(at + 1, "", error.detail) for at in document.places]
    rows = [(at, table.rows[at]) for at in document.places]
    return [Wrong(at + 1, name, error.detail, show_cell(row[place]) if place < len(row) else "") for at, row in rows]


# -- taking --------------------------------------------------------------------------------------------


def _write(
    session: Session,
    principal: Principal,
    table: Table,
    layout: Layout,
    sheet: Sheet,
    documents: Sequence[Document],
    now: datetime,
) -> None:
    kind = layout.kind
    if not documents:
        return
    if kind.word == "batches":
        register_batches(session, principal, [cast(BatchIn, document.body) for document in documents], now)
    elif kind.event is None:
        for document in documents:
            _REGISTERS[kind.word](session, principal, document.body, now)
    else:
        _capture(session, principal, table, layout, sheet, documents, now)


def _capture(
    session: Session,
    principal: Principal,
    table: Table,
    layout: Layout,
    sheet: Sheet,
    documents: Sequence[Document],
    now: datetime,
) -> None:
    build = layout.kind.event
    assert build is not None
    built = [build(document.body, now) for document in documents]
    events = [parse_event(event, CONTEXT, index) for index, event in enumerate(built)]
    captured = capture_events(session, events, principal, now)
    if captured.refusals:
        refused = [documents[refusal.index] for refusal in captured.refusals]
        problems = [Problem("; ".join(detail for _, detail in one.problems)) for one in captured.refusals]
        raise SheetChanged(
            [
                wrong
                for document, problem in zip(refused, problems, strict=True)
                for wrong in _refused(table, layout, document, problem)
            ]
        )
    named = among(session, Event.event_id, [event["eventID"] for event in built])
    numbers = {row.event_id: row.id for row in session.execute(select(Event.event_id, Event.id).where(named))}
    rows = [
        {"digest": sheet.digests[at].hex(), "event_id": numbers[event["eventID"]]}
        for document, event in zip(documents, built, strict=True)
        for at in document.places
    ]
    # what was recorded and taken back goes in anew
    session.execute(delete(SheetRow).where(among(session, SheetRow.digest, [row["digest"] for row in rows])))
    insert_rows(session, SheetRow, rows)
