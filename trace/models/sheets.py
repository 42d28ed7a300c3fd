"""Sheets that people brought: the file, what was found in it, and which rows of reports are recorded."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class SheetImport(Base):
    """A file on its way into the record; `state` is a word of `trace.sheets_in.imports.State`.

    `party_id` 0 is an operator's. `mistakes` is JSON: what the check found (`trace.sheets_in.imports.Checked`), empty
    before. `claim` names the run that works on it; `done` of `whole` and `beat_at` are that run's signs of life (on
    SQLite they are kept beside the database, which is locked while rows go in).
    """

    __tablename__ = "sheet_imports"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    party_id: Mapped[int] = mapped_column(BigInteger, index=True)
    key_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(Text)
    brought_by: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    mapping: Mapped[str] = mapped_column(Text, default="{}")
    state: Mapped[str] = mapped_column(Text)
    mode: Mapped[str | None] = mapped_column(Text)
    claim: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(Integer, default=0)
    fresh: Mapped[int] = mapped_column(Integer, default=0)
    there: Mapped[int] = mapped_column(Integer, default=0)
    wrong: Mapped[int] = mapped_column(Integer, default=0)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    mistakes: Mapped[str] = mapped_column(Text, default="[]", deferred=True)
    done: Mapped[int] = mapped_column(Integer, default=0)
    whole: Mapped[int] = mapped_column(Integer, default=0)
    beat_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class SheetHeading(Base):
    """What a firm said a heading of its own means in sheets of a kind; the empty field: it is not taken."""

    __tablename__ = "sheet_headings"

    party_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    heading: Mapped[str] = mapped_column(Text, primary_key=True)
    field: Mapped[str] = mapped_column(Text)


class SheetRow(Base):
    """A row of a report that is recorded, by the digest of its content: the same row in another file is known again."""

    __tablename__ = "sheet_rows"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
