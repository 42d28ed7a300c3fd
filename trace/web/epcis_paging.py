"""Lists of EPCIS page by page (EPCIS 2.0 §12.6): `perPage`, signed `nextPageToken`s that expire, `Link: …`."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from flask import request

from trace.events.errors import QueryParameterException
from trace.kit.auth import Principal
from trace.kit.errors import FieldError, Invalid, json_pointer
from trace.kit.openapi import path_template
from trace.kit.paging import make_cursor, read_cursor
from trace.kit.web import current_settings

PER_PAGE = 30
MAX_PER_PAGE = 1_000
PAGING = ("perPage", "nextPageToken")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EpcisPage:
    """Which part of a list is asked for: at most `limit` entries, after the position of a token (None at first)."""

    limit: int
    after: list[Any] | None


def read_page(principal: Principal) -> EpcisPage:
    """The page that this request asks for.

    More than 1,000 a page are not given, whatever is asked. Raises QueryParameterException (400) for what is no
    number from 1 up, and for a token that expired or was not given for this list and this firm.
    """
    text = _single("perPage")
    limit = PER_PAGE if text is None else int(text) if re.fullmatch("[0-9]{1,9}", text) else 0
    if limit < 1:
        raise parameter_problem("perPage", f"expected a number from 1 up, got {text!r}")
    token = _single("nextPageToken")
    return EpcisPage(min(limit, MAX_PER_PAGE), None if token is None else _read_token(principal, token))


def next_page(principal: Principal, page: EpcisPage, position: Sequence[Any] | None) -> dict[str, str]:
    """The headers that lead to the next page; none after the last (`position` None).

    `position` is what the operation needs to go on: JSON values, without row numbers or counts.
    """
    if position is None:
        return {}
    settings = current_settings()
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=settings.next_page_token_seconds)
    token = make_cursor(settings.secret_key, _scope(principal), [int(expires.timestamp()), *position])
    query = urlencode([*filters(), ("perPage", page.limit), ("nextPageToken", token)])
    return {
        "Link": f'<{_path()}?{query}>; rel="next"',
        "GS1-Next-Page-Token-Expires": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def parameter_problem(name: str, detail: str) -> QueryParameterException:
    """What is wrong with a parameter of the query, as a problem that names it."""
    return QueryParameterException(f"{name}: {detail}.", errors=[FieldError(json_pointer([name]), detail)])


def cut_page(
    principal: Principal, page: EpcisPage, found: Sequence[T], position_of: Callable[[T], Sequence[Any]]
) -> tuple[Sequence[T], dict[str, str]]:
    """The entries of the page, of up to one more that were found, and the headers that lead to the next page."""
    shown = found[: page.limit]
    return shown, next_page(principal, page, position_of(shown[-1]) if len(found) > page.limit else None)


def filters() -> Iterator[tuple[str, str]]:
    """The parameters of the query but those that page."""
    return ((name, value) for name, value in request.args.items(multi=True) if name not in PAGING)


def _path() -> str:
    """The path of this request, percent-encoded: a value in it may be a URI, whose slashes stay within its segment."""
    assert request.url_rule is not None
    template, _ = path_template(request.url_rule.rule)
    return template.format(**{name: quote(value, safe="") for name, value in (request.view_args or {}).items()})


def _read_token(principal: Principal, token: str) -> list[Any]:
    try:
        expires, *position = read_cursor(current_settings().secret_key, _scope(principal), token)
    except (Invalid, ValueError) as error:
        detail = 'expected the token of a rel="next" link of this list, with the same query, got another'
        raise parameter_problem("nextPageToken", detail) from error
    if expires <= datetime.now(UTC).timestamp():
        raise parameter_problem("nextPageToken", "expected a token that has not expired; begin with the first page")
    return position


def _single(name: str) -> str | None:
    values = request.args.getlist(name)
    if len(values) > 1:
        raise parameter_problem(name, f"expected it once, got it {len(values)} times")
    return values[0] if values else None


def _scope(principal: Principal) -> str:
    """A token is good for the same list with the same filters and for the same firm; perPage may change on the way."""
    return f"epcis {principal.role} {principal.party_id} {request.path}?{urlencode(sorted(filters()))}"
