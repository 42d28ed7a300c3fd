"""North American coupon codes, AI (8110) and (8112): their inner structure is checked, nothing is read out.

Source: GS1 US, North American Coupon Application Guideline, as in the GS1 Barcode Syntax Tests.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable

_PREFIX = range(7)  # company prefix length less 6
_PREFIX_OR_NONE = (*range(7), 9)
_AMOUNT = range(1, 6)
_REQUIREMENT_CODES = frozenset("012349")
_SAVE_VALUE_CODES = frozenset("01256")


class _Coupon:
    """A reader that moves over the digits; raises `ValueError` with what is wrong."""

    def __init__(self, text: str) -> None:
        if not (text.isascii() and text.isdigit()):
            raise ValueError(f"expected digits only, got {text!r}")
        self.text = text
        self.position = 0

    def more(self) -> bool:
        return self.position < len(self.text)

    def take(self, count: int, what: str) -> str:
        part = self.text[self.position : self.position + count]
        if len(part) < count:
            raise ValueError(f"coupon: {what} should have {count} digits, got {len(part)}")
        self.position += count
        return part

    def one_of(self, allowed: Iterable[str], what: str) -> str:
        digit = self.take(1, what)
        if digit not in allowed:
            raise ValueError(f"coupon: {what} should be one of {' '.join(sorted(allowed))}, got {digit}")
        return digit

    def counted(self, allowed: Iterable[int], more: int, what: str) -> str:
        """A length digit, then that many digits and `more`; 9 for a prefix means that none follows."""
        count = int(self.one_of([str(number) for number in allowed], f"length of {what}"))
        return "" if allowed is _PREFIX_OR_NONE and count == 9 else self.take(count + more, what)

    def date(self, what: str) -> str:
        text = self.take(6, what)
        year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
        if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
            raise ValueError(f"coupon: {what} should be a date YYMMDD, got {text}")
        return text

    def purchase(self, which: str) -> None:
        self.counted(_AMOUNT, 0, f"{which} purchase requirement")
        self.one_of(_REQUIREMENT_CODES, f"{which} purchase requirement code")
        self.take(3, f"{which} purchase family code")

    def end(self) -> None:
        if self.more():
            raise ValueError(f"coupon: {len(self.text) - self.position} digits too many at the end")


def _read_coupon(coupon: _Coupon) -> None:
    coupon.counted(_PREFIX, 6, "funder's company prefix")
    coupon.take(6, "offer code")
    coupon.counted(_AMOUNT, 0, "save value")
    coupon.purchase("first")
    dates: dict[str, str] = {}
    last = "0"
    while coupon.more():
        field = coupon.take(1, "data field")
        if field <= last:
            raise ValueError(f"coupon: data fields should rise, got {field} after {last}")
        _read_field(coupon, field, dates)
        last = field
    start, expiration = dates.get("start"), dates.get("expiration")
    if start and expiration and expiration < start:
        raise ValueError(f"coupon: expires on {expiration}, before it starts on {start}")


def _read_field(coupon: _Coupon, field: str, dates: dict[str, str]) -> None:
    match field:
        case "1":
            coupon.one_of("0123", "additional purchase rules code")
            coupon.purchase("second")
            coupon.counted(_PREFIX_OR_NONE, 6, "second purchase company prefix")
        case "2":
            coupon.purchase("third")
            coupon.counted(_PREFIX_OR_NONE, 6, "third purchase company prefix")
        case "3":
            dates["expiration"] = coupon.date("expiration date")
        case "4":
            dates["start"] = coupon.date("start date")
        case "5":
            coupon.counted(range(10), 6, "serial number")
        case "6":
            coupon.counted(range(1, 8), 6, "retailer's company prefix or GLN")
        case "9":
            coupon.one_of(_SAVE_VALUE_CODES, "save value code")
            coupon.one_of("012", "item that the save value applies to")
            coupon.take(1, "store coupon flag")
            coupon.one_of("01", "don't multiply flag")
        case _:
            raise ValueError(f"coupon: data field should be 1 to 6 or 9, got {field}")


def _read_positive_offer(coupon: _Coupon) -> None:
    coupon.one_of("01", "format")
    coupon.counted(_PREFIX, 6, "funder's company prefix")
    coupon.take(6, "offer code")
    coupon.counted(range(10), 6, "serial number")
    coupon.end()


def coupon_code(text: str) -> str | None:
    """What is wrong with the value of AI (8110), or None."""
    try:
        _read_coupon(_Coupon(text))
    except ValueError as problem:
        return str(problem)
    return None


def coupon_positive_offer(text: str) -> str | None:
    """What is wrong with the value of AI (8112), or None."""
    try:
        _read_positive_offer(_Coupon(text))
    except ValueError as problem:
        return str(problem)
    return None
