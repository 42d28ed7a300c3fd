"""Which batches were made from which (RULES 20-21), read from the edges between batches and transformations."""

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    FromClause,
    Select,
    SQLColumnExpression,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from trace.descent import Edge, Links, measure_distances
from trace.kit.db import dialect_of
from trace.models import GenealogyEdge

__all__ = ["Direction", "Links", "read_closure"]

Direction = Literal["forward", "backward"]


def read_closure(
    session: Session, batches: Collection[int], direction: Direction, until: int | None = None
) -> tuple[dict[int, int], Links]:
    """Return every batch that ``batches`` reach, with its distance in transformations, and the links between them.

    ``until`` (µs since 1970) leaves out later events. One statement, whatever the depth: the database walks from node
    to node and meets each once, so rework that makes cycles ends, and no path is ever told twice (RULES 21).
    """
    edges = _read_edges(session, batches, direction, until) if batches else []
    depth = measure_distances(batches, edges)
    return depth, Links(edges if direction == "forward" else [(there, here) for here, there in edges])


def _read_edges(session: Session, batches: Collection[int], direction: Direction, until: int | None) -> list[Edge]:
    """Return the edges that lead away from ``batches``, each after all that are nearer."""
    dialect = dialect_of(session)
    values: dict[str, Any] = {"batches": json.dumps(list(batches)) if dialect == "sqlite" else list(batches)}
    if until is not None:
        values["until"] = until
    found = session.execute(_walk(dialect, direction, until is not None), values).scalar_one()
    numbers = [] if found is None else list(map(int, found.split(",")))
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@lru_cache
def _walk(dialect: str, direction: Direction, dated: bool) -> Select[str | None]:
    """All edges as one text of numbers: a row for each would take longer to fetch than to find."""
    reached = _seeds(dialect).cte("reached", recursive=True)
    pair, _, there = _follow(reached, dialect, direction, dated)
    reached = reached.union(select(there).select_from(pair))
    pair, here, there = _follow(reached, dialect, direction, dated)
    both = cast(here, Text).concat(",").concat(cast(there, Text))
    return select(func.aggregate_strings(both, ",")).select_from(pair)


def _seeds(dialect: str) -> Select[int]:
    if dialect == "sqlite":
        return select(
            func.json_each(bindparam("batches", type_=Text)).table_valued(column("value", BigInteger)).c.value
        )
    return select(func.unnest(bindparam("batches", type_=ARRAY(BigInteger))))


def _follow(
    reached: CTE, dialect: str, direction: Direction, dated: bool
) -> tuple[FromClause, SQLColumnExpression[int], SQLColumnExpression[int]]:
    """Return the nodes of ``reached`` joined with the edges that leave them, and the two ends of those edges.

    Written so that databases look each node up, whatever they believe about the sizes of tables.
    """
    node = reached.c[0]
    edge = aliased(GenealogyEdge)
    here, there = (edge.source, edge.target) if direction == "forward" else (edge.target, edge.source)
    in_time = edge.at <= bindparam("until", type_=BigInteger) if dated else true()
    if dialect == "sqlite":
        return reached.join(edge, here.in_([node]) & in_time), here, there  # an "=" makes it read the table first
    from_node = select(here.label("here"), there.label("there")).where(here == node, in_time)
    found = from_node.correlate(reached).offset(0).lateral()
    return reached.join(found, true()), found.c.here, found.c.there
