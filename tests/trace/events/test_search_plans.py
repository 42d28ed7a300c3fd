"""Searches use an index, on both databases, for those who see everything and for a firm: the plans are read."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bench import event_rows
from bench.documents import place
from tests.trace.events.captured import ask
from trace.events.search import search_events
from trace.events.vocabularies import RESOURCES, list_values
from trace.kit.auth import Principal
from trace.kit.db import Database

EVENTS = 12_000
REGULATOR = Principal("regulator", None, 1, "regulator")
FIRM = Principal("company", 12, 2, "firm")
BIG = ("events", "event_items", "event_references", "event_documents", "event_fields", "identifiers")
"""The tables that grow with every event: none may be read from end to end."""

SOME = 2_011
MIDDLE = event_rows.event_time(SOME)
QUERIES = {
    "an identifier": {"MATCH_epc": event_rows.serial(SOME)},
    "an identifier in any list": {"MATCH_anyEPC": event_rows.serial(SOME)},
    "a class": {"MATCH_epcClass": event_rows.lot(SOME)},
    "a pattern": {"MATCH_epc": "urn:epc:idpat:sgtin:9520001.*.*"},
    "an event time": {"GE_eventTime": MIDDLE.isoformat(), "LT_eventTime": event_rows.event_time(SOME + 9).isoformat()},
    "a record time": {"GE_recordTime": event_rows.event_time(EVENTS - 100).isoformat()},
    "a business step": {"EQ_bizStep": "storing"},
    "a disposition": {"EQ_disposition": "recalled"},
    "an event type": {"eventType": "TransformationEvent"},
    "a read point": {"EQ_readPoint": place(11)},
    "a business location": {"EQ_bizLocation": place(11)},
    "an event ID": {"EQ_eventID": event_rows.event_id(SOME)},
    "a document": {"EQ_bizTransaction_desadv": event_rows.advice(SOME + 1)},
    "a source": {"EQ_source_location": place(11)},
    "a destination": {"EQ_destination_location": place(11)},
    "an extension": {"EQ_example__batchColour": "colour 500"},
    "a range of an extension": {"GE_value_CEL": "99.5"},
    "a corrective event": {"EQ_correctiveEventID": event_rows.event_id(SOME)},
    "the latest of a business step": {"EQ_bizStep": "storing", "orderBy": "eventTime", "eventCountLimit": "1"},
}


@pytest.fixture
def filled(database: Database) -> Database:
    """A few thousand events of a hundred firms, whose statistics the database knows."""
    event_rows.fill(database, EVENTS)
    if database.dialect == "postgresql":
        # a page at random costs what one in sequence does, as on the disks that servers have
        event.listen(database.engine, "connect", set_page_cost)
        database.engine.dispose()
    return database


def set_page_cost(connection: Any, _record: Any) -> None:
    """For every connection from now on."""
    with connection.cursor() as cursor:
        cursor.execute("SET random_page_cost = 1.1")
    connection.commit()


@contextmanager
def statements(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plan(session: Session, statement: str, parameters: Any) -> list[str]:
    """The lines of a statement's plan."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    rows = session.connection().exec_driver_sql(
        ("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + statement, parameters
    )
    return [str(row[-1]) for row in rows]


def read_whole(lines: list[str]) -> list[str]:
    """The lines that read one of the big tables from end to end, or in the order of its numbers until enough is found.

    SQLite scans a list or a subquery too, which is fine: what counts is the table.
    """
    tables = "|".join(BIG)
    walk = rf"(SCAN|Seq Scan on) ({tables})\b|SEARCH ({tables}) USING INTEGER PRIMARY KEY \(rowid[<>]"
    return [line for line in lines if re.search(walk, line)]


def offenders(session: Session, work: Callable[[], Any]) -> list[str]:
    """The statements of some work that read a big table whole, with their plans."""
    with statements(session) as sent:
        work()
    wrong = []
    for statement, parameters in sent:
        if "next_few" in statement:
            continue  # reads a fixed number of events in order: its own LIMIT is the plan
        lines = plan(session, statement, parameters)
        if read_whole(lines):
            wrong.append("\n".join([statement, *lines]))
    return wrong


def test_every_search_and_list_uses_an_index(filled: Database) -> None:
    wrong = []
    with filled.read() as session:
        for name, parameters in QUERIES.items():
            query = ask(**parameters)
            for principal in (REGULATOR, FIRM):
                first = search_events(session, principal, query, 5)
                for after in (None, first.next):
                    found = offenders(session, partial(search_events, session, principal, query, 5, after))
                    wrong += [f"{name} for a {principal.role}:\n{one}" for one in found]
        for resource, principal in product(RESOURCES, (REGULATOR, FIRM)):
            if (resource, principal, filled.dialect) == ("epcs", FIRM, "postgresql"):
                continue  # PostgreSQL reads all items of few events faster than a firm's by index
            found = offenders(session, partial(list_values, session, principal, resource, 5, None))
            wrong += [f"{resource} for a {principal.role}:\n{one}" for one in found]
    assert not wrong, "\n\n".join(wrong)


def test_a_plan_that_reads_a_table_whole_is_seen(filled: Database) -> None:
    with filled.read() as session:
        assert read_whole(plan(session, "SELECT id FROM events WHERE lot = 'x'", ()))
        assert read_whole(plan(session, "SELECT event_id FROM event_items WHERE uom = 'x'", ()))
        assert not read_whole(plan(session, "SELECT id FROM events WHERE id = 1", ()))
