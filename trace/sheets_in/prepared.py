"""Documents of a sheet made ready to be taken, before any lock is held: bodies read, events built."""

import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

from pydantic import BaseModel

from trace.batch_registration import commissioning_event
from trace.bodies import BatchIn
from trace.epcis.event import BadEvent, Event
from trace.epcis.json_format import parse_event
from trace.kit.errors import Problem
from trace.reports import CONTEXT
from trace.sheets_in.kinds import SheetKind
from trace.sheets_in.rows import Layout, put_together
from trace.sheets_in.tables import Table

CHUNK = 1_000
"""Rows that are looked up and taken at once."""


@dataclass(frozen=True, slots=True)
class Document:
    """Rows that are taken as one body: their places in the table, what they say, and its event where it has one.

    `refused` is why there can be no event.
    """

    places: Sequence[int]
    body: BaseModel
    event: Event | None = None
    refused: Problem | None = None


def prepare(table: Table, layout: Layout, places: Sequence[int], now: datetime) -> Document:
    """Put rows together and build their event."""
    body = put_together(table, layout, places)
    try:
        event = _build(layout.kind, body, now)
    except Problem as problem:
        return Document(places, body, None, problem)
    if isinstance(event, BadEvent):
        return Document(places, body, None, Problem("; ".join(one.detail for one in event.problems)))
    return Document(places, body, event)


def _build(kind: SheetKind, body: BaseModel, now: datetime) -> Event | BadEvent | None:
    if kind.word == "batches":
        return commissioning_event(cast(BatchIn, body), now)
    return None if kind.event is None else parse_event(kind.event(body, now), CONTEXT)


def prepare_all(
    table: Table, layout: Layout, documents: Iterable[Sequence[int]], now: datetime
) -> Iterator[list[Document]]:
    """Yield the documents ready, about `CHUNK` rows at once."""
    some: list[Document] = []
    rows = 0
    for places in documents:
        some.append(prepare(table, layout, places, now))
        rows += len(places)
        if rows >= CHUNK:
            yield some
            some, rows = [], 0
    if some:
        yield some


def put_aside(chunks: Iterable[list[Document]], file: BinaryIO) -> None:
    """Write documents into a file of our own: all of them at once would fill the memory."""
    for some in chunks:
        pickle.dump(some, file, pickle.HIGHEST_PROTOCOL)
    file.seek(0)


def take_up(file: BinaryIO) -> Iterator[list[Document]]:
    """Yield what was put aside by this very run."""
    while True:
        try:
            yield pickle.load(file)
        except EOFError:
            return
