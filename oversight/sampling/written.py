"""Limits and results as people write them in a form, a line an item. Pure.

A limit: ``item; ≤ 100 CFU/g; standard``, with ``≤``, ``≥``, ``6.0 ~ 7.0`` or ``absent`` (``不得检出``). A result:
``item; 40 CFU/g``, or ``not detected`` (``未检出``).
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

MOST_LINES = 100

_NUMBER = r"(\d{1,18}(?:\.\d{1,18})?)"
_LIMITS = (
    ("max", re.compile(rf"(?:≤|<=)\s*{_NUMBER}\s*(.*)")),
    ("min", re.compile(rf"(?:≥|>=)\s*{_NUMBER}\s*(.*)")),
    ("range", re.compile(rf"{_NUMBER}\s*(?:~|～|–|-)\s*{_NUMBER}\s*(.*)")),
)
_VALUE = re.compile(rf"{_NUMBER}\s*(.*)")
_ABSENT = ("absent", "不得检出")
_NOT_DETECTED = ("not detected", "未检出")


def read_limits(text: str) -> list[dict[str, Any]]:
    """Return the items of a plan. Raises ValueError naming the line."""
    return _lines(text, _limit)


def read_results(text: str) -> list[dict[str, Any]]:
    """Return the results of a report. Raises ValueError naming the line."""
    return _lines(text, _result)


def _lines(text: str, read: Callable[[str], dict[str, Any]]) -> list[dict[str, Any]]:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise ValueError(f"Expected at most {MOST_LINES} lines, got {len(lines)}.")
    found = []
    for number, line in lines:
        try:
            found.append(read(line.replace("；", ";")))
        except ValueError as error:
            raise ValueError(f"Line {number}: {error}") from error
    return found


def _limit(line: str) -> dict[str, Any]:
    item, bound, *standard = (part.strip() for part in line.split(";", 2)) if ";" in line else (line, "")
    found: dict[str, Any] = {"item": item}
    if standard and standard[0]:
        found["standard"] = standard[0]
    if bound.lower() in _ABSENT:
        return found | {"kind": "absent"}
    for kind, pattern in _LIMITS:
        match = pattern.fullmatch(bound)
        if match is not None:
            *numbers, unit = match.groups()
            names = {"max": ("upper",), "min": ("lower",), "range": ("lower", "upper")}[kind]
            bounds = {name: Decimal(number) for name, number in zip(names, numbers, strict=True)}
            return found | bounds | {"kind": kind} | ({"unit": unit.strip()} if unit.strip() else {})
    raise ValueError(f"expected ≤, ≥, a range or absent behind a semicolon, got {bound or 'nothing'}.")


def _result(line: str) -> dict[str, Any]:
    item, _semicolon, value = (part.strip() for part in line.partition(";"))
    if value.lower() in _NOT_DETECTED:
        return {"item": item, "value": None}
    match = _VALUE.fullmatch(value)
    if match is None:
        raise ValueError(f"expected a number or not detected behind a semicolon, got {value or 'nothing'}.")
    unit = match[2].strip()
    return {"item": item, "value": Decimal(match[1])} | ({"unit": unit} if unit else {})
