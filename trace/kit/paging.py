"""Lists page by page: `?limit=&cursor=` with signed keyset cursors and a `next` link; never offsets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from flask import request
from itsdangerous import BadData, URLSafeSerializer
from pydantic import AfterValidator, WithJsonSchema

from trace.kit.errors import Invalid
from trace.kit.fields import InputModel, WholeNumber
from trace.kit.web import current_settings

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000

T = TypeVar("T")


class CursorRefused(Invalid):
    """The cursor was not made by this service for this list."""


def _check_limit(limit: int) -> int:
    if not 1 <= limit <= MAX_LIMIT:
        raise ValueError(f"Expected a limit from 1 to {MAX_LIMIT}, got {limit}.")
    return limit


Limit = Annotated[
    WholeNumber,
    AfterValidator(_check_limit),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}),
]


class PageQuery(InputModel):
    """The query of a list; lists with filters add fields to it."""

    limit: Limit = DEFAULT_LIMIT
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for.

    `after` is the key of the last row of the page before (None for the first page), the same values in the
    same order as the list is sorted by. Select `limit + 1` rows with `tuple_(*columns) > after`.
    """

    limit: int = DEFAULT_LIMIT
    after: tuple[Any, ...] | None = None


def read_page(query: PageQuery) -> Page:
    """The page that this request asks for. Raises CursorRefused for a foreign or damaged cursor."""
    if query.cursor is None:
        return Page(query.limit)
    return Page(query.limit, read_cursor(current_settings().secret_key, _scope(), query.cursor))


def cut(rows: Sequence[T], page: Page, key: Callable[[T], Sequence[Any]]) -> tuple[Sequence[T], str | None]:
    """The rows of the page, and the link to the next page (None on the last), from up to `limit + 1` rows."""
    if len(rows) <= page.limit:
        return rows, None
    shown = rows[: page.limit]
    return shown, link_to_next(page, key(shown[-1]))


def link_to_next(page: Page, key: Sequence[Any]) -> str:
    """The link to the page after the row with this key."""
    cursor = make_cursor(current_settings().secret_key, _scope(), key)
    return f"{request.path}?{urlencode([*_filters(), ('limit', page.limit), ('cursor', cursor)])}"


def make_cursor(secret: str, scope: str, key: Sequence[Any]) -> str:
    """A signed cursor; `key` holds JSON values, `scope` names the list with its filters."""
    cursor = URLSafeSerializer(secret, salt="cursor " + scope).dumps(list(key))
    return cursor if isinstance(cursor, str) else cursor.decode()


def read_cursor(secret: str, scope: str, cursor: str) -> tuple[Any, ...]:
    """The key inside a cursor. Raises CursorRefused unless it was made for `scope` with `secret`."""
    try:
        return tuple(URLSafeSerializer(secret, salt="cursor " + scope).loads(cursor))
    except BadData as error:
        raise CursorRefused.field("/cursor", "Expected the cursor of a `next` link of this list.") from error


def _filters() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.args.items(multi=True) if name not in ("limit", "cursor")]


def _scope() -> str:
    # A cursor is good for the same list with the same filters only; the limit may change on the way.
    return f"{request.path}?{urlencode(sorted(_filters()))}"
