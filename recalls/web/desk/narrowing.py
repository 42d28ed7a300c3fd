"""Lists that are narrowed by links: what an address asks for, and the links that change one part of it."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from flask import request

from trace.kit.errors import BadRequest, FieldError
from trace.kit.fields import parse_timestamp

PASSING = frozenset({"cursor", "page", "done"})
"""Parameters that belong to one page of a list, not to what it is narrowed to."""

MOST_CHARACTERS = 200

_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", re.ASCII)


class Choice(NamedTuple):
    """A value to choose, or the chosen one, whose link takes it away; ``rows`` is how many rows have it."""

    text: str
    link: str
    chosen: bool
    rows: int | None = None


class NarrowingRefused(BadRequest):
    """An address that narrows a list to what there is not."""


def link_with(**changes: object) -> str:
    """The address of this page with some parameters changed; `None` takes one away."""
    kept = {name: text for name, text in request.args.items() if text and name not in PASSING and name not in changes}
    given = {name: str(value) for name, value in changes.items() if value is not None}
    query = urlencode({**kept, **given})
    return f"{request.path}?{query}" if query else request.path


def choices(
    name: str, options: Iterable[tuple[str, str] | tuple[str, str, int]], without: Collection[str] = ()
) -> list[Choice]:
    """What a parameter can be: (value, words), or with how many rows have it; a choice drops those in ``without``."""
    asked, dropped = request.args.get(name, ""), dict.fromkeys(without)
    return [
        Choice(
            words,
            link_with(**dropped, **{name: None if value == asked else value}),
            value == asked,
            more[0] if more else None,
        )
        for value, words, *more in options
    ]


def read_choice(args: Mapping[str, str], name: str, known: Collection[str]) -> str | None:
    """The value of a parameter, `None` where it is not given. Raises NarrowingRefused (400) for any other."""
    text = args.get(name, "")
    if not text:
        return None
    if text not in known:
        detail = f"Expected one of {', '.join(sorted(known))}, got {text[:40]!r}."
        raise NarrowingRefused(detail, errors=[FieldError("/" + name, detail)])
    return text


def read_text(args: Mapping[str, str], name: str = "q") -> str:
    """What is searched for. Raises NarrowingRefused (400) for more than a name can be."""
    text = " ".join(args.get(name, "").split())
    if len(text) > MOST_CHARACTERS:
        detail = f"Expected at most {MOST_CHARACTERS} characters, got {len(text)}."
        raise NarrowingRefused(detail, errors=[FieldError("/" + name, detail)])
    return text


def read_local_moment(text: str) -> datetime:
    """A moment as a field of a page gives it: without a zone it is of Beijing's clock. Raises ValueError."""
    if _LOCAL.fullmatch(text):
        text += ("" if text.count(":") == 2 else ":00") + "+08:00"
    return parse_timestamp(text)


def read_page_number(args: Mapping[str, str], most: int = 100_000) -> int:
    """Which page of a table is asked for, from 1. Raises NarrowingRefused (400)."""
    text = args.get("page", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        detail = f"Expected a page from 1 to {most}, got {text[:40]!r}."
        raise NarrowingRefused(detail, errors=[FieldError("/page", detail)])
    return int(text)
