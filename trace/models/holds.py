"""Stop-sales and recalls as the record knows them: what may not be sold, since when, and where to read why."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trace.kit.db import Base, BigKey


class Hold(Base):
    """A hold placed under ``reference`` (a recall case's number). ``kind`` is ``stop_sale`` or ``recall``.

    A recall hold is never lifted by time: units may still be out after a case is closed (RECALLS).
    """

    __tablename__ = "holds"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    reference: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    published: Mapped[datetime | None]
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str | None] = mapped_column(Text)
    instructions: Mapped[str] = mapped_column(Text)
    notice: Mapped[str | None] = mapped_column(Text)
    """What the public notice tells a consumer, as JSON (`trace.holds.HoldNotice`); null until there is one."""
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("0"), index=True)
    """Another at random whenever the hold, its lines or the batches it covers change: what was answered is then old."""

    lines: Mapped[list["HoldLine"]] = relationship(
        back_populates="hold", cascade="all, delete-orphan", order_by="HoldLine.id"
    )


class HoldLine(Base):
    """One line of a hold's scope; every condition that is given must hold. ``exclude`` takes batches out again."""

    __tablename__ = "hold_lines"
    __table_args__ = (Index("ix_hold_lines_gtin", "gtin"), Index("ix_hold_lines_batch_uri", "batch_uri"))

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"), index=True)
    gtin: Mapped[str | None] = mapped_column(Text)
    batch_uri: Mapped[str | None] = mapped_column(Text)  # for a batch of another scheme than GTIN + lot
    lot: Mapped[str | None] = mapped_column(Text)
    lot_from: Mapped[str | None] = mapped_column(Text)
    lot_to: Mapped[str | None] = mapped_column(Text)
    produced_from: Mapped[date | None]
    produced_to: Mapped[date | None]
    serial_from: Mapped[str | None] = mapped_column(Text)
    serial_to: Mapped[str | None] = mapped_column(Text)
    exclude: Mapped[bool]

    hold: Mapped[Hold] = relationship(back_populates="lines")


class HeldBatch(Base):
    """Derived: a batch that a hold's lines name, or that was made from one (``derived``)."""

    __tablename__ = "held_batches"

    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"), primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(
        ForeignKey("identifiers.id"), primary_key=True, autoincrement=False, index=True
    )
    derived: Mapped[bool]
