"""Recall cases: what was said, by whom and when. Versions and steps are only ever added (RECALLS, Life of a case)."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trace.kit.db import Base, BigKey

if TYPE_CHECKING:
    from recalls.models.participants import Participant
    from recalls.models.plans import RecallPlan


class RecallCase(Base):
    """One recall (or drill). ``stage`` and ``version`` repeat the newest step and scope, for reading.

    ``created_by`` and every ``actor`` is an API key's number; ``remedies`` and ``regions`` are JSON lists of words.
    ``learned_at`` is when whoever opened it learned of the risk, which clocks go by; ``authority`` the one in charge.
    """

    __tablename__ = "recall_cases"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    number: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    regime: Mapped[str] = mapped_column(Text)
    recall_class: Mapped[int] = mapped_column(SmallInteger)
    depth: Mapped[str] = mapped_column(Text)
    hazard: Mapped[str] = mapped_column(Text)
    instructions: Mapped[str] = mapped_column(Text)
    remedies: Mapped[str] = mapped_column(Text)
    drill: Mapped[bool]
    stage: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    initiator_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"), index=True)
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    # every row has one; a column that was added later cannot demand it without a copy of the table
    learned_at: Mapped[datetime] = mapped_column(nullable=True)
    cause: Mapped[str | None] = mapped_column(Text)
    consequence: Mapped[str | None] = mapped_column(Text)
    regions: Mapped[str | None] = mapped_column(Text)
    authority: Mapped[str | None] = mapped_column(Text)

    lines: Mapped[list["ScopeLine"]] = relationship(order_by="ScopeLine.id")
    steps: Mapped[list["StageStep"]] = relationship(order_by="StageStep.id")
    runs: Mapped[list["FrozenRun"]] = relationship(order_by="FrozenRun.id")
    plans: Mapped[list["RecallPlan"]] = relationship(order_by="RecallPlan.id")
    participants: Mapped[list["Participant"]] = relationship(order_by="Participant.id")


class ScopeLine(Base):
    """One condition of the scope as it stood in ``version``; ``line`` is the given line that it was read from.

    Each version holds the whole scope, so that an old report is reproducible (RULES 9). ``since`` is when it began.
    """

    __tablename__ = "recall_scope_lines"
    __table_args__ = (Index("ix_recall_scope_lines_case_id", "case_id", "version"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"))
    version: Mapped[int]
    since: Mapped[datetime]
    line: Mapped[int]
    gtin: Mapped[str | None] = mapped_column(Text, index=True)
    batch_uri: Mapped[str | None] = mapped_column(Text)
    lot: Mapped[str | None] = mapped_column(Text)
    lot_from: Mapped[str | None] = mapped_column(Text)
    lot_to: Mapped[str | None] = mapped_column(Text)
    produced_from: Mapped[date | None]
    produced_to: Mapped[date | None]
    serial_from: Mapped[str | None] = mapped_column(Text)
    serial_to: Mapped[str | None] = mapped_column(Text)
    exclude: Mapped[bool]


class StageStep(Base):
    """One step of a case: who took it, when, on what ground, and the scope's version after it.

    ``actor_user_id`` is the person who signed in or issued the key, ``None`` for a key of nobody's. ``outcome`` is what
    an assessment said: effective or ineffective.
    """

    __tablename__ = "recall_stage_steps"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"), index=True)
    at: Mapped[datetime]
    step: Mapped[str] = mapped_column(Text)
    from_stage: Mapped[str | None] = mapped_column(Text)
    to_stage: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    actor: Mapped[int] = mapped_column(BigInteger)
    actor_user_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    actor_name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)


class FrozenRun(Base):
    """The impact as it was known at a step: canonical JSON in ``impact``, its SHA-256 in ``digest``.

    The JSON may be megabytes: it is read only where it is asked for.
    """

    __tablename__ = "recall_frozen_runs"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"), index=True)
    step: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    as_of: Mapped[datetime]
    digest: Mapped[str] = mapped_column(Text)
    impact: Mapped[str] = mapped_column(Text, deferred=True)
