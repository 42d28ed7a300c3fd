"""Ways to find the outlets that have a recalled batch or anything made of it, and their units: ours and others.

Each way is built once over a whole network and then asked; all must give the same units for the same batches. The
graphs have a node for each batch at each place, so that they walk deliveries, never companies, and a batch's outlets
are those of its descendants; parallel deliveries are one edge. In SQL the same edges are the rows of `steps`.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from bench.network import FIRST_OUTLET, PLACES, Network, open_network
from bench.network_rows import Extent, batch_number, fill, place_number
from trace.kit import migrate
from trace.kit.db import Database
from trace.supply_graph import load
from trace.tally import table_places

Wide: TypeAlias = NDArray[np.int64]
Answer: TypeAlias = Any
"""Outlets and units as the way itself gives them: two arrays, a mapping, or rows."""
Ask: TypeAlias = Callable[[Sequence[int]], Answer]
"""Takes back batches of the network, by index."""


class Where(NamedTuple):
    """What a way is built from, and its database: a URL, or a file of its own in the folder."""

    folder: Path
    url: str
    extent: Extent = "all"  # of our own tables

    @property
    def network(self) -> Network:
        """The whole network."""
        return open_network(self.folder)


class Contender(NamedTuple):
    """A way: ``build`` what stays on disk in a database of that ``kind`` (``None``: nothing does), and ``open`` it."""

    name: str
    kind: str
    open: Callable[[Where], Ask]
    build: Callable[[Where], None] | None = None


class Steps(NamedTuple):
    """The edges of the whole graph: from a batch at a place to a batch at a place, by node."""

    nodes: Wide  # batch × PLACES + place of each node
    origin: Wide
    destination: Wide
    units: Wide


def make_steps(network: Network) -> Steps:
    """Return every movement, parallel ones summed, and every link, which moves no units."""
    batch = [network.batch, network.link_input, network.batch, network.link_output]
    place = [network.origin, network.link_place, network.destination, network.link_place]
    ends = np.concatenate(batch).astype(np.int64) * PLACES + np.concatenate(place)
    nodes, which = np.unique(ends, return_inverse=True)
    size = len(ends) // 2
    pairs, edge = np.unique(which[:size] * len(nodes) + which[size:], return_inverse=True)
    units: Wide = np.zeros(len(pairs), dtype=np.int64)
    np.add.at(units, edge[: len(network.batch)], network.quantity)
    return Steps(nodes, pairs // len(nodes), pairs % len(nodes), units)


class Nodes:
    """The nodes of the whole graph: where a batch starts, and what a set of nodes comes to."""

    def __init__(self, network: Network, steps: Steps) -> None:
        self.keys = steps.nodes
        self.maker = np.asarray(network.maker)
        units: Wide = np.zeros(len(steps.nodes), dtype=np.int64)
        np.add.at(units, steps.destination, steps.units)
        self.units = units

    def starts(self, batches: Sequence[int]) -> list[int]:
        """Return the node of each batch at its maker."""
        keys = np.array(batches, dtype=np.int64) * PLACES + self.maker[list(batches)]
        return [int(node) for node in np.searchsorted(self.keys, keys)]

    def answer(self, reached: Wide) -> Answer:
        """Return the outlets among the nodes, with the units that came to them."""
        place = self.keys[reached] % PLACES
        retail = place >= FIRST_OUTLET
        units = np.bincount(place[retail] - FIRST_OUTLET, self.units[reached[retail]])
        outlets = np.flatnonzero(units)
        return FIRST_OUTLET + outlets, units[outlets].astype(np.int64)


def open_networkx(where: Where) -> Ask:
    """The whole graph in networkx, walked edge by edge."""
    network = where.network
    steps = make_steps(network)
    keys, maker = steps.nodes, np.asarray(network.maker)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_weighted_edges_from(
        zip(keys[steps.origin].tolist(), keys[steps.destination].tolist(), steps.units.tolist(), strict=True)
    )
    del steps, keys

    def ask(batches: Sequence[int]) -> Answer:
        ahead = [batch * PLACES + int(maker[batch]) for batch in batches]
        seen = set(ahead)
        found: dict[int, int] = {}
        while ahead:
            edges: Any = graph.edges(ahead.pop(), data="weight")
            for _, node, units in edges:
                place = node % PLACES
                if place >= FIRST_OUTLET:
                    found[place] = found.get(place, 0) + units
                if node not in seen:
                    seen.add(node)
                    ahead.append(node)
        return found

    return ask


def open_rustworkx(where: Where) -> Ask:
    """The whole graph in rustworkx: its own search for descendants, then sums in numpy."""
    rustworkx: Any = import_module("rustworkx")
    network = where.network
    steps = make_steps(network)
    graph = rustworkx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(range(len(steps.nodes)))
    graph.extend_from_edge_list(list(zip(steps.origin.tolist(), steps.destination.tolist(), strict=True)))
    nodes = Nodes(network, steps)

    def ask(batches: Sequence[int]) -> Answer:
        reached: set[int] = set()
        for start in nodes.starts(batches):
            if start not in reached:
                reached.add(start)
                reached |= rustworkx.descendants(graph, start)
        return nodes.answer(np.fromiter(reached, dtype=np.int64, count=len(reached)))

    return ask


def open_igraph(where: Where) -> Ask:
    """The whole graph in igraph: its own search for the nodes that a node reaches, then sums in numpy."""
    igraph: Any = import_module("igraph")
    network = where.network
    steps = make_steps(network)
    edges = np.stack([steps.origin, steps.destination], axis=1)
    graph = igraph.Graph(n=len(steps.nodes), edges=edges, directed=True)
    nodes = Nodes(network, steps)

    def ask(batches: Sequence[int]) -> Answer:
        reached: set[int] = set()
        for start in nodes.starts(batches):
            if start not in reached:
                reached.update(graph.subcomponent(start, mode="out"))
        return nodes.answer(np.fromiter(reached, dtype=np.int64, count=len(reached)))

    return ask


def build_ours(where: Where) -> None:
    """The service's own tables, filled."""
    with closing(Database(where.url)) as database:
        migrate.upgrade(database)
        fill(database, where.network, where.extent)


