"""Links of the resolver that owners set for what they number (GS1-Conformant Resolver Standard 1.2, 2.5)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey, ByteOrder


class ResolverLink(Base):
    """One link from an identifier to an address of its owner's; ``uri`` is canonical, of whatever granularity.

    ``link_type`` is `gs1:pip`, `schema:url` or a relation that IANA registered. ``hreflang`` and ``contexts`` are
    words with commas between them, empty for none. Of each identifier at the most one link is the default.
    ``party_id`` is the firm that set it, ``None`` for an operator.
    """

    __tablename__ = "resolver_links"
    __table_args__ = (
        Index("ix_resolver_links_uri", "uri", "id"),
        Index(
            "uq_resolver_links_uri",
            "uri",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    uri: Mapped[str] = mapped_column(ByteOrder)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"), index=True)
    link_type: Mapped[str] = mapped_column(Text)
    href: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str | None] = mapped_column(Text)
    hreflang: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str | None] = mapped_column(Text)
    contexts: Mapped[str] = mapped_column(Text)
    is_default: Mapped[bool]
    created_at: Mapped[datetime]
