"""The ledger: one row for every amount of a batch that an effective event moves. Derived, rebuilt at will.

No foreign keys: these rows are written only by the fold, and `flask rebuild --check` compares every one of them.
"""

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey

CAME = "entry IN (4, 5, 6, 7)"
"""Units that a place received."""

WENT = "entry IN (3, 9, 11, 12, 13)"
"""Units that left a place for another, with what takes that back, or were sold."""

BROUGHT_BACK = "entry = 14"
"""Units that consumers brought back to a place."""


class Posting(Base):
    """``amount`` × 10⁻ˢᶜᵃˡᵉ units of a batch, moved as `trace.fold.entries.Entry` number ``entry`` says.

    ``amount`` ``None`` is an unknown quantity; ``uom`` empty is pieces; ``at`` is the event time in microseconds since
    1970 UTC. The movements between places, summed, are the supply graph. A batch of which no lot is known is the item
    class itself. ``closes_id`` is the posting this one takes from; ``is_open`` says that something is left to take.
    """

    __tablename__ = "postings"
    __table_args__ = (
        Index("ix_postings_batch_id", "batch_id", "entry", "at"),
        Index("ix_postings_event_id", "event_id"),
        Index("ix_postings_closes_id", "closes_id"),
        Index("ix_postings_origin_id", "origin_id", "batch_id"),
        Index("ix_postings_destination_id", "destination_id", "batch_id"),
        Index(
            "ix_postings_instance_id",
            "instance_id",
            "batch_id",
            sqlite_where=text("instance_id IS NOT NULL"),
            postgresql_where=text("instance_id IS NOT NULL"),
        ),
        Index(
            "ix_postings_open",
            "batch_id",
            "entry",
            "destination_id",
            "at",
            sqlite_where=text("is_open = 1"),  # as the queries say it: SQLite compares the texts of conditions
            postgresql_where=text("is_open"),
        ),
        # what is on its way to a place, newest first
        Index(
            "ix_postings_open_to",
            "destination_id",
            "at",
            sqlite_where=text("is_open = 1"),
            postgresql_where=text("is_open"),
        ),
        # what consumers brought back, by time; 14 is `Entry.RETURNED`
        Index("ix_postings_returned", "at", sqlite_where=text("entry = 14"), postgresql_where=text("entry = 14")),
        # a firm's ledgers, newest first (as the queries say it, again)
        Index("ix_postings_came", "destination_id", "at", sqlite_where=text(CAME), postgresql_where=text(CAME)),
        Index("ix_postings_went", "origin_id", "at", sqlite_where=text(WENT), postgresql_where=text(WENT)),
        Index(
            "ix_postings_brought_back",
            "destination_id",
            "at",
            sqlite_where=text(BROUGHT_BACK),
            postgresql_where=text(BROUGHT_BACK),
        ),
        {"postgresql_partition_by": "HASH (batch_id)"},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigInteger)
    # PostgreSQL wants what rows are spread by in their key
    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uom: Mapped[str] = mapped_column(Text)
    entry: Mapped[int] = mapped_column(SmallInteger)
    origin_id: Mapped[int | None] = mapped_column(BigInteger)
    destination_id: Mapped[int | None] = mapped_column(BigInteger)
    amount: Mapped[int | None] = mapped_column(BigInteger)
    scale: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[int] = mapped_column(BigInteger)
    instance_id: Mapped[int | None] = mapped_column(BigInteger)
    closes_id: Mapped[int | None] = mapped_column(BigInteger)
    is_open: Mapped[bool]
    transformation_id: Mapped[int | None] = mapped_column(BigInteger)


class PackedPostings(Base):
    """The postings of a batch once more, in one unit of measure, as `trace.postings` packs them.

    What a recall reads: a few long values for each batch. New postings are added as further values, taken back ones
    too (with the sign −1), and many short values become a long one (`trace.derivation.packing`).
    """

    __tablename__ = "packed_postings"
    __table_args__ = {"postgresql_partition_by": "HASH (batch_id)"}  # noqa: RUF012  (SQLAlchemy reads it as a plain dict)

    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uom: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    rows: Mapped[bytes] = mapped_column(LargeBinary)
