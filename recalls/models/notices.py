"""Messages to the firms of a recall: what each must be told, every attempt to tell it, and whom to write to."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class Notice(Base):
    """One message to one recipient, written in the transaction that makes it necessary (the outbox).

    ``notice_id`` follows from the case, the recipient and what is told: a row that was lost comes back under its own.
    ``recipient`` is ``party:<number>``, ``place:<number>`` for one whose firm nobody registered, or
    ``customer:<address>`` for a customer that a firm named itself. ``goods`` is what the ledger said of the
    recipient's goods at ``as_of`` (JSON, `recalls.notices.goods`); ``words`` is what a person added.
    Nothing is sent before ``due_at`` (None: there is nothing more to do), nor by a second worker before
    ``claimed_until``. ``tries`` counts what was begun, ``sent`` what a channel took, ``failures`` those since then
    that none took.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("notice_id"),
        UniqueConstraint("case_id", "kind", "recipient", "dedupe"),
        Index("ix_notices_party_id", "party_id", "id"),
        Index("ix_notices_due_at", "due_at"),
        Index("ix_notices_escalate_at", "escalate_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    notice_id: Mapped[str] = mapped_column(Text)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"))
    kind: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    dedupe: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    customer_name: Mapped[str | None] = mapped_column(Text)
    customer_email: Mapped[str | None] = mapped_column(Text)
    customer_phone: Mapped[str | None] = mapped_column(Text)
    passed_on_by: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    words: Mapped[str | None] = mapped_column(Text)
    goods: Mapped[str] = mapped_column(Text)
    as_of: Mapped[datetime]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    claim: Mapped[str | None] = mapped_column(Text)
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None]
    first_sent_at: Mapped[datetime | None]
    escalate_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    escalation_reason: Mapped[str | None] = mapped_column(Text)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(Text)
    acknowledged_via: Mapped[str | None] = mapped_column(Text)
    acknowledged_note: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None]


class NoticeAttempt(Base):
    """One attempt to send a notice over one channel; only ever added, and kept if the notice is lost.

    ``repeat`` is 0 for the first round and counts those begun; ``level`` is the rank of the contact. ``status`` is
    what an HTTP or mail server answered, ``None`` if none did, and ``error`` says why.
    """

    __tablename__ = "notice_attempts"
    __table_args__ = (Index("ix_notice_attempts_notice_id", "notice_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    notice_id: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    level: Mapped[int] = mapped_column(SmallInteger)
    repeat: Mapped[int]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    accepted: Mapped[bool]


class PartyContact(Base):
    """Whom to write to at a firm: of each rank the newest row counts, one without any address ends the rank."""

    __tablename__ = "party_contacts"
    __table_args__ = (Index("ix_party_contacts_party_id", "party_id", "rank", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    rank: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    webhook: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(BigInteger)


class NoticeWatch(Base):
    """How far the search for consignees without a notice has come in a case: up to the event ``looked_to``."""

    __tablename__ = "notice_watches"

    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"), primary_key=True, autoincrement=False)
    looked_to: Mapped[int] = mapped_column(BigInteger)
    looked_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    claimed_until: Mapped[datetime | None]
