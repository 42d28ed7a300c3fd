"""Sampling inspections: plans with the frame that was drawn from, samples, and what laboratories found in them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class SamplingPlan(Base):
    """What is to be sampled: ``criteria`` and ``items`` (what is tested against which limits) are JSON.

    ``frame`` is the printed list that was drawn from, with its SHA-256 and the seed; all None until the draw.
    """

    __tablename__ = "sampling_plans"

    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), primary_key=True, autoincrement=False)
    title_en: Mapped[str | None] = mapped_column(Text)
    food: Mapped[bool]
    rank: Mapped[int]
    criteria: Mapped[str] = mapped_column(Text)
    items: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    seed: Mapped[str | None] = mapped_column(Text)
    frame: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str | None] = mapped_column(Text)
    drawn_at: Mapped[datetime | None]


class Sample(Base):
    """One line of a draw: ``line`` is its number in the frame, ``turn`` in which draw it came.

    ``rank`` is how high the plan's office stands (0: the state). ``quantity`` was taken at ``taken_at`` by the event
    ``event_id``. ``outcome`` (passed, failed) stands once it is final, from ``decided_at`` on; ``year`` is that day's.
    """

    __tablename__ = "samples"
    __table_args__ = (
        UniqueConstraint("plan_id", "turn"),
        Index("ix_samples_product_id", "product_id", "rank", "taken_at"),
        Index("ix_samples_outcome", "outcome", "year", "product_id", "kind", "region"),
        Index("ix_samples_failed_at", "failed_at"),
        Index("ix_samples_seller_id", "seller_id"),
    )

    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), primary_key=True, autoincrement=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("sampling_plans.matter_id"))
    turn: Mapped[int]
    line: Mapped[int]
    food: Mapped[bool]
    rank: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    kind: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    uom: Mapped[str] = mapped_column(Text)
    quantity: Mapped[str | None] = mapped_column(Text)
    event_id: Mapped[str | None] = mapped_column(Text)
    taken_at: Mapped[datetime | None]
    laboratory_id: Mapped[int | None] = mapped_column(ForeignKey("register_entries.id"))
    retest_laboratory_id: Mapped[int | None] = mapped_column(ForeignKey("register_entries.id"))
    failed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    year: Mapped[int | None]


class SampleResult(Base):
    """What a laboratory found for an item: ``value`` is a decimal as text, None for not detected; only ever added.

    ``round`` is 1 for the first test and 2 for the re-test. The limit it was held against is repeated.
    """

    __tablename__ = "sample_results"
    __table_args__ = (UniqueConstraint("matter_id", "round", "item"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("samples.matter_id"))
    round: Mapped[int]
    laboratory_id: Mapped[int] = mapped_column(BigInteger)
    item: Mapped[str] = mapped_column(Text)
    standard: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    lower: Mapped[str | None] = mapped_column(Text)
    upper: Mapped[str | None] = mapped_column(Text)
    unit: Mapped[str | None] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)
    satisfied: Mapped[bool]
    at: Mapped[datetime]
