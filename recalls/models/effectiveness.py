"""Effectiveness checks and filed reports: what was drawn, found and handed in. Rows are only ever added."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trace.kit.db import Base, BigKey


class CheckDraw(Base):
    """A sample of the consignees of a case, drawn from all of them as of ``drawn_at``; ``number`` counts from 1.

    ``percent_ten_thousandths`` is the share × 10⁻⁴ per cent; ``actor`` is the API key's number.
    """

    __tablename__ = "recall_check_draws"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"))
    number: Mapped[int]
    drawn_at: Mapped[datetime]
    level: Mapped[str] = mapped_column(Text)
    percent_ten_thousandths: Mapped[int]
    seed: Mapped[str] = mapped_column(Text)
    actor: Mapped[int] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)

    members: Mapped[list["CheckMember"]] = relationship(order_by="CheckMember.rank")


class CheckMember(Base):
    """A consignee as it stood in a draw: a firm, or a place whose firm nobody registered; ``rank`` counts from 1."""

    __tablename__ = "recall_check_members"
    __table_args__ = (UniqueConstraint("draw_id", "rank"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("recall_check_draws.id"))
    rank: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    chosen: Mapped[bool]
    tier: Mapped[int | None]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))


class CheckResult(Base):
    """What a check of one consignee found: ``amount`` × 10⁻ˢᶜᵃˡᵉ units still there for sale (None: not counted)."""

    __tablename__ = "recall_check_results"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("recall_check_members.id"), index=True)
    checked_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor: Mapped[int] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    checked_by: Mapped[str | None] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text)
    notified: Mapped[bool]
    removed: Mapped[bool]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    scale: Mapped[int] = mapped_column(SmallInteger)
    uom: Mapped[str] = mapped_column(Text)
    passed: Mapped[bool]
    note: Mapped[str | None] = mapped_column(Text)


class FiledReport(Base):
    """A report as it was handed in: canonical JSON in ``report``, its SHA-256 in ``digest``; ``run_digest`` its run."""

    __tablename__ = "recall_filed_reports"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"))
    number: Mapped[int]
    form: Mapped[str] = mapped_column(Text)
    as_of: Mapped[datetime]
    period_from: Mapped[datetime | None]
    run_digest: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    report: Mapped[str] = mapped_column(Text, deferred=True)
    actor: Mapped[int] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
