"""Columns into tables by the million: binary COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Boolean, Connection, Integer, SmallInteger, Table

from trace.kit.db import Base, Database

Values: TypeAlias = NDArray[Any]
Block: TypeAlias = Mapping[str, "Values | int | str | bool | None"]
"""Columns of some rows by name; what is no array stands in every row. Texts in arrays are ASCII of one length."""

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"


def insert_blocks(connection: Connection, model: type[Base], blocks: Iterable[Block]) -> int:
    """Insert all rows of ``blocks`` in the connection's transaction; return how many they were."""
    table = cast(Table, model.__table__)
    write = _insert if connection.dialect.name == "sqlite" else _copy
    return sum(write(connection, table, block) for block in blocks)


def _length(block: Block) -> int:
    return next((len(column) for column in block.values() if isinstance(column, np.ndarray)), 1)


def _insert(connection: Connection, table: Table, block: Block) -> int:
    names = ", ".join(block)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(block))})"  # noqa: S608  (our own names)
    columns = [_listed(column) if isinstance(column, np.ndarray) else repeat(column) for column in block.values()]
    rows = list(zip(*columns, strict=False)) if _length(block) else []
    if rows:
        connection.exec_driver_sql(statement, cast(list[Any], rows))
    return len(rows)


def _listed(column: Values) -> list[Any]:
    return (column.astype(str) if column.dtype.kind == "S" else column).tolist()


def _copy(connection: Connection, table: Table, block: Block) -> int:
    size = _length(block)
    fields: list[tuple[str, str]] = [("count", ">i2")]
    values: dict[str, Any] = {"count": len(block)}
    for name, column in block.items():
        stored, dtype = _binary(table, name, column)
        fields.append((f"{name}:", ">i4"))
        values[f"{name}:"] = -1 if stored is None else np.dtype(dtype).itemsize
        if stored is not None:
            fields.append((name, dtype))
            values[name] = stored
    rows = np.empty(size, dtype=fields)
    for name, value in values.items():
        rows[name] = value
    statement = f"COPY {table.name} ({', '.join(block)}) FROM STDIN (FORMAT BINARY)"
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
        copy.write(_HEADER)
        copy.write(rows.tobytes())
        copy.write(_TRAILER)
    return size


def _binary(table: Table, name: str, column: Any) -> tuple[Any, str]:
    """Return the values of a column as PostgreSQL takes them, and their type in a row."""
    kind = table.c[name].type
    if isinstance(column, str):
        column = column.encode()
    if isinstance(kind, BigInteger):
        return column, ">i8"
    if isinstance(kind, SmallInteger):
        return column, ">i2"
    if isinstance(kind, Integer):
        return column, ">i4"
    if isinstance(kind, Boolean):
        return column, "u1"
    if isinstance(column, bytes):
        return column, f"V{len(column)}" if column else "V0"
    if isinstance(column, np.ndarray) and column.dtype.kind == "S":
        return column, f"S{column.dtype.itemsize}"
    return column, ">i8"  # a time, in microseconds since 2000


@contextmanager
def without_indexes(database: Database, models: Sequence[type[Base]]) -> Iterator[None]:
    """Drop the indexes of the tables (not their keys), and make them anew at the end, which is faster than as one goes.

    The database takes stock of the tables afterwards.
    """
    names = [cast(Table, model.__table__).name for model in models]
    with database.writer.begin() as connection:
        dropped = {name: _indexes(connection, name) for name in names}
        for indexes in dropped.values():
            for index in indexes:
                connection.exec_driver_sql(f"DROP INDEX {index}")
    yield
    with database.writer.begin() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '512MB'")
        for indexes in dropped.values():
            for statement in indexes.values():
                connection.exec_driver_sql(statement)
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in names:
            if database.dialect == "postgresql":
                connection.exec_driver_sql(f"VACUUM ANALYZE {name}")


def _indexes(connection: Connection, table: str) -> dict[str, str]:
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?", (table,)
        )
        return {str(name): str(statement) for name, statement in rows.all()}
    rows = connection.exec_driver_sql(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conname = indexname)",
        (table,),
    )
    return {name: statement.replace(" ON ONLY ", " ON ") for name, statement in rows}
