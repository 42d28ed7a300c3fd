"""Which products need a licence to be made, and who has one: what the registration of a batch reads."""

from datetime import date

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class PermitCategory(Base):
    """Products whose class in ``scheme`` begins with ``prefix`` need a licence if made in these days (inclusive)."""

    __tablename__ = "permit_categories"

    word: Mapped[str] = mapped_column(Text, primary_key=True)
    scheme: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    needed_from: Mapped[date]
    needed_to: Mapped[date | None]


class Permit(Base):
    """Days (inclusive) in which a firm may make products of a category, under the licence ``reference``."""

    __tablename__ = "permits"
    __table_args__ = (Index("ix_permits_party_id", "party_id", "category"), Index("ix_permits_reference", "reference"))

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    reference: Mapped[str] = mapped_column(Text)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    category: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
