"""Errors as named facts with a status, and the one handler that answers them as RFC 9457 problems."""

import logging
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pydantic
from flask import Flask, Response, current_app, request
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from trace.kit import strict_json

logger = logging.getLogger("suyuan")

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = 2


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: `pointer` is an RFC 6901 JSON pointer into the body, or a parameter's name."""

    pointer: str
    detail: str


class Problem(Exception):
    """A named fact that ends the request with its `status`.

    Give a fact a class of its own (`class BatchNotFound(NotFound)`): `type` and `title` come from its name
    unless set. `errors` lists wrong fields, `extra` further members of the answer, `headers` further headers.
    """

    status = 500
    title = ""
    type = ""

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def as_dict(self) -> dict[str, Any]:
        """The members of the problem document, in the order people read them."""
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(self).__name__)
        document: dict[str, Any] = {
            "type": self.type or "urn:suyuan:problem:" + words.lower().replace(" ", "-"),
            "title": self.title or words.capitalize(),
            "status": self.status,
        }
        if self.detail:
            document["detail"] = self.detail
        if self.errors:
            document["errors"] = [{"pointer": one.pointer, "detail": one.detail} for one in self.errors]
        return document | self.extra


class BadRequest(Problem):
    status = 400


class NotAuthenticated(Problem):
    status = 401

    def __init__(self, detail: str = "An API key is needed: `Authorization: Bearer <key>`.") -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="suyuan"'})


class Forbidden(Problem):
    status = 403


class NotFound(Problem):
    status = 404


class Conflict(Problem):
    status = 409


class TooLarge(Problem):
    status = 413


class UnsupportedMediaType(Problem):
    status = 415


class Invalid(Problem):
    status = 422

    @classmethod
    def field(cls, pointer: str, detail: str) -> "Invalid":
        """The problem of one wrong field."""
        return cls(detail, errors=[FieldError(pointer, detail)])


class Unavailable(Problem):
    """Trouble that passes: try again."""

    status = 503

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


class Unexpected(Problem):
    """A defect of the service; the client gets an id by which it is found in the log."""

    status = 500


class StandardError(Problem):
    """An error of HTTP itself (405, 414, …) as raised by the web library."""

    type = "about:blank"  # RFC 9457 4.2.1: the status code says it all

    def __init__(self, error: HTTPException) -> None:
        headers = {k: v for k, v in error.get_headers() if k.lower() not in ("content-type", "content-length")}
        super().__init__(error.description or "", headers=headers)
        self.status = error.code or 500
        self.title = HTTPStatus(self.status).phrase


def json_pointer(path: Sequence[str | int]) -> str:
    """RFC 6901: `("lines", 0, "gtin")` is `/lines/0/gtin`, and the whole document is the empty text."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def field_errors(error: pydantic.ValidationError, body: Any) -> list[FieldError]:
    """What pydantic found, with pointers into `body` and texts that say what came."""
    return [
        FieldError(json_pointer(_place(one["loc"], body)), _message(one)) for one in error.errors(include_url=False)
    ]


def _place(loc: Sequence[str | int], body: Any) -> list[str | int]:
    # pydantic names the members of a union among the fields; only what is in the body belongs in a pointer.
    path: list[str | int] = []
    value = body
    for number, part in enumerate(loc):
        if isinstance(value, dict) and isinstance(part, str) and part in value:
            value = value[part]
        elif isinstance(value, list | tuple) and isinstance(part, int) and 0 <= part < len(value):
            value = value[part]
        elif not (isinstance(value, dict) and number == len(loc) - 1):
            continue
        path.append(part)
    return path


def _message(error: Any) -> str:
    match error["type"]:
        case "value_error":
            return str(error["ctx"]["error"])
        case "missing":
            return "Expected this field, got nothing."
        case "extra_forbidden":
            return "No such field is known here."
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"Expected an object, got {shorten(error['input'])}."
        case _:
            message = error["msg"].removeprefix("Input should be ").removesuffix(".")
            return f"Expected {message}, got {shorten(error['input'])}."


def shorten(value: Any, limit: int = 60) -> str:
    """A value as people write it in JSON, cut to `limit` characters."""
    try:
        text = strict_json.dumps(value).decode()
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def as_problem(error: Exception) -> Problem:
    """The fact behind any exception; what is not foreseen is logged and becomes `Unexpected`."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return StandardError(error)
    if isinstance(error, PoolTimeout):
        return Unavailable("The database is busy. Try again in a moment.")
    if isinstance(error, DBAPIError):
        known = _database_problem(error)
        if known is not None:
            logger.warning("database: %s", error.orig)
            return known
    number = uuid.uuid4().hex
    logger.error("unexpected error %s", number, exc_info=error)
    return Unexpected(f"The service made a mistake; it is in the log under {number}.", extra={"id": number})


# PostgreSQL, appendix A: connection, resources, time limit, shutdown, lock not available, deadlock, serialisation.
_PASSING = ("08", "53", "57014", "57P0", "55P03", "40P01", "40001")
_SQLITE_PASSING = ("locked", "busy", "unable to open", "disk", "readonly database")


def _database_problem(error: DBAPIError) -> Problem | None:
    state = getattr(error.orig, "sqlstate", None)
    message = str(error.orig)
    if state == "42P01" or message.startswith("no such table"):
        return Unavailable("The database is not migrated: expected its tables, got none. Run `flask db upgrade`.")
    operational = isinstance(error, OperationalError)
    if state is not None:
        passing = state.startswith(_PASSING)
    elif type(error.orig).__module__ == "sqlite3":
        passing = operational and any(word in message for word in _SQLITE_PASSING)
    else:
        passing = operational  # psycopg: no answer from the server at all
    if error.connection_invalidated or passing:
        return Unavailable("The database is busy or out of reach. Nothing was stored; try again in a moment.")
    return None


ErrorPage = Callable[[Problem], Response | None]
"""Draws a problem for people, or returns None to leave it as JSON (an API path)."""

_PAGE = "suyuan_error_page"


def set_error_page(app: Flask, page: ErrorPage) -> None:
    """Use `page` for clients that prefer HTML; it may decline by path."""
    app.extensions[_PAGE] = page


ProblemWriter = Callable[[Problem], Response]
"""Writes a problem in the manner of one interface; status and headers are added to its answer."""

_WRITERS = "suyuan_problem_writers"


def set_problem_writer(app: Flask, prefix: str, writer: ProblemWriter) -> None:
    """Use `writer` for every problem at `prefix` and below it."""
    app.extensions.setdefault(_WRITERS, {})[prefix] = writer


def problem_response(problem: Problem) -> Response:
    """The answer for a problem: as the interface writes it, a page for browsers, else `application/problem+json`."""
    response: Response | None = None
    writers: Mapping[str, ProblemWriter] = current_app.extensions.get(_WRITERS, {})
    writer = next((writers[one] for one in writers if (request.path + "/").startswith(one + "/")), None)
    page: ErrorPage | None = current_app.extensions.get(_PAGE)
    wanted = request.accept_mimetypes.best_match([PROBLEM_JSON, "application/json", "text/html"])
    if writer is not None:
        response = writer(problem)
    elif page is not None and wanted == "text/html":
        response = page(problem)
    if response is None:
        response = Response(strict_json.dumps(problem.as_dict()), content_type=PROBLEM_JSON)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    if page is not None:
        response.vary.add("Accept")
    return response


def register_error_handler(app: Flask) -> None:
    """Answer every exception of `app` as a problem."""

    def handle(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
            return error  # a redirect, raised by the router
        return problem_response(as_problem(error))

    app.register_error_handler(Exception, handle)
