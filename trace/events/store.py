"""Storing events: each once, none ever changed; and which of them error declarations take out (RULES 3-5)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from trace.events.fields import store_fields
from trace.events.rows import (
    DOCUMENT_COLUMNS,
    EVENT_COLUMNS,
    ITEM_COLUMNS,
    REFERENCE_COLUMNS,
    Capture,
    ReadEvent,
    declaration_text,
    document_rows,
    event_row,
    fold_event,
    item_rows,
    reference_rows,
)
from trace.fold.event import FoldEvent
from trace.identifiers import intern_identifiers
from trace.kit.auth import Principal
from trace.kit.bulk import Row, among, insert_tuples, stored_value
from trace.kit.db import chunked, insert_ignore, insert_rows
from trace.models import Conflict, Correction, Event, EventDocument, EventItem, EventReference, Void
from trace.visibility import seen_events


@dataclass(frozen=True, slots=True)
class Stored:
    """The numbers of newly stored events, and of identifiers that nothing named before.

    ``fold`` are the events as the fold takes them, error declarations left out; ``names`` are all their IDs and
    content hashes.
    """

    events: list[int]
    new_identifiers: set[int]
    fold: dict[int, FoldEvent]
    names: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was there before the events of a list: a word for each, and the IDs that others' events have too.

    ``'same'`` content or ``'other'`` under the same ID (RULES 5), ``None`` for a new event.
    """

    found: list[str | None]
    copied: set[str]


def find_earlier(session: Session, principal: Principal, events: Sequence[ReadEvent]) -> Earlier:
    """Tell for each event whether it is there already.

    Only what the key may see counts: an answer must not tell a firm which events others keep from it. Events of the
    list itself count as earlier for those behind them.
    """
    known: dict[str, set[tuple[str, str | None]]] = {}
    copied: set[str] = set()
    columns = select(Event.event_id, Event.content_hash, Event.declaration, seen_events(principal))
    named = among(session, Event.event_id, {read.uri for read in events})
    # two statements, because ordinary events and declarations each have an index of their own
    for kind in (Event.declaration.is_(None), Event.declaration.is_not(None)):
        for uri, content_hash, declaration, seen in session.execute(columns.where(named, kind)):
            if seen:
                known.setdefault(uri, set()).add((content_hash, declaration))
            else:
                copied.add(uri)
    found: list[str | None] = []
    for read in events:
        mark = (read.event.content_hash, declaration_text(read.event))
        earlier = known.setdefault(read.uri, set())
        if mark in earlier:
            found.append("same")
        elif mark[1] is None and any(declaration is None for _, declaration in earlier):
            found.append("other")
        else:
            earlier.add(mark)
            found.append(None)
    return Earlier(found, copied)


def store_events(
    session: Session, events: Sequence[ReadEvent], recorded: datetime, party: int | None, capture: str | None
) -> Stored:
    """Store new events, whole tables at a time."""
    numbers = intern_identifiers(session, [one for read in events for one in read.identifiers()])
    first = (session.scalar(select(func.max(Event.id))) or 0) + 1
    numbered = list(enumerate(events, first))
    fold = [fold_event(number, read, numbers) for number, read in numbered]
    common = Capture(capture, party, stored_value(session, Event.record_time, recorded))
    corrections = [
        (number, uri)
        for number, read in numbered
        if read.event.error_declaration is not None
        for uri in dict.fromkeys(read.event.error_declaration.corrective_event_ids)
    ]
    for table, columns, rows in (
        (Event, EVENT_COLUMNS, [event_row(*both, numbers, common) for both in zip(fold, events, strict=True)]),
        (EventItem, ITEM_COLUMNS, _rows(item_rows, numbered, numbers)),
        (EventDocument, DOCUMENT_COLUMNS, _rows(document_rows, numbered, numbers)),
        (EventReference, REFERENCE_COLUMNS, _rows(reference_rows, numbered, numbers)),
        (Correction, ("event_id", "corrective_event_id"), corrections),
    ):
        insert_tuples(session, table, columns, rows)
    store_fields(session, [(number, read.event) for number, read in numbered])
    return Stored(
        [number for number, _ in numbered],
        numbers.new,
        {one.id: one for one, read in zip(fold, events, strict=True) if read.event.error_declaration is None},
        [(read.uri, read.event.content_hash) for read in events],
    )


def _rows(
    rows_of: Callable[[int, ReadEvent, Mapping[str, int]], Iterable[Row]],
    numbered: Sequence[tuple[int, ReadEvent]],
    numbers: Mapping[str, int],
) -> list[Row]:
    return [row for number, read in numbered for row in rows_of(number, read, numbers)]


def note_conflicts(session: Session, principal: Principal, uris: Sequence[str], capture: str) -> None:
    """Keep that captured events came again with other content; the attempts themselves were refused (RULES 5).

    Other firms' events of the same ID, which the key cannot see, have nothing to do with it.
    """
    ordinary = select(Event.id).where(Event.declaration.is_(None), seen_events(principal))
    for some in chunked(uris):
        ids = session.scalars(ordinary.where(Event.event_id.in_(some)))
        insert_rows(session, Conflict, [{"event_id": number, "capture_id": capture} for number in ids])


