"""The values of query parameters: texts of a URL or values of a JSON body, each read as what its parameter takes.

In a URL a list is written as the OpenAPI document of EPCIS 2.0 says (style pipeDelimited), `a|b`, or by repeating the
parameter. A comma parts words, which have none, and URIs where another one begins behind it; any other comma belongs
to the value. No URI may have a bare '|': a Digital Link writes it `%7C`, that is `%257C` inside a query.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from trace import cbv
from trace.epcis.names import Names
from trace.epcis.query_conditions import QueryParameterError
from trace.epcis.search_keys import NUMBER, TIME, search_key
from trace.epcis.timestamps import read_timestamp

T = TypeVar("T")

MAX_VALUES = 1_000
MAX_LENGTH = 2_000
MAX_COUNT = 2**31 - 1

_BARS = re.compile(r"\|")
_BARS_AND_COMMAS = re.compile(r"[|,]")
_BETWEEN_URIS = re.compile(r"\||,(?=urn:|https?://|ni:///)")
_DIGITS = re.compile(r"[0-9]{1,10}")
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as it came: ``values`` are scalars of JSON, or the texts of a URL. ``names`` reads its CURIEs."""

    name: str
    values: tuple[Any, ...]
    names: Names
    in_url: bool

    def wrong(self, expected: str, got: Any) -> QueryParameterError:
        """The error that says what was expected instead of ``got``."""
        shown = repr(got[:100]) if isinstance(got, str) else repr(got)[:100]
        return QueryParameterError(self.name, f"expected {expected}, got {shown}")


def one(parameter: Parameter) -> Any:
    """The only value."""
    if len(parameter.values) != 1:
        raise QueryParameterError(parameter.name, f"expected one value, got {len(parameter.values)}")
    return parameter.values[0]


def texts(parameter: Parameter) -> tuple[str, ...]:
    """Texts as they are, each once; numbers and booleans of JSON as JSON writes them."""
    return _list(parameter, _BARS, lambda value: _text(parameter, value))


def uris(parameter: Parameter, read: Callable[[str], str] = str) -> tuple[str, ...]:
    """URIs, each brought to its form by ``read``, whose ValueError says why one cannot be."""

    def read_one(value: Any) -> str:
        text = _text(parameter, value)
        try:
            return read(text)
        except ValueError as error:
            raise QueryParameterError(parameter.name, str(error).rstrip(".")) from error

    return _list(parameter, _BETWEEN_URIS, read_one)


def words(parameter: Parameter, vocabulary: cbv.Vocabulary) -> tuple[str, ...]:
    """Words of a vocabulary in any spelling as bare words; URIs of other vocabularies as written and in full."""

    def read_one(value: Any) -> tuple[str, ...]:
        return read_word(parameter, vocabulary, _text(parameter, value))

    found = _list(parameter, _BARS_AND_COMMAS, read_one)
    return tuple(dict.fromkeys(spelling for spellings in found for spelling in spellings))


def read_word(parameter: Parameter, vocabulary: cbv.Vocabulary, text: str) -> tuple[str, ...]:
    """The spellings by which events keep the word that ``text`` means."""
    known = vocabulary.spellings.get(text)
    if known is not None:
        return (known,)
    expanded = parameter.names.expand_curie(text)
    try:
        found = cbv.read_word(vocabulary, expanded)
    except cbv.UnknownWord as error:
        raise parameter.wrong(f"a {vocabulary.name} of CBV 2.0 or the URI of another", text) from error
    return (found,) if found in vocabulary.words else tuple(dict.fromkeys((text, expanded)))


def choices(parameter: Parameter, allowed: tuple[str, ...], read: Callable[[str], str] = str) -> tuple[str, ...]:
    """Words of a fixed list, or URIs; ``read`` brings a URI to a word of the list if it means one."""

    def read_one(value: Any) -> str:
        text = read(_text(parameter, value))
        if text not in allowed and ":" not in text:
            raise parameter.wrong("one of " + ", ".join(allowed), text)
        return text

    return _list(parameter, _BARS_AND_COMMAS, read_one)


def time(parameter: Parameter) -> datetime:
    """One time with its zone."""
    value = one(parameter)
    if not isinstance(value, str):
        raise parameter.wrong("a time like 2026-03-01T08:00:00+08:00", value)
    try:
        # a '+' that was not percent-encoded arrives as a blank, which no time has
        return read_timestamp(value.replace(" ", "+") if parameter.in_url else value)
    except ValueError as error:
        raise QueryParameterError(parameter.name, str(error)) from error


def numbers(parameter: Parameter) -> tuple[Decimal, ...]:
    """Exact numbers, each once."""
    return _list(parameter, _BARS_AND_COMMAS, lambda value: _number(parameter, value))


def number(parameter: Parameter) -> Decimal:
    """One exact number."""
    return _number(parameter, one(parameter))


def count(parameter: Parameter, least: int) -> int:
    """One whole number from ``least`` on."""
    value = one(parameter)
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not _DIGITS.fullmatch(text) or not least <= int(text) <= MAX_COUNT:
        raise parameter.wrong(f"a whole number from {least} to {MAX_COUNT}", value)
    return int(text)


def truth(parameter: Parameter) -> bool:
    """One boolean."""
    value = one(parameter)
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise parameter.wrong("true or false", value)


def is_asked(parameter: Parameter) -> bool:
    """Whether an EXISTS parameter asks for anything: its value says nothing unless it is false (or 0)."""
    return parameter.values[:1] not in ((False,), (0,)) and str(next(iter(parameter.values), "")).lower() not in (
        "false",
        "0",
    )


def keys(parameter: Parameter) -> tuple[str, ...]:
    """Search keys of any values."""
    return _list(parameter, _BARS, lambda value: search_key(_scalar(parameter, value)))


def bound(parameter: Parameter) -> str:
    """The search key of one number or time: what greater and less compare (EPCIS 2.0 §8.2.7.1, GT_fieldname)."""
    value = _scalar(parameter, one(parameter))
    found = search_key(value.replace(" ", "+") if parameter.in_url else value)
    if found[0] not in (NUMBER, TIME):
        raise parameter.wrong("a number or a time with its zone", value)
    return found


def _scalar(parameter: Parameter, value: Any) -> Any:
    if isinstance(value, (bool, int, Decimal)):
        return value
    return str(value) if isinstance(value, float) else _text(parameter, value)


def _list(parameter: Parameter, separator: re.Pattern[str], read: Callable[[Any], T]) -> tuple[T, ...]:
    """Read every value of a list, each once."""
    values = parameter.values
    if parameter.in_url:
        values = tuple(part for value in values for part in separator.split(value))
    if not values:
        raise QueryParameterError(parameter.name, "expected at least one value, got an empty list")
    if len(values) > MAX_VALUES:
        raise QueryParameterError(parameter.name, f"expected at most {MAX_VALUES} values, got {len(values)}")
    return tuple(dict.fromkeys(read(value) for value in values))


def _text(parameter: Parameter, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise parameter.wrong("a text", value)
    if len(value) > MAX_LENGTH:
        raise QueryParameterError(parameter.name, f"expected at most {MAX_LENGTH} characters, got {len(value)}")
    if "\0" in value:
        raise QueryParameterError(parameter.name, "expected text without U+0000")
    return value.strip()


def _number(parameter: Parameter, value: Any) -> Decimal:
    text = str(value).strip() if isinstance(value, (str, int, float, Decimal)) and not isinstance(value, bool) else ""
    if not _NUMBER.fullmatch(text):
        raise parameter.wrong("a number", value)
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise parameter.wrong("a number", value) from error
