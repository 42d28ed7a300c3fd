"""Whatever a scanner, a camera or a person's typing gives, read as one value.

Read strictly (check digits, lengths, characters, AI pairing), but after putting right what a keyboard or an
input method does: outer blanks, full-width characters, blanks between the digits of a number. `normalised`
says that something was put right. Hyphens are not removed: no GTIN is printed with them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from trace.gs1.digital_link import read_digital_link
from trace.gs1.element_strings import FNC1, check_pairing, read_bracketed, read_raw
from trace.gs1.epc_uri import Elements, read_epc_urn
from trace.gs1.errors import IdentifierError, cannot_read
from trace.gs1.keys import Gtin, Sscc

_WHAT = "code"
_BLANKS = " \t\r\n\u00a0\u3000\ufeff\x00"
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
# ISO/IEC 15424: with these modifiers the data are GS1 element strings, never a bare number.
_GS1_SYMBOLS = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"})
# What scanners put for the unprintable group separator. None but `<GS>` could stand inside a value.
_FNC1 = re.compile(r"\x1d|\u241d|\^|\||<GS>|<FNC1>|\{GS\}|\{FNC1\}|\[GS\]|\[FNC1\]")
_SPACED_DIGITS = re.compile(r"[0-9]+(?: +[0-9]+)+")
_SPACED_BRACKETS = re.compile(r" *(\([0-9]{2,4}\)) *")
_GTIN_LENGTHS = frozenset({8, 12, 13, 14})
_SSCC_LENGTH = 18
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Scan:
    """What a code says; None where it does not say it.

    `gtin` has 14 digits. `form` is `gtin`, `sscc`, `element_string`, `digital_link` or `epc_urn`.
    `expiry` is AI (17), else best before (15). `elements` are all AIs with their values, in order.
    A code may be right and hold none of gtin, sscc and gln.
    """

    gtin: str | None
    lot: str | None
    serial: str | None
    sscc: str | None
    gln: str | None
    expiry: date | None
    production_date: date | None
    form: str
    normalised: bool
    elements: Elements


def read_scan(text: str, *, this_year: int = 2026) -> Scan:
    """What `text` says: GTIN of 8, 12, 13 or 14 digits, SSCC, element string, Digital Link or EPC URN.

    Takes a symbology identifier in front (`]C1`, `]d2`, `]E0` …) and any usual spelling of FNC1. `this_year`
    is the year by which two-digit years are placed. Raises `IdentifierError` for anything else, also
    for more than 2,000 characters.
    """
    if len(text) > _LONGEST:
        raise cannot_read(text, _WHAT, f"expected at most {_LONGEST} characters, got {len(text)}", "bad_length")
    return _read_known(text, this_year)


@lru_cache(maxsize=16_384)
def _read_known(text: str, this_year: int) -> Scan:
    clean = _SPACED_BRACKETS.sub(r"\1", unicodedata.normalize("NFKC", text).strip(_BLANKS))
    clean = clean.replace(" ", "") if _SPACED_DIGITS.fullmatch(clean) else clean
    symbol = _SYMBOLOGY.match(clean)
    data = clean[3:] if symbol else clean
    if not data:
        raise cannot_read(text, _WHAT, "expected a code, got an empty text", "bad_length")
    form, elements = _read(data, symbol is not None and symbol[0] in _GS1_SYMBOLS)
    return _scan(form, elements, clean != text, this_year)


def _read(data: str, surely_gs1: bool) -> tuple[str, Elements]:
    """(form, elements) of text without symbology identifier."""
    if data[:7].lower().startswith(("http://", "https:/")):
        elements = read_digital_link(data)
        check_pairing(elements)
        return "digital_link", elements
    if data[:4].lower() == "urn:":
        urn = read_epc_urn(data)
        if urn is None:
            raise cannot_read(data, _WHAT, "expected an EPC URN of a GS1 scheme such as urn:epc:id:sgtin:…")
        return "epc_urn", urn
    if data.startswith("("):
        return "element_string", read_bracketed(data)
    if not surely_gs1 and data.isascii() and data.isdigit() and len(data) in _GTIN_LENGTHS:
        return "gtin", (("01", Gtin.read(data).gtin14),)
    try:
        return "element_string", read_raw(_FNC1.sub(FNC1, data))
    except IdentifierError as problem:
        if not surely_gs1 and data.isascii() and data.isdigit() and len(data) == _SSCC_LENGTH:
            return "sscc", (("00", Sscc.read(data).digits),)
        if surely_gs1 or FNC1 in data or re.match(r"0[012][0-9]{14}", data):
            raise
        expected = "expected a GTIN of 8, 12, 13 or 14 digits, an element string, a Digital Link or an EPC URN"
        raise cannot_read(data, _WHAT, expected, problem.code) from None


def _scan(form: str, elements: Elements, normalised: bool, this_year: int) -> Scan:
    values = dict(elements)
    piece = values.get("8006")  # a piece of a trade item: recalled with the item
    gtin = values.get("01", piece[:14] if piece else None)
    if gtin is not None and not gtin.strip("0"):
        raise cannot_read(gtin, _WHAT, "expected a GTIN, got only zeros")
    return Scan(
        gtin=gtin,
        lot=values.get("10"),
        serial=values.get("21"),
        sscc=values.get("00"),
        gln=values.get("414", values.get("417")),
        expiry=_date(values.get("17", values.get("15")), this_year),
        production_date=_date(values.get("11"), this_year),
        form=form,
        normalised=normalised,
        elements=elements,
    )


def _date(yymmdd: str | None, this_year: int) -> date | None:
    """A date of AI (11), (15) or (17); day 00 is the month's last (General Specifications §3.4, §7.12)."""
    if yymmdd is None:
        return None
    year, month, day = this_year // 100 * 100 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])
    # §7.12: 51 to 99 years ahead belong to the century before, 50 to 99 years back to the next.
    if year - this_year >= 51:
        year -= 100
    elif year - this_year <= -50:
        year += 100
    if day:
        return date(year, month, day)
    return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
