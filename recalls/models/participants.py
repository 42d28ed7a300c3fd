"""The firms that take part in a drill: nobody else's address is ever written to for it."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class Participant(Base):
    """A firm that was asked to take part in a drill, and in a row of its own that it agreed to (``agreed``)."""

    __tablename__ = "recall_participants"
    __table_args__ = (UniqueConstraint("case_id", "party_id", "agreed"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    agreed: Mapped[bool]
    since: Mapped[datetime]
