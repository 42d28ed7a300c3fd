"""What announced recalls are found by: derived from their notices, one entry a recall and marks to filter by."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base


class PublicEntry(Base):
    """An announced recall as lists tell it; ``text`` is all that a search finds it by, folded. Never a drill."""

    __tablename__ = "recall_public_entries"
    __table_args__ = (Index("ix_recall_public_entries_announced_at", "announced_at", "case_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"), primary_key=True, autoincrement=False)
    announced_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)


class PublicMark(Base):
    """A product (GTIN), firm (name), region (two digits) or lot (folded) of an announced recall, in its order."""

    __tablename__ = "recall_public_marks"
    __table_args__ = (Index("ix_recall_public_marks_case_id", "case_id", "kind"),)

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(SmallInteger)
    label: Mapped[str | None] = mapped_column(Text)
    label_en: Mapped[str | None] = mapped_column(Text)
