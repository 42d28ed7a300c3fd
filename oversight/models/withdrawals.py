"""Stop-sale orders: what was ordered, whose task it is at each place, and what every place said of it."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class Withdrawal(Base):
    """An order to take goods off sale. ``scope`` are its lines as they were given (JSON), ``cause`` the number of the
    matter that led to it, ``looked_to`` the event up to which places were searched for its goods.
    """

    __tablename__ = "withdrawals"

    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), primary_key=True, autoincrement=False)
    title_en: Mapped[str | None] = mapped_column(Text)
    ground: Mapped[str] = mapped_column(Text)
    instructions: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(Text)
    looked_to: Mapped[int] = mapped_column(BigInteger)


class WithdrawalTask(Base):
    """A place that has goods of an order, and its firm, if anybody registered it; ``due_at`` is the limit to answer.

    ``on_hand`` is what the ledger said was there when the task was made (JSON: batch, unit of measure, quantity).
    """

    __tablename__ = "withdrawal_tasks"
    __table_args__ = (
        UniqueConstraint("matter_id", "place_id"),
        Index("ix_withdrawal_tasks_party_id", "party_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    on_hand: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None]
    """Of the first word, which is in time or late; the newest one counts for the quantities."""


class WithdrawalConfirmation(Base):
    """What a place said: how much it took off sale; only ever added, the newest counts.

    ``taken_off`` is JSON: batch, unit of measure, quantity, and what the ledger said at that moment. ``by_authority``
    tells that an official wrote it down.
    """

    __tablename__ = "withdrawal_confirmations"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("withdrawal_tasks.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    by_authority: Mapped[bool] = mapped_column(server_default=false())
    taken_off: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    photo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    photo_digest: Mapped[str | None] = mapped_column(Text)
