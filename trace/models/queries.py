"""Named queries and their subscriptions (EPCIS 2.0 §8.2.5, §12.8): each is private to the firm that made it.

The event log is the outbox of all subscriptions: a subscription keeps how far in it its receiver has been told.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class NamedQuery(Base):
    """A query under a name of its owner's; ``owner_id`` is ``None`` for an operator. ``definition`` is its JSON."""

    __tablename__ = "named_queries"
    __table_args__ = (
        Index(
            "uq_named_queries_owner_id",
            "owner_id",
            "name",
            unique=True,
            sqlite_where=text("owner_id IS NOT NULL"),
            postgresql_where=text("owner_id IS NOT NULL"),
        ),
        # Databases hold two NULLs for different values.
        Index(
            "uq_named_queries_name",
            "name",
            unique=True,
            sqlite_where=text("owner_id IS NULL"),
            postgresql_where=text("owner_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    name: Mapped[str] = mapped_column(Text)
    definition: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class Subscription(Base):
    """Whom to tell what a named query finds, and how far that has come.

    ``role`` is the subscriber's: it decides, with the owner's rights of the day, what is told. ``schedule`` is JSON,
    ``None`` for a stream. The receiver has acknowledged all up to the event ``delivered_to``; what it is being told
    now is the delivery ``delivery_id``, at most ``batch_size`` events of those up to ``delivery_to``, which were all
    there were at ``delivery_at``. Nothing is tried before ``due_at``, nor by a second worker before ``claimed_until``.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint("role IN ('company', 'regulator', 'admin')", name="role"),
        CheckConstraint(
            "(delivery_id IS NULL) = (delivery_to IS NULL) AND (delivery_id IS NULL) = (delivery_at IS NULL)",
            name="delivery",
        ),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    query_id: Mapped[int] = mapped_column(ForeignKey("named_queries.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(Text)
    dest: Mapped[str] = mapped_column(Text)
    signature_token: Mapped[str | None] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    epc_format: Mapped[str] = mapped_column(Text)
    cbv_xml_format: Mapped[str] = mapped_column(Text)
    schedule: Mapped[str | None] = mapped_column(Text)
    report_if_empty: Mapped[bool]
    initial_record_time: Mapped[datetime | None]
    created_at: Mapped[datetime]
    min_record_time: Mapped[datetime]
    last_notified_at: Mapped[datetime | None]
    delivered_to: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[str | None] = mapped_column(Text)
    delivery_to: Mapped[int | None] = mapped_column(BigInteger)
    delivery_at: Mapped[datetime | None]
    batch_size: Mapped[int]
    failures: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(index=True)
    claim: Mapped[str | None] = mapped_column(Text)
    claimed_until: Mapped[datetime | None]


class DeliveryAttempt(Base):
    """One attempt to deliver, the latest of each subscription; ``status`` is ``None`` if no answer came."""

    __tablename__ = "delivery_attempts"
    __table_args__ = (Index("ix_delivery_attempts_subscription_id", "subscription_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    subscription_id: Mapped[str] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"))
    delivery_id: Mapped[str] = mapped_column(Text)
    attempted_at: Mapped[datetime]
    events: Mapped[int]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
