"""Identifiers and their numbers: every canonical URI is kept once (RULES 1)."""

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trace.gs1 import Identifier as Value
from trace.kit.bulk import among, insert_tuples
from trace.kit.db import chunked, lock_writes
from trace.models import Identifier


class Interned(dict[str, int]):
    """Numbers by canonical URI; ``new`` are those that no event or registration had named before."""

    def __init__(self) -> None:
        super().__init__()
        self.new: set[int] = set()


def intern_identifiers(session: Session, values: Iterable[Value]) -> Interned:
    """Return the numbers of ``values``, giving new ones a number; waits for other writers first."""
    wanted = {value.uri: value for value in values}
    lock_writes(session)
    numbers = Interned()
    numbers.update(find_numbers(session, wanted))
    missing = [value for uri, value in wanted.items() if uri not in numbers]
    if missing:
        first = (session.scalar(select(func.max(Identifier.id))) or 0) + 1
        given = {value.uri: number for number, value in enumerate(missing, first)}
        rows = [
            (given[value.uri], value.uri, str(value.kind), value.gtin, value.lot, value.gln, value.problem)
            for value in missing
        ]
        insert_tuples(session, Identifier, ("id", "uri", "kind", "gtin", "lot", "gln", "problem"), rows)
        numbers.update(given)
        numbers.new.update(given.values())
    return numbers


def find_numbers(session: Session, uris: Iterable[str]) -> dict[str, int]:
    """Return the numbers of those URIs that are known."""
    rows = session.execute(select(Identifier.uri, Identifier.id).where(among(session, Identifier.uri, list(uris))))
    return {row.uri: row.id for row in rows}


def find_values(session: Session, numbers: Iterable[int]) -> Mapping[int, Identifier]:
    """Return the identifier rows of ``numbers``."""
    found: dict[int, Identifier] = {}
    for some in chunked(list(set(numbers))):
        found.update((row.id, row) for row in session.scalars(select(Identifier).where(Identifier.id.in_(some))))
    return found