def open_ours(where: Where) -> Ask:
    """The service's own reading, in one transaction."""
    session = Database(where.url).read().__enter__()
    return lambda batches: ask_ours(session, batches)


def ask_ours(session: Session, batches: Sequence[int]) -> Answer:
    """Closure over genealogy, packed postings, the tally of every place, affected or not an outlet."""
    supply = load(session, [batch_number(batch) for batch in batches])
    table = table_places(supply.postings)
    return table.number - place_number(0), table.figures["received"] + table.figures["in_transit"]


_TABLES = (
    "CREATE TABLE batches (batch INTEGER NOT NULL, place INTEGER NOT NULL)",
    "CREATE TABLE links (batch INTEGER NOT NULL, to_batch INTEGER NOT NULL)",
    "CREATE TABLE movements (batch INTEGER NOT NULL, place INTEGER NOT NULL, units INTEGER NOT NULL)",
    "CREATE TABLE steps (batch INTEGER NOT NULL, place INTEGER NOT NULL, to_batch INTEGER NOT NULL, "
    "to_place INTEGER NOT NULL, units INTEGER NOT NULL)",
)
_INDEXES = (
    "CREATE UNIQUE INDEX ix_batches ON batches (batch, place)",
    "CREATE UNIQUE INDEX ix_links ON links (batch, to_batch)",
    "CREATE INDEX ix_movements ON movements (batch, place, units)",
    "CREATE UNIQUE INDEX ix_steps ON steps (batch, place, to_batch, to_place, units)",
)

RECURSIVE = """
    WITH RECURSIVE reached (batch, place) AS (
        SELECT batch, place FROM batches WHERE batch IN ({seeds})
        UNION
        SELECT s.to_batch, s.to_place FROM reached AS r JOIN steps AS s ON s.batch = r.batch AND s.place = r.place
    )
    SELECT s.to_place, sum(s.units) FROM reached AS r JOIN steps AS s ON s.batch = r.batch AND s.place = r.place
    WHERE s.to_place >= {outlets} AND s.units > 0 GROUP BY s.to_place
"""
"""A walk over deliveries in one statement."""

CLOSURE = """
    WITH RECURSIVE scope (batch) AS (
        SELECT batch FROM batches WHERE batch IN ({seeds})
        UNION
        SELECT l.to_batch FROM scope AS s JOIN links AS l ON l.batch = s.batch
    )
    SELECT m.place, sum(m.units) FROM scope AS s JOIN movements AS m ON m.batch = s.batch
    WHERE m.place >= {outlets} GROUP BY m.place
"""
"""The recalled batches first, then all their movements: the same plan as ours, in SQL."""


def _write_out(statement: str, batches: Sequence[int]) -> str:
    return statement.format(seeds=", ".join(map(str, batches)), outlets=FIRST_OUTLET)


