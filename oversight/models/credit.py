"""What officials enter into a quality-credit file, what was repaired in it, and the grades that followed."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class CreditRecord(Base):
    """A penalty, a correction, an honour or a commitment, by the decision or document that shows it.

    ``weight`` is in hundredths, ``code`` the office that entered it. What was entered stays; ``withdrawn_at`` takes it
    back, with a reason.
    """

    __tablename__ = "credit_records"
    __table_args__ = (Index("ix_credit_records_party_id", "party_id", "on"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    word: Mapped[str] = mapped_column(Text)
    on: Mapped[date]
    decision: Mapped[str] = mapped_column(Text)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    weight: Mapped[int] = mapped_column(SmallInteger)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(BigInteger)
    # every row has one; a column that was added later cannot demand it without a copy of the table
    code: Mapped[str] = mapped_column(Text, nullable=True)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)

    @property
    def factor(self) -> Decimal:
        """The weight as a number."""
        return Decimal(self.weight) / 100


class CreditRepair(Base):
    """That a firm asked to have an entry corrected or repaired; ``granted_on`` is from when it does not count."""

    __tablename__ = "credit_repairs"
    __table_args__ = (Index("ix_credit_repairs_party_id", "party_id"),)

    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), primary_key=True, autoincrement=False)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    word: Mapped[str] = mapped_column(Text)
    record: Mapped[str] = mapped_column(Text)
    wish: Mapped[str] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)
    granted_on: Mapped[date | None]


class GradeChange(Base):
    """A grade from a day on, with the score and the entries (JSON) that made it; only ever added."""

    __tablename__ = "grade_changes"
    __table_args__ = (Index("ix_grade_changes_party_id", "party_id", "id"), Index("ix_grade_changes_at", "at"))

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    at: Mapped[datetime]
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    points: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)


class CreditLook(Base):
    """When a firm's grade was last worked out."""

    __tablename__ = "credit_looks"

    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), primary_key=True, autoincrement=False)
    looked_at: Mapped[datetime] = mapped_column(index=True)
