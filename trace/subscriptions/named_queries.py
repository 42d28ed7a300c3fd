"""Named queries: views on the events under a name, private to the firm that made them (EPCIS 2.0 §12.8)."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from trace.epcis.query_language import EventQuery, QueryParameterError, read_query
from trace.events.errors import (
    NoSuchNameException,
    QueryValidationException,
    ResourceAlreadyExistsException,
    ValidationException,
)
from trace.kit import strict_json
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import FieldError, Forbidden
from trace.models import NamedQuery
from trace.permissions import reporting_party

MAX_QUERIES = 1000
"""Of one firm."""
MAX_DEFINITION = 64 * 1024
"""Bytes of JSON."""

# What a path can hold without being encoded, and letters and digits of any script.
_NAME = re.compile(r"(?!\.{1,2}$)[\w.~-]{1,100}")


class TooManyQueries(Forbidden):
    """The firm has as many named queries as one may have."""


def create_named_query(
    session: Session, principal: Principal, body: Mapping[str, Any], context: Any, now: datetime
) -> NamedQuery:
    """Store the query of a body ``{"name": …, "query": {…}}`` under its name.

    Prefixes in it are read by the ``@context`` of the query or of the body, else by ``context``; what was read by is
    kept with it. Raises ValidationException or QueryValidationException (400), ResourceAlreadyExistsException (409)
    if the owner has a query of this name, and TooManyQueries.
    """
    name, definition = _read_body(body, context)
    lock_writes(session)
    mine = owned(principal)
    if session.scalar(select(NamedQuery.id).where(mine, NamedQuery.name == name)) is not None:
        raise ResourceAlreadyExistsException(f"A query {name} exists already.")
    if (session.scalar(select(func.count()).select_from(NamedQuery).where(mine)) or 0) >= MAX_QUERIES:
        raise TooManyQueries(f"Expected at most {MAX_QUERIES} named queries, got one more.")
    query = NamedQuery(
        owner_id=reporting_party(principal),
        name=name,
        definition=strict_json.dumps(definition).decode(),
        created_at=now,
    )
    session.add(query)
    session.flush()
    return query


def list_named_queries(
    session: Session, principal: Principal, limit: int, after: str | None = None
) -> Sequence[NamedQuery]:
    """Return up to ``limit`` of the key's own queries by name; ``after`` is the last one seen before."""
    query = select(NamedQuery).where(owned(principal)).order_by(NamedQuery.name).limit(limit)
    return session.scalars(query if after is None else query.where(NamedQuery.name > after)).all()


def find_named_query(session: Session, principal: Principal, name: str) -> NamedQuery:
    """Return one of the key's own queries. Raises NoSuchNameException (404)."""
    named = select(NamedQuery).where(owned(principal), NamedQuery.name == name)
    found = session.scalar(named) if _NAME.fullmatch(name) else None
    if found is None:
        raise NoSuchNameException(f"No query {name} is known.")
    return found


def delete_named_query(session: Session, principal: Principal, name: str) -> None:
    """Delete a query, and end its subscriptions. Raises NoSuchNameException (404)."""
    session.delete(find_named_query(session, principal, name))
    session.flush()


def event_query(query: NamedQuery) -> EventQuery:
    """What the query asks for."""
    return read_query(read_definition(query))


def read_definition(query: NamedQuery) -> dict[str, Any]:
    """The query's JSON object as it was given."""
    definition: dict[str, Any] = strict_json.loads(query.definition.encode())
    return definition


def write_named_query(query: NamedQuery) -> dict[str, Any]:
    """The query as it is answered."""
    return {"name": query.name, "query": read_definition(query)}


def owned(principal: Principal) -> ColumnElement[bool]:
    """The condition for queries of the key's own firm, for an operator those of operators."""
    party = reporting_party(principal)
    return NamedQuery.owner_id.is_(None) if party is None else NamedQuery.owner_id == party


def _read_body(body: Mapping[str, Any], context: Any) -> tuple[str, dict[str, Any]]:
    for member in body:
        if member not in ("name", "query", "@context"):
            raise _wrong(f"/{member}", f"Expected name, query and @context, got {member!r}.")
    name, definition = body.get("name"), body.get("query")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise _wrong("/name", "Expected a name of 1 to 100 letters, digits, and -._~.")
    if not isinstance(definition, Mapping):
        raise _wrong("/query", "Expected an object with the parameters of the query.")
    found = {**definition}
    if "@context" not in found and (body.get("@context") or context):
        found["@context"] = body.get("@context") or context
    size = len(strict_json.dumps(found))
    if size > MAX_DEFINITION:
        raise _wrong("/query", f"Expected a query of at most {MAX_DEFINITION} bytes, got {size}.")
    try:
        read_query(found)
    except QueryParameterError as error:
        raise QueryValidationException(
            str(error), errors=[FieldError(f"/query/{error.parameter}", error.detail)]
        ) from error
    return name, found


def _wrong(pointer: str, detail: str) -> ValidationException:
    return ValidationException(detail, errors=[FieldError(pointer, detail)])
