"""Drills: a case that tries out the tracing against a clock, and the report that it ended with."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class Drill(Base):
    """One drill of one batch; ``report`` is canonical JSON as `recalls.drills` makes it, never changed afterwards."""

    __tablename__ = "recall_drills"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"), unique=True)
    batch_uri: Mapped[str] = mapped_column(Text)
    hours: Mapped[int] = mapped_column(SmallInteger)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    report: Mapped[str] = mapped_column(Text)
