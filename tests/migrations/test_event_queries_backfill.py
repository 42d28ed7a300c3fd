"""A database with captured events goes to revision 0005: afterwards its events are found as if captured there."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DatabaseError

from migrations import event_queries_backfill
from tests.chains import NOW, OPERATOR
from tests.conftest import NewDatabase
from tests.data import data_files, data_path
from tests.trace.epcis.builders import WHOLE_JSON_EXAMPLES, event_body, read_file, transformation
from trace.capture import capture_events
from trace.epcis.event import Event
from trace.epcis.json_format import parse_event
from trace.kit import migrate
from trace.kit.db import Database
from trace.models import Role

OLD_TABLES = ("parties", "identifiers", "events", "event_items", "event_documents", "corrections")
FILES = [*WHOLE_JSON_EXAMPLES, *data_files("epcis/gdst", "*.xml"), *data_files("epcis/examples/xml/CBV", "*.xml")]
CONTEXT = [{"ex": "https://example.com/ns/"}]

OWN = [
    event_body(
        eventID="urn:x:two-kinds",
        readPoint={"id": "urn:epc:id:sgln:0614141.00777.5", "ex:door": 3},
        bizLocation={"id": "urn:epc:id:sgln:0614141.00777.0"},
        sourceList=[{"type": "possessing_party", "source": "urn:epc:id:pgln:4000001.00005"}],
        bizTransactionList=[
            {"type": "po", "bizTransaction": "urn:x:paper:1"},
            {"type": "desadv", "bizTransaction": "urn:x:paper:1"},
            {"type": "testprd", "bizTransaction": "urn:x:paper:2"},
        ],
        **{"ex:depth": {"ex:inner": [{"ex:inmost": "x"}, 2.50]}},
    ),
    event_body(
        type="TransactionEvent",
        eventID="urn:x:named-parent",
        parentID="urn:epc:id:sscc:4012345.0000000333",
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:x:paper:1"}],
    ),
    transformation(eventID="urn:x:made", ilmd={"cbvmda:lotNumber": "A", "ex:grade": "b"}, certificationInfo="urn:x:c"),
    event_body(
        eventID="urn:x:wrong",
        errorDeclaration={"declarationTime": "2026-04-01T00:00:00Z", "reason": "incorrect_data", "ex:by": "me"},
    ),
]


@pytest.fixture
def old_database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database at revision 0004."""
    if database_kind == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/old.sqlite3")
    else:
        server = request.getfixturevalue("postgresql_server")
        administer(server, "CREATE DATABASE old_revision")
        database = Database(server.set(database="old_revision").render_as_string(hide_password=False))
    migrate.upgrade(database, "0004")
    yield database
    database.close()
    if database_kind == "postgresql":
        administer(server, "DROP DATABASE old_revision WITH (FORCE)")


