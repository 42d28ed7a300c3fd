"""What an EPC or pattern in a MATCH parameter matches (EPCIS 2.0 §8.2.7.1.1), as canonical URIs and their beginnings.

The dots of a pattern's URN fall where its company prefix ends, canonical URIs have none: a pattern for all goods of a
company prefix is ten beginnings of GTINs, one for each indicator digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trace.gs1 import IdentifierError, Kind, read_identifier
from trace.gs1.digital_link import CANONICAL_BASE

GTIN_END = len(CANONICAL_BASE) + len("/01/") + 14
"""Characters of a canonical URI up to the end of its GTIN."""


@dataclass(frozen=True, slots=True)
class EpcPattern:
    """Matches each of ``uris``, and each canonical URI that begins with one of ``prefixes``.

    With a ``mark`` it must stand behind the GTIN of what the prefixes find, that is from character `GTIN_END` on; the
    empty mark means that nothing stands there, ``None`` that anything may.
    """

    uris: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class _Scheme:
    """Where canonical URIs of an EPC scheme keep the company prefix (EPC Tag Data Standard 1.13 §6.3)."""

    path: str
    fields: int
    indicated: bool = False  # a digit of the reference stands before the company prefix
    mark: str | None = None


_SCHEMES = {
    "sgtin": _Scheme("/01/", 3, True, "/21/"),
    "lgtin": _Scheme("/01/", 3, True, "/10/"),
    "upui": _Scheme("/01/", 3, True, "/235/"),
    "itip": _Scheme("/8006/", 5, True),
    "sscc": _Scheme("/00/", 2, True),
    "sgln": _Scheme("/414/", 3),
    "pgln": _Scheme("/417/", 2),
    "gsrn": _Scheme("/8018/", 2),
    "gsrnp": _Scheme("/8017/", 2),
    "gsin": _Scheme("/402/", 2),
    "grai": _Scheme("/8003/0", 3),
    "gdti": _Scheme("/253/", 3),
    "sgcn": _Scheme("/255/", 3),
    "giai": _Scheme("/8004/", 2),
    "ginc": _Scheme("/401/", 2),
    "cpi": _Scheme("/8010/", 3),
}
_PATTERN = "urn:epc:idpat:"
_CLASS_SCHEMES = frozenset({"lgtin"})


def read_pattern(text: str, classes: bool) -> EpcPattern:
    """Read one value of a MATCH parameter, of instances or of ``classes``.

    An EPC or class in any form matches itself; a pure identity pattern what it covers, with `*` at its end only; a
    Digital Link that ends in `*` likewise. An item (GTIN) in a list of instances means all of its instances.
    Raises ValueError for a pattern that cannot be one.
    """
    if text.startswith(_PATTERN) and "*" in text:
        return _read_epc_pattern(text, classes)
    if text.endswith("/*") and not text.startswith("urn:"):
        first = read_identifier(text[:-1] + "0")
        if first.kind is not Kind.OTHER and first.problem is None:
            return EpcPattern(prefixes=(first.uri[:-1],))
    if text.startswith(_PATTERN):
        text = _plain_urn(text)
    try:
        identifier = read_identifier(text)
    except IdentifierError as error:
        raise ValueError(str(error)) from error
    if identifier.kind is Kind.ITEM and not classes:
        return EpcPattern((identifier.uri,), (identifier.uri + "/21/",))
    return EpcPattern((identifier.uri,))


def _plain_urn(pattern: str) -> str:
    name, _, body = pattern.removeprefix(_PATTERN).partition(":")
    return f"urn:epc:{'class' if name in _CLASS_SCHEMES else 'id'}:{name}:{body}"


def _read_epc_pattern(text: str, classes: bool) -> EpcPattern:
    name, _, body = text.removeprefix(_PATTERN).partition(":")
    fields = body.split(".")
    given = fields[: fields.index("*")] if "*" in fields else fields
    if any(field != "*" for field in fields[len(given) :]) or "*" in "".join(given):
        raise ValueError(f"expected '*' only for whole fields at the end of a pattern, got {text!r}")
    scheme = _SCHEMES.get(name)
    if scheme is None:
        start = f"urn:epc:id:{name}:" + ".".join([*given, ""])
        return EpcPattern(prefixes=(start,))
    if len(fields) != scheme.fields:
        raise ValueError(f"expected {scheme.fields} fields in a pattern of {name}, got {len(fields)} in {text!r}")
    if classes and name == "sgtin":
        return _items(text, scheme, given)
    if len(given) == len(fields) - 1 and len(given) > 1:
        return EpcPattern(prefixes=(_head(name, given),))
    return EpcPattern(prefixes=tuple(_prefixes(text, scheme, given)), mark=scheme.mark)


def _items(text: str, scheme: _Scheme, given: list[str]) -> EpcPattern:
    """An item's pattern is the name of its class; with more left open, the classes of all those items."""
    if len(given) == 2:
        return EpcPattern((_read(f"{_PATTERN}sgtin:{'.'.join(given)}.*"),))
    return EpcPattern(prefixes=tuple(_prefixes(text, scheme, given)), mark="")


def _head(name: str, given: list[str]) -> str:
    """All but the last field are given: the canonical URI of any such EPC, without its last character."""
    uri = _read(_plain_urn(f"{_PATTERN}{name}:{'.'.join([*given, '0'])}"))
    return uri if name == "sgln" else uri[:-1]  # extension 0 says that there is none


def _read(text: str) -> str:
    identifier = read_identifier(text)
    if identifier.problem is not None:
        raise ValueError(f"expected an EPC pattern with the right number of digits, got {text!r}")
    return identifier.uri


def _prefixes(text: str, scheme: _Scheme, given: list[str]) -> Iterator[str]:
    base = CANONICAL_BASE + scheme.path
    if not given:
        yield base
        return
    company = given[0]
    if not (company.isascii() and company.isdigit() and 6 <= len(company) <= 12) or len(given) > 2:
        raise ValueError(f"expected a company prefix of 6 to 12 digits, got {text!r}")
    reference = given[1] if len(given) == 2 else ""
    if not scheme.indicated:
        yield base + company + reference
    elif reference:
        yield base + reference[0] + company + reference[1:]
    else:
        yield from (f"{base}{digit}{company}" for digit in range(10))
