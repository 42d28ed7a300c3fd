"""Whether a value is what the AI table says: character sets, lengths and named checks."""

from __future__ import annotations

import re

from trace.gs1.ai import AiSpec, Component
from trace.gs1.check_digits import CSET_82
from trace.gs1.errors import cannot_read
from trace.gs1.linters import LINTERS

_CHARSETS = {
    "N": (re.compile(r"[0-9]+"), "ASCII digits"),
    "X": (
        re.compile(f"[{re.escape(CSET_82)}]+"),
        "GS1 character set 82 (letters, digits, !\"%&'()*+,-./:;<=>?_)",
    ),
    "Y": (re.compile(r"[0-9A-Z#/-]+"), "GS1 character set 39 (upper-case letters, digits, # - /)"),
    "Z": (re.compile(r"[0-9A-Za-z_-]+={0,2}"), "base64url characters"),
}
_NAMED = {
    " ": "blank",
    "\u3000": "full-width blank",
    "\n": "newline",
    "\r": "carriage return",
    "\t": "tab",
    "-": "hyphen",
}


def describe_character(character: str) -> str:
    """How a message names an unwanted character: `full-width digit '６'`, `blank`, `letter 'X'`."""
    if character in _NAMED:
        return _NAMED[character]
    if character.isdigit():
        return f"full-width digit {character!r}" if "０" <= character <= "９" else f"digit {character!r}"
    return f"{'letter' if character.isalpha() else 'character'} {character!r}"


def refuse_characters(text: str, charset: str, what: str) -> None:
    """Raise `IdentifierError` at the first character of `text` outside `charset` (N, X, Y or Z)."""
    pattern, expected = _CHARSETS[charset]
    match = pattern.match(text)
    end = match.end() if match else 0
    if end < len(text):
        found = f"{describe_character(text[end])} at position {end + 1}"
        raise cannot_read(text, what, f"{found}; expected {expected}", "bad_characters")


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _expected_length(spec: AiSpec) -> str:
    word = "digit" if all(component.charset == "N" for component in spec.components) else "character"
    if spec.least == spec.length:
        return _plural(spec.length, word)
    return f"{spec.least} to {_plural(spec.length, word)}"


def check_value(spec: AiSpec, value: str) -> None:
    """Raise `IdentifierError` unless `value` is a value of the AI `spec` (GS1 Syntax Dictionary).

    `IdentifierError.code` says what is wrong: characters, length, check digit, or else `bad_syntax`.
    """
    what = f"AI ({spec.ai})"
    if not spec.least <= len(value) <= spec.length:
        raise cannot_read(value, what, f"expected {_expected_length(spec)}, got {len(value)}", "bad_length")
    position = 0
    for component in spec.components:
        part = value[position : position + component.most]
        if not part and component.optional:
            break
        if len(part) < component.least:
            reason = f"expected {component.least} characters from position {position + 1}, got {len(part)}"
            raise cannot_read(value, what, reason, "bad_length")
        _check_part(component, part, what)
        position += len(part)
    if position < len(value):
        raise cannot_read(value, what, f"{len(value) - position} characters too many at the end", "bad_length")


def _check_part(component: Component, part: str, what: str) -> None:
    if component.charset == "Z":
        body = part.rstrip("=")
        if len(part) > len(body) and (len(part) - len(body) > 2 or len(part) % 3):
            raise cannot_read(part, what, "padding '=' must fill up to a multiple of 3 characters", "bad_length")
    refuse_characters(part, component.charset, what)
    for name in component.linters:
        problem = LINTERS[name](part)
        if problem is not None:
            code = "bad_check_digit" if name in ("csum", "csumalpha") else "bad_syntax"
            raise cannot_read(part, what, problem, code)
