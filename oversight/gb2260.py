"""Codes of jurisdictions: GB/T 2260 for provinces, cities and counties, three more digits (GB/T 10114) for an office.

`000000` is the whole country. The code says where a jurisdiction lies: 320106 is in 320100, that in 320000. Pure.
"""

import re
from collections.abc import Collection
from typing import Literal, get_args

Level = Literal["national", "province", "city", "county", "office"]
LEVELS: tuple[Level, ...] = get_args(Level)

NATION = "000000"

_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3})?")


def check_code(code: str) -> str:
    """Return a code that is one. Raises ValueError, which says what was expected."""
    if not _CODE.fullmatch(code):
        raise ValueError(f"Expected 6 digits (GB/T 2260), for an office 9, got {code!r}.")
    if len(code) == 9 and (code[4:6] == "00" or code[6:] == "000"):
        raise ValueError(f"Expected an office within a county, such as 320106001, got {code!r}.")
    if code[:2] == "00" and code != NATION or code[2:4] == "00" and code[4:6] != "00":
        raise ValueError(f"Expected a code whose upper levels are given, such as 320106, got {code!r}.")
    return code


def level_of(code: str) -> Level:
    """Return which of the five levels a code is of."""
    if code == NATION:
        return "national"
    if len(code) == 9:
        return "office"
    if code[4:6] != "00":
        return "county"
    return "province" if code[2:4] == "00" else "city"


def stem_of(code: str) -> str:
    """Return the digits with which the codes of all that lies within begin; empty for the whole country."""
    return {"national": "", "province": code[:2], "city": code[:4], "county": code[:6], "office": code}[level_of(code)]


def bounds_of(code: str) -> tuple[str, str]:
    """Return between which texts the codes of all that lies within are, the upper one left out.

    >>> bounds_of("320100")
    ('3201', '3202')
    """
    stem = stem_of(code)
    above = str(int("1" + stem) + 1)[1:] if stem.strip("9") else "A"  # letters come after digits in every collation
    return stem, above


def lies_within(code: str, jurisdiction: str) -> bool:
    """Whether a place or jurisdiction is in another one, or is it itself."""
    return code.startswith(stem_of(jurisdiction))


def ways_up(code: str) -> list[str]:
    """Return a code and all that it lies in, the nearest first and the country last."""
    found = [code, code[:6], code[:4] + "00", code[:2] + "0000", NATION]
    return list(dict.fromkeys(found))


def common_code(codes: Collection[str]) -> str:
    """Return the lowest jurisdiction that all of some codes lie within; for none the whole country.

    >>> common_code(["320106", "320102", "320100"])
    '320100'
    """
    found = NATION if not codes else min(codes)
    return next(way for way in ways_up(found) if all(lies_within(one, way) for one in codes))
