"""In front of Flask: what was answered a moment ago is answered again, byte by byte, as long as nothing changed.

A view says of its answer that it may be repeated (`remember`): to the same request (the same address, and the same
headers of those that it names in `Vary`), for a few seconds, and only while a stamp is the same that tells of changes
which must not wait. The stamp is asked for once a second; where it cannot be read, nothing is repeated and the view is
asked: it says itself what it cannot tell. What is asked most has a shortcut, which answers without Flask.
"""

import hashlib
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from trace.kit.errors import Problem

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STAMP_SECONDS = 1.0
"""So often a process asks whether something changed."""

LATEST = 2 * STAMP_SECONDS
"""A stamp of this age is used no more, however slow the next one comes."""

MOST_BYTES = 32 * 1024 * 1024
"""What one process remembers; then it forgets everything."""

LARGEST = 64 * 1024
"""A longer answer is not remembered."""

_WHOLE = frozenset({"200", "300", "301", "302", "303", "307", "308"})
"""Statuses of answers that are good for everybody who asks the same; not 304, which is for one who has it already."""

_MARK = "suyuan.remember"

Headers = list[tuple[str, str]]
ReadStamp = Callable[[], Hashable]
Plain = tuple[Headers, bytes]
Shortcut = Callable[[Mapping[str, Any]], Plain | None]
"""From WSGI's environment of a GET the headers and body of the answer 200 that Flask would give, or None: ask Flask."""


def remember() -> None:
    """Say, while answering a request, that the answer may be repeated to the same question for a moment.

    Only where it says nothing of who asks, beyond what its `Vary` names.
    """
    request.environ[_MARK] = True


def register(
    app: Flask, seconds: float, read_stamp: ReadStamp, shortcuts: Mapping[str, Shortcut] = MappingProxyType({})
) -> None:
    """Repeat answers of ``app`` for so many ``seconds`` (0: never) while ``read_stamp()`` gives the same.

    ``shortcuts`` are by path; their answers may be repeated too.
    """
    if seconds:
        app.wsgi_app = Front(app.wsgi_app, seconds, Stamp(read_stamp), shortcuts)  # type: ignore[method-assign]


class Unknown(Exception):
    """The stamp cannot be read now."""


class Stamp:
    """The latest stamp, asked for by one thread at a time; the others go on with the one before."""

    def __init__(self, read: ReadStamp) -> None:
        self._read = read
        self._asking = threading.Lock()
        self._asked = self._known_at = float("-inf")
        self._value: Hashable = None

    def get(self, now: float) -> Hashable:
        """Return a stamp of at most `LATEST` seconds. Raises Unknown."""
        if now - self._asked >= STAMP_SECONDS and self._asking.acquire(blocking=False):
            try:
                self._asked = now
                self._value, self._known_at = self._read(), now
            except SQLAlchemyError as error:
                self._known_at = float("-inf")
                raise Unknown from error
            finally:
                self._asking.release()
        if now - self._known_at >= LATEST:
            raise Unknown
        return self._value


@dataclass(frozen=True, slots=True)
class _Kept:
    status: str
    headers: Headers
    body: bytes
    tag: str | None
    """None for a redirect: what it says stands in its headers, so a tag of its body would be one for all."""
    stamp: Hashable
    since: float


@dataclass(frozen=True, slots=True)
class _Variants:
    """The answers to one address: by the values of the headers that they depend on."""

    names: tuple[str, ...]
    answers: dict[tuple[str | None, ...], _Kept]


