"""Which batches were made from which (RULES 20-21): a reading of the postings that a transformation ties together."""

from collections.abc import Collection, Iterable
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from trace.fold.entries import Entry
from trace.kit.db import chunked
from trace.models import Posting

Direction = Literal["forward", "backward"]
Link = tuple[int, int]
"""(input batch, output batch)."""


def read_links(session: Session, batches: Iterable[int], direction: Direction, until: int | None = None) -> set[Link]:
    """Return the links that leave ``batches`` in ``direction``; ``until`` (µs since 1970) leaves out later events."""
    near, far = aliased(Posting), aliased(Posting)
    near_entry, far_entry = Entry.CONSUMED, Entry.YIELDED
    if direction == "backward":
        near_entry, far_entry = far_entry, near_entry
    links: set[Link] = set()
    for some in chunked(sorted(batches)):
        query = (
            select(near.batch_id, far.batch_id)
            .join(far, (far.transformation_id == near.transformation_id) & (far.entry == far_entry))
            .where(near.batch_id.in_(some), near.entry == near_entry, near.transformation_id.is_not(None))
            .distinct()
        )
        if until is not None:
            query = query.where(near.at <= until, far.at <= until)
        for here, there in session.execute(query):
            links.add((here, there) if direction == "forward" else (there, here))
    return links


def read_closure(
    session: Session, batches: Collection[int], direction: Direction, until: int | None = None
) -> tuple[dict[int, int], set[Link]]:
    """Return every batch that ``batches`` reach, with its distance in transformations, and the links between them.

    One query a level with a visited set, so rework that makes cycles ends (RULES 21).
    """
    depth = dict.fromkeys(batches, 0)
    links: set[Link] = set()
    level: set[int] = set(batches)
    distance = 0
    while level:
        distance += 1
        found = read_links(session, level, direction, until)
        links |= found
        ends = {link[1] if direction == "forward" else link[0] for link in found}
        level = ends - depth.keys()
        depth.update(dict.fromkeys(level, distance))
    return depth, links
