"""GS1 element strings: bracketed `(01)…(10)…`, and raw as a scanner transmits them, with FNC1 as `\\x1d`.

Strict (GS1 General Specifications §7.8, GS1 Syntax Dictionary). An own parser, not a wrapper: pairing rules,
order and exact values have to be checked from the AI table in any case, and nothing else is left then.
"""

from __future__ import annotations

import re

from trace.gs1.ai import AI_DIGITS, AI_TABLE
from trace.gs1.errors import cannot_read
from trace.gs1.values import check_value

Elements = tuple[tuple[str, str], ...]

FNC1 = "\x1d"
_WHAT = "element string"
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)((?:[^(\\]|\\\(|\\(?!\())*)", re.DOTALL)
# A digital signature belongs to one thing: these keys must then carry their serial part.
_UNSERIALISED = {"253": 13, "255": 13, "8003": 14}


def bracketed(elements: Elements) -> str:
    """`(01)…(10)…`; an opening bracket inside a value is written `\\(`."""
    return "".join(f"({ai})" + value.replace("(", r"\(") for ai, value in elements)


def raw(elements: Elements, fnc1: str = FNC1) -> str:
    """The data of a symbol: `fnc1` first, and after each value without predefined length but the last."""
    text = fnc1
    for position, (ai, value) in enumerate(elements, start=1):
        text += ai + value + ("" if AI_TABLE[ai].fixed or position == len(elements) else fnc1)
    return text


def read_bracketed(text: str, *, pairing: bool = True, unknown_ais: bool = False) -> Elements:
    """Elements of a bracketed element string, in order.

    A bracket inside a value is written `\\(`. Raises `IdentifierError` for wrong syntax, values against the
    AI table, an AI repeated with another value, and with `pairing` for AIs that may not or must stand
    together. `unknown_ais` lets AIs pass that the table does not know, their values unchecked.
    """
    elements: list[tuple[str, str]] = []
    position = 0
    while position < len(text) or not elements:
        match = _BRACKETED.match(text, position)
        if match is None:
            raise cannot_read(text, _WHAT, f"expected an AI of 2 to 4 digits in brackets at position {position + 1}")
        elements.append((match[1], match[2].replace(r"\(", "(")))
        position = match.end()
    return _checked(tuple(elements), text, pairing, unknown_ais)


def read_raw(text: str, *, pairing: bool = True) -> Elements:
    """Elements of a raw element string with FNC1 as `\\x1d`, with or without one in front.

    Without FNC1 a value of variable length takes all that follows. Errors as `read_bracketed`.
    """
    elements: list[tuple[str, str]] = []
    position = 1 if text.startswith(FNC1) else 0
    while position < len(text) or not elements:
        ai = text[position : position + AI_DIGITS.get(text[position : position + 2], 2)]
        spec = AI_TABLE.get(ai)
        if spec is None:
            raise cannot_read(text, _WHAT, f"expected a known AI at position {position + 1}, got {ai!r}")
        position += len(ai)
        stop = text.find(FNC1, position)
        end = len(text) if stop < 0 else stop
        if spec.fixed:
            end = min(end, position + spec.length)
        elements.append((ai, text[position:end]))
        position = end + 1 if text.startswith(FNC1, end) else end
    return _checked(tuple(elements), text, pairing, False)


def _checked(elements: Elements, text: str, pairing: bool, unknown_ais: bool) -> Elements:
    seen: dict[str, str] = {}
    for ai, value in elements:
        spec = AI_TABLE.get(ai)
        if spec is not None:
            check_value(spec, value)
        elif not unknown_ais:
            raise cannot_read(text, _WHAT, f"AI ({ai}) is not in the GS1 Syntax Dictionary")
        if seen.setdefault(ai, value) != value:
            raise cannot_read(text, _WHAT, f"AI ({ai}) is there twice, with {seen[ai]!r} and {value!r}")
    if pairing:
        check_pairing(elements)
    return elements


def _fits(pattern: str, ai: str) -> bool:
    return len(pattern) == len(ai) and ai.startswith(pattern.rstrip("n"))


def check_pairing(elements: Elements) -> None:
    """Raise `IdentifierError` where AIs stand together that may not, or miss one that they need.

    The rules hold for all codes on one item together (GS1 General Specifications §4.13, §4.14).
    """
    ais = {ai for ai, _ in elements}
    shown = "".join(f"({ai}){value}" for ai, value in elements)
    for ai in sorted(ais & AI_TABLE.keys()):
        spec = AI_TABLE[ai]
        for other in sorted(ais - {ai}):
            if any(_fits(pattern, other) for pattern in spec.excludes):
                raise cannot_read(shown, _WHAT, f"AI ({ai}) and AI ({other}) may not stand together")
        for group in spec.requires:
            if not any(all(any(_fits(part, other) for other in ais) for part in way) for way in group):
                expected = " or ".join("+".join(f"({part})" for part in way) for way in group)
                raise cannot_read(shown, _WHAT, f"AI ({ai}) needs {expected} beside it")
    if "8030" in ais:
        for ai, value in elements:
            if len(value) == _UNSERIALISED.get(ai):
                raise cannot_read(shown, _WHAT, f"AI (8030) needs AI ({ai}) with its serial part")
