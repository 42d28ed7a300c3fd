"""Captured events: the only truth. Their rows are never changed or deleted; the database itself refuses it.

They point at identifiers, and their lists at events, without foreign keys: only `trace.events.store` writes them, with
numbers given in the same transaction, and what they point at can be neither deleted nor numbered anew.
`Void` is derived from them (RULES 4) and is rebuilt with the postings.
"""

from datetime import datetime
from enum import IntEnum

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey, ByteOrder


class Role(IntEnum):
    """In which list of its event an item stands. The numbers are stored; never reuse one."""

    ITEM = 1  # epcList, quantityList, or the children of a packing
    INPUT = 2
    OUTPUT = 3
    PARENT = 4
    NAMED_PARENT = 5  # of an event that packs and unpacks nothing: asked for in queries, no matter to the fold


class Reference(IntEnum):
    """What an event refers to beside its goods and its delivery documents. The numbers are stored; never reuse one."""

    SOURCE = 1
    DESTINATION = 2
    TRANSACTION = 3  # a business transaction that is no delivery document


class Event(Base):
    """One captured event as it came (``body``, ``context``) and as the fold reads it (the other columns).

    Its ID is its own among what one firm captured: another firm's event that this one may not see can have the same.
    ``at`` is the event time in microseconds since 1970 UTC. ``verb`` and ``rank`` are `trace.fold.steps` values;
    ``origin_id`` and ``destination_id`` are the places it acts between, ``place_id`` where it happened.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index(
            "uq_events_event_id",
            "event_id",
            "captured_by",
            unique=True,
            sqlite_where=text("declaration IS NULL"),
            postgresql_where=text("declaration IS NULL"),
        ),
        Index("ix_events_content_hash", "content_hash"),
        # Captures ask for declarations of every event: next to none, so they have small indexes of their own.
        *(
            Index(
                f"ix_events_declared_{name}",
                name,
                sqlite_where=text("declaration IS NOT NULL"),
                postgresql_where=text("declaration IS NOT NULL"),
            )
            for name in ("event_id", "content_hash")
        ),
        # Queries go by these, in the order of capture (EPCIS 2.0 §8.2.7.1).
        Index("ix_events_at", "at", "id"),
        Index("ix_events_record_time", "record_time", "id"),
        Index("ix_events_type", "type", "id"),
        Index("ix_events_biz_step", "biz_step", "id"),
        Index("ix_events_disposition", "disposition", "id"),
        Index("ix_events_read_point_id", "read_point_id", "id"),
        Index("ix_events_biz_location_id", "biz_location_id", "id"),
        Index("ix_events_captured_by", "captured_by", "id"),
        Index(
            "ix_events_transformation_id",
            "transformation_id",
            sqlite_where=text("transformation_id IS NOT NULL"),
            postgresql_where=text("transformation_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(Text)
    has_event_id: Mapped[bool]  # the sender gave the ID; else it is the content hash
    declaration: Mapped[str | None] = mapped_column(Text)  # of an error declaration: its time, reason and corrections
    type: Mapped[str] = mapped_column(Text)
    at: Mapped[int] = mapped_column(BigInteger)
    time_zone_offset: Mapped[str] = mapped_column(Text)
    record_time: Mapped[datetime]
    action: Mapped[str | None] = mapped_column(Text)
    biz_step: Mapped[str | None] = mapped_column(Text)
    disposition: Mapped[str | None] = mapped_column(Text)
    verb: Mapped[int] = mapped_column(SmallInteger)
    rank: Mapped[int] = mapped_column(SmallInteger)
    origin_id: Mapped[int | None] = mapped_column(BigKey)
    destination_id: Mapped[int | None] = mapped_column(BigKey)
    place_id: Mapped[int | None] = mapped_column(BigKey)
    read_point_id: Mapped[int | None] = mapped_column(BigKey)
    biz_location_id: Mapped[int | None] = mapped_column(BigKey)
    transformation_id: Mapped[int | None] = mapped_column(BigKey)
    lot: Mapped[str | None] = mapped_column(Text)
    production_date: Mapped[str | None] = mapped_column(Text)
    expiry_date: Mapped[str | None] = mapped_column(Text)
    captured_by: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    capture_id: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    context: Mapped[str] = mapped_column(Text)


class EventItem(Base):
    """One entry of an event's lists, in its order. ``batch_id`` is the batch of a serial whose link names its lot.

    ``amount`` × 10⁻ˢᶜᵃˡᵉ is the quantity, ``None`` unknown; ``uom`` empty is pieces.
    """

    __tablename__ = "event_items"
    __table_args__ = (Index("ix_event_items_identifier_id", "identifier_id", "event_id"),)

    event_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[int] = mapped_column(SmallInteger)
    identifier_id: Mapped[int] = mapped_column(BigKey)
    batch_id: Mapped[int | None] = mapped_column(BigKey)
    is_class: Mapped[bool]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    scale: Mapped[int] = mapped_column(SmallInteger)
    uom: Mapped[str] = mapped_column(Text)


class EventDocument(Base):
    """A business transaction (despatch advice, order, bill of lading) that an event refers to."""

    __tablename__ = "event_documents"
    __table_args__ = (Index("ix_event_documents_document_id", "document_id", "event_id"),)

    event_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    kind: Mapped[str | None] = mapped_column(Text)


class EventReference(Base):
    """A source, a destination or a further business transaction of an event; ``kind`` is its type's word or URI."""

    __tablename__ = "event_references"
    __table_args__ = (Index("ix_event_references_identifier_id", "identifier_id", "reference", "event_id"),)

    event_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str | None] = mapped_column(Text)
    identifier_id: Mapped[int] = mapped_column(BigKey)


