"""`Idempotency-Key`: a POST that is sent again is answered again, and its work is done once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response
from sqlalchemy import Integer, LargeBinary, Text, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from trace.kit import strict_json
from trace.kit.db import Base, BigKey, insert_ignore
from trace.kit.errors import BadRequest, Conflict, Invalid

MAX_KEY = 200

_UNFINISHED = 0
_KEPT_HEADERS = ("content-type", "location")


class IdempotencyKey(Base):
    """The answer to one request, written in the same transaction as the work of that request."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("principal", "key"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    principal: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    body_hash: Mapped[str] = mapped_column(Text)
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class IdempotencyKeyReused(Invalid):
    """The same key came with another request."""


@dataclass(frozen=True, slots=True)
class Request:
    """What makes two requests the same: the sender, target and bytes.

    The sender is a key's number or 'anonymous', with the digest of the link by which it comes.
    """

    principal: str
    key: str
    target: str
    body: bytes

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= MAX_KEY:
            raise BadRequest(f"Expected an Idempotency-Key of 1 to {MAX_KEY} characters, got {len(self.key)}.")

    @property
    def body_hash(self) -> str:
        """SHA-256 of the bytes as sent."""
        return hashlib.sha256(self.body).hexdigest()


def answer_once(session: Session, request: Request, work: Callable[[], Response]) -> Response:
    """Do `work` and keep its answer, or give the answer kept from the first time.

    Only successes (2xx, and 3xx of a form) are kept: after an error the client may correct itself and use the key
    again.
    A request that comes while the first one runs waits for its end, on the unique key or on SQLite's
    write lock. Raises IdempotencyKeyReused (422) if the key came with another target or body.
    """
    table = IdempotencyKey.__table__
    mine = (IdempotencyKey.principal == request.principal) & (IdempotencyKey.key == request.key)
    claim = {
        "principal": request.principal,
        "key": request.key,
        "target": request.target,
        "body_hash": request.body_hash,
        "status": _UNFINISHED,
        "headers": "[]",
        "body": b"",
        "created_at": datetime.now(UTC),
    }
    if not insert_ignore(session, table, [claim], ["principal", "key"]):
        kept = session.scalars(select(IdempotencyKey).where(mine)).one_or_none()
        if kept is None:  # the first one was rolled back between our two statements
            raise Conflict("The first request with this Idempotency-Key has just failed. Send it again.")
        return _replay(kept, request)
    response = work()
    if 200 <= response.status_code < 400:
        headers = [pair for pair in response.headers.to_wsgi_list() if pair[0].lower() in _KEPT_HEADERS]
        session.execute(
            update(IdempotencyKey)
            .where(mine)
            .values(
                status=response.status_code,
                headers=strict_json.dumps(headers).decode(),
                body=response.get_data(),
            )
        )
    else:
        session.execute(delete(IdempotencyKey).where(mine))
    return response


def _replay(kept: IdempotencyKey, request: Request) -> Response:
    if (kept.target, kept.body_hash) != (request.target, request.body_hash):
        raise IdempotencyKeyReused(
            f"Expected the request that first came with Idempotency-Key {request.key!r} ({kept.target}), "
            "got another path or body."
        )
    response = Response(kept.body, kept.status)
    response.headers.update(strict_json.loads(kept.headers.encode()))
    response.headers["Idempotency-Replayed"] = "true"
    return response
