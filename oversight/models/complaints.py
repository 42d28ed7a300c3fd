"""Complaints, reports, inquiries and praise; what citizens said of themselves stands apart and can be erased."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class ComplaintCause(Base):
    """What people complain of: a word, and its names. A cause that is not ``offered`` any more keeps its statistics."""

    __tablename__ = "complaint_causes"

    word: Mapped[str] = mapped_column(Text, primary_key=True)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    offered: Mapped[bool]


class Complaint(Base):
    """What is known of a matter that a citizen brought, without anything about the citizen: it outlives an erasure.

    ``kind``, ``product_id`` and ``party_id`` repeat the matter's, for statistics by one index. ``region`` is the code
    (GB/T 2260) of the place concerned. ``gtin``, ``lot`` and ``serial`` are what a code said, registered or not.
    ``claim_fen`` is the sum asked for, in fen. ``query_hash`` belongs to the code by which the citizen asks,
    ``sent_mark`` to the form that was sent, so that sending it twice makes one matter. ``source`` tells citizens apart
    without telling who they are. ``satisfaction`` is 1 to 5.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        Index("ix_complaints_cause", "opened_on", "region", "kind", "cause"),
        Index("ix_complaints_party_id", "opened_on", "region", "kind", "party_id"),
        Index("ix_complaints_product_id", "opened_on", "region", "kind", "product_id"),
        Index(
            "ix_complaints_duties",
            *("opened_on", "region", "kind", "accepted_in_time", "settled_in_time"),
            *("first_answer_minutes", "outcome", "satisfaction"),
        ),
        Index("ix_complaints_firm", "party_id", "matter_id"),
    )

    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(ForeignKey("complaint_causes.word"))
    region: Mapped[str] = mapped_column(Text)
    opened_on: Mapped[date]
    product_id: Mapped[int | None] = mapped_column(BigInteger)
    party_id: Mapped[int | None] = mapped_column(BigInteger)
    gtin: Mapped[str | None] = mapped_column(Text)
    lot: Mapped[str | None] = mapped_column(Text)
    serial: Mapped[str | None] = mapped_column(Text)
    bought_on: Mapped[date | None]
    claim_fen: Mapped[int | None] = mapped_column(BigInteger)
    query_hash: Mapped[str] = mapped_column(Text)
    sent_mark: Mapped[str] = mapped_column(Text, unique=True)
    source: Mapped[str] = mapped_column(Text)
    came_from_id: Mapped[int | None] = mapped_column(ForeignKey("matters.id"))
    accepted_at: Mapped[datetime | None]
    accepted_in_time: Mapped[bool | None]
    first_answer_minutes: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    settled_in_time: Mapped[bool | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    satisfaction: Mapped[int | None]


class Citizen(Base):
    """Who brought a matter, as far as he said so; erased, all but the row is empty.

    ``outlet`` is the shop as he named it. ``disclosed`` are the fields (a JSON list) that a step told the firm.
    ``erase_on`` is the day from which nobody needs them any more; None once they are erased.
    """

    __tablename__ = "citizens"
    __table_args__ = (Index("ix_citizens_erase_on", "erase_on", "matter_id"),)

    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), primary_key=True, autoincrement=False)
    name: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    outlet: Mapped[str | None] = mapped_column(Text)
    disclosed: Mapped[str] = mapped_column(Text)
    erase_on: Mapped[date | None]
    erased_at: Mapped[datetime | None]


class CitizenWords(Base):
    """What a citizen said, when: free text may name anybody, so it goes when he is erased."""

    __tablename__ = "citizen_words"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    at: Mapped[datetime]
    text: Mapped[str | None] = mapped_column(Text)


class CitizenLook(Base):
    """That somebody read who a citizen is, or erased it, and why; only ever added."""

    __tablename__ = "citizen_looks"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
