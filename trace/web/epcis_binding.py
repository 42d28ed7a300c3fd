"""The REST binding of EPCIS 2.0 (§12): what all operations below `/epcis` share, and how each is declared."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from trace.epcis.xml_answers import object_xml
from trace.events.errors import CaptureLimitExceededException
from trace.kit.auth import Principal
from trace.kit.transactions import Answer, RawCall, in_transaction, read_body, read_principal
from trace.kit.web import MAX_BODY
from trace.reports import EXTENSIONS
from trace.web import epcis_problems
from trace.web.epcis_headers import MEDIA_TYPES, VERSION, Wishes, read_wishes, write_extensions

PREFIX = "/epcis"
READERS = frozenset({"company", "regulator", "admin"})
WRITERS = frozenset({"company", "admin"})
VENDOR_VERSION = "1"

VERSIONS = {"GS1-EPCIS-Version": VERSION, "GS1-CBV-Version": VERSION}


@dataclass(frozen=True, slots=True)
class Body:
    """A body that an operation takes, with its limit in bytes; `schema` describes its JSON form.

    `read` gets the bytes and the media type before anything is locked; what it returns is `EpcisCall.body`. `headers`
    go with the answer that it is too large.
    """

    media_types: Collection[str]
    read: Callable[[bytes, str], Any]
    schema: Mapping[str, Any]
    limit: int = MAX_BODY
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EpcisCall(RawCall):
    """A request to answer: beside the raw call what the client wishes, and the body as its reader gave it."""

    principal: Principal
    wishes: Wishes
    body: Any


Function = Callable[[EpcisCall], Answer]
F = TypeVar("F", bound=Function)


@dataclass(frozen=True, slots=True)
class Operation:
    """One declared operation; `path` is in Flask's notation and relative to `/epcis`.

    `answers` has the JSON schema of each good status, `problems` what else can go wrong than the usual; `parameters`
    are OpenAPI parameters, `headers` schemas of headers that only this operation reads.
    `media_types` are those of the answer, none where it has no body; `oldest` is the oldest version it takes.
    """

    method: str
    path: str
    name: str
    summary: str
    description: str
    answers: Mapping[int, Mapping[str, Any] | None]
    roles: Collection[str] | None
    media_types: Sequence[str]
    parameters: Sequence[Mapping[str, Any]]
    headers: Mapping[str, Mapping[str, Any]]
    problems: Collection[int]
    body: Body | None
    oldest: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """What `OPTIONS` of a path tells beside the usual: more headers; `exists` raises where the path has no resource."""

    headers: Mapping[str, str] = field(default_factory=dict)
    exists: Callable[[EpcisCall], object] | None = None


class Binding:
    """The operations below `/epcis`.

    >>> epcis = Binding()
    >>> @epcis.operation("GET", "/capture/<number>", answers={200: JOB}, summary="What became of a document")
    ... def get_capture_job(call: EpcisCall) -> Answer: ...
    >>> epcis.register(app)

    Every path gets its `OPTIONS` by itself; `discovery` adds what is particular to one. Each call runs in one
    transaction, a write for POST and DELETE; a POST honours `Idempotency-Key`.
    """

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._functions: dict[str, Function] = {}
        self._discoveries: dict[str, Discovery] = {}

    def operation(
        self,
        method: str,
        path: str,
        *,
        answers: Mapping[int, Mapping[str, Any] | None],
        summary: str,
        name: str | None = None,
        roles: Collection[str] | None = READERS,
        media_types: Sequence[str] = MEDIA_TYPES,
        parameters: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, Mapping[str, Any]] | None = None,
        problems: Collection[int] = (),
        body: Body | None = None,
        oldest: str = VERSION,
    ) -> Callable[[F], F]:
        """Declare the decorated function as an operation; the function itself is returned unchanged."""

        def declare(function: F) -> F:
            operation = Operation(
                method=method,
                path=path,
                name=name or function.__name__,
                summary=summary,
                description=(function.__doc__ or "").strip(),
                answers=answers,
                roles=roles,
                media_types=media_types,
                parameters=parameters,
                headers=headers or {},
                problems=problems,
                body=body,
                oldest=oldest,
            )
            self.operations.append(operation)
            self._functions[operation.name] = function
            return function

        return declare

    def discovery(
        self, path: str, headers: Mapping[str, str] | None = None, exists: Callable[[EpcisCall], object] | None = None
    ) -> None:
        """Say more in the `OPTIONS` of a path; `exists` raises 404 for a path whose resource is not there."""
        self._discoveries[path] = Discovery(headers or {}, exists)

    def paths(self) -> dict[str, list[Operation]]:
        """The declared operations by path."""
        found: dict[str, list[Operation]] = {}
        for one in self.operations:
            found.setdefault(one.path, []).append(one)
        return found

    def register(self, app: Flask) -> None:
        """Serve the operations, and the `OPTIONS` of their paths."""
        epcis_problems.register(app, PREFIX)
        for path, operations in self.paths().items():
            for one in operations:
                view = _view(one, self._functions[one.name])
                app.add_url_rule(
                    PREFIX + path, f"epcis.{one.name}", view, methods=[one.method], provide_automatic_options=False
                )
            view = _options(operations, self._discoveries.get(path, Discovery()))
            name = "epcis.options " + path
            app.add_url_rule(PREFIX + path, name, view, methods=["OPTIONS"], provide_automatic_options=False)


epcis = Binding()
"""The one binding of `/epcis`."""


def answer_plain(
    call: EpcisCall, element: str, value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """Answer with an object that is no EPCIS document: as JSON, or as an XML element of that name."""
    body = object_xml(element, value) if call.wishes.xml else value
    return Answer(status, body, headers or {}, call.wishes.media_type)


def _view(operation: Operation, function: Function) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        principal = read_principal(operation.roles) or ANYBODY
        wishes = read_wishes(request.headers, operation.media_types, operation.oldest)
        data = b"" if operation.body is None else _read_bytes(operation.body)
        body = None if operation.body is None else operation.body.read(data, request.mimetype)

        def work(call: EpcisCall) -> Answer:
            answer = function(call)
            if answer.status not in operation.answers:
                raise RuntimeError(f"{operation.name} declares {set(operation.answers)}, gave {answer.status}")
            return answer

        response = in_transaction(
            principal, lambda session: work(EpcisCall(session, principal, data, path, wishes, body)), strict=True
        )
        return _with_headers(response, wishes)

    return view


ANYBODY = Principal("company", 0, 0, "")
"""Who asks without a key, where none is needed: no firm has this number."""


def _read_bytes(body: Body) -> bytes:
    try:
        return read_body(body.media_types, body.limit)
    except RequestEntityTooLarge as error:
        detail = f"Expected at most {body.limit} bytes, got more."
        raise CaptureLimitExceededException(detail, headers=body.headers) from error


def _with_headers(response: Response, wishes: Wishes) -> Response:
    for name, value in VERSIONS.items():
        response.headers.setdefault(name, value)
    if wishes.extensions:
        response.headers["GS1-Extensions"] = write_extensions(wishes.extensions)
    response.vary.update(("Accept", "Authorization"))
    return response


def _options(operations: Sequence[Operation], discovery: Discovery) -> Callable[..., Response]:
    methods = [one.method for one in operations]
    oldest = min(one.oldest for one in operations)
    open_to_all = any(one.roles is None for one in operations)
    roles = None if open_to_all else {role for one in operations for role in one.roles or ()}
    headers = {
        "Allow": ", ".join(["OPTIONS", *methods, *(["HEAD"] if "GET" in methods else [])]),
        "GS1-EPCIS-Min": oldest,
        "GS1-EPCIS-Max": VERSION,
        "GS1-CBV-Min": oldest,
        "GS1-CBV-Max": VERSION,
        "GS1-EPC-Format": "No_Preference",  # any of them is taken
        "GS1-CBV-XML-Format": "No_Preference",
        "GS1-Extensions": write_extensions(EXTENSIONS),
        "GS1-Vendor-Version": VENDOR_VERSION,
        **discovery.headers,
    }

    def options(**path: str) -> Response:
        principal = read_principal(roles) or ANYBODY
        wishes = read_wishes(request.headers, (), oldest)

        def work(call: EpcisCall) -> Answer:
            if discovery.exists is not None:
                discovery.exists(call)
            return Answer(204, None, headers)

        response = in_transaction(
            principal, lambda session: work(EpcisCall(session, principal, b"", path, wishes, None)), strict=True
        )
        return _with_headers(response, wishes)

    return options
