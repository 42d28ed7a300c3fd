"""What a scanned code asks for, and whether a hold's lines cover it: plain values in, plain values out."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from trace.gs1 import Gtin, IdentifierError, read_lot, read_scan, read_serial
from trace.gs1.errors import cannot_read
from trace.holds import Condition, natural_order

Verdict = Literal["covered", "unsure", "clear"]
"""``unsure``: something that the code does not say (its lot, its serial) would decide."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about: an item with what is known of it, a logistic unit, or both (a label with contents).

    ``typed`` and ``typed_serial`` say that a person typed the lot or serial, so that its letters' case may be wrong.
    """

    gtin: str | None
    lot: str | None = None
    serial: str | None = None
    sscc: str | None = None
    made: date | None = None
    typed: bool = False
    typed_serial: bool = False


def read_asked(code: str, lot: str | None, serial: str | None, this_year: int) -> Asked:
    """Return what ``code`` and the ``lot`` and ``serial`` beside it name.

    Raises IdentifierError where it cannot be read, where it names no goods, and where lot or serial contradict it.
    """
    scan = read_scan(code, this_year=this_year)
    values = dict(scan.elements)
    gtin = scan.gtin
    if gtin is None and "02" in values:  # the goods inside a logistic unit, by its label
        gtin = Gtin.read(values["02"]).gtin14
    if gtin is None and scan.sscc is None:
        what = "a place" if scan.gln is not None else "neither an item nor a logistic unit"
        raise cannot_read(code, "code of goods", f"expected a GTIN or an SSCC, got {what}")
    typed_lot, typed_serial = tidy(lot), tidy(serial)
    return Asked(
        gtin,
        _one(scan.lot, None if typed_lot is None else read_lot(typed_lot), "lot"),
        _one(scan.serial, None if typed_serial is None else read_serial(typed_serial), "serial"),
        scan.sscc,
        scan.production_date,
        typed=scan.lot is None,
        typed_serial=scan.serial is None and typed_serial is not None,
    )


def tidy(text: str | None) -> str | None:
    """What a keyboard or an input method does to a text is put right; an empty field is no answer."""
    clean = unicodedata.normalize("NFKC", text or "").strip()
    return clean or None


def _one(scanned: str | None, typed: str | None, what: str) -> str | None:
    if scanned is not None and typed is not None and scanned != typed:
        raise cannot_read(typed, what, f"expected {scanned!r} as in the code, or nothing")
    return typed if scanned is None else scanned


def judge(conditions: Iterable[Condition], asked: Asked, made: date | None) -> Verdict:
    """Tell whether the lines of a hold cover what is asked; ``made`` is its production date, where it is known.

    As `trace.holds.covers_batch`, but for a code that may lack its lot or serial: an unknown date of a known lot
    counts as covered (RULES 7), an unknown lot or serial that a line depends on leaves it unsure.
    """
    found: Verdict = "clear"
    excluded: Verdict = "clear"
    for line in conditions:
        verdict = _meets(line, asked, made)
        if line.exclude:
            excluded = _stronger(excluded, verdict)
        else:
            found = _stronger(found, verdict)
    if excluded == "covered":
        return "clear"
    return "unsure" if found == "covered" and excluded == "unsure" else found


def _stronger(one: Verdict, other: Verdict) -> Verdict:
    order: tuple[Verdict, ...] = ("clear", "unsure", "covered")
    return max(one, other, key=order.index)


def _meets(line: Condition, asked: Asked, made: date | None) -> Verdict:
    if line.gtin is None or line.gtin != asked.gtin:
        return "clear"
    by_lot = line.lot is not None or line.lot_from is not None or line.lot_to is not None
    dated = line.produced_from is not None or line.produced_to is not None
    by_serial = line.serial_from is not None or line.serial_to is not None
    unsure = False
    if by_lot and asked.lot is None:
        unsure = True
    elif by_lot and not _lot_meets(line, asked.lot or ""):
        return "clear"
    if dated and made is not None:
        if not ((line.produced_from or made) <= made <= (line.produced_to or made)):
            return "clear"
    elif dated and asked.lot is None:
        unsure = True
    elif dated and line.exclude:
        return "clear"  # never released on a guess
    if by_serial and asked.serial is None:
        unsure = True
    elif by_serial and not _within(asked.serial or "", line.serial_from, line.serial_to):
        return "clear"
    return "unsure" if unsure else "covered"


def _lot_meets(line: Condition, lot: str) -> bool:
    return (line.lot is None or line.lot == lot) and _within(lot, line.lot_from, line.lot_to)


def _within(text: str, low: str | None, high: str | None) -> bool:
    """Whether ``text`` lies in the range as people read it: L2 before L10."""
    place = natural_order(text)
    return (low is None or natural_order(low) <= place) and (high is None or place <= natural_order(high))


__all__ = ["Asked", "IdentifierError", "Verdict", "judge", "read_asked", "tidy"]
