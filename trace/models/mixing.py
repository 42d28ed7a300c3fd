"""Places that mix lots: what left one while it did may be of any lot that was there (RULES 7)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class MixingPlace(Base):
    """A flag on a location: lots of a product, or without ``gtin`` of every product, are mixed there.

    From ``since`` to ``until``, days in UTC and both inclusive; without one of them there is no end on that side.
    """

    __tablename__ = "mixing_places"
    __table_args__ = (Index("ix_mixing_places_location_id", "location_id", "gtin"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    gtin: Mapped[str | None] = mapped_column(Text)
    since: Mapped[date | None]
    until: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime]
