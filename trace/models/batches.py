"""What a manufacturer registered about a batch; its units are in the postings, never here."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base


class Batch(Base):
    """A registered batch (GTIN + lot), keyed as its identifier; ``amount`` × 10⁻ˢᶜᵃˡᵉ is what was declared made."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"), primary_key=True, autoincrement=False)
    gtin: Mapped[str] = mapped_column(Text, index=True)
    lot: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    scale: Mapped[int] = mapped_column(SmallInteger)
    uom: Mapped[str] = mapped_column(Text)
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    location_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    certificate: Mapped[str | None] = mapped_column(Text)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    registered_at: Mapped[datetime] = mapped_column(index=True)
