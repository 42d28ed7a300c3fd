"""Canonical identifiers, each kept once; everything else refers to them by number (ARCHITECTURE 5.1)."""

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey, ByteOrder


class Identifier(Base):
    """One identifier that an event or a registration named. ``kind`` is a `trace.gs1.Kind` word.

    A batch, product, place or party that nobody registered yet is a row here and nowhere else: that is its stub.
    """

    __tablename__ = "identifiers"
    __table_args__ = (Index("ix_identifiers_gtin_lot", "gtin", "lot"), Index("ix_identifiers_gln", "gln"))

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    uri: Mapped[str] = mapped_column(ByteOrder, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    gtin: Mapped[str | None] = mapped_column(Text)
    lot: Mapped[str | None] = mapped_column(Text)
    gln: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[str | None] = mapped_column(Text)
