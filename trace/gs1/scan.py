"""Whatever a scanner, a camera or a person's typing gives, read as one value.

Read strictly (check digits, lengths, characters, AI pairing), but after putting right what a keyboard or an
input method does: blanks, full-width characters, a label in front. `normalised` says that something was put
right. Hyphens are not removed: no GTIN is printed with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import parse_qs, unquote

from trace.gs1.ai import AI_TABLE
from trace.gs1.compression import decompress
from trace.gs1.digital_link import CANONICAL_BASE, find_key, read_digital_link, split_link
from trace.gs1.element_strings import FNC1, bracketed, check_pairing, read_bracketed, read_raw
from trace.gs1.epc_uri import Elements, read_epc_urn
from trace.gs1.errors import IdentifierError, cannot_read
from trace.gs1.keys import Gtin, Sscc
from trace.gs1.typed import GTIN_LENGTHS, tidy

_WHAT = "code"
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
# ISO/IEC 15424: with these modifiers the data are GS1 element strings, never a bare number.
_GS1_SYMBOLS = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"})
# What scanners and people put for the unprintable group separator. None but `<GS>` could stand inside a value.
_FNC1 = re.compile(
    r"\x1d|\u241d|\^\]|\^|\||~d029|~1|&#29;|&#x1d;|\\x1d|\\u001d|\\035"
    r"|<GS>|<FNC1>|<0x1d>|\{GS\}|\{FNC1\}|\[GS\]|\[FNC1\]",
    re.IGNORECASE,
)
_BEFORE_BRACKET = re.compile(rf"(?:{_FNC1.pattern})(?=\([0-9]{{2,4}}\)|$)", re.IGNORECASE)
_ESCAPED_FNC1 = re.compile("%1d", re.IGNORECASE)
_SCHEME = re.compile(r"https?://?|https?%3a", re.IGNORECASE)
_BARE_HOST = re.compile(r"(?://)?[0-9A-Za-z-]{1,63}(?:\.[0-9A-Za-z-]{1,63}){1,8}(?::[0-9]{1,5})?/")
_BARE_PATH = re.compile(r"/?([0-9]{2,4})/")
_OWN_PAGE = re.compile(r"check|recalls/[^/]+")
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
    clean = tidy(text)
    form, elements = _read(clean)
    return _scan(form, elements, clean != text, this_year)


def _read(clean: str, inside_page: bool = False) -> tuple[str, Elements]:
    """(form, elements) of a tidied text, which may begin with a symbology identifier."""
    symbol = _SYMBOLOGY.match(clean)
    data = clean[3:] if symbol else clean
    if not data:
        raise cannot_read(clean, _WHAT, "expected a code, got an empty text", "bad_length")
    surely_gs1 = symbol is not None and symbol[0] in _GS1_SYMBOLS
    link = None if surely_gs1 else _as_link(data)
    if link is not None:
        return _read_link(link, inside_page)
    if data[:4].lower() == "urn:":
        urn = read_epc_urn(data)
        if urn is None:
            raise cannot_read(data, _WHAT, "expected an EPC URN of a GS1 scheme such as urn:epc:id:sgtin:…")
        return "epc_urn", urn
    if data.startswith("("):
        return "element_string", read_bracketed(_BEFORE_BRACKET.sub("", data))
    if not surely_gs1 and data.isascii() and data.isdigit() and len(data) in GTIN_LENGTHS:
        return "gtin", (("01", Gtin.read(data).gtin14),)
    try:
        separated = _FNC1.sub(FNC1, data)
        return "element_string", read_raw(separated) if surely_gs1 else _read_typed(separated)
    except IdentifierError as problem:
        if not surely_gs1 and data.isascii() and data.isdigit() and len(data) == _SSCC_LENGTH:
            return "sscc", (("00", Sscc.read(data).digits),)
        if surely_gs1 or FNC1 in data or re.match(r"0[012][0-9]{14}", data):
            raise
        expected = "expected a GTIN of 8, 12, 13 or 14 digits, an element string, a Digital Link or an EPC URN"
        raise cannot_read(data, _WHAT, expected, problem.code) from None


def _read_typed(data: str) -> Elements:
    """A raw element string in which `%1D` may be a separator, or three characters of a value."""
    separated = _ESCAPED_FNC1.sub(FNC1, data)
    if separated == data:
        return read_raw(data)
    found = []
    for text in (data, separated):
        try:
            found.append(read_raw(text))
        except IdentifierError as problem:
            reason = problem
    if not found:
        raise reason
    if len(found) > 1:
        either, other = map(bracketed, found)
        raise cannot_read(data, _WHAT, f"%1D may be a separator or part of a value: expected {either} or {other}")
    return found[0]


def _as_link(data: str) -> str | None:
    """`data` with scheme and host if it is a web address, or the path of a Digital Link; None for anything else."""
    if scheme := _SCHEME.match(data):
        return unquote(data) if scheme[0].endswith(("%3a", "%3A")) else data
    if _BARE_HOST.match(data):
        return "https://" + data.removeprefix("//")
    path = _BARE_PATH.match(data)
    if path is not None and (spec := AI_TABLE.get(path[1])) is not None and spec.key is not None:
        return f"{CANONICAL_BASE}/{data.removeprefix('/')}"
    return None


def _read_link(link: str, inside_page: bool) -> tuple[str, Elements]:
    """A Digital Link of any host, plain or compressed, or the address of one of our pages with a code in it."""
    parts = split_link(link)
    path = "/".join(parts[1]) if parts else ""
    if parts is None or find_key(parts[1]) is not None:
        elements = read_digital_link(link)
    elif _OWN_PAGE.fullmatch(path) and not inside_page:
        return _read_own_page(link, parts[2])
    else:
        try:
            elements = decompress(path, parts[2])
        except IdentifierError:
            elements = read_digital_link(link)
    check_pairing(elements)
    return "digital_link", elements


def _read_own_page(link: str, query: str) -> tuple[str, Elements]:
    """`/check?code=…&lot=…` and `/recalls/<number>?code=…`, as people copy them from the browser."""
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    if "code" not in asked:
        raise cannot_read(link, _WHAT, "expected ?code= in the address of a page, got none")
    form, elements = _read(tidy(asked["code"]), inside_page=True)
    known = dict(elements)
    for ai, name in (("10", "lot"), ("21", "serial")):
        value = asked.get(name, "").strip()
        if value and known.setdefault(ai, value) != value:
            raise cannot_read(value, name, f"expected {known[ai]!r} as in the code, or nothing")
    return form, read_bracketed(bracketed(tuple(known.items())))


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
