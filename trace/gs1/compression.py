"""Compressed GS1 Digital Links (GS1 Digital Link Standard: Compression 1.0): AIs and values as bits in base64url.

An AI is its digits, four bits each; a letter in the first eight bits names a usual sequence of AIs (table Opt) or, F, a
key and value that are no AI. Numbers are binary; other texts say in three bits how their characters are written.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache

from trace.gs1.ai import AI_DIGITS, AI_TABLE, Component
from trace.gs1.digital_link import CANONICAL_BASE, Elements, build_path, encode_value, read_digital_link
from trace.gs1.errors import IdentifierError, cannot_read

_WHAT = "compressed GS1 Digital Link"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SEGMENT = re.compile(r"[A-Za-z0-9_-]{4,400}")

# Table Opt: sequences of AIs that have a code of their own.
_SEQUENCES: dict[str, tuple[str, ...]] = {
    "0A": ("01", "22"),
    "0B": ("01", "10"),
    "0C": ("01", "21"),
    "0D": ("01", "17"),
    "0E": ("01", "7003"),
    "0F": ("01", "30"),
    "1A": ("01", "10", "21", "17"),
    "1B": ("01", "15"),
    "1C": ("01", "11"),
    "1D": ("01", "16"),
    "1E": ("01", "91"),
    "1F": ("01", "10", "15"),
    "9A": ("8010", "8011"),
    "9B": ("8017", "8019"),
    "9C": ("8018", "8019"),
    "9D": ("414", "254"),
    **{f"2{letter}": ("01", f"310{place}") for place, letter in enumerate("ABCDEF")},
    **{f"3{letter}": ("01", f"320{place}") for place, letter in enumerate("ABCDEF")},
    **{f"A{place}": ("01", f"392{place}") for place in range(10)},
    **{f"C{place}": ("255", f"390{place}") for place in range(10)},
    **{f"C{letter}": ("255", f"394{place}") for place, letter in enumerate("ABCD")},
}

# How the characters of a text are written: which texts, and their characters by number; digits alone are one number.
_DIGITS = 0
_ALPHABETS = (
    "0123456789",
    "0123456789abcdef",
    "0123456789ABCDEF",
    _BASE64,
    "".join(map(chr, range(128))),
)
_CHARACTER_BITS = (0, 4, 4, 6, 7)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a value (table F): a number or a text, of `most` characters or, `variable`, at most so many."""

    number: bool
    most: int
    variable: bool


@cache
def _parts(ai: str) -> tuple[_Part, ...]:
    """Table F, from the AI table: neighbours of one kind are one part, but what may be missing follows a number."""
    found: list[_Part] = []
    for component in AI_TABLE[ai].components:
        part = _part(component)
        last = found[-1] if found else None
        if last is not None and last.number == part.number and (not part.number or last.variable == part.variable):
            found[-1] = _Part(part.number, last.most + part.most, last.variable or part.variable)
        else:
            found.append(part)
    return tuple(found)


def _part(component: Component) -> _Part:
    return _Part(component.charset == "N", component.most, component.optional or component.least < component.most)


def _number_bits(digits: int) -> int:
    """Bits of a number of so many digits; none take one bit."""
    return math.ceil(digits * math.log2(10) + 0.01)


def _length_bits(most: int) -> int:
    return math.ceil(math.log2(most) + 0.01)


# -- reading -----------------------------------------------------------------------------------------------------------


class _Bits:
    """The bits of a segment, read from the left."""

    def __init__(self, segment: str) -> None:
        self._segment = segment
        self._bits = "".join(f"{_BASE64.index(character):06b}" for character in segment)
        self._place = 0

    @property
    def left(self) -> int:
        return len(self._bits) - self._place

    def number(self, bits: int) -> int:
        if bits > self.left:
            raise self.refuse(f"expected {bits} more bits, got {self.left}")
        start, self._place = self._place, self._place + bits
        return int(self._bits[start : self._place] or "0", 2)

    def digits(self, count: int) -> str:
        """A number of `count` digits, with its leading zeros."""
        number = self.number(_number_bits(count))
        text = str(number).zfill(count) if count else ""
        if len(text) > count:
            raise self.refuse(f"expected a number of {count} digits, got {text}")
        return text

    def text(self, writing: int, count: int) -> str:
        """`count` characters, written as number `writing` of the alphabets."""
        if writing == _DIGITS:
            return self.digits(count)
        if writing >= len(_ALPHABETS):
            raise self.refuse(f"expected an encoding of 0 to {len(_ALPHABETS) - 1}, got {writing}")
        alphabet, bits = _ALPHABETS[writing], _CHARACTER_BITS[writing]
        return "".join(alphabet[self.number(bits)] for _ in range(count))

    def refuse(self, reason: str) -> IdentifierError:
        return cannot_read(self._segment, _WHAT, reason)