def administer(server: Any, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def events() -> list[Event]:
    """Events of every kind, each ID once, and an error declaration."""
    data_path("epcis/examples/json")  # skips by name where the test data is missing
    parsed = [parse_event(body, CONTEXT) for body in OWN]
    files = [param.values[0] for param in FILES if isinstance(param, ParameterSet)]
    parsed += [event for path in files if isinstance(path, Path) for event in read_file(path).events]
    good = [event for event in parsed if isinstance(event, Event)]
    assert len(good) > 50
    by_name = {(event.event_id or event.content_hash, event.error_declaration is None): event for event in good}
    return list(by_name.values())


def as_before(source: Connection, target: Connection) -> None:
    """Copy the rows of captured events as revision 0004 kept them."""
    for table in OLD_TABLES:
        old = target.execute(text(f"SELECT * FROM {table} LIMIT 0")).keys()  # noqa: S608  (our own names)
        rows = [dict(row) for row in source.execute(text(f"SELECT * FROM {table}")).mappings()]  # noqa: S608
        if table == "event_items":
            rows = [row for row in rows if row["role"] != Role.NAMED_PARENT]
        if table == "identifiers":
            named = set(source.scalars(text(NAMED_BEFORE)))
            rows = [row for row in rows if row["id"] in named]
        if table == "event_documents":  # of two kinds the last was kept
            twice = source.scalar(text("SELECT id FROM events WHERE event_id = 'urn:x:two-kinds'"))
            rows = [{**row, "kind": "desadv"} if row["event_id"] == twice else row for row in rows]
        insert(target, table, [{name: row[name] for name in old if name in row} for row in rows])


def insert(connection: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows as they are."""
    if rows:
        names, marks = ", ".join(rows[0]), ", ".join(f":{name}" for name in rows[0])
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), rows)  # noqa: S608  (our own names)


NAMED_BEFORE = """
    SELECT identifier_id FROM event_items WHERE role <> 5
    UNION SELECT batch_id FROM event_items UNION SELECT document_id FROM event_documents
    UNION SELECT origin_id FROM events UNION SELECT destination_id FROM events UNION SELECT place_id FROM events
    UNION SELECT transformation_id FROM events
"""
"""The identifiers without which revision 0004's rows cannot stand."""

SEARCHED = {
    "places": """
        SELECT e.event_id, e.content_hash, e.declaration, r.uri, b.uri FROM events e
        LEFT JOIN identifiers r ON r.id = e.read_point_id LEFT JOIN identifiers b ON b.id = e.biz_location_id""",
    "references": """
        SELECT e.event_id, e.content_hash, e.declaration, f.position, f.reference, f.kind, i.uri, i.kind, i.gln
        FROM event_references f JOIN events e ON e.id = f.event_id JOIN identifiers i ON i.id = f.identifier_id""",
    "items": """
        SELECT e.event_id, e.content_hash, e.declaration, f.position, f.role, f.is_class, f.amount, f.scale, f.uom,
        i.uri, i.gtin, i.lot FROM event_items f JOIN events e ON e.id = f.event_id
        JOIN identifiers i ON i.id = f.identifier_id""",
    "documents": """
        SELECT e.event_id, e.content_hash, e.declaration, f.kind, i.uri
        FROM event_documents f JOIN events e ON e.id = f.event_id JOIN identifiers i ON i.id = f.document_id""",
    "fields": """
        SELECT e.event_id, e.content_hash, e.declaration, f.position, n.scope, n.inner, n.namespace, n.local, n.prefix,
        f.key FROM event_fields f JOIN events e ON e.id = f.event_id JOIN field_names n ON n.id = f.name_id""",
}


def found(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All that queries can find events by, in terms that do not depend on numbers."""
    with database.engine.connect() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(text(query))), key=repr)
            for name, query in SEARCHED.items()
        }


def test_events_captured_before_are_found_as_if_captured_now(
    old_database: Database,
    new_database: NewDatabase,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(event_queries_backfill, "CHUNK", 30)
    fresh = new_database()
    with fresh.write() as session:
        captured = capture_events(session, events(), OPERATOR, NOW)
        assert captured.success, captured.refusals
    with fresh.engine.connect() as source, old_database.writer.begin() as target:
        as_before(source, target)
    expected = found(fresh)
    assert all(expected.values())
    with caplog.at_level(logging.INFO, logger="suyuan"):
        migrate.upgrade(old_database)
    assert found(old_database) == expected
    total = len(expected["places"])
    assert f"Indexing captured events: {total} of {total}" in caplog.text


def test_the_second_kind_of_a_document_becomes_a_reference(old_database: Database) -> None:
    write_old_event(old_database, event_body(eventID="urn:x:e", bizTransactionList=OWN[0]["bizTransactionList"]))
    migrate.upgrade(old_database)
    rows = found(old_database)
    assert [row[3:] for row in rows["documents"]] == [("po", "urn:x:paper:1")]
    assert [row[3:7] for row in rows["references"]] == [
        (0, 3, "desadv", "urn:x:paper:1"),
        (1, 3, "testprd", "urn:x:paper:2"),
    ]


def test_an_event_that_breaks_a_rule_that_came_later_is_found_all_the_same(old_database: Database) -> None:
    broken = {"action": "OBSERVED", "quantitylist": [], "bizStep": "nonsense", "eventID": "no URI"}
    write_old_event(old_database, {**OWN[0], **broken})
    migrate.upgrade(old_database)
    rows = found(old_database)
    assert [row[3:] for row in rows["places"]] == [
        ("https://id.gs1.org/414/0614141007776/254/5", "https://id.gs1.org/414/0614141007776")
    ]
    assert next(row[6] for row in rows["references"]) == "https://id.gs1.org/417/4000001000050"
    assert {row[7] for row in rows["fields"]} >= {"door", "depth", "inmost"}


@pytest.mark.parametrize("table", ["events", "event_items", "event_documents", "event_references", "event_fields"])
def test_captured_events_cannot_be_changed_afterwards_either(old_database: Database, table: str) -> None:
    write_old_event(old_database, {**OWN[0], "type": "TransactionEvent", "parentID": "urn:x:parent"})
    migrate.upgrade(old_database)
    key = "id" if table == "events" else "event_id"
    for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):  # noqa: S608  (our own names)
        with pytest.raises(DatabaseError, match="never changed or deleted"), old_database.writer.begin() as connection:
            connection.execute(text(statement))


def write_old_event(database: Database, body: dict[str, Any]) -> None:
    """One event of revision 0004 with its documents, each of its last kind."""
    event = {
        "id": 7,
        "event_id": body["eventID"],
        "content_hash": "0" * 64,
        "has_event_id": True,
        "type": body["type"],
        "at": 0,
        "time_zone_offset": "+08:00",
        "record_time": "2026-01-01 00:00:00.000000" if database.dialect == "sqlite" else NOW,
        "verb": 0,
        "rank": 8,
        "body": json.dumps(body),
        "context": json.dumps(CONTEXT),
    }
    papers = [one for one in body.get("bizTransactionList", []) if one["type"] != "testprd"]
    numbers = {uri: number for number, uri in enumerate(dict.fromkeys(one["bizTransaction"] for one in papers), 1)}
    kinds = {numbers[one["bizTransaction"]]: one["type"] for one in papers}
    with database.writer.begin() as connection:
        insert(connection, "events", [event])
        insert(connection, "identifiers", [{"id": n, "uri": uri, "kind": "other"} for uri, n in numbers.items()])
        insert(
            connection,
            "event_documents",
            [{"event_id": 7, "document_id": number, "kind": kind} for number, kind in kinds.items()],
        )