class FieldName(Base):
    """The name of a searchable field, as `trace.epcis.searchable.FieldName` describes it; each is kept once."""

    __tablename__ = "field_names"
    __table_args__ = (UniqueConstraint("local", "namespace", "scope", "inner", "prefix"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scope: Mapped[str] = mapped_column(Text)
    inner: Mapped[bool]
    namespace: Mapped[str] = mapped_column(Text)
    local: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Text)


class EventField(Base):
    """A value of an extension, of ilmd, of a sensor or of an error declaration, as a `trace.epcis.search_keys` key."""

    __tablename__ = "event_fields"
    __table_args__ = (Index("ix_event_fields_name_id", "name_id", "key", "event_id"),)

    event_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name_id: Mapped[int]
    key: Mapped[str] = mapped_column(ByteOrder)


class Correction(Base):
    """An event that an error declaration names as its correction; it may not be captured yet."""

    __tablename__ = "corrections"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True, autoincrement=False)
    corrective_event_id: Mapped[str] = mapped_column(Text, primary_key=True, index=True)


class Conflict(Base):
    """An event whose ID came again with other content: the second was refused, the attempt is kept (RULES 5)."""

    __tablename__ = "conflicts"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True, autoincrement=False)
    capture_id: Mapped[str] = mapped_column(ForeignKey("capture_jobs.id"), primary_key=True)


class Void(Base):
    """Derived: an event that does not count, declared in error or another firm's copy of one that does (RULES 4, 5)."""

    __tablename__ = "voids"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True, autoincrement=False)


class CaptureJob(Base):
    """What became of one captured document, event by event."""

    __tablename__ = "capture_jobs"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    success: Mapped[bool]
    error_behaviour: Mapped[str] = mapped_column(Text)
    captured: Mapped[int]
    repeated: Mapped[int]
    refused: Mapped[int]
    outcomes: Mapped[str] = mapped_column(Text)  # JSON: what became of each event, in the document's order
    errors: Mapped[str] = mapped_column(Text)  # JSON: one problem for each event that was refused
    captured_by: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
