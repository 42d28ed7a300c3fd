"""What revision 0005 keeps beside each event, filled for the events that were captured before it.

Read anew from the stored bodies, chunk by chunk: read points and business locations, sources, destinations and further
business transactions, parents that hold nothing, and the searchable fields.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from typing import Any

import sqlalchemy as sa

from trace.epcis.names import read_context
from trace.epcis.read_event import read_captured
from trace.epcis.searchable import FieldName, searchable_fields
from trace.events.rows import ReadEvent, read_event
from trace.gs1 import Identifier
from trace.kit import strict_json
from trace.kit.db import chunked
from trace.models import Role

logger = logging.getLogger("suyuan")

CHUNK = 1_000
MAX_DEPTH = 100
"""Of stored bodies: one that came as XML nests deeper in JSON than a JSON document may."""

_IMMUTABLE = ("events", "event_documents")

# As they are at this revision: the models may go on.
_EVENTS = sa.table("events", *map(sa.column, ("id", "body", "context", "read_point_id", "biz_location_id")))
_ITEMS = sa.table(
    "event_items",
    *map(
        sa.column,
        ("event_id", "position", "role", "identifier_id", "batch_id", "is_class", "amount", "scale", "uom"),
    ),
)
_DOCUMENTS = sa.table("event_documents", *map(sa.column, ("event_id", "document_id", "kind")))
_REFERENCES = sa.table(
    "event_references", *map(sa.column, ("event_id", "position", "reference", "kind", "identifier_id"))
)
_IDENTIFIERS = sa.table("identifiers", *map(sa.column, ("id", "uri", "kind", "gtin", "lot", "gln", "problem")))
_NAMES = sa.table("field_names", *map(sa.column, ("id", "scope", "inner", "namespace", "local", "prefix")))
_FIELDS = sa.table("event_fields", *map(sa.column, ("event_id", "position", "name_id", "key")))


def fill(connection: sa.Connection) -> None:
    """Fill the new columns and tables; the triggers that forbid changes are afterwards as they were."""
    total = connection.scalar(sa.select(sa.func.count()).select_from(_EVENTS)) or 0
    if not total:
        return
    names: dict[FieldName, int] = {}
    done = 0
    with _changes_allowed(connection):
        for rows in _chunks(connection):
            _fill(connection, [(row.id, _read(row)) for row in rows], names)
            done += len(rows)
            logger.info("Indexing captured events: %d of %d", done, total)


def _chunks(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    last = 0
    columns = sa.select(_EVENTS.c.id, _EVENTS.c.body, _EVENTS.c.context)
    while rows := connection.execute(columns.where(_EVENTS.c.id > last).order_by(_EVENTS.c.id).limit(CHUNK)).all():
        yield rows
        last = rows[-1].id


def _read(row: Any) -> ReadEvent:
    body = strict_json.loads(row.body.encode(), MAX_DEPTH)
    return read_event(read_captured(body, read_context(json.loads(row.context))))


def _fill(connection: sa.Connection, events: Sequence[tuple[int, ReadEvent]], names: dict[FieldName, int]) -> None:
    numbers = _intern(connection, [one for _, read in events for one in read.identifiers()])
    _update_places(connection, events, numbers)
    _update_kinds(connection, events, numbers)
    _insert(
        connection,
        _REFERENCES,
        (
            (number, position, int(reference), kind, numbers[identifier.uri])
            for number, read in events
            for position, (reference, kind, identifier) in enumerate(read.references)
        ),
    )
    _insert(
        connection,
        _ITEMS,
        (
            (number, position, int(item.role), numbers[item.identifier.uri], None, False, None, 0, "")
            for number, read in events
            for position, item in enumerate(read.items)
            if item.role is Role.NAMED_PARENT
        ),
    )
    fields = [
        (number, position, name, key)
        for number, read in events
        for position, (name, key) in enumerate(searchable_fields(read.event))
    ]
    _name(connection, dict.fromkeys(name for _, _, name, _ in fields), names)
    _insert(
        connection,
        _FIELDS,
        ((number, position, names[name], key) for number, position, name, key in fields),
    )


def _update_places(
    connection: sa.Connection, events: Iterable[tuple[int, ReadEvent]], numbers: Mapping[str, int]
) -> None:
    rows = [
        {
            "number": number,
            "read_point": numbers[read.read_point.uri] if read.read_point else None,
            "biz_location": numbers[read.biz_location.uri] if read.biz_location else None,
        }
        for number, read in events
        if read.read_point or read.biz_location
    ]
    if rows:
        statement = sa.update(_EVENTS).where(_EVENTS.c.id == sa.bindparam("number"))
        connection.execute(
            statement.values(
                read_point_id=sa.bindparam("read_point", type_=sa.BigInteger()),
                biz_location_id=sa.bindparam("biz_location", type_=sa.BigInteger()),
            ),
            rows,
        )


def _update_kinds(
    connection: sa.Connection, events: Iterable[tuple[int, ReadEvent]], numbers: Mapping[str, int]
) -> None:
    """Of a document that an event names under two kinds the first is now its kind, the other a reference."""
    rows = [
        {"number": number, "document": numbers[uri], "first": kind}
        for number, read in events
        if len({document.uri for _, document in read.documents}) < len(read.documents)
        for uri, kind in {document.uri: kind for kind, document in reversed(read.documents)}.items()
    ]
    if rows:
        here = (_DOCUMENTS.c.event_id == sa.bindparam("number"), _DOCUMENTS.c.document_id == sa.bindparam("document"))
        first = sa.bindparam("first", type_=sa.Text())
        connection.execute(sa.update(_DOCUMENTS).where(*here).values(kind=first), rows)


def _intern(connection: sa.Connection, values: Iterable[Identifier]) -> dict[str, int]:
    wanted = {value.uri: value for value in values}
    numbers: dict[str, int] = {}
    columns = sa.select(_IDENTIFIERS.c.uri, _IDENTIFIERS.c.id)
    for some in chunked(list(wanted)):
        found = connection.execute(columns.where(_IDENTIFIERS.c.uri.in_(some)))
        numbers.update((uri, number) for uri, number in found)
    first = (connection.scalar(sa.select(sa.func.max(_IDENTIFIERS.c.id))) or 0) + 1
    missing = {uri: number for number, uri in enumerate((uri for uri in wanted if uri not in numbers), first)}
    _insert(
        connection,
        _IDENTIFIERS,
        (
            (number, uri, str(value.kind), value.gtin, value.lot, value.gln, value.problem)
            for uri, number in missing.items()
            for value in [wanted[uri]]
        ),
    )
    return numbers | missing


def _name(connection: sa.Connection, wanted: Iterable[FieldName], names: dict[FieldName, int]) -> None:
    """Give numbers to the field names that have none; they were never stored before this revision."""
    new = [name for name in wanted if name not in names]
    names.update((name, number) for number, name in enumerate(new, len(names) + 1))
    _insert(connection, _NAMES, ((names[name], str(name.scope), *astuple(name)[1:]) for name in new))


def _insert(connection: sa.Connection, table: sa.TableClause, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows whose values stand in the order of the table's columns."""
    columns = [column.name for column in table.columns]
    values = [dict(zip(columns, row, strict=True)) for row in rows]
    if values:
        connection.execute(table.insert(), values)


@contextmanager
def _changes_allowed(connection: sa.Connection) -> Iterator[None]:
    """Take off the triggers that forbid updates, and put them on again as they were."""
    if connection.dialect.name == "sqlite":
        names = [f"{table}_forbid_update" for table in _IMMUTABLE]
        found = connection.execute(
            sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name IN :names").bindparams(
                sa.bindparam("names", names, expanding=True)
            )
        ).all()
        for name, _ in found:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield
        for _, statement in found:
            connection.exec_driver_sql(statement)
        return
    for table in _IMMUTABLE:
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {table}_forbid_change")
    yield
    for table in _IMMUTABLE:
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER {table}_forbid_change")
