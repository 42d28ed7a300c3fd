"""Who read or changed what, when and why: entries are only ever added, and no answer leaves before its entry is kept.

On record are every call of an official (regulator, admin, auditor) to an operation that needs a key, every write in a
part that was said to be covered whole, by whomever, and every sign-in. A write's entry is part of the
transaction of its deed; the entry of a read or of a refusal is committed in one of its own before the answer leaves.
A call that failed (5xx) told nothing and did nothing, and leaves none.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, Response, current_app, request
from sqlalchemy import BigInteger, Index, SmallInteger, Text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import HTTPException

from trace.kit.auth import OFFICIALS, Principal
from trace.kit.db import Base, BigKey, Database
from trace.kit.errors import BadRequest, Unavailable, problem_response

logger = logging.getLogger("suyuan")

PURPOSE = "Suyuan-Purpose"
"""The header in which a caller says why."""

MAX_PURPOSE = 500

MAX_REASON = 2000
"""As long as a reason may be; of a longer one, which is refused, the record keeps the beginning."""

WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

SECRET = frozenset({"token", "cursor", "nextPageToken"})
"""Parts of a path and parameters of a query whose values are not kept: who has them may use them."""

MASK = "..."

_CALL = "suyuan.audit.call"
_COVERED = "suyuan_audit_covered"
_ACTOR = "suyuan_audit_actor"


class AuditEntry(Base):
    """One call. ``key_id`` and ``role`` are empty for one who came without a key (by a link), ``party_id`` is a row's
    number; ``subject`` is what the call was about: the number of a case, the identifier of a batch.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject", "id"),
        Index("ix_audit_entries_key_id", "key_id", "id"),
        Index("ix_audit_entries_party_id", "party_id", "id"),
        Index("ix_audit_entries_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime]
    key_id: Mapped[int | None] = mapped_column(BigInteger)
    role: Mapped[str | None] = mapped_column(Text)
    party_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    purpose: Mapped[str | None] = mapped_column(Text)
    status: Mapped[int] = mapped_column(SmallInteger)


class NotOnRecord(Unavailable):
    """The call could not be put on record, so it is neither answered nor done."""


class PurposeTooLong(BadRequest):
    """More than an entry holds."""


Subject = Callable[[Mapping[str, Any], Mapping[str, str]], str | None]
"""What a call is about, from the named parts of its path and its query; None where they do not say."""


@dataclass(frozen=True, slots=True)
class _Covered:
    subject: Subject
    whole: bool


@dataclass(frozen=True, slots=True)
class _Actor:
    name: str
    party_id: int | None
    subject: str | None


@dataclass(slots=True)
class _Call:
    """What is known of the request so far."""

    principal: Principal | None = None
    needs_key: bool = False
    only_reads: bool = False
    deed: bool = False
    purpose: str | None = None
    reason: str | None = None
    kept: bool = False


def register(app: Flask, database: Database) -> None:
    """Keep the entries of `app` in `database`."""

    def keep_before_it_leaves(response: Response) -> Response:
        call = _call()
        if call.kept or not _is_on_record(call, response):
            return response
        try:
            with database.write() as session:
                _insert(session, call, response)
        except NotOnRecord as problem:
            response.close()
            return problem_response(problem)
        return response

    app.after_request(keep_before_it_leaves)


def cover(app: Flask, module: str, subject: Subject, whole: bool = False) -> None:
    """Say what calls of the views of `module` (a package or one within it, which then counts) are about.

    `whole`: its writes are on record, whoever makes them.
    """
    app.extensions.setdefault(_COVERED, {})[module] = _Covered(subject, whole)


def note_caller(principal: Principal | None, needs_key: bool) -> None:
    """Remember who calls. Raises PurposeTooLong (400), before anything is read or done."""
    call = _call()
    call.principal, call.needs_key = principal, needs_key
    if len(_purpose() or "") > MAX_PURPOSE:
        raise PurposeTooLong(f"Expected a {PURPOSE} of at most {MAX_PURPOSE} characters, got {len(_purpose() or '')}.")


def note_deed(principal: Principal) -> None:
    """Remember who did, in a call that began as nobody's, what is on record whoever does it: signing in."""
    _call().principal, _call().deed = principal, True


def note_purpose(purpose: str | None) -> None:
    """Remember what a person said he is here for; a header of the call itself comes first."""
    _call().purpose = purpose


def note_request(body: object, only_reads: bool) -> None:
    """Remember why a valid body says that it was sent (its `reason`), and whether the call only asks."""
    reason = getattr(body, "reason", None)
    _call().reason = reason if isinstance(reason, str) else None
    _call().only_reads = only_reads


def speak_for(session: Session, name: str, party_id: int | None, subject: str | None) -> None:
    """Say for whom one without a key acts in this transaction, and about what: for those who come by a link."""
    session.info[_ACTOR] = _Actor(name, party_id, subject)


def keep(session: Session, response: Response) -> None:
    """Add the entry of a write to its own transaction. Raises NotOnRecord."""
    call = _call()
    if _is_on_record(call, response):
        _insert(session, call, response)


def mark_kept() -> None:
    """The transaction of the write is committed, and its entry with it."""
    _call().kept = True


def _call() -> _Call:
    # not in `flask.g`: a test's application context outlives its requests
    found: _Call = request.environ.setdefault(_CALL, _Call())
    return found


def _is_on_record(call: _Call, response: Response) -> bool:
    if response.status_code >= 500:
        return False
    if call.deed:
        return True
    if call.principal is not None and call.needs_key and call.principal.role in OFFICIALS:
        return True
    covered = _covered()
    if covered is None or not covered.whole or request.method not in WRITING or call.only_reads:
        return False
    # whoever knocks without a key and is refused is nobody yet, and must not be able to fill the record
    return call.principal is not None or response.status_code < 400


def _covered() -> _Covered | None:
    view = current_app.view_functions.get(request.endpoint or "")
    covered: Mapping[str, _Covered] = current_app.extensions.get(_COVERED, {})
    if view is None:
        return None
    parts = view.__module__.split(".")
    names = (".".join(parts[:number]) for number in range(len(parts), 0, -1))
    return next((covered[name] for name in names if name in covered), None)


def _insert(session: Session, call: _Call, response: Response) -> None:
    actor: _Actor | None = session.info.get(_ACTOR)
    who = call.principal
    entry = {
        "at": datetime.now(UTC),
        "key_id": who.key_id if who else None,
        "role": who.role if who else None,
        "party_id": who.party_id if who else actor.party_id if actor else None,
        "name": who.name if who else actor.name if actor else "",
        "method": request.method,
        "path": mask(request.path),
        "query": _query(),
        "subject": _subject(response) or (actor.subject if actor else None),
        "purpose": _purpose() or call.reason or call.purpose,
        "status": response.status_code,
    }
    try:
        session.execute(AuditEntry.__table__.insert(), [entry])  # type: ignore[attr-defined]
        session.flush()
    except SQLAlchemyError as error:
        logger.error("a call could not be put on record", exc_info=error)
        raise NotOnRecord("This call could not be put on record. Nothing was done or told; try again.") from error


def secrets_of_path() -> list[str]:
    """Return the values of the path of this request that are not kept."""
    return [str(value) for name, value in (request.view_args or {}).items() if name in SECRET]


def mask(path: str) -> str:
    """Return what may be kept of the path of this request, or of an address that begins with it."""
    for secret in secrets_of_path():
        path = path.replace(secret, MASK)
    return path


def _query() -> str:
    pairs = [(name, MASK if name in SECRET else value) for name, value in request.args.items(multi=True)]
    return urlencode(pairs, quote_via=quote, safe="/:,|")


def _purpose() -> str | None:
    """What the header says; people write it in UTF-8, which a server hands on byte by byte."""
    sent = request.headers.get(PURPOSE)
    if sent is None:
        return None
    try:
        text = sent.encode("latin-1").decode()
    except UnicodeError:
        text = sent.encode(errors="replace").decode()
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip() or None


def _subject(response: Response) -> str | None:
    """What the path is about, or what was made: an opened case has its number from the answer alone."""
    covered = _covered()
    if covered is None:
        return None
    found = covered.subject(request.view_args or {}, request.args)
    made = response.headers.get("Location")
    if found is not None or made is None:
        return found
    try:
        _, parts = current_app.url_map.bind("").match(urlsplit(made).path, method="GET")
    except HTTPException:
        return None
    return covered.subject(parts, {})
