"""What a capture is about to commit on several servers, for the case that not all of them do."""

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class AnnouncedWrite(Base):
    """The batches whose postings a transaction changes, and the earlier events whose postings it took away (JSON).

    Kept by a transaction of its own, and gone with the one that it announces: what is still here broke off.
    """

    __tablename__ = "announced_writes"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    batches: Mapped[str] = mapped_column(Text)
    events: Mapped[str] = mapped_column(Text)
