"""Reading one field of an event's JSON-LD body; each defect becomes a Problem, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from trace import cbv
from trace.epcis.event import ErrorDeclaration, Problem, QuantityElement
from trace.epcis.names import Names
from trace.epcis.timestamps import is_zone_offset, read_timestamp
from trace.units import normalise_uom

Body = Mapping[str, Any]
Problems = list[Problem]

MAX_PROBLEMS = 100
MAX_DIGITS = 18
MAX_TEXT = 600
"""Characters of an identifier or a word: what is looked up by an index may not have more than 2,700 bytes."""
_LIMIT = 10**MAX_DIGITS
_KINDS: Mapping[type, str] = {str: "a string", dict: "an object", list: "a list"}
SENSOR_NUMBERS = frozenset({"value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"})
_QUANTITY_FIELDS = frozenset({"epcClass", "quantity", "uom"})
_TRANSACTION_FIELDS = frozenset({"type", "bizTransaction"})
_PARTY_FIELDS = {child: frozenset({"type", child}) for child in ("source", "destination")}
_PLACE_FIELDS = frozenset({"id"})
_DECLARATION_FIELDS = frozenset({"declarationTime", "reason", "correctiveEventIDs"})
_UOM = re.compile(r"\s*[A-Za-z0-9]{2,3}\s*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def complain(problems: Problems, pointer: str, detail: str) -> None:
    """Note a broken rule at a place of the document; past the first hundred they help nobody."""
    if len(problems) < MAX_PROBLEMS:
        problems.append(Problem(pointer, detail))


def kind_of(value: Any) -> str:
    """Name a JSON value's type for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, float):
        return "a binary fraction"
    if isinstance(value, (int, Decimal)):
        return "a number"
    return _KINDS.get(type(value), type(value).__name__)


def text(body: Body, key: str, at: str, problems: Problems, required: bool = False) -> str | None:
    """Read a text that may not be empty."""
    value = body.get(key)
    if value is None:
        if required:
            complain(problems, f"{at}/{key}", f"{key} is required")
        return None
    if isinstance(value, str) and value and not value.isspace():
        short(value, f"{at}/{key}", problems)
        return value
    got = "an empty string" if isinstance(value, str) else kind_of(value)
    complain(problems, f"{at}/{key}", f"expected a text, got {got}")
    return None


def short(value: str, at: str, problems: Problems) -> None:
    """Refuse a text that no index can hold."""
    if len(value) > MAX_TEXT:
        complain(problems, at, f"expected at most {MAX_TEXT} characters, got {len(value)}")


def uri(value: Any, at: str, problems: Problems, *path: str) -> str | None:
    """Read an identifier, which EPCIS writes as a URI (EPCIS 2.0 §6.4); `path` goes on from `at`."""
    if isinstance(value, str) and _URI.fullmatch(value):
        if len(value) > MAX_TEXT:
            short(value, "/".join((at, *path)), problems)
        return value
    got = repr(value[:60]) if isinstance(value, str) else kind_of(value)
    complain(problems, "/".join((at, *path)), f"expected a URI, got {got}")
    return None


def time(body: Body, key: str, at: str, problems: Problems) -> datetime | None:
    """Read a required time with its zone (EPCIS 2.0 §7.4.1: eventTime, declarationTime)."""
    value = text(body, key, at, problems, required=True)
    if value is None:
        return None
    try:
        return read_timestamp(value)
    except ValueError as error:
        complain(problems, f"{at}/{key}", str(error))
        return None


def zone_offset(body: Body, at: str, problems: Problems) -> str:
    """Read the required eventTimeZoneOffset (EPCIS 2.0 §7.4.1.1)."""
    value = text(body, "eventTimeZoneOffset", at, problems, required=True)
    if value is not None and not is_zone_offset(value):
        complain(problems, f"{at}/eventTimeZoneOffset", f"expected an offset like +08:00, got {value!r}")
    return value or ""


