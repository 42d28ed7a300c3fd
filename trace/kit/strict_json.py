"""JSON that means one thing: exact numbers, no repeated keys, bounded depth (RFC 8259, I-JSON RFC 7493)."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

MAX_DEPTH = 20
_MAX_MAGNITUDE = 400  # 10**±400: beyond every physical figure, and short when written without exponent
_INT64_DIGITS = 18  # longer whole numbers become Decimal, since fast encoders stop at 64 bits
_BOM = b"\xef\xbb\xbf"

_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_BRACKETED_STRING = re.compile(rb'"[^"]*"')
_SUSPICIOUS_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_TO_SQUARE = bytes.maketrans(b"{}", b"[]")
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))


class StrictJsonError(ValueError):
    """The bytes are not JSON as this service reads it; `detail` says what was found."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def loads(data: bytes, max_depth: int = MAX_DEPTH) -> Any:
    """Read one JSON value from UTF-8 bytes (a byte order mark is allowed).

    Fractions and exponents come back as exact `Decimal`, whole numbers as `int` (above 18 digits `Decimal`).
    Raises StrictJsonError for anything not JSON, for repeated keys, NaN and Infinity, more than `max_depth`
    levels of nesting, lone surrogates and U+0000 (which no database keeps as text).
    """
    if _depth_exceeds(data, max_depth):
        raise StrictJsonError(f"expected at most {max_depth} levels of nesting, got more")
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise StrictJsonError(f"expected UTF-8, got byte 0x{data[error.start]:02x} ({error.reason})") from error
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise StrictJsonError(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:  # unreachable while the depth is checked first; kept as the second fence
        raise StrictJsonError(f"expected at most {max_depth} levels of nesting, got more") from error
    if _SUSPICIOUS_ESCAPE.search(text):
        _refuse_unstorable_text(value)
    return value


def dumps(value: Any) -> bytes:
    """Write a value as UTF-8 JSON; `Decimal` becomes an exact JSON number."""
    return _ENCODER.encode(value)


def canonical_dumps(value: Any) -> bytes:
    """Write a value as UTF-8 JSON with sorted keys: the order in which keys came makes no difference."""
    return _SORTED_ENCODER.encode(value)


def _depth_exceeds(data: bytes, limit: int) -> bool:
    """Tell whether brackets nest deeper than `limit`, without parsing: 100,000 '[' are answered at once."""
    if data.count(b"[") + data.count(b"{") <= limit:
        return False
    if b"\\" in data:
        data = _ESCAPE.sub(b"", data)
    # Removing pairs of quotes keeps the parity of quotes before every bracket, so strings stay strings.
    skeleton = data.translate(None, _NOT_STRUCTURE).replace(b'""', b"")
    if b'"' in skeleton:
        skeleton = _BRACKETED_STRING.sub(b"", skeleton)
    skeleton = skeleton.translate(_TO_SQUARE)
    for _ in range(limit):
        if not skeleton:
            return False
        skeleton = skeleton.replace(b"[]", b"")  # each pass takes off the innermost level
    # What is left is nested deeper, or does not match; the decoder tells a mismatch more exactly.
    return b"[]" in skeleton or skeleton.count(b"[") > limit


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise StrictJsonError(f"expected every key once in an object, got {repeated!r} twice")
    return value


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise StrictJsonError(f"number out of range: {text[:40]}") from error
    if abs(number.adjusted()) > _MAX_MAGNITUDE or len(text) > 2 * _MAX_MAGNITUDE:
        raise StrictJsonError(f"number out of range: {text[:40]}")
    return number


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _INT64_DIGITS else _decimal(text)


def _refuse_constant(word: str) -> Any:
    raise StrictJsonError(f"expected a finite number, got {word}")


def _refuse_unstorable_text(value: Any) -> None:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if "\0" in item:
                raise StrictJsonError("text with the character U+0000, which cannot be stored")
            if any("\ud800" <= character <= "\udfff" for character in item):
                raise StrictJsonError("text with half a surrogate pair, which is no character")
        elif isinstance(item, dict):
            stack.extend(item)
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_decimal, parse_int=_integer, parse_constant=_refuse_constant
)
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_SORTED_ENCODER = msgspec.json.Encoder(decimal_format="number", order="sorted")