class Front:
    """The WSGI application that stands before another."""

    def __init__(self, app: "WSGIApplication", seconds: float, stamp: Stamp, shortcuts: Mapping[str, Shortcut]) -> None:
        self._app = app
        self._shortcuts = shortcuts
        self._seconds = seconds
        self._stamp = stamp
        self._kept: dict[str, _Variants] = {}
        self._size = 0
        self._storing = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in environ:
            return self._app(environ, start_response)
        now = monotonic()
        try:
            stamp = self._stamp.get(now)
        except Unknown:
            return self._app(environ, start_response)
        sent = environ.get("RAW_URI") or f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        target = f"{environ.get('SCRIPT_NAME', '')} {sent}"  # which part of an address is a prefix decides who answers
        variants = self._kept.get(target)
        if variants is not None:
            kept = variants.answers.get(tuple([environ.get(name) for name in variants.names]))
            if kept is not None and kept.stamp == stamp and now - kept.since < self._seconds:
                return _answer(kept, now, method, environ.get("HTTP_IF_NONE_MATCH"), start_response)
        plain = self._answer_plainly(environ)
        if plain is not None:
            return self._send(environ, start_response, target, _keep("200 OK", *plain, stamp, now))
        return self._ask(environ, start_response, target, stamp, now)

    def _answer_plainly(self, environ: "WSGIEnvironment") -> Plain | None:
        shortcut = self._shortcuts.get(environ["PATH_INFO"])
        try:
            return None if shortcut is None else shortcut(environ)
        except (Problem, SQLAlchemyError):
            return None  # Flask says it, as it says every problem

    def _ask(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", target: str, stamp: Hashable, now: float
    ) -> Iterable[bytes]:
        begun: list[Any] = []

        def begin(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            begun[:] = (status, headers, exc_info)
            return _refuse_write

        parts = self._app(environ, begin)
        status, headers, exc_info = begun
        told = environ["REQUEST_METHOD"] == "GET" and _MARK in environ and status[:3] in _WHOLE
        if not told or any(name == "Set-Cookie" for name, _ in headers):
            start_response(status, headers, exc_info)
            return parts
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return self._send(environ, start_response, target, _keep(status, headers, body, stamp, now))

    def _send(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", target: str, kept: _Kept
    ) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method == "GET" and len(kept.body) <= LARGEST:
            self._store(target, environ, kept)
        return _answer(kept, kept.since, method, environ.get("HTTP_IF_NONE_MATCH"), start_response)

    def _store(self, target: str, environ: "WSGIEnvironment", kept: _Kept) -> None:
        names = _varying(kept.headers)
        values = tuple([environ.get(name) for name in names])
        texts = (target, *(value or "" for value in values), *(value for _, value in kept.headers))
        size = len(kept.body) + sum(len(text) for text in texts) + 1000
        with self._storing:
            if self._size + size > MOST_BYTES:
                self._kept, self._size = {}, 0
            variants = self._kept.get(target)
            if variants is None or variants.names != names:
                variants = self._kept[target] = _Variants(names, {})
            variants.answers[values] = kept
            self._size += size


def _keep(status: str, headers: Headers, body: bytes, stamp: Hashable, now: float) -> _Kept:
    tag = next((value for name, value in headers if name == "ETag"), None)
    if tag is None and status[:3] == "200":
        tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        headers = [*headers, ("ETag", tag)]
    return _Kept(status, headers, body, tag, stamp, now)


def _answer(
    kept: _Kept, now: float, method: str, wanted: str | None, start_response: "StartResponse"
) -> Iterable[bytes]:
    age = int(now - kept.since)
    headers = [*kept.headers, ("Age", str(age))] if age else kept.headers
    if wanted is not None and kept.tag is not None and kept.status[:3] == "200" and _matches(wanted, kept.tag):
        start_response("304 NOT MODIFIED", [one for one in headers if one[0] not in _OF_THE_BODY])
        return ()
    start_response(kept.status, headers)
    return () if method == "HEAD" else (kept.body,)


_OF_THE_BODY = frozenset({"Content-Type", "Content-Length"})


def _matches(wanted: str, tag: str) -> bool:
    """RFC 9110 13.1.2: compared weakly."""
    return wanted.strip() == "*" or tag.removeprefix("W/") in [
        one.strip().removeprefix("W/") for one in wanted.split(",")
    ]


def _varying(headers: Headers) -> tuple[str, ...]:
    """The names in WSGI's environment of the headers that an answer depends on."""
    named = {part.strip() for name, value in headers if name == "Vary" for part in value.split(",")}
    return tuple(sorted("HTTP_" + name.upper().replace("-", "_") for name in named if name))


def _refuse_write(_data: bytes) -> object:
    raise RuntimeError("Expected an answer that is returned, got one that is written.")
