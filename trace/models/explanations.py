"""What firms say about findings in their own records: words beside a figure, which they never change."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class Explanation(Base):
    """One firm's words about one finding.

    A finding is known again by its rule, batch, event, place and English sentence (``said``), which holds its figures:
    one whose figures changed is to be explained anew. ``key_id`` and ``name`` are of whoever explained it.
    """

    __tablename__ = "finding_explanations"
    __table_args__ = (Index("ix_finding_explanations_batch_id", "batch_id", "party_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    rule: Mapped[str] = mapped_column(Text)
    event_id: Mapped[str | None] = mapped_column(Text)
    place_id: Mapped[int | None] = mapped_column(BigInteger)
    said: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
