"""Matters of every kind: where each stands, every step that led there, and its clocks."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trace.kit.db import Base, BigKey


class Matter(Base):
    """Something that an authority has in hand. ``stage`` repeats the newest step's; what else a kind knows stands in
    tables of its own, by ``matter_id``.

    ``code`` is the office that has it in hand, ``opened_in`` the one where it began; ``handler_id`` the member of
    staff (a row of ``api_keys``) to whom it was given. ``party_id`` is the firm concerned, which sees it from
    ``shown_at`` on; ``place_id``, ``product_id`` and ``batch_id`` are rows of identifiers. Personal data of citizens
    never stand here.
    """

    __tablename__ = "matters"
    __table_args__ = (
        Index("ix_matters_code", "code", "kind", "id"),
        Index("ix_matters_kind", "kind", "stage", "id"),
        Index("ix_matters_party_id", "party_id", "kind", "id"),
        Index("ix_matters_product_id", "product_id", "kind", "id"),
        Index("ix_matters_opened_at", "opened_at"),
        Index("ix_matters_handler_id", "handler_id", "id"),
        Index(
            *("ix_matters_running", "kind", "code", "handler_id", "id"),
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    number: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(ForeignKey("jurisdictions.code"))
    opened_in: Mapped[str] = mapped_column(Text)
    handler_id: Mapped[int | None] = mapped_column(BigInteger)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"), index=True)
    opened_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    steps: Mapped[list["MatterStep"]] = relationship(order_by="MatterStep.id")
    clocks: Mapped[list["MatterClock"]] = relationship(order_by="MatterClock.id")


class MatterStep(Base):
    """One step: who took it, when, on what ground; only ever added.

    ``actor_id`` is a row of ``api_keys``, None for a citizen or a clock; ``by_authority`` tells that it was an
    official. ``code`` is the office that had the matter in hand after it. ``facts`` is what the step stated (a JSON
    object), never personal data.
    """

    __tablename__ = "matter_steps"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    step: Mapped[str] = mapped_column(Text)
    from_stage: Mapped[str | None] = mapped_column(Text)
    to_stage: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    by_authority: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)


class MatterClock(Base):
    """A clock of a matter, made by a version of a limit; settled once, by ``met_at`` or ``dropped_at``."""

    __tablename__ = "matter_clocks"
    __table_args__ = (
        Index("ix_matter_clocks_due_at", "due_at", "id"),
        Index(
            *("ix_matter_clocks_waiting", "due_at", "matter_id"),
            sqlite_where=text("met_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=text("met_at IS NULL AND dropped_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    limit_id: Mapped[int] = mapped_column(ForeignKey("time_limits.id"))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    calendar_complete: Mapped[bool]
    met_at: Mapped[datetime | None]
    met_by: Mapped[str | None] = mapped_column(Text)
    dropped_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]

    limit: Mapped["TimeLimit"] = relationship(lazy="joined", innerjoin=True)


class TimeLimit(Base):
    """A rule that makes clocks: ``amount`` units after the step ``starts`` in matters of a kind, met by one of the
    steps ``met_by`` (a JSON list). One that ``extends`` counts from the end of the clock that its step meets. A changed
    rule is a new row, which closes the old one at ``valid_to``.

    ``confirmed`` is False where the limit was not compared with the official text.
    """

    __tablename__ = "time_limits"
    __table_args__ = (
        UniqueConstraint("kind", "word", "valid_from"),
        Index("ix_time_limits_kind", "kind", "starts"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    word: Mapped[str] = mapped_column(Text)
    starts: Mapped[str] = mapped_column(Text)
    met_by: Mapped[str] = mapped_column(Text)
    extends: Mapped[bool] = mapped_column(server_default=false())
    amount: Mapped[int]
    unit: Mapped[str] = mapped_column(Text)
    in_charge: Mapped[str] = mapped_column(Text)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    confirmed: Mapped[bool]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    recorded_by: Mapped[int | None] = mapped_column(BigInteger)


class MatterCounter(Base):
    """The last number that was given out for matters of some letters in a year."""

    __tablename__ = "matter_counters"

    letters: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class MatterMessage(Base):
    """A mail that a step leads to: to the ``citizen``, the ``firm``, the ``seller`` or the ``handler``.

    Whose address that is, is looked up when it is sent, so nothing personal stands here. ``sent_at`` is set once a
    server took it; ``next_at`` is when it is tried (again), None when that has an end.
    """

    __tablename__ = "matter_messages"
    __table_args__ = (Index("ix_matter_messages_next_at", "next_at", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    step: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    queued_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    attempts: Mapped[int]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
