"""What people need to come in: invitations, attempts that are counted, and codes for a lost second factor."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.accounts import User
from trace.kit.db import Base, BigKey


class Invitation(Base):
    """A link by which a person chooses a password, once; only the hash of its token is kept."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInAttempts(Base):
    """How often somebody tried since ``began_at``: an account, an address, a browser, none of them by its name."""

    __tablename__ = "sign_in_attempts"

    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    began_at: Mapped[datetime]
    number: Mapped[int] = mapped_column(Integer)


class RecoveryCode(Base):
    """A code that takes the place of the second factor, once; only its hash is kept."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("ix_recovery_codes_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    code_hash: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime | None]
