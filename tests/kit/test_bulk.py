"""Many rows and long lists at once mean what single ones mean, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from trace.kit.bulk import among, go_by_indexes, insert_tuples, number_table, stored_value
from trace.kit.db import Database
from trace.models import CaptureJob, EventItem, Identifier

COLUMNS = ("id", "uri", "kind", "gtin", "lot", "gln", "problem")
AWKWARD = [
    *("a\tb", "a\nb", "a\r\nb", "a\\b", "\\N", "\\.", "NULL", "{a,b}", 'say "x"', "it's", "溯源 😀", "%s :name ?"),
    *("", " ", "['a']", "\x7f", "\\u0041", "a;b--"),
]


def identifiers(texts: list[str]) -> list[tuple[object, ...]]:
    """Rows whose text stands in two columns, one of them empty now and then."""
    return [
        (number, uri, "other", uri if number % 2 else None, None, None, None) for number, uri in enumerate(texts, 1)
    ]


def test_rows_are_kept_as_they_are_given(session: Session) -> None:
    rows = identifiers(AWKWARD)
    insert_tuples(session, Identifier, COLUMNS, rows)
    table = Identifier.__table__
    kept = session.execute(select(*(table.c[name] for name in COLUMNS)).order_by(table.c.id)).all()
    assert [tuple(row) for row in kept] == rows


def test_numbers_booleans_and_unknown_amounts_are_kept(session: Session) -> None:
    rows = [(1, 0, 1, 7, None, True, 10**18 - 1, 3, "KGM"), (1, 1, 1, 7, 2**62, False, None, 0, "")]
    columns = ("event_id", "position", "role", "identifier_id", "batch_id", "is_class", "amount", "scale", "uom")
    insert_tuples(session, EventItem, columns, rows)
    kept = session.execute(select(*(EventItem.__table__.c[name] for name in columns)).order_by(EventItem.position))
    assert [tuple(row) for row in kept] == rows


def test_a_time_is_stored_as_sqlalchemy_stores_it(session: Session) -> None:
    moment = datetime(2026, 3, 1, 8, 0, 0, 1, UTC)
    columns = (
        *("id", "created_at", "finished_at", "success", "error_behaviour", "captured", "repeated", "refused"),
        *("outcomes", "errors"),
    )
    stored = stored_value(session, CaptureJob.created_at, moment)
    insert_tuples(session, CaptureJob, columns, [("one", stored, stored, True, "rollback", 0, 0, 0, "[]", "[]")])
    assert session.scalar(select(CaptureJob.id).where(CaptureJob.created_at == moment)) == "one"
    assert session.get_one(CaptureJob, "one").finished_at == moment


def test_rows_are_part_of_the_transaction_that_is_open(database: Database) -> None:
    with database.write() as session:
        insert_tuples(session, Identifier, COLUMNS, identifiers(["a", "b"]))
        assert session.scalar(select(func.count()).select_from(Identifier)) == 2
        session.rollback()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Identifier)) == 0


def test_no_rows_are_no_statement(session: Session) -> None:
    insert_tuples(session, Identifier, COLUMNS, [])
    assert session.scalar(select(func.count()).select_from(Identifier)) == 0


@pytest.mark.parametrize("wanted", [[], AWKWARD[:1], AWKWARD, [*AWKWARD, "not there"]])
def test_a_text_is_among_those_that_are_listed(session: Session, wanted: list[str]) -> None:
    insert_tuples(session, Identifier, COLUMNS, identifiers(AWKWARD))
    found = session.scalars(select(Identifier.uri).where(among(session, Identifier.uri, wanted))).all()
    assert sorted(found) == sorted(set(wanted) & set(AWKWARD))


def test_a_list_may_be_longer_than_what_a_statement_takes_as_parameters(session: Session) -> None:
    insert_tuples(session, Identifier, COLUMNS, identifiers([f"urn:x:{number}" for number in range(70_000)]))
    condition = among(session, Identifier.id, range(1, 70_001, 2))
    assert session.scalar(select(func.count()).select_from(Identifier).where(condition)) == 35_000


def test_the_statement_is_the_same_whatever_the_list(session: Session) -> None:
    def compiled(numbers: list[int]) -> str:
        return str(select(Identifier.id).where(among(session, Identifier.id, numbers)).compile(session.get_bind()))

    assert compiled([1]) == compiled([1, 2, 3])


def test_lists_of_numbers_are_a_table_to_join_with(session: Session) -> None:
    insert_tuples(session, Identifier, COLUMNS, identifiers(["a", "b", "c"]))
    given = number_table(session, number=[3, 1, 9], since=[-(2**40), 7, 0])
    rows = session.execute(select(Identifier.uri, given.c.since).join(given, given.c.number == Identifier.id))
    assert {tuple(row) for row in rows} == {("c", -(2**40)), ("a", 7)}


def test_a_transaction_goes_by_indexes_until_its_end(database: Database) -> None:
    if database.dialect == "sqlite":
        pytest.skip("SQLite has no such setting: it goes by indexes")
    with database.write() as session:
        go_by_indexes(session)
        assert session.scalar(text("SHOW enable_seqscan")) == "off"
    with database.write() as session:
        assert session.scalar(text("SHOW enable_seqscan")) == "on"
