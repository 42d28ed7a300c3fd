"""Purchase checks: the rules that they follow, what was found at each receipt, and test reports of batches."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class PurchaseRule(Base):
    """What follows from a finding, from ``valid_from`` to ``valid_to`` (None: until today), by what source."""

    __tablename__ = "purchase_rules"
    __table_args__ = (Index("ix_purchase_rules_word", "word", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    word: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    confirmed: Mapped[bool]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    recorded_by: Mapped[int | None] = mapped_column(BigKey)


class PurchaseCheck(Base):
    """What was found of one batch that came, or was to come, to a place of the firm ``party_id``; only ever added.

    ``occasion`` is ``asked`` (before it came), ``refused`` (it was not taken in) or ``received`` (an event said that it
    came). ``event_id`` is the row of the shipment, or of the receipt. ``findings`` is JSON; ``rules`` the newest
    rule at that moment, so that anybody can see by which table it was judged. ``region`` is the place's.
    """

    __tablename__ = "purchase_checks"
    __table_args__ = (
        Index("ix_purchase_checks_party_id", "party_id", "id"),
        Index("ix_purchase_checks_supplier_id", "supplier_id", "id"),
        Index("ix_purchase_checks_outcome", "outcome", "id"),
        Index("ix_purchase_checks_event_id", "event_id"),
        Index(
            "uq_purchase_checks_received",
            "event_id",
            "batch_id",
            unique=True,
            sqlite_where=text("occasion = 'received'"),
            postgresql_where=text("occasion = 'received'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime]
    occasion: Mapped[str] = mapped_column(Text)
    event_id: Mapped[int | None] = mapped_column(BigKey)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    region: Mapped[str | None] = mapped_column(Text)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    outcome: Mapped[str] = mapped_column(Text)
    findings: Mapped[str] = mapped_column(Text)
    rules: Mapped[int] = mapped_column(BigKey)
    reason: Mapped[str | None] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    actor_name: Mapped[str] = mapped_column(Text)


class PurchaseWatch(Base):
    """The one row that says up to which event receipts were checked."""

    __tablename__ = "purchase_watch"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigKey)


class TestReport(Base):
    """A laboratory's report on a batch, as the firm ``party_id`` attached it; ``file`` is the paper itself."""

    __tablename__ = "test_reports"
    __table_args__ = (
        Index("ix_test_reports_batch_id", "batch_id", "id"),
        Index("ix_test_reports_party_id", "party_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    number: Mapped[str] = mapped_column(Text)
    laboratory: Mapped[str] = mapped_column(Text)
    tested_on: Mapped[date]
    passed: Mapped[bool]
    media_type: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str | None] = mapped_column(Text)
    file: Mapped[bytes | None] = mapped_column(deferred=True)
    actor_id: Mapped[int] = mapped_column(BigKey)
    actor_name: Mapped[str] = mapped_column(Text)
