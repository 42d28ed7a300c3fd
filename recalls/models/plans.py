"""What is to be done about the goods: plans, each a version that is added, with the units that it means to recover."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trace.kit.db import Base, BigKey


class RecallPlan(Base):
    """One version of a case's plan; what it leaves open is ``None``. ``step`` is the step that it came with."""

    __tablename__ = "recall_plans"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"))
    version: Mapped[int]
    step: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime]
    filed_by: Mapped[str] = mapped_column(Text)
    measures: Mapped[str | None] = mapped_column(Text)
    disposal: Mapped[str | None] = mapped_column(Text)
    contact: Mapped[str | None] = mapped_column(Text)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]

    quantities: Mapped[list["PlannedQuantity"]] = relationship(order_by="PlannedQuantity.position")


class PlannedQuantity(Base):
    """``amount`` × 10⁻ˢᶜᵃˡᵉ units of an item that a plan means to recover; ``uom`` empty is pieces.

    ``item`` is a GTIN of 14 digits, or the identifier of a batch of another scheme.
    """

    __tablename__ = "recall_plan_quantities"

    plan_id: Mapped[int] = mapped_column(ForeignKey("recall_plans.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(Text)
    uom: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    scale: Mapped[int] = mapped_column(SmallInteger)
