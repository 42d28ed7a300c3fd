"""The public notice of a recall: what its author wrote and what the records said, version by version."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class PublicNotice(Base):
    """One version of a notice, or a draft (then without ``version`` and ``published_at``); only ever added.

    ``words`` are the author's, ``facts`` what the records said at ``recorded_at``, both canonical JSON; ``digest`` is
    the SHA-256 over the two with the case's number and the version, ``run`` the digest of the impact they agree with.
    """

    __tablename__ = "recall_public_notices"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"))
    version: Mapped[int | None]
    scope_version: Mapped[int]
    step: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    actor: Mapped[int] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    run: Mapped[str] = mapped_column(Text)


class NoticePicture(Base):
    """A picture of the goods, a JPEG, for notices of one case; ``digest`` is its SHA-256. Only ever added."""

    __tablename__ = "recall_notice_pictures"
    __table_args__ = (UniqueConstraint("case_id", "digest"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"))
    digest: Mapped[str] = mapped_column(Text)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
