"""What the public is told: drafts and every version that was published."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class Publication(Base):
    """One publication; ``about`` is the number of the matter or recall that it tells of, ``grade`` that of a firm.

    ``version`` is the one that the public reads, None before the first approval.
    """

    __tablename__ = "publications"
    __table_args__ = (
        Index("ix_publications_published_at", "published_at", "matter_id"),
        Index("ix_publications_party_id", "party_id", "published_at"),
        Index("ix_publications_product_id", "product_id", "published_at"),
    )

    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), primary_key=True, autoincrement=False)
    topic: Mapped[str] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(Text)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    grade: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int | None]
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class PublicationVersion(Base):
    """Words of a publication as they were drafted; ``approved_at`` is since when the public reads them."""

    __tablename__ = "publication_versions"
    __table_args__ = (UniqueConstraint("matter_id", "version"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    drafted_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
