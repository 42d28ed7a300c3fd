"""Serials written as people write them: one by one, or the first and the last of a row (pure)."""

import re

MOST = 50_000
"""Serials of one batch, as `trace.bodies.Serials` takes them."""


class RangeRefused(ValueError):
    """Two serials that are not the first and the last of one row."""


def expand_serials(first: str, last: str) -> list[str]:
    """Return every serial from ``first`` to ``last``: they differ in the digits at the end, as A001 and A120 do.

    The digits keep their width where both have the same; A8 to A12 has none. Raises RangeRefused.
    """
    begin, end = _parts(first), _parts(last)
    if begin is None or end is None or begin[0] != end[0]:
        raise RangeRefused(f"Expected two serials that differ in the digits at their end, got {first} and {last}.")
    count = int(end[1]) - int(begin[1]) + 1
    if count < 1:
        raise RangeRefused(f"Expected a last serial that is not before the first, got {first} and {last}.")
    if count > MOST:
        raise RangeRefused(f"Expected at most {MOST} serials, got {count}.")
    if len(begin[1]) != len(end[1]) and "0" in (begin[1][0], end[1][0]):
        raise RangeRefused(f"Expected as many digits in both serials, got {first} and {last}.")
    width = len(begin[1]) if len(begin[1]) == len(end[1]) else 0
    return [f"{begin[0]}{number:0{width}}" for number in range(int(begin[1]), int(end[1]) + 1)]


def split_serials(text: str) -> list[str]:
    """Return the serials of a list, whatever stands between them: line ends, blanks, commas."""
    return [one for one in re.split(r"[\s,;，；、]+", text) if one]


def _parts(serial: str) -> tuple[str, str] | None:
    found = re.fullmatch(r"(.*?)([0-9]{1,18})", serial.strip())
    return None if found is None else (found[1], found[2])
