"""Storing what can be asked about events beyond their columns and lists."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trace.epcis.event import Event
from trace.epcis.names import Names, read_context
from trace.epcis.searchable import FieldName, searchable_fields
from trace.kit.bulk import insert_tuples
from trace.kit.db import insert_rows
from trace.models import EventField
from trace.models import FieldName as FieldNameRow


def store_fields(session: Session, events: Sequence[tuple[int, Event]]) -> None:
    """Store the searchable fields of events, given with their numbers; nothing is written for plain events."""
    read: dict[int, Names] = {}

    def read_names(context: tuple[Any, ...]) -> Names:
        """The events of a document share its context; the events keep it, so its address is its own."""
        names = read.get(id(context))
        if names is None:
            names = read[id(context)] = read_context(context)
        return names

    fields = [(number, searchable_fields(event, read_names)) for number, event in events]
    names = _intern_names(session, {name for _, found in fields for name, _ in found})
    rows = [
        (number, position, names[name], key) for number, found in fields for position, (name, key) in enumerate(found)
    ]
    insert_tuples(session, EventField, ("event_id", "position", "name_id", "key"), rows)


def _intern_names(session: Session, wanted: Iterable[FieldName]) -> dict[FieldName, int]:
    """Return the numbers of field names, giving new ones a number; the caller holds the lock of writers."""
    names = {astuple(name): name for name in wanted}
    if not names:
        return {}
    rows = session.execute(
        select(
            FieldNameRow.id,
            FieldNameRow.scope,
            FieldNameRow.inner,
            FieldNameRow.namespace,
            FieldNameRow.local,
            FieldNameRow.prefix,
        ).where(FieldNameRow.local.in_({name.local for name in names.values()}))
    )
    numbers = {names[key]: number for number, *rest in rows if (key := tuple(rest)) in names}
    missing = [name for name in names.values() if name not in numbers]
    if missing:
        first = (session.scalar(select(func.max(FieldNameRow.id))) or 0) + 1
        numbers.update((name, number) for number, name in enumerate(missing, first))
        insert_rows(
            session,
            FieldNameRow,
            [
                {
                    "id": numbers[name],
                    "scope": str(name.scope),
                    "inner": name.inner,
                    "namespace": name.namespace,
                    "local": name.local,
                    "prefix": name.prefix,
                }
                for name in missing
            ],
        )
    return numbers
