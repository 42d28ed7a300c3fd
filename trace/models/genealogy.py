"""Which batches went into which transformation, and which came out of it. Derived as the ledger, rebuilt at will."""

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base


class GenealogyEdge(Base):
    """A batch (its number) goes into a transformation, or comes out of one, by the event ``event_id`` at ``at`` (µs).

    Batches and transformations are the nodes of one graph, so a thousand inputs and a thousand outputs are two
    thousand rows and not a million. A transformation's node is negative: `trace.descent.transformation_node`.
    """

    __tablename__ = "genealogy_edges"
    __table_args__ = (
        Index("ix_genealogy_edges_target", "target", "source", "at"),
        {"sqlite_with_rowid": False},
    )

    source: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    target: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger)
