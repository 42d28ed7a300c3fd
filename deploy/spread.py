"""Give partitions of the ledger to other PostgreSQL servers.

`python -m deploy.spread --database URL SERVER=URL … [--keep]`. All servers are migrated (`flask db upgrade`) and of one
version; the database named first has the events and is the one that the service connects to. Partitions go round:
with `--keep` the first has its share of them too. Rows move with their partition, in one transaction there; each
partition can be given away again at any time, or taken back. What this rests on, and its limits: docs/scale.md.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from trace.kit import migrate
from trace.kit.db import FIRM_ROLE, Database, normalise_url

SERVER_OPTIONS = {
    "fetch_size": "10000",  # a recall fetches what it needs in one go
    "batch_size": "1000",  # rows of one remote INSERT; COPY into a partition uses it from PostgreSQL 16 on
    "async_capable": "true",  # servers that a statement goes to work at the same time
    "parallel_commit": "true",
}
SPREAD_KEYS = {"postings": "pk_postings", "packed_postings": "pk_packed_postings"}
"""The tables that are spread, and their primary keys."""


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition of a table, by its name, and what of the batches it has, as PostgreSQL writes it."""

    table: str
    name: str
    bound: str


def spread(database: Database, servers: Mapping[str, str], keep: bool = False) -> dict[str, str]:
    """Give the partitions of ``database`` to ``servers`` (name → URL); return which server has each partition.

    ``keep``: the database itself is one of them, named "". Partitions of different tables with the same number go to
    the same server, so that a batch is on one server.
    """
    owners = ["", *servers] if keep else list(servers)
    with database.writer.connect() as connection, connection.begin():
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgres_fdw")
        for name, url in servers.items():
            _add_server(connection, name, normalise_url(url))
        placed = {}
        for table, key in SPREAD_KEYS.items():
            # a table with partitions elsewhere has no key of its own: each partition keeps its part of it
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {key}")
            for number, partition in enumerate(read_partitions(connection, table)):
                owner = owners[number % len(owners)]
                placed[partition.name] = owner
                if owner:
                    _give(connection, partition, owner)
    with database.writer.connect() as connection, connection.begin():
        for table in SPREAD_KEYS:  # plans are made by counts of rows, which nobody else takes elsewhere
            connection.exec_driver_sql(f"ANALYZE {table}")
    return placed


def read_partitions(connection: Connection, table: str) -> list[Partition]:
    """Return the partitions of ``table`` in the order of their names."""
    rows = connection.execute(
        text(
            "SELECT relname, pg_get_expr(relpartbound, pg_class.oid) FROM pg_inherits JOIN pg_class "
            "ON pg_class.oid = inhrelid WHERE inhparent = CAST(:table AS regclass) ORDER BY relname"
        ),
        {"table": table},
    )
    return [Partition(table, name, bound) for name, bound in rows]


def _add_server(connection: Connection, name: str, url: URL) -> None:
    place = {"host": url.query.get("host") or url.host, "port": url.query.get("port") or url.port}
    options = _options({**place, "dbname": url.database, **SERVER_OPTIONS})
    connection.exec_driver_sql(f"DROP SERVER IF EXISTS {name} CASCADE")
    connection.exec_driver_sql(f"CREATE SERVER {name} FOREIGN DATA WRAPPER postgres_fdw {options}")
    who = _options({"user": url.username, "password": url.password})
    connection.exec_driver_sql(f"CREATE USER MAPPING FOR CURRENT_USER SERVER {name} {who}")
    if connection.scalar(text(f"SELECT to_regrole('{FIRM_ROLE}') IS NOT NULL")):  # a firm's readings go there too
        connection.exec_driver_sql(f"CREATE USER MAPPING FOR {FIRM_ROLE} SERVER {name} {who}")


def _give(connection: Connection, partition: Partition, server: str) -> None:
    """Move the rows of a partition to the table of the same name on ``server``, and go there for them from now on."""
    table, name, bound = partition.table, partition.name, partition.bound
    here = f"{name}_here"
    connection.exec_driver_sql(f"ALTER TABLE {table} DETACH PARTITION {name}")
    connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO {here}")
    connection.exec_driver_sql(f"CREATE FOREIGN TABLE {name} PARTITION OF {table} {bound} SERVER {server}")
    connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608  (our own names; what an earlier attempt left there)
    connection.exec_driver_sql(f"INSERT INTO {name} SELECT * FROM {here}")  # noqa: S608
    connection.exec_driver_sql(f"DROP TABLE {here}")


def _options(values: Mapping[str, object]) -> str:
    known = {key: str(value).replace("'", "''").replace("%", "%%") for key, value in values.items() if value}
    return "OPTIONS ({})".format(", ".join(f"{key} '{value}'" for key, value in known.items()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Spread the ledger as the command line says, and print where each partition is."""
    parser = argparse.ArgumentParser(prog="python -m deploy.spread", description=__doc__)
    parser.add_argument("--database", required=True, help="URL of the database that the service connects to")
    parser.add_argument("--keep", action="store_true", help="that database keeps its share of the partitions")
    parser.add_argument("servers", nargs="+", metavar="SERVER=URL")
    chosen = parser.parse_args(arguments)
    servers = dict(one.split("=", 1) for one in chosen.servers)
    for url in servers.values():
        other = Database(url)
        migrate.require_migrated(other)
        other.close()
    database = Database(chosen.database)
    migrate.require_migrated(database)
    for partition, server in spread(database, servers, chosen.keep).items():
        print(f"{partition}\t{server or 'kept'}")
    database.close()


if __name__ == "__main__":
    main()
