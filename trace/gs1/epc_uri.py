"""EPC URNs and GS1 elements, both ways (EPC Tag Data Standard 1.13 §6, GS1 CBV 2.0 §8).

The length of the company prefix only says where a URN puts its dots: no comparison ever uses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote, unquote

from trace.gs1.check_digits import check_digit
from trace.gs1.errors import IdentifierError, cannot_read

Elements = tuple[tuple[str, str], ...]

# TDS 1.13 annex A: characters of set 82 that stand for themselves in a URN; the others are escaped.
_ESCAPED = r"[0-9A-Za-z!'()*+,\-.:;=_]|%(?:22|23|25|26|2[fF]|3[cC]|3[eE]|3[fF])"
_TEXT = re.compile(f"(?:{_ESCAPED})+")
_SAFE = "!'()*+,:;="  # unreserved characters are always safe
_PREFIX = re.compile(r"[0-9]{6,12}")
_PART_NUMBER = re.compile(r"[0-9A-Z#/-]+")


def _fail(what: str, reason: str, code: str) -> IdentifierError:
    return IdentifierError(f"{what}: {reason}", code)


def _joined(prefix: str, rest: str, length: int) -> str:
    """`prefix` and `rest` (digits) as one, refused unless both together have `length` digits."""
    if not _PREFIX.fullmatch(prefix):
        raise _fail("company prefix", f"expected 6 to 12 digits, got {prefix!r}", "bad_length")
    if rest and not (rest.isascii() and rest.isdigit()):
        raise _fail("reference", f"expected digits, got {rest!r}", "bad_characters")
    if len(prefix) + len(rest) != length:
        reason = f"expected {length} digits together, got {len(prefix)} + {len(rest)}"
        raise _fail("company prefix and reference", reason, "bad_length")
    return prefix + rest


def _text(escaped: str, most: int) -> str:
    if not _TEXT.fullmatch(escaped):
        raise _fail(
            "serial, lot or extension",
            f"expected characters of set 82, escaped, got {escaped!r}",
            "bad_characters",
        )
    text = unquote(escaped) if "%" in escaped else escaped
    if len(text) > most:
        raise _fail("serial, lot or extension", f"expected 1 to {most} characters, got {len(text)}", "bad_length")
    return text


def _digits(text: str, most: int) -> str:
    if not re.fullmatch(r"[0-9]+", text):
        raise _fail("serial", f"expected digits, got {text!r}", "bad_characters")
    if len(text) > most:
        raise _fail("serial", f"expected 1 to {most} digits, got {len(text)}", "bad_length")
    return text


def _split(body: str, parts: int) -> list[str]:
    found = body.split(".", parts - 1)
    if len(found) != parts:
        raise _fail("URN", f"expected {parts} parts with dots between, got {len(found)}", "bad_syntax")
    return found


def _keyed(digits: str) -> str:
    return digits + check_digit(digits)


@lru_cache(maxsize=16_384)
def gtin_of(prefix: str, reference: str) -> str:
    """GTIN-14 of a URN's company prefix and item reference, together 13 digits; else `IdentifierError`.

    The indicator digit stands first in the reference but before the prefix in the GTIN (TDS 1.13 §7.2).
    """
    _joined(prefix, reference, 13)
    return _keyed(reference[0] + prefix + reference[1:])


def _trade_item(ai: str, most: int = 20) -> Callable[[str], Elements]:
    def read(body: str) -> Elements:
        prefix, reference, text = _split(body, 3)
        return (("01", gtin_of(prefix, reference)), (ai, _text(text, most)))

    return read


def _item_pattern(body: str) -> Elements:
    prefix, reference, text = _split(body, 3)
    if text != "*":
        raise _fail("serial", f"expected '*', got {text!r}", "bad_syntax")
    return (("01", gtin_of(prefix, reference)),)


def _sscc(body: str) -> Elements:
    prefix, reference = _split(body, 2)
    _joined(prefix, reference, 17)
    return (("00", _keyed(reference[0] + prefix + reference[1:])),)


def _place(body: str) -> Elements:
    prefix, reference, extension = _split(body, 3)
    gln = _keyed(_joined(prefix, reference, 12))
    # TDS §6.3.3: extension '0' says that there is none.
    return (("414", gln),) if extension == "0" else (("414", gln), ("254", _text(extension, 20)))


def _plain(ai: str, length: int) -> Callable[[str], Elements]:
    def read(body: str) -> Elements:
        prefix, reference = _split(body, 2)
        return ((ai, _keyed(_joined(prefix, reference, length))),)

    return read


def _serialised(ai: str, most: int, digits_only: bool = False, filler: str = "") -> Callable[[str], Elements]:
    def read(body: str) -> Elements:
        prefix, reference, serial = _split(body, 3)
        key = filler + _keyed(_joined(prefix, reference, 12))
        return ((ai, key + (_digits(serial, most) if digits_only else _text(serial, most))),)

    return read


def _open(ai: str) -> Callable[[str], Elements]:
    def read(body: str) -> Elements:
        prefix, reference = _split(body, 2)
        _joined(prefix, "", len(prefix))
        return ((ai, prefix + _text(reference, 30 - len(prefix))),)

    return read


def _piece(body: str) -> Elements:
    prefix, reference, piece, total, serial = _split(body, 5)
    if not (re.fullmatch(r"[0-9]{2}", piece) and re.fullmatch(r"[0-9]{2}", total) and "01" <= piece <= total):
        raise _fail("piece and total", f"expected two digits each, got {piece!r} of {total!r}", "bad_syntax")
    return (("8006", gtin_of(prefix, reference) + piece + total), ("21", _text(serial, 20)))


def _component(body: str) -> Elements:
    prefix, part, serial = _split(body, 3)
    _joined(prefix, "", len(prefix))
    number = unquote(part)
    if not _PART_NUMBER.fullmatch(number) or len(prefix) + len(number) > 30:
        raise _fail(
            "part number",
            f"expected up to {30 - len(prefix)} characters of set 39, got {part!r}",
            "bad_characters",
        )
    return (("8010", prefix + number), ("8011", _digits(serial, 12)))


_READERS: dict[str, Callable[[str], Elements]] = {
    "id:sgtin": _trade_item("21"),
    "class:lgtin": _trade_item("10"),
    "idpat:sgtin": _item_pattern,
    "id:upui": _trade_item("235", 28),
    "id:sscc": _sscc,
    "id:sgln": _place,
    "id:pgln": _plain("417", 12),
    "id:gsrn": _plain("8018", 17),
    "id:gsrnp": _plain("8017", 17),
    "id:gsin": _plain("402", 16),
    "id:grai": _serialised("8003", 16, filler="0"),
    "id:gdti": _serialised("253", 17),
    "id:sgcn": _serialised("255", 12, digits_only=True),
    "id:giai": _open("8004"),
    "id:ginc": _open("401"),
    "id:itip": _piece,
    "id:cpi": _component,
}


def read_epc_urn(text: str) -> Elements | None:
    """The GS1 elements of an EPC URN, key first; None if its scheme is none of GS1's (bic, adi, …).

    `urn:epc:idpat:sgtin:…*` reads as the item alone; other patterns answer None.
    Raises `IdentifierError` for a GS1 scheme with wrong lengths or characters (TDS 1.13 §6.3).
    """
    if not text.startswith("urn:epc:"):
        return None
    kind, _, rest = text[8:].partition(":")
    name, _, body = rest.partition(":")
    scheme = f"{kind}:{name}"
    reader = _READERS.get(scheme)
    if reader is None:
        return None
    try:
        return reader(body)
    except IdentifierError as problem:
        raise cannot_read(text, f"EPC {scheme}", str(problem), problem.code) from None


def _escape(text: str) -> str:
    return quote(text, safe=_SAFE)


def _indicated(key: str, length: int) -> str:
    """`prefix.reference` with the leading indicator or extension digit moved before the reference."""
    return f"{key[1 : 1 + length]}.{key[0]}{key[1 + length : -1]}"


def _dotted(digits: str, length: int) -> str:
    return f"{digits[:length]}.{digits[length:]}"


_PLAIN_SCHEMES = {"417": "pgln", "8018": "gsrn", "8017": "gsrnp", "402": "gsin"}
_SERIALISED_SCHEMES = {"8003": ("grai", 1, 14), "253": ("gdti", 0, 13), "255": ("sgcn", 0, 13)}
_OPEN_SCHEMES = {"8004": "giai", "401": "ginc"}


def _write_trade_item(head: str, qualifiers: Elements) -> str | None:
    match qualifiers:
        case ():
            return f"urn:epc:idpat:sgtin:{head}.*"
        case (("10", lot),):
            return f"urn:epc:class:lgtin:{head}.{_escape(lot)}"
        case (("21", serial),):
            return f"urn:epc:id:sgtin:{head}.{_escape(serial)}"
        case (("235", serial),):
            return f"urn:epc:id:upui:{head}.{_escape(serial)}"
    return None


def _write(ai: str, key: str, rest: Elements, length: int) -> str | None:
    values = dict(rest)
    if ai == "01":
        return _write_trade_item(_indicated(key, length), rest)
    if ai == "00":
        return f"urn:epc:id:sscc:{_indicated(key, length)}"
    if ai == "414" and rest in ((), (("254", values.get("254")),)):
        return f"urn:epc:id:sgln:{_dotted(key[:-1], length)}.{_escape(values.get('254', '0'))}"
    if ai == "8006" and "21" in values:
        pieces = f"{key[14:16]}.{key[16:]}.{_escape(values['21'])}"
        return f"urn:epc:id:itip:{_indicated(key[:14], length)}.{pieces}"
    if ai == "8010" and "8011" in values:
        return f"urn:epc:id:cpi:{key[:length]}.{quote(key[length:], safe='')}.{values['8011']}"
    if rest:
        return None
    if ai in _PLAIN_SCHEMES:
        return f"urn:epc:id:{_PLAIN_SCHEMES[ai]}:{_dotted(key[:-1], length)}"
    if ai in _OPEN_SCHEMES:
        return f"urn:epc:id:{_OPEN_SCHEMES[ai]}:{key[:length]}.{_escape(key[length:])}"
    if ai in _SERIALISED_SCHEMES:
        scheme, start, end = _SERIALISED_SCHEMES[ai]
        return f"urn:epc:id:{scheme}:{_dotted(key[start : end - 1], length)}.{_escape(key[end:])}"
    return None


def write_epc_urn(elements: Elements, company_prefix_length: int) -> str:
    """The EPC URN of checked `elements`, key first, for a company prefix of 6 to 12 digits.

    Raises `IdentifierError` where no scheme can hold them or the length of the prefix is impossible.
    """
    (ai, key), shown = elements[0], "".join(f"({ai}){value}" for ai, value in elements)
    if not 6 <= company_prefix_length <= 12:
        reason = f"company prefix should have 6 to 12 digits, got {company_prefix_length}"
        raise cannot_read(shown, "EPC URN", reason, "bad_length")
    urn = _write(ai, key, elements[1:], company_prefix_length)
    if urn is None or read_epc_urn(urn) is None:
        raise cannot_read(shown, "EPC URN", f"no EPC scheme holds the AIs {', '.join(ai for ai, _ in elements)}")
    return urn
