"""The blacklist (黑名单): who is or was listed, on what ground, by which decision."""

from datetime import date

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base


class ListedParty(Base):
    """A listing from its proposal on. It counts from ``starts_on`` until ``ended_on``, both set by decisions alone.

    ``article`` is the provision that the ground offends, ``evidence`` what shows it (numbers of matters, documents),
    ``conditions`` what has to be done before it is removed; ``review_on`` is when it has to be looked at again.
    """

    __tablename__ = "listed_parties"
    __table_args__ = (
        Index("ix_listed_parties_party_id", "party_id", "starts_on"),
        Index("ix_listed_parties_starts_on", "starts_on"),
    )

    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), primary_key=True, autoincrement=False)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    ground: Mapped[str] = mapped_column(Text)
    ground_en: Mapped[str] = mapped_column(Text)
    article: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    conditions: Mapped[str | None] = mapped_column(Text)
    decision: Mapped[str | None] = mapped_column(Text)
    starts_on: Mapped[date | None]
    review_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_by: Mapped[str | None] = mapped_column(Text)
