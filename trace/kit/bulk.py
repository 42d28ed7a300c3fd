"""Thousands of rows at once: written by one statement a table, asked for by one parameter a list."""

import json
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Table,
    Text,
    any_,
    bindparam,
    column,
    func,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from trace.kit.db import Base, dialect_of

Columns = tuple[str, ...]
Row = tuple[Any, ...]


def insert_tuples(session: Session, model: type[Base], columns: Columns, rows: Sequence[Row]) -> None:
    """Insert `rows`, whose values stand in the order of `columns`, in the session's own transaction.

    COPY on PostgreSQL, one prepared statement on SQLite. The values go to the driver as they are: `stored_value` first
    what SQLAlchemy would convert (times).
    """
    if not rows:
        return
    connection = session.connection()
    table = cast(Table, model.__table__)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_insert(table, columns), cast(list[Any], rows))
        return
    with connection.connection.cursor() as cursor, cursor.copy(_copy(table, columns)) as copy:  # type: ignore[attr-defined]
        for row in rows:
            copy.write_row(row)


def select_among(
    session: Session, model: type[Base], columns: Columns, key: str, numbers: Collection[int]
) -> Iterator[Any]:
    """Yield `columns` of the rows whose `key` is one of `numbers`, as the driver gives them, in no order.

    For long binary values and many rows: nothing stands between the driver and the caller.
    """
    connection = session.connection()
    statement = _select(cast(Table, model.__table__), columns, key, connection.dialect.name)
    if connection.dialect.name == "sqlite":
        yield from cast(Any, connection.exec_driver_sql(statement, (json.dumps(list(numbers)),)).cursor)
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor(binary=True) as cursor:  # bytes come as they are, not as hexadecimal text
        yield from cursor.execute(statement, (list(numbers),))


def stored_value(session: Session, attribute: InstrumentedAttribute[Any], value: Any) -> Any:
    """Return what the driver is given for `value` in the column of `attribute`."""
    dialect = session.get_bind().dialect
    process = attribute.type.dialect_impl(dialect).bind_processor(dialect)
    return value if process is None else process(value)


Compared = InstrumentedAttribute[Any] | ColumnElement[Any]


def among(session: Session, attribute: Compared, values: Collection[Any]) -> ColumnElement[bool]:
    """Return the condition that `attribute` is one of `values` (numbers or texts), however many they are.

    They are one parameter, so the statement has one text whatever their number, and is compiled once.
    """
    if dialect_of(session) == "sqlite":
        return _is_listed(attribute, literal(json.dumps(list(values)), Text()))
    return attribute == any_(literal(list(values), ARRAY(attribute.type)))


def among_named(dialect: str, attribute: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """Return the same for a statement that is made once; `listing(dialect, values)` is the value of `name`."""
    if dialect == "sqlite":
        return _is_listed(attribute, bindparam(name, type_=Text()))
    return attribute == any_(bindparam(name, type_=ARRAY(attribute.type)))


def listing(dialect: str, values: Collection[Any]) -> Any:
    """Return what `among_named` is given."""
    return json.dumps(list(values)) if dialect == "sqlite" else list(values)


def _is_listed(attribute: Compared, listed: ColumnElement[str]) -> ColumnElement[bool]:
    rows = func.json_each(listed).table_valued(column("value"))
    return attribute.in_(select(rows.c.value))


def in_partitions(
    session: Session, attribute: InstrumentedAttribute[Any], values: Collection[Any]
) -> ColumnElement[bool]:
    """Return the condition that `attribute`, by which a table is spread, is one of `values` (`among`).

    For statements that find their rows by something else: PostgreSQL then asks only the partitions, and servers, that
    have them. SQLite has none, and would be led away from the better index: nothing is said there.
    """
    return true() if dialect_of(session) == "sqlite" else among(session, attribute, values)


def go_by_indexes(session: Session) -> None:
    """Have the rest of this transaction read by indexes, whatever the tables' statistics say.

    For transactions whose every statement names its rows. Until PostgreSQL has looked through a new or fast growing
    table, it guesses, and reads the whole of it for each list of values.
    """
    if dialect_of(session) == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))


def number_table(session: Session, **columns: Collection[int]) -> FromClause:
    """Return lists of whole numbers, of equal length, as columns of a table to join with."""
    if dialect_of(session) == "sqlite":
        listed = json.dumps(list(zip(*columns.values(), strict=True)))
        rows = func.json_each(literal(listed, Text())).table_valued(column("value"))
        named = [
            func.json_extract(rows.c.value, f"$[{place}]", type_=BigInteger).label(name)
            for place, name in enumerate(columns)
        ]
        return select(*named).cte()
    lists = [literal(list(numbers), ARRAY(BigInteger)) for numbers in columns.values()]
    return func.unnest(*lists).table_valued(*(column(name, BigInteger) for name in columns)).render_derived()


@lru_cache
def _insert(table: Table, columns: Columns) -> str:
    values = ", ".join("?" * len(columns))
    return f"INSERT INTO {table.name} ({_listed(columns)}) VALUES ({values})"  # noqa: S608  (our own names)


@lru_cache
def _copy(table: Table, columns: Columns) -> str:
    return f"COPY {table.name} ({_listed(columns)}) FROM STDIN"


@lru_cache
def _select(table: Table, columns: Columns, key: str, dialect: str) -> str:
    wanted = "IN (SELECT value FROM json_each(?))" if dialect == "sqlite" else "= ANY(%s)"
    return f'SELECT {_listed(columns)} FROM {table.name} WHERE "{key}" {wanted}'  # noqa: S608  (our own names)


def _listed(columns: Columns) -> str:
    return ", ".join(f'"{name}"' for name in columns)