def word(vocabulary: cbv.Vocabulary, body: Body, key: str, at: str, names: Names, problems: Problems) -> str | None:
    """Read a word of a CBV vocabulary as the bare word, or another vocabulary's URI in full."""
    value = text(body, key, at, problems)
    if value is None:
        return None
    known = vocabulary.spellings.get(value)
    if known is not None:
        return known
    try:
        found = cbv.read_word(vocabulary, names.expand_curie(value))
        short(found, f"{at}/{key}", problems)
        return found
    except cbv.UnknownWord as error:
        complain(problems, f"{at}/{key}", str(error))
        return None


def items(body: Body, key: str, at: str, problems: Problems) -> list[Any]:
    """Read a list; a missing one is empty."""
    value = body.get(key)
    if value is None:
        return []
    if isinstance(value, list):
        return value
    complain(problems, f"{at}/{key}", f"expected a list, got {kind_of(value)}")
    return []


def objects(body: Body, key: str, at: str, problems: Problems) -> list[tuple[str, Body]]:
    """Read a list of objects with the pointer to each; what is no object is left out."""
    found: list[tuple[str, Body]] = []
    for index, item in enumerate(items(body, key, at, problems)):
        pointer = f"{at}/{key}/{index}"
        if isinstance(item, dict):
            found.append((pointer, item))
        else:
            complain(problems, pointer, f"expected an object, got {kind_of(item)}")
    return found


def epcs(body: Body, key: str, at: str, problems: Problems) -> tuple[str, ...]:
    """Read a list of EPCs, each once: naming an instance twice does not make it two (RULES 13)."""
    if key not in body:
        return ()
    found = items(body, key, at, problems)
    for index, item in enumerate(found):
        if not (isinstance(item, str) and len(item) <= MAX_TEXT and _URI.fullmatch(item)):
            uri(item, f"{at}/{key}/{index}", problems)
    return tuple(dict.fromkeys(item for item in found if isinstance(item, str)))


def quantities(body: Body, key: str, at: str, problems: Problems) -> tuple[QuantityElement, ...]:
    """Read a list of quantity elements (EPCIS 2.0 §7.3.3.3)."""
    if key not in body:
        return ()
    found = []
    for pointer, item in objects(body, key, at, problems):
        only(item, _QUANTITY_FIELDS, pointer, problems)
        epc_class = uri(item.get("epcClass"), pointer, problems, "epcClass")
        quantity = amount(item.get("quantity"), pointer, problems)
        uom = _unit(item, pointer, problems) if "uom" in item else None
        found.append(QuantityElement(epc_class or "", quantity, uom))
    return tuple(found)


def _unit(item: Body, at: str, problems: Problems) -> str | None:
    """Read a unit of measure, a code of UN/ECE Recommendation 20 (EPCIS 2.0 §7.3.3.3: uom)."""
    value = text(item, "uom", at, problems)
    if value is not None and not _UOM.fullmatch(value):
        complain(problems, at + "/uom", f"expected a code of 2 or 3 letters and digits like KGM, got {value[:60]!r}")
    return normalise_uom(value)


def amount(value: Any, at: str, problems: Problems) -> Decimal | None:
    """Read the quantity of an element: exact, not negative, at most 18 digits; None is an unknown one (RULES 8)."""
    if value is None:
        return None
    if type(value) is int and 0 <= value < _LIMIT:
        return Decimal(value)
    at += "/quantity"
    found = number(value, at, problems)
    if found is None:
        return None
    if found < 0:
        complain(problems, at, f"expected a quantity of 0 or more, got {value}")
    elif _digits(found) > MAX_DIGITS:
        complain(problems, at, f"expected at most {MAX_DIGITS} digits, got {_digits(found)}")
    return found


