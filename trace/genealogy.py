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
    column,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from trace.descent import Links, measure_distances
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
    here, there = _read_edges(session, batches, direction, until)
    links = Links(here, there) if direction == "forward" else Links(there, here)
    return measure_distances(batches, here, there), links


def _read_edges(
    session: Session, batches: Collection[int], direction: Direction, until: int | None
) -> tuple[list[int], list[int]]:
    """Return the edges that lead away from ``batches``, by their two ends, each after all that are nearer."""
    dialect = dialect_of(session)
    values: dict[str, Any] = {"batches": json.dumps(list(batches)) if dialect == "sqlite" else list(batches)}
    if until is not None:
        values["until"] = until
    here, there = session.execute(_walk(dialect, direction, until is not None), values).one()
    return (json.loads(here), json.loads(there)) if dialect == "sqlite" else (here or [], there or [])


@lru_cache
def _walk(dialect: str, direction: Direction, dated: bool) -> Select[Any, Any]:
    """All edges as two lists in one row: a row for each would take longer to fetch than to find."""
    reached = _seeds(dialect).cte("reached", recursive=True)
    pair, _, there = _follow(reached, dialect, direction, dated)
    reached = reached.union(select(there).select_from(pair))
    pair, here, there = _follow(reached, dialect, direction, dated)
    listed = func.json_group_array if dialect == "sqlite" else func.array_agg
    return select(listed(here), listed(there)).select_from(pair)


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
