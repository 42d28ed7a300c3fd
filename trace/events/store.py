"""Storing events: each once, none ever changed; and which of them error declarations take out (RULES 3-5)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trace.derivation.fold_input import build_events
from trace.events.rows import ReadEvent, declaration_text, document_rows, event_row, item_rows
from trace.fold.event import FoldEvent
from trace.identifiers import intern_identifiers
from trace.kit.db import chunked, insert_ignore, insert_rows
from trace.models import Conflict, Correction, Event, EventDocument, EventItem, Void


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


def find_earlier(session: Session, events: Sequence[ReadEvent]) -> list[str | None]:
    """Tell for each event whether it is there already: ``'same'``, ``'other'`` (RULES 5) or ``None`` for a new one.

    Events of the list itself count as earlier for those behind them.
    """
    known: dict[str, set[tuple[str, str | None]]] = {}
    columns = select(Event.event_id, Event.content_hash, Event.declaration)
    for some in chunked(sorted({read.uri for read in events})):
        # two statements, because ordinary events and declarations each have an index of their own
        for kind in (Event.declaration.is_(None), Event.declaration.is_not(None)):
            for uri, content_hash, declaration in session.execute(columns.where(Event.event_id.in_(some), kind)):
                known.setdefault(uri, set()).add((content_hash, declaration))
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
    return found


def store_events(
    session: Session, events: Sequence[ReadEvent], recorded: datetime, party: int | None, capture: str | None
) -> Stored:
    """Store new events, whole tables at a time."""
    numbers = intern_identifiers(session, [one for read in events for one in read.identifiers()])
    first = (session.scalar(select(func.max(Event.id))) or 0) + 1
    numbered = list(enumerate(events, first))
    rows = [event_row(number, read, numbers, recorded, party, capture) for number, read in numbered]
    items = [
        (row, item.identifier.kind)
        for number, read in numbered
        for row, item in zip(item_rows(number, read, numbers), read.items, strict=True)
    ]
    documents = [row for number, read in numbered for row in document_rows(number, read, numbers)]
    corrections = [
        {"event_id": number, "corrective_event_id": uri}
        for number, read in numbered
        if read.event.error_declaration is not None
        for uri in dict.fromkeys(read.event.error_declaration.corrective_event_ids)
    ]
    for table, found in (
        (Event, rows),
        (EventItem, [row for row, _ in items]),
        (EventDocument, documents),
        (Correction, corrections),
    ):
        insert_rows(session, table, found)
    fold = build_events(
        [row for row in rows if row["declaration"] is None],
        ({**row, "kind": kind} for row, kind in items),
        documents,
    )
    return Stored(
        [number for number, _ in numbered],
        numbers.new,
        {event.id: event for event in fold},
        [(read.uri, read.event.content_hash) for read in events],
    )


def note_conflicts(session: Session, uris: Sequence[str], capture: str) -> None:
    """Keep that captured events came again with other content; the attempts themselves were refused (RULES 5)."""
    for some in chunked(uris):
        ids = session.scalars(select(Event.id).where(Event.event_id.in_(some), Event.declaration.is_(None)))
        insert_rows(session, Conflict, [{"event_id": number, "capture_id": capture} for number in ids])


def read_names(session: Session, events: Collection[int]) -> list[tuple[str, str]]:
    """Return the IDs and content hashes of ``events``."""
    names: list[tuple[str, str]] = []
    for some in chunked(sorted(events)):
        rows = session.execute(select(Event.event_id, Event.content_hash).where(Event.id.in_(some)))
        names += [(uri, content_hash) for uri, content_hash in rows]
    return names


def void_events(session: Session, names: Iterable[tuple[str, str]]) -> set[int]:
    """Record which events error declarations take out, where either is among ``names`` (event IDs and content hashes).

    RULES 4: by event ID; only a declaration without one voids by content hash; never an event that its own
    corrections name; and only an event that the same firm captured, or any if an operator declares it (C): a firm
    cannot take another's events out of the record. Returns the events voided just now.
    """
    uris: set[str] = set()
    hashes: set[str] = set()
    for uri, content_hash in names:
        uris.add(uri)
        hashes.add(content_hash)
    declarations = _declarations(session, uris, hashes)
    if not declarations:
        return set()
    corrected = _corrections(session, {row.id for row in declarations})
    doomed: set[int] = set()
    by_uri = {row.event_id for row in declarations if row.has_event_id}
    by_hash = {row.content_hash for row in declarations if not row.has_event_id}
    for target in _ordinary(session, by_uri, by_hash):
        if any(row.takes_out(target) and target.event_id not in corrected.get(row.id, ()) for row in declarations):
            doomed.add(target.id)
    known: set[int] = set()
    for some in chunked(sorted(doomed)):
        known.update(session.scalars(select(Void.event_id).where(Void.event_id.in_(some))))
    insert_ignore(session, Void.__table__, [{"event_id": number} for number in doomed - known], ["event_id"])
    return doomed - known


@dataclass(frozen=True, slots=True)
class _Named:
    id: int
    event_id: str
    content_hash: str
    has_event_id: bool
    captured_by: int | None

    def takes_out(self, target: "_Named") -> bool:
        """RULES 4; a firm declares its own reports in error, the operator (``None``) anybody's."""
        if self.captured_by not in (None, target.captured_by):
            return False
        return self.event_id == target.event_id if self.has_event_id else self.content_hash == target.content_hash


def _declarations(session: Session, uris: Collection[str], hashes: Collection[str]) -> set[_Named]:
    return _find(session, uris, hashes, declarations=True)


def _ordinary(session: Session, uris: Collection[str], hashes: Collection[str]) -> set[_Named]:
    return _find(session, uris, hashes, declarations=False)


def _find(session: Session, uris: Collection[str], hashes: Collection[str], *, declarations: bool) -> set[_Named]:
    kind = Event.declaration.is_not(None) if declarations else Event.declaration.is_(None)
    columns = select(Event.id, Event.event_id, Event.content_hash, Event.has_event_id, Event.captured_by).where(kind)
    found: set[_Named] = set()
    for some in chunked(sorted(uris)):
        found.update(_Named(*row) for row in session.execute(columns.where(Event.event_id.in_(some))))
    for some in chunked(sorted(hashes)):
        found.update(_Named(*row) for row in session.execute(columns.where(Event.content_hash.in_(some))))
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
