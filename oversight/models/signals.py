"""Early warning: signals with their cases, recalls abroad, and how far the watch has looked."""

from datetime import date, datetime

from sqlalchemy import Double, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class Signal(Base):
    """What stood out, of which sort, and the figures by which it did; None for a recall abroad, which needs none.

    ``base`` is the JSON list of twelve weekly counts. ``cases`` counts all that were ever added, ``window`` those by
    which it was raised, one citizen's once.
    """

    __tablename__ = "signals"
    __table_args__ = (Index("ix_signals_sort", "sort", "matter_id"),)

    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), primary_key=True, autoincrement=False)
    sort: Mapped[str] = mapped_column(Text)
    cases: Mapped[int]
    window: Mapped[int]
    sources: Mapped[int]
    base: Mapped[str | None] = mapped_column(Text)
    law: Mapped[str | None] = mapped_column(Text)
    mean: Mapped[float | None] = mapped_column(Double)
    variance: Mapped[float | None] = mapped_column(Double)
    tail: Mapped[float | None] = mapped_column(Double)


class SignalCase(Base):
    """One case of a signal, in the order in which they were added; who observed it is not kept."""

    __tablename__ = "signal_cases"
    __table_args__ = (Index("ix_signal_cases_sort", "sort", "at"),)

    matter_id: Mapped[int] = mapped_column(ForeignKey("signals.matter_id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sort: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    product_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    region: Mapped[str | None] = mapped_column(Text)
    record: Mapped[str] = mapped_column(Text)


class ForeignRecall(Base):
    """A recall of another country's authority, as an official entered it; ``lots`` is a JSON list, empty for all.

    ``product_id`` is None as long as nobody registered the product.
    """

    __tablename__ = "foreign_recalls"
    __table_args__ = (Index("ix_foreign_recalls_entered_at", "entered_at", "product_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    entered_at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(BigKey)
    actor_name: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    published_on: Mapped[date]
    gtin: Mapped[str] = mapped_column(Text)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    lots: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    hazard: Mapped[str] = mapped_column(Text)
    signal_id: Mapped[int | None] = mapped_column(ForeignKey("signals.matter_id"))


class CopiedItem(Base):
    """An item with a serial that was sold in two places at some time: a candidate for a copied number."""

    __tablename__ = "copied_items"

    item_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"), primary_key=True, autoincrement=False)


class SignalWatch(Base):
    """The one row that says up to which step and event the watch has looked, and up to which event for copies."""

    __tablename__ = "signal_watch"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    seen: Mapped[str] = mapped_column(Text)
    copies_seen: Mapped[int] = mapped_column(BigKey, default=0, server_default="0")
    looked_at: Mapped[datetime]
