"""What is on record of the calls of officials, and of everybody's in recalls, read back (`trace.kit.audit`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from trace.answers import write_time
from trace.kit.audit import AuditEntry
from trace.kit.auth import ApiKey
from trace.kit.errors import TooLarge
from trace.models import Party
from trace.sheets import MAX_ROWS

FETCHED = 1_000

LINK = "link"
"""The role, as it is answered, of one who came without a key, by a link of a message."""


class AuditRow(TypedDict):
    """One call. `key` is the beginning of the key, as `flask keys revoke` takes it; `subject` is a case or a batch.

    `purpose` is what the caller said in `Suyuan-Purpose`, else the reason of the step; `status` what was answered.
    """

    id: int
    at: str
    key: str | None
    role: str
    party: str | None
    party_name: str | None
    name: str
    method: str
    path: str
    query: str
    subject: str | None
    purpose: str | None
    status: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: all that meet every condition that is given. ``party`` is a USCC or GLN, ``until`` inclusive."""

    key: str | None = None
    role: str | None = None
    party: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    method: str | None = None


class TooManyEntries(TooLarge):
    """More entries than a worksheet has rows."""


def list_entries(session: Session, wanted: Wanted, after: int | None, limit: int) -> list[AuditRow]:
    """Return up to ``limit`` entries, the newest first, from below the number ``after``."""
    query = _select(wanted)
    if after is not None:
        query = query.where(AuditEntry.id < after)
    return [_row(*found) for found in session.execute(query.limit(limit))]


def every_entry(session: Session, wanted: Wanted) -> Iterator[AuditRow]:
    """Yield all of them, the newest first, a few in memory at a time."""
    for found in session.execute(_select(wanted), execution_options={"yield_per": FETCHED}):
        yield _row(*found)


def require_room(session: Session, wanted: Wanted) -> None:
    """Raise TooManyEntries (413) where a worksheet has no room for all of them."""
    entries = _select(wanted).order_by(None).limit(MAX_ROWS + 1).subquery()
    if (session.scalar(select(func.count()).select_from(entries)) or 0) > MAX_ROWS:
        raise TooManyEntries(f"Expected at most {MAX_ROWS} entries in a workbook, got more: ask for a shorter time.")


def _select(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    query = (
        select(AuditEntry, ApiKey.prefix, Party.uscc, Party.gln, Party.name)
        .outerjoin(ApiKey, ApiKey.id == AuditEntry.key_id)
        .outerjoin(Party, Party.id == AuditEntry.party_id)
        .order_by(AuditEntry.id.desc())
    )
    equal = (
        (ApiKey.prefix, wanted.key),
        (AuditEntry.subject, wanted.subject),
        (AuditEntry.method, wanted.method),
    )
    query = query.where(*(column == value for column, value in equal if value is not None))
    if wanted.role is not None:
        query = query.where(AuditEntry.role.is_(None) if wanted.role == LINK else AuditEntry.role == wanted.role)
    if wanted.party is not None:
        query = query.where(or_(Party.uscc == wanted.party, Party.gln == wanted.party))
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at <= wanted.until)
    return query


def _row(entry: AuditEntry, key: str | None, uscc: str | None, gln: str | None, name: str | None) -> AuditRow:
    return {
        "id": entry.id,
        "at": write_time(entry.at) or "",
        "key": key,
        "role": entry.role or LINK,
        "party": uscc or gln,
        "party_name": name,
        "name": entry.name,
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "subject": entry.subject,
        "purpose": entry.purpose,
        "status": entry.status,
    }
