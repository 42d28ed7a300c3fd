"""Offices of the market regulator, and who belongs to which."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class Jurisdiction(Base):
    """An office by the code of what it answers for (`oversight.gb2260`); where it lies is said by the code."""

    __tablename__ = "jurisdictions"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime]


class StaffPost(Base):
    """That somebody (a row of ``api_keys``) belongs to an office from ``since``; his newest row counts.

    ``post`` is what he is there: officer, inspector or station. A row without a code ends what was before.
    """

    __tablename__ = "staff_posts"
    __table_args__ = (Index("ix_staff_posts_actor_id", "actor_id", "id"), Index("ix_staff_posts_code", "code"))

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    code: Mapped[str | None] = mapped_column(ForeignKey("jurisdictions.code"))
    post: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(BigInteger)
