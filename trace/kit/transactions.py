"""One request is one transaction: the edge that views and the contract share."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial, wraps
from io import SEEK_END, IOBase
from typing import Any, Literal

from flask import Response, request
from pydantic import BaseModel
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from trace.kit import audit, idempotency, strict_json
from trace.kit.audit import WRITING
from trace.kit.auth import Principal, authenticate, require_role
from trace.kit.errors import UnsupportedMediaType
from trace.kit.web import MAX_BODY, current_database

DRAINED = 4
"""How many times the limit is read and thrown away before a body that is too large is answered."""

PIECE = 1 << 16
"""Bytes of a file that are sent at a time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers: `body` is a model, plain JSON values, text, bytes, an open file or None.

    A file is sent piece by piece from its beginning, after the transaction, and then closed.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def to_response(self) -> Response:
        """The same as an HTTP response; numbers are written exactly."""
        data = self.body
        if isinstance(data, BaseModel):
            data = data.model_dump(by_alias=True)
        if isinstance(data, IOBase):
            return self._send_file(data)
        if data is None:
            data = b""
        elif not isinstance(data, bytes | str):
            data = strict_json.dumps(data)
        response = Response(data, self.status, dict(self.headers), content_type=self.content_type)
        if not data:
            del response.headers["Content-Type"]
        return response

    def _send_file(self, file: Any) -> Response:
        length = file.seek(0, SEEK_END)
        file.seek(0)
        pieces = iter(lambda: file.read(PIECE), b"")
        response = Response(pieces, self.status, dict(self.headers), content_type=self.content_type)
        response.content_length = length
        response.call_on_close(file.close)
        return response


@dataclass(frozen=True, slots=True)
class RawCall:
    """A request whose body the operation reads by itself: its bytes, and the named parts of its path."""

    session: Session
    principal: Principal | None
    data: bytes
    path: Mapping[str, str]


def read_principal(roles: Collection[str] | None) -> Principal | None:
    """Who calls, in a short transaction of its own: bodies are read and checked before anything is locked.

    Raises NotAuthenticated (401) or Forbidden (403), and 400 for a purpose that is too long.
    """
    header = request.headers.get("Authorization")
    if header is None:
        require_role(None, roles)
        return None
    with current_database().read() as session:
        principal = authenticate(session, header)
    audit.note_caller(principal, roles is not None)
    require_role(principal, roles)
    return principal


def read_body(content_types: Collection[str], limit: int = MAX_BODY) -> bytes:
    """The bytes of the body. Raises UnsupportedMediaType (415) and, above `limit` bytes, 413."""
    if request.mimetype not in content_types:
        raise UnsupportedMediaType(
            f"Expected Content-Type {' or '.join(sorted(content_types))}, got {request.mimetype or 'none'}."
        )
    request.max_content_length = limit
    try:
        return request.get_data()
    except RequestEntityTooLarge:
        _drain(limit)
        raise


def _drain(limit: int) -> None:
    """Read on for a while: a client that is still sending would see a broken connection instead of the answer."""
    stream = request.input_stream
    left = min(request.content_length or 0, DRAINED * limit)
    while left > 0 and (read := len(stream.read(min(left, 1 << 16)))):
        left -= read


def in_transaction(
    principal: Principal | None,
    work: Callable[[Session], Answer],
    only_reads: bool = False,
    public: bool = False,
    once: idempotency.Request | Literal["as its header says"] | None = "as its header says",
    strict: bool = False,
    open_to_all: bool = False,
) -> Response:
    """Run `work` in the request's one transaction: a write for POST, PUT, PATCH, DELETE, else a read.

    A POST that `only_reads` is a read too; sent with an `Idempotency-Key`, its answer is kept as any other. `public`
    reads by `Database.public`, and its answer is never kept: what was true of a recall may not be any more.

    A firm reads behind PostgreSQL's row security; ``strict``: events too (`Database.read`). Not so what is
    ``open_to_all``: there a key adds nothing, and must take nothing away.

    What an answer of 400 and above has written is rolled back, as after an exception. A POST with an
    `Idempotency-Key`, or what ``once`` names instead (``None``: nothing), does its work once. A write that is to be on
    record is, in the same transaction. Call it outside any other transaction.
    """
    again = _repeatable(principal) if once == "as its header says" else once
    again = None if public else again
    if request.method not in WRITING or (only_reads and again is None):
        database = current_database()
        party = None if open_to_all else walled(principal)
        with database.public() if public else database.read(party, strict) as session:
            return work(session).to_response()
    with current_database().write() as session:
        if again is None:
            response = work(session).to_response()
        else:
            response = idempotency.answer_once(session, again, lambda: work(session).to_response())
        if response.status_code >= 400:  # an error that was answered instead of raised
            session.rollback()
            return response
        audit.keep(session, response)
    audit.mark_kept()
    return response


def walled(principal: Principal | None) -> int | None:
    """The firm behind whose wall is read (0: of none); ``None`` for officials, and for what everybody reads."""
    return None if principal is None or principal.role != "company" else principal.party_id or 0


def _repeatable(principal: Principal | None) -> idempotency.Request | None:
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method != "POST":
        return None
    return idempotency.Request(
        principal=" ".join([str(principal.key_id) if principal else "anonymous", *_digest_secrets()]),
        key=key,
        target=f"{request.method} {audit.mask(request.full_path.rstrip('?'))}",
        body=request.get_data(),
    )


def _digest_secrets() -> list[str]:
    """Who comes by a link shares keys with nobody else, and the link itself is neither stored nor told."""
    return [hashlib.sha256(secret.encode()).hexdigest() for secret in audit.secrets_of_path()]


def transaction(
    content_types: Collection[str] = (), roles: Collection[str] | None = None, limit: int = MAX_BODY
) -> Callable[[Callable[[RawCall], Answer]], Callable[..., Response]]:
    """Make a Flask view of `operation(call: RawCall) -> Answer` that reads bytes, not a declared body.

    Without `content_types` no body is read. A view that parses much does so before it takes the lock: let it
    call `read_principal`, `read_body` and `in_transaction` itself.
    """

    def decorate(operation: Callable[[RawCall], Answer]) -> Callable[..., Response]:
        @wraps(operation)
        def view(**path: str) -> Response:
            principal = read_principal(roles)
            data = read_body(content_types, limit) if content_types else b""
            call = partial(RawCall, principal=principal, data=data, path=path)
            return in_transaction(principal, lambda session: operation(call(session)), open_to_all=roles is None)

        return view

    return decorate