def number(value: Any, at: str, problems: Problems) -> Decimal | None:
    """Read an exact number; a binary fraction is none."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return Decimal(value)
    complain(problems, at, f"expected an exact number, got {kind_of(value)}")
    return None


def _digits(quantity: Decimal) -> int:
    """Count the digits that the number needs when written without exponent and without trailing zeros."""
    _, digits, exponent = quantity.as_tuple()
    if not isinstance(exponent, int):
        return MAX_DIGITS + 1
    significant = "".join(map(str, digits)).rstrip("0")
    exponent += len(digits) - len(significant)
    return 0 if not significant else max(quantity.adjusted() + 1, 0) + max(-exponent, 0)


def only(item: Body, known: frozenset[str], at: str, problems: Problems) -> None:
    """Refuse other fields than these (the schema's additionalProperties: false): 'qty' would lose an amount."""
    if not item.keys() <= known:
        for key in item.keys() - known:
            if ":" not in key:
                complain(problems, f"{at}/{key}", f"expected only {', '.join(sorted(known))}, got {key!r}")


def only_named(item: Body, known: Collection[str], at: str, names: Names, problems: Problems) -> None:
    """Refuse bare names that the standard does not have here; extensions have a namespace (EPCIS 2.0 §9.1, §10.1)."""
    for key in item:
        if key not in known and names.expand(key)[0] is None:
            expected = f"expected {', '.join(sorted(known))} or a name with a namespace"
            complain(problems, f"{at}/{key}", f"{expected}, got {key!r}")


def place(body: Body, key: str, at: str, names: Names, problems: Problems) -> str | None:
    """Read the id of a readPoint or bizLocation (EPCIS 2.0 §7.3.4)."""
    value = body.get(key)
    if value is None:
        return None
    if not isinstance(value, dict):
        complain(problems, f"{at}/{key}", f"expected an object with an id, got {kind_of(value)}")
        return None
    if len(value) > 1:
        only_named(value, _PLACE_FIELDS, f"{at}/{key}", names, problems)
    return uri(value.get("id"), at, problems, key, "id")


def transactions(body: Body, at: str, names: Names, problems: Problems) -> tuple[tuple[str | None, str], ...]:
    """Read business transactions as (type, identifier); the type may be missing (EPCIS 2.0 §7.3.5.3)."""
    if "bizTransactionList" not in body:
        return ()
    found = []
    for pointer, item in objects(body, "bizTransactionList", at, problems):
        only(item, _TRANSACTION_FIELDS, pointer, problems)
        kind = word(cbv.TRANSACTION_TYPES, item, "type", pointer, names, problems)
        identifier = text(item, "bizTransaction", pointer, problems, required=True)
        found.append((kind, identifier or ""))
    return tuple(found)


def parties(body: Body, key: str, child: str, at: str, names: Names, problems: Problems) -> tuple[tuple[str, str], ...]:
    """Read sources or destinations as (type, identifier), both required (EPCIS 2.0 §7.3.5.4)."""
    if key not in body:
        return ()
    found = []
    for pointer, item in objects(body, key, at, problems):
        only(item, _PARTY_FIELDS[child], pointer, problems)
        if "type" not in item:
            complain(problems, pointer + "/type", "type is required")
        kind = word(cbv.SOURCE_DESTINATION_TYPES, item, "type", pointer, names, problems)
        identifier = text(item, child, pointer, problems, required=True)
        found.append((kind or "", identifier or ""))
    return tuple(found)


def error_declaration(body: Body, at: str, names: Names, problems: Problems) -> ErrorDeclaration | None:
    """Read an error declaration (EPCIS 2.0 §7.4.1.2)."""
    value = body.get("errorDeclaration")
    if value is None:
        return None
    pointer = at + "/errorDeclaration"
    if not isinstance(value, dict):
        complain(problems, pointer, f"expected an object, got {kind_of(value)}")
        return None
    only_named(value, _DECLARATION_FIELDS, pointer, names, problems)
    declared = time(value, "declarationTime", pointer, problems)
    reason = word(cbv.ERROR_REASONS, value, "reason", pointer, names, problems)
    corrective = items(value, "correctiveEventIDs", pointer, problems)
    for index, item in enumerate(corrective):
        uri(item, f"{pointer}/correctiveEventIDs/{index}", problems)
    ids = tuple(item for item in corrective if isinstance(item, str))
    return None if declared is None else ErrorDeclaration(declared, reason, ids)