def _rows(network: Network) -> dict[str, list[Wide]]:
    """Return the columns of the tables, ordered by batch, which suits a column store best."""
    steps = make_steps(network)
    columns: dict[str, list[Any]] = {
        "batches": [np.arange(network.batches), network.maker],
        "links": [network.link_input, network.link_output],
        "movements": [network.batch, network.destination, network.quantity],
        "steps": [
            *(steps.nodes[steps.origin] // PLACES, steps.nodes[steps.origin] % PLACES),
            *(steps.nodes[steps.destination] // PLACES, steps.nodes[steps.destination] % PLACES),
            steps.units,
        ],
    }
    found = {}
    for name, some in columns.items():
        order = np.argsort(some[0], kind="stable")
        found[name] = [np.asarray(column)[order].astype(np.int64) for column in some]
    return found


def build_sql(where: Where) -> None:
    """Plain tables with covering indexes, as one would make them for these questions alone."""
    with closing(Database(where.url)) as database:
        with database.writer.begin() as connection:
            for statement in _TABLES:
                connection.exec_driver_sql(statement)
            for name, columns in _rows(where.network).items():
                _write(connection, name, columns)
            for statement in _INDEXES:
                connection.exec_driver_sql(statement)
        with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE" if database.dialect == "sqlite" else "VACUUM ANALYZE")


def _write(connection: Connection, table: str, columns: Sequence[Wide]) -> None:
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        rows: Any = zip(*(column.tolist() for column in columns), strict=True)
        connection.connection.cursor().executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
        return
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:  # type: ignore[attr-defined]
        for start in range(0, len(columns[0]), 100_000):
            part = np.stack([column[start : start + 100_000] for column in columns], axis=1).tolist()
            copy.write("".join("\t".join(map(str, row)) + "\n" for row in part))


def open_sql(statement: str) -> Callable[[Where], Ask]:
    """One statement over the plain tables."""

    def open_tables(where: Where) -> Ask:
        connection = Database(where.url).engine.connect()

        def ask(batches: Sequence[int]) -> Answer:
            asked = _write_out(statement, batches)
            return connection.execute(text(asked)).all()

        return ask

    return open_tables


def build_duckdb(where: Where) -> None:
    """The plain tables in DuckDB, ordered by batch, in place of indexes."""
    duckdb: Any = import_module("duckdb")
    with closing(duckdb.connect(str(where.folder / "network.duckdb"))) as connection:
        for statement, (name, columns) in zip(_TABLES, _rows(where.network).items(), strict=True):
            connection.execute(statement)
            given = {f"c{number}": column for number, column in enumerate(columns)}
            connection.register("given", given)
            connection.execute(f"INSERT INTO {name} SELECT * FROM given")  # noqa: S608  (our own names)
            connection.unregister("given")


def open_duckdb(statement: str) -> Callable[[Where], Ask]:
    """One statement over the tables in DuckDB, with as many threads as it likes."""

    def open_file(where: Where) -> Ask:
        duckdb: Any = import_module("duckdb")
        connection = duckdb.connect(str(where.folder / "network.duckdb"), read_only=True)

        def ask(batches: Sequence[int]) -> Answer:
            return connection.execute(_write_out(statement, batches)).fetchnumpy()

        return ask

    return open_file


CONTENDERS = {
    one.name: one
    for one in (
        Contender("ours, SQLite", "sqlite", open_ours, build_ours),
        Contender("ours, PostgreSQL", "postgresql", open_ours, build_ours),
        Contender("networkx", "", open_networkx),
        Contender("rustworkx", "", open_rustworkx),
        Contender("igraph", "", open_igraph),
        Contender("recursive SQL, SQLite", "sqlite", open_sql(RECURSIVE), build_sql),
        Contender("recursive SQL, PostgreSQL", "postgresql", open_sql(RECURSIVE), build_sql),
        Contender("recursive SQL, DuckDB", "duckdb", open_duckdb(RECURSIVE), build_duckdb),
        Contender("closure + join, SQLite", "sqlite", open_sql(CLOSURE), build_sql),
        Contender("closure + join, PostgreSQL", "postgresql", open_sql(CLOSURE), build_sql),
        Contender("closure + join, DuckDB", "duckdb", open_duckdb(CLOSURE), build_duckdb),
    )
}


def units_of(answer: Answer) -> dict[int, int]:
    """Return an answer as units by outlet, however it was given; nothing else counts."""
    if isinstance(answer, dict) and answer and all(isinstance(column, np.ndarray) for column in answer.values()):
        answer = tuple(answer.values())
    if isinstance(answer, tuple):
        answer = zip(*(column.tolist() for column in answer), strict=True)
    pairs = answer.items() if isinstance(answer, dict) else answer
    return {int(place): int(units) for place, units in pairs if place >= FIRST_OUTLET and units}
