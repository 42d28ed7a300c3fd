"""The firms that take part in a drill: nobody else's address is ever written to for it."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class Participant(Base):
    """A firm that takes part in a drill from ``since`` on."""

    __tablename__ = "recall_participants"
    __table_args__ = (UniqueConstraint("case_id", "party_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    since: Mapped[datetime]