def read_names(session: Session, events: Collection[int]) -> list[tuple[str, str]]:
    """Return the IDs and content hashes of ``events``."""
    names: list[tuple[str, str]] = []
    for some in chunked(sorted(events)):
        rows = session.execute(select(Event.event_id, Event.content_hash).where(Event.id.in_(some)))
        names += [(uri, content_hash) for uri, content_hash in rows]
    return names


def find_copied(session: Session) -> set[str]:
    """Return the event IDs under which more than one firm captured an event."""
    ordinary = select(Event.event_id).where(Event.declaration.is_(None)).group_by(Event.event_id)
    return set(session.scalars(ordinary.having(func.count() > 1)))


def void_events(session: Session, names: Iterable[tuple[str, str]], copied: Collection[str] = ()) -> set[int]:
    """Record which events do not count, of those that ``names`` (event IDs and content hashes) can concern.

    RULES 4: declared in error, by event ID; only a declaration without one voids by content hash; never an event that
    its own corrections name; and only an event that the same firm captured, or any if an operator declares it (C): a
    firm cannot take another's events out of the record. RULES 5: of an event that firms captured apart (``copied``
    are such IDs) the first that is not declared in error. Returns the events that ceased to count, or count again.
    """
    listed = list(names)
    declarations = _declarations(session, {uri for uri, _ in listed}, {content_hash for _, content_hash in listed})
    if not declarations and not copied:
        return set()
    by_uri = {row.event_id for row in declarations if row.has_event_id}.union(copied)
    by_hash = {row.content_hash for row in declarations if not row.has_event_id}
    targets = _ordinary(session, by_uri, by_hash)
    uris, hashes = {row.event_id for row in targets}, {row.content_hash for row in targets}
    doomed = _declared(session, targets, _declarations(session, uris, hashes))
    doomed |= _copies(row for row in targets if row.id not in doomed)
    known: set[int] = set()
    for some in chunked(sorted(row.id for row in targets)):
        known.update(session.scalars(select(Void.event_id).where(Void.event_id.in_(some))))
    insert_ignore(session, Void.__table__, [{"event_id": number} for number in doomed - known], ["event_id"])
    for some in chunked(sorted(known - doomed)):
        session.execute(delete(Void).where(Void.event_id.in_(some)))
    return doomed ^ known


def _declared(session: Session, targets: Iterable["_Named"], declarations: Iterable["_Named"]) -> set[int]:
    """Return those of ``targets`` that are declared in error."""
    by_uri: dict[str, list[_Named]] = {}
    by_hash: dict[str, list[_Named]] = {}
    for row in declarations:
        if row.has_event_id:
            by_uri.setdefault(row.event_id, []).append(row)
        else:
            by_hash.setdefault(row.content_hash, []).append(row)
    corrected = _corrections(session, {row.id for row in declarations})
    return {
        target.id
        for target in targets
        for row in (*by_uri.get(target.event_id, ()), *by_hash.get(target.content_hash, ()))
        if row.captured_by in (None, target.captured_by) and target.event_id not in corrected.get(row.id, ())
    }


def _copies(events: Iterable["_Named"]) -> set[int]:
    """Return all but the first of the events that have ID and content in common."""
    first: dict[tuple[str, str], int] = {}
    copies: set[int] = set()
    for row in sorted(events, key=lambda row: row.id):
        if first.setdefault((row.event_id, row.content_hash), row.id) != row.id:
            copies.add(row.id)
    return copies


@dataclass(frozen=True, slots=True)
class _Named:
    id: int
    event_id: str
    content_hash: str
    has_event_id: bool
    captured_by: int | None


def _declarations(session: Session, uris: Collection[str], hashes: Collection[str]) -> set[_Named]:
    return _find(session, uris, hashes, declarations=True)


def _ordinary(session: Session, uris: Collection[str], hashes: Collection[str]) -> set[_Named]:
    return _find(session, uris, hashes, declarations=False)


def _find(session: Session, uris: Collection[str], hashes: Collection[str], *, declarations: bool) -> set[_Named]:
    kind = Event.declaration.is_not(None) if declarations else Event.declaration.is_(None)
    columns = select(Event.id, Event.event_id, Event.content_hash, Event.has_event_id, Event.captured_by).where(kind)
    found: set[_Named] = set()
    if uris:
        found.update(_Named(*row) for row in session.execute(columns.where(among(session, Event.event_id, uris))))
    if hashes:
        found.update(_Named(*row) for row in session.execute(columns.where(among(session, Event.content_hash, hashes))))
    return found


def _corrections(session: Session, declarations: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for some in chunked(sorted(declarations)):
        rows = session.execute(
            select(Correction.event_id, Correction.corrective_event_id).where(Correction.event_id.in_(some))
        )
        for number, uri in rows:
            found.setdefault(number, set()).add(uri)
    return found
