"""JSON read strictly: exact numbers, no repeated keys, bounded depth, and nothing that stops the reader."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.kit.strict_json import StrictJsonError, canonical_dumps, dumps, loads


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON: Expecting value at line 1, column 1"),
        (b"{} x", "not JSON: Extra data"),
        (b"{'a': 1}", "not JSON"),
        (b"[01]", "not JSON"),
        (b"[1,]", "not JSON"),
        (b'{"a": 1, "b": {"c": 1, "c": 1}}', "got 'c' twice"),
        (b"NaN", "finite number, got NaN"),
        (b"[-Infinity]", "finite number, got -Infinity"),
        (b"1e401", "number out of range"),
        (b"1e-401", "number out of range"),
        (b"1e99999999999999999999", "number out of range"),
        (b"9" * 5_000, "number out of range"),
        (b"\xff", "expected UTF-8, got byte 0xff"),
        ('"é"'.encode("latin-1"), "expected UTF-8"),
        ('"a"'.encode("utf-16"), "expected UTF-8"),
        (b'"\\ud800"', "half a surrogate pair"),
        (b'{"\\u0000": 1}', "U+0000"),
        (b"[" * 21 + b"]" * 21, "at most 20 levels"),
        (b'{"a":' * 21 + b"1" + b"}" * 21, "at most 20 levels"),
        (b"[" * 100_000, "at most 20 levels"),
        (b'{"a":' * 100_000, "at most 20 levels"),
        (b'["\\"]", ' + b"[" * 100_000, "at most 20 levels"),
    ],
)
def test_what_is_not_strict_json_is_refused_at_once(data: bytes, words: str) -> None:
    started = time.monotonic()
    with pytest.raises(StrictJsonError) as caught:
        loads(data)
    assert words in caught.value.detail
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"\xef\xbb\xbf[1]", [1]),
        (b"[" * 20 + b"]" * 20, json.loads("[" * 20 + "]" * 20)),
        (b'{"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}', {"a": "[" * 29}),
        (b'"\\\\u0000"', "\\u0000"),
        (b'"\\ud83d\\ude00"', "😀"),
        (b"-0", 0),
        (b"[]", []),
        ('"溯源"'.encode(), "溯源"),
    ],
)
def test_what_is_strict_json_is_read(data: bytes, value: Any) -> None:
    assert loads(data) == value


def test_numbers_are_exact_as_written() -> None:
    whole, fraction, huge, power = loads(b"[7, 0.10, 12345678901234567890, 1E+5]")
    assert (type(whole), type(fraction), type(huge)) == (int, Decimal, Decimal)
    assert str(fraction) == "0.10"
    assert dumps([whole, fraction, huge, power]) == b"[7,0.10,12345678901234567890,1E+5]"


def test_depth_is_counted_whatever_the_limit() -> None:
    assert loads(b'[[{"a": []}]]', max_depth=4) == [[{"a": []}]]
    with pytest.raises(StrictJsonError, match="at most 3 levels"):
        loads(b'[[{"a": []}]]', max_depth=3)


def test_canonical_bytes_do_not_depend_on_the_order_of_keys() -> None:
    assert canonical_dumps({"b": Decimal("1.50"), "a": {"d": 1, "c": 2}}) == b'{"a":{"c":2,"d":1},"b":1.50}'


_scalars = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(alphabet=st.characters(codec="utf-8"))
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='ab"\\[{'), inner, max_size=4),
)


@given(_values)
def test_what_is_written_is_read_back(value: Any) -> None:
    text = json.dumps(value)
    depth = _depth(value)
    if "\\u0000" in text:
        return
    if depth > 20:
        with pytest.raises(StrictJsonError):
            loads(dumps(value))
    else:
        assert loads(dumps(value)) == value
        assert loads(text.encode(), max_depth=depth) == value
        if depth:
            with pytest.raises(StrictJsonError, match="levels"):
                loads(text.encode(), max_depth=depth - 1)


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(item) for item in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(item) for item in value), default=0)
    return 0


@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,\\u0dD8eE+-.1 ', max_size=40).map(str.encode))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        value = loads(data)
    except StrictJsonError:
        return
    dumps(value)
