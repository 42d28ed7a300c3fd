"""What consignees answer: totals to date for each batch at each place. Answers are only ever added (RECALLS)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trace.kit.db import Base, BigKey


class Response(Base):
    """One answer of a consignee: a firm (``party_id``), or a place whose firm nobody registered (``place_id``).

    ``response_id`` is a UUID, ``notice_id`` that of the notice answered. ``via`` link, api or phone; by link there is
    no key, so ``actor`` is ``None``. ``spoke_with`` is who said it on the phone; ``stage`` the case's at that time.
    """

    __tablename__ = "recall_responses"
    __table_args__ = (
        CheckConstraint("via IN ('link', 'api', 'phone')", name="via"),
        CheckConstraint("(party_id IS NULL) <> (place_id IS NULL)", name="consignee"),
        Index("ix_recall_responses_case_id", "case_id", "party_id", "place_id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    response_id: Mapped[str] = mapped_column(Text, unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"))
    notice_id: Mapped[str | None] = mapped_column(Text)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    recorded_at: Mapped[datetime]
    answered_at: Mapped[datetime]
    stage: Mapped[str] = mapped_column(Text)
    via: Mapped[str] = mapped_column(Text)
    actor: Mapped[int | None] = mapped_column(BigInteger)
    actor_party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    actor_name: Mapped[str | None] = mapped_column(Text)
    spoke_with: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)

    lines: Mapped[list["ResponseLine"]] = relationship(order_by="ResponseLine.id")


class ResponseLine(Base):
    """What was answered of one batch at one place in one unit of measure; every figure × 10⁻ˢᶜᵃˡᵉ, ``None`` not said.

    ``captured_returned`` and ``captured_destroyed`` are the units of it that the ledger did not have and that were
    captured as events with this answer.
    """

    __tablename__ = "recall_response_lines"
    __table_args__ = (Index("ix_recall_response_lines_response_id", "response_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("recall_responses.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    uom: Mapped[str] = mapped_column(Text)
    scale: Mapped[int] = mapped_column(SmallInteger)
    on_hand: Mapped[int | None] = mapped_column(BigInteger)
    quarantined: Mapped[int | None] = mapped_column(BigInteger)
    returned: Mapped[int | None] = mapped_column(BigInteger)
    destroyed: Mapped[int | None] = mapped_column(BigInteger)
    corrected: Mapped[int | None] = mapped_column(BigInteger)
    sold: Mapped[int | None] = mapped_column(BigInteger)
    shipped_on: Mapped[int | None] = mapped_column(BigInteger)
    lost: Mapped[int | None] = mapped_column(BigInteger)
    captured_returned: Mapped[int] = mapped_column(BigInteger)
    captured_destroyed: Mapped[int] = mapped_column(BigInteger)
    returned_to_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    returned_document: Mapped[str | None] = mapped_column(Text)
    returned_at: Mapped[datetime | None]
    destroyed_place: Mapped[str | None] = mapped_column(Text)
    destroyed_method: Mapped[str | None] = mapped_column(Text)
    destroyed_witness: Mapped[str | None] = mapped_column(Text)
    destroyed_document: Mapped[str | None] = mapped_column(Text)
    destroyed_at: Mapped[datetime | None]
    shipped_to: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text)


class ResponsePhoto(Base):
    """A photograph that came with an answer: a JPEG, written anew when it came; ``digest`` is its SHA-256."""

    __tablename__ = "recall_response_photos"
    __table_args__ = (UniqueConstraint("response_id", "digest"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("recall_responses.id"))
    digest: Mapped[str] = mapped_column(Text)
    data: Mapped[bytes] = mapped_column(LargeBinary)
