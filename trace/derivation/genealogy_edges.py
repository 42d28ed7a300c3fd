"""The genealogy kept in step with the postings of transformations (RULES 20)."""

from collections.abc import Iterable

from sqlalchemy import RowMapping, bindparam, delete
from sqlalchemy.orm import Session

from trace.descent import transformation_node
from trace.fold.entries import Entry
from trace.fold.postings import Simple
from trace.kit.bulk import insert_tuples
from trace.models import GenealogyEdge

_COLUMNS = ("source", "target", "event_id", "at")


def write_edges(session: Session, postings: Iterable[Simple]) -> None:
    """Add what ``postings`` say that went into transformations and came out of them."""
    rows = {
        (*_ends(posting.transformation, posting.entry, posting.batch), posting.event.id): posting.event.key.at
        for posting in postings
        if posting.transformation is not None
    }
    insert_tuples(session, GenealogyEdge, _COLUMNS, [(*key, at) for key, at in rows.items()])


def remove_edges(session: Session, postings: Iterable[RowMapping]) -> None:
    """Take out what ``postings``, rows that are gone from the ledger, had added."""
    keys = {
        (*_ends(row["transformation_id"], row["entry"], row["batch_id"]), row["event_id"])
        for row in postings
        if row["transformation_id"] is not None
    }
    if keys:
        session.connection().execute(_REMOVAL, [dict(zip(_KEY, key, strict=True)) for key in sorted(keys)])


_KEY = ("of_source", "of_target", "of_event")
_REMOVAL = delete(GenealogyEdge).where(
    GenealogyEdge.source == bindparam("of_source"),
    GenealogyEdge.target == bindparam("of_target"),
    GenealogyEdge.event_id == bindparam("of_event"),
)


def _ends(transformation: int, entry: int, batch: int) -> tuple[int, int]:
    node = transformation_node(transformation)
    return (batch, node) if entry == Entry.CONSUMED else (node, batch)
