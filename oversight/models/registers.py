"""Registers of the authority: one entry for each thing that is registered, and every version of what is said of it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trace.kit.db import Base, BigKey


class RegisterEntry(Base):
    """Something registered, by its number there. ``name``, ``party_id`` (whose it is) and ``product_id`` (a row of
    identifiers) repeat its newest version's, for searching.
    """

    __tablename__ = "register_entries"
    __table_args__ = (
        UniqueConstraint("register", "key"),
        Index("ix_register_entries_party_id", "party_id", "register", "key"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    register: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))

    versions: Mapped[list["RegisterVersion"]] = relationship(order_by="RegisterVersion.id")


class RegisterSpan(Base):
    """Days (inclusive) on which an entry is valid by its newest version; derived from it, for finding who is not."""

    __tablename__ = "register_spans"
    __table_args__ = (Index("ix_register_spans_entry_id", "entry_id", "valid_from", "valid_to"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entries.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class RegisterVersion(Base):
    """What the register said from ``recorded_at`` on (``content``: JSON, as `oversight.registers.bodies` has it); only
    ever added.
    """

    __tablename__ = "register_versions"
    __table_args__ = (Index("ix_register_versions_entry_id", "entry_id", "recorded_at"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entries.id"))
    content: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(BigInteger)
    recorded_name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
