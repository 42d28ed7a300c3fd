"""Recalls that somebody is still writing: nobody else knows of them, and they hold nothing."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class LaunchDraft(Base):
    """What one person typed into the launch of a recall so far; it is deleted once the case is opened.

    ``words`` is JSON as `recalls.launch.draft` reads it; the pictures are JPEGs, written anew when they came.
    """

    __tablename__ = "recall_drafts"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    draft_id: Mapped[str] = mapped_column(Text, unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text)
    picture: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    lot_picture: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