def decompress(path: str, query: str = "") -> Elements:
    """The elements of a compressed path: key, qualifiers in their order, attributes.

    `/ARFKk4XB0CDKWcnpq` holds everything, `/01/09506000134376/EJlk6dU` all but its key; whatever path is before them is
    passed over. `query` may hold further attributes. Raises `IdentifierError` for what is no such path, and where the
    outcome is no valid Digital Link.
    """
    segments = [segment for segment in path.split("/") if segment]
    segment = segments[-1] if segments else ""
    if not _SEGMENT.fullmatch(segment):
        raise cannot_read(path, _WHAT, "expected 4 to 400 letters, digits, - and _ after the last /")
    spec = AI_TABLE.get(segments[-3]) if len(segments) >= 3 else None
    keyed = spec is not None and spec.key is not None
    return _arrange(path, f"/{segments[-3]}/{segments[-2]}" if keyed else "", _read_elements(segment), query)


def _read_elements(segment: str) -> dict[str, str]:
    bits = _Bits(segment)
    elements: dict[str, str] = {}
    while bits.left > 8:
        for ai, value in _read_some(bits):
            if ai in elements:
                raise bits.refuse(f"AI ({ai}) is there twice")
            elements[ai] = value
    if bits.number(bits.left):
        raise bits.refuse("expected zeros after the last value")
    return elements


def _read_some(bits: _Bits) -> list[tuple[str, str]]:
    code = f"{bits.number(8):02X}"
    if code[0] == "F":  # a key and value that are no AI: seven bits of length began with the second four
        length = int(code[1], 16) * 8 + bits.number(3)
        bits.text(3, length)
        bits.text(bits.number(3), bits.number(7))
        return []
    if not code.isdigit():
        if code not in _SEQUENCES:
            raise bits.refuse(f"expected an AI or the code of a sequence of AIs, got {code}")
        return [(ai, _read_value(bits, ai)) for ai in _SEQUENCES[code]]
    ai = code + "".join(f"{bits.number(4):X}" for _ in range(AI_DIGITS.get(code, 2) - 2))
    if ai not in AI_TABLE:
        raise bits.refuse(f"expected a known AI, got {ai}")
    return [(ai, _read_value(bits, ai))]


def _read_value(bits: _Bits, ai: str) -> str:
    value = ""
    for part in _parts(ai):
        writing = _DIGITS if part.number else bits.number(3)
        count = bits.number(_length_bits(part.most)) if part.variable else part.most
        if count > part.most:
            raise bits.refuse(f"expected at most {part.most} characters of AI ({ai}), got {count}")
        value += bits.text(writing, count)
    return value


def _arrange(path: str, head: str, elements: dict[str, str], query: str) -> Elements:
    """The order of a Digital Link, and its rules: bits may stand in any."""
    problem = cannot_read(path, _WHAT, "expected a primary key such as (01), got none")
    for key in [head.split("/")[1]] if head else [ai for ai in elements if AI_TABLE[ai].key is not None]:
        for sequence in sorted(AI_TABLE[key].key or (), key=lambda way: -len(elements.keys() & set(way))):
            inside = [ai for ai in ([] if head else [key]) + list(sequence) if ai in elements]
            rest = [(ai, value) for ai, value in elements.items() if ai not in inside]
            further = "&".join([*(f"{ai}={encode_value(value)}" for ai, value in rest), *([query] if query else [])])
            link = head + build_path(tuple((ai, elements[ai]) for ai in inside))
            try:
                return read_digital_link(f"{CANONICAL_BASE}{link}?{further}")
            except IdentifierError as error:
                problem = error
    raise problem


# -- writing -----------------------------------------------------------------------------------------------------------


def compress(elements: Elements) -> str:
    """The path segment that says `elements`; the longest sequence of table Opt that they hold comes first.

    The values are valid, and no AI is there twice.
    """
    values = dict(elements)
    fitting = [code for code, sequence in _SEQUENCES.items() if values.keys() >= set(sequence)]
    code = max(fitting, key=lambda code: len(_SEQUENCES[code]), default=None)
    first = _SEQUENCES[code] if code else ()
    bits = f"{int(code, 16):08b}" if code else ""
    bits += "".join(_write_value(ai, values[ai]) for ai in first)
    for ai, value in elements:
        if ai not in first:
            bits += "".join(f"{int(digit):04b}" for digit in ai) + _write_value(ai, value)
    bits += "0" * (-len(bits) % 6)
    return "".join(_BASE64[int(bits[place : place + 6], 2)] for place in range(0, len(bits), 6))


def _write_value(ai: str, value: str) -> str:
    bits, place = "", 0
    for part in _parts(ai):
        text = value[place : place + part.most]
        place += part.most
        writing = _DIGITS if part.number else _shortest(text)
        bits += "" if part.number else f"{writing:03b}"
        bits += f"{len(text):0{_length_bits(part.most)}b}" if part.variable else ""
        bits += _write_text(text, writing)
    return bits


def _shortest(text: str) -> int:
    return next(number for number, alphabet in enumerate(_ALPHABETS) if set(text) <= set(alphabet))


def _write_text(text: str, writing: int) -> str:
    if writing == _DIGITS:
        return f"{int(text or '0'):0{_number_bits(len(text))}b}"
    alphabet, bits = _ALPHABETS[writing], _CHARACTER_BITS[writing]
    return "".join(f"{alphabet.index(character):0{bits}b}" for character in text)
