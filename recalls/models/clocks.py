"""Clocks: the calendar, the table of duties, the deadlines of a case and who was reminded of them (docs/deadlines.md).

Rows of the calendar and reminders are only ever added; a duty is closed by a newer one, a deadline settled once.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trace.kit.db import Base, BigKey


class CalendarDay(Base):
    """What was said about a day; the newest row counts. ``working`` None takes back what was said before.

    ``recorded_by`` is an API key's number, None for the days that the service brings along.
    """

    __tablename__ = "calendar_days"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    working: Mapped[bool | None]
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(BigInteger)


class Duty(Base):
    """A rule that makes deadlines: ``amount`` units after ``starts`` happens, met by one of ``met_by`` (a JSON list).

    It applies to a regime and class, None being all of them, from ``valid_from`` (None: always) until ``valid_to``.
    One that ``repeats`` makes a new deadline whenever one is met or falls due; one that ``restarts`` does so for what
    an extension adds. ``until`` is what ends it before the case ends. An empty ``met_by`` is met by time alone.
    """

    __tablename__ = "duties"
    __table_args__ = (Index("ix_duties_starts", "starts", "regime"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    word: Mapped[str] = mapped_column(Text)
    regime: Mapped[str | None] = mapped_column(Text)
    recall_class: Mapped[int | None] = mapped_column(SmallInteger)
    starts: Mapped[str] = mapped_column(Text)
    met_by: Mapped[str] = mapped_column(Text)
    until: Mapped[str | None] = mapped_column(Text)
    amount: Mapped[int]
    unit: Mapped[str] = mapped_column(Text)
    repeats: Mapped[bool]
    restarts: Mapped[bool]
    in_charge: Mapped[str] = mapped_column(Text)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    confirmed: Mapped[bool]
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(BigInteger)


class Deadline(Base):
    """A clock of a case, made by a version of a duty for a version of the scope.

    ``due_at`` is ``periods`` times the duty's period after ``started_at``; it moves with the calendar until the
    deadline is settled by ``met_at`` or ``dropped_at``. A ``met_at`` to come is that of a duty met by time alone.
    ``next_at`` is when somebody has to be told next.
    """

    __tablename__ = "recall_deadlines"
    __table_args__ = (Index("ix_recall_deadlines_due_at", "due_at", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"), index=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id"), index=True)
    version: Mapped[int]
    started_at: Mapped[datetime]
    periods: Mapped[int]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("recall_deadlines.id"), unique=True)
    due_at: Mapped[datetime]
    calendar_complete: Mapped[bool]
    met_at: Mapped[datetime | None]
    met_by: Mapped[str | None] = mapped_column(Text)
    dropped_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]

    duty: Mapped[Duty] = relationship(lazy="joined", innerjoin=True)


class DeadlineReminder(Base):
    """That a mark of a deadline, due at ``due_at`` then, was passed, and by how many notices it was told.

    None were where a later mark, passed in the same round, said it too, or there was nobody to tell.
    """

    __tablename__ = "recall_deadline_reminders"
    __table_args__ = (UniqueConstraint("deadline_id", "mark", "due_at"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("recall_deadlines.id"))
    mark: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime]
    told_at: Mapped[datetime]
    notices: Mapped[int]
