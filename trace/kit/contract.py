"""Operations declared once: requests are validated by the declaration, and OpenAPI 3.1 is written from it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import pydantic
from flask import Blueprint, Flask, Response, request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from trace.kit import audit, openapi, strict_json
from trace.kit.auth import Principal
from trace.kit.errors import BadRequest, Invalid, field_errors
from trace.kit.transactions import Answer, in_transaction, read_body, read_principal
from trace.kit.uploads import Upload, read_upload
from trace.kit.web import MAX_BODY, json_response

JSON_TYPES = frozenset({"application/json"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One declared operation; `path` is in Flask's notation and relative to the prefix."""

    method: str
    path: str
    name: str
    summary: str
    description: str
    tag: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answers: Mapping[int, type[BaseModel] | None]
    roles: frozenset[str] | None
    limit: int
    only_reads: bool
    public: bool
    files: Collection[str]
    upload: Upload | None


@dataclass(frozen=True, slots=True)
class Call:
    """A valid request: `body` and `query` are instances of the declared models (or what an upload holds), or None."""

    session: Session
    principal: Principal | None
    body: Any
    query: Any
    path: Mapping[str, str]


Function = Callable[[Call], Answer]
F = TypeVar("F", bound=Function)

Part = tuple[Mapping[str, Any], Mapping[str, Any]]
"""Paths and component schemas of an OpenAPI document."""


class NotJson(BadRequest):
    """The body is not JSON, or not JSON that means one thing."""


class InvalidBody(Invalid):
    """The body is JSON, but some fields are wrong."""


class InvalidQuery(Invalid):
    """Parameters of the query are wrong."""


class Contract:
    """The operations below one prefix.

    >>> api = Contract("suyuan", prefix="/api/v1")
    >>> @api.operation("GET", "/parties/<code>", answers={200: PartyOut}, summary="A party", tag="parties")
    ... def get_party(call: Call) -> Answer: ...
    >>> api.register(app)

    `roles` None is for everybody; otherwise a key of one of the roles is needed. Each call runs in one
    transaction, a write for POST, PUT, PATCH and DELETE; a POST honours `Idempotency-Key`.
    """

    def __init__(self, name: str, prefix: str, title: str = "Suyuan", version: str = "1") -> None:
        self.prefix = prefix
        self.title = title
        self.version = version
        self.operations: list[Operation] = []
        self._blueprint = Blueprint(name, __name__, url_prefix=prefix)
        self._blueprint.add_url_rule("/openapi.json", "openapi", self._answer_openapi)
        self._document: dict[str, Any] | None = None
        self._included: list[Callable[[], Part]] = []

    def operation(
        self,
        method: str,
        path: str,
        *,
        answers: Mapping[int, type[BaseModel] | None],
        summary: str,
        tag: str,
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        roles: Collection[str] | None = None,
        limit: int = MAX_BODY,
        only_reads: bool = False,
        public: bool = False,
        files: Collection[str] = (),
        upload: Upload | None = None,
    ) -> Callable[[F], F]:
        """Declare the decorated function as an operation; the function itself is returned unchanged.

        `only_reads` says of a POST that it is a question whose words need a body, and locks nothing. `public`: it is
        asked by everybody, and reads by `Database.public`. `files` are media types in which it also answers 200.
        `upload` is a form's file instead of a body; what reads it, before the transaction, gives the call's body.
        """

        def declare(function: F) -> F:
            operation = Operation(
                method=method,
                path=path,
                name=function.__name__,
                summary=summary,
                description=(function.__doc__ or "").strip(),
                tag=tag,
                body=body,
                query=query,
                answers=dict(answers),
                roles=None if roles is None else frozenset(roles),
                limit=limit,
                only_reads=only_reads,
                public=public,
                files=tuple(files),
                upload=upload,
            )
            self.operations.append(operation)
            view = _view(operation, function)
            self._blueprint.add_url_rule(path, operation.name, view, methods=[method])
            return function

        return declare

    def register(self, app: Flask) -> None:
        """Serve the operations and `openapi.json`."""
        app.register_blueprint(self._blueprint)

    def include(self, part: Callable[[], Part]) -> None:
        """Show the paths and schemas of another interface in the same OpenAPI document; `part` is called for them."""
        self._included.append(part)
        self._document = None

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document as plain JSON values."""
        if self._document is None:
            document = openapi.document(self.title, self.version, self.prefix, self.operations)
            for part in self._included:
                paths, schemas = part()
                document["paths"].update(paths)
                document["components"]["schemas"].update(schemas)
            self._document = document
        return self._document

    def _answer_openapi(self) -> Response:
        return json_response(self.openapi())


def _view(operation: Operation, function: Function) -> Callable[..., Response]:
    @wraps(function)
    def view(**path: str) -> Response:
        principal = read_principal(operation.roles)
        query = _read_query(operation.query)
        body: Any = _read_json(operation) if operation.body else None
        if operation.upload:
            body = operation.upload.read(read_upload(operation.upload.field, operation.upload.limit))
        audit.note_request(body, operation.only_reads)

        def work(session: Session) -> Answer:
            answer = function(Call(session, principal, body, query, path))
            if answer.status not in operation.answers:
                raise RuntimeError(f"{operation.name} declares {set(operation.answers)}, gave {answer.status}")
            return answer

        open_to_all = operation.roles is None
        return in_transaction(principal, work, operation.only_reads, operation.public, open_to_all=open_to_all)

    return view


def _read_query(model: type[BaseModel] | None) -> BaseModel | None:
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise InvalidQuery.field("/" + repeated[0], f"Expected {repeated[0]!r} once, got it repeated.")
    values = request.args.to_dict()
    if model is None:
        return None
    try:
        return model.model_validate_strings(values, by_alias=True)
    except pydantic.ValidationError as error:
        raise InvalidQuery("The query is not valid.", errors=field_errors(error, values)) from error


def _read_json(operation: Operation) -> BaseModel:
    model = operation.body
    assert model is not None
    if not request.mimetype and not openapi.needs_body(model) and not request.get_data():
        return model()
    data = read_body(JSON_TYPES, operation.limit)
    try:
        value = strict_json.loads(data)
    except strict_json.StrictJsonError as error:
        raise NotJson(f"Cannot read the body as JSON: {error}.") from error
    return validate(model, value)


M = TypeVar("M", bound=BaseModel)


def validate(model: type[M], value: Any) -> M:
    """`value` (plain JSON values) as an instance of `model`. Raises InvalidBody (422) with pointers."""
    try:
        return model.model_validate(value)
    except pydantic.ValidationError as error:
        errors = field_errors(error, value)
        detail = errors[0].detail if len(errors) == 1 else f"{len(errors)} fields are wrong."
        raise InvalidBody(detail, errors=errors) from error
