"""The hash of an event's content, equal for every way to write the same event (CBV 2.0 §8.9).

eventID, recordTime and errorDeclaration take no part: a declaration has the hash of the event it declares.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from trace import cbv
from trace.epcis.hash_identifiers import canonical_link
from trace.epcis.names import Names, read_context
from trace.epcis.timestamps import hash_timestamp
from trace.kit.strict_json import canonical_dumps

_Writer = Callable[[str, Any, Names], str]

_TRAILING_ZEROS = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]*0")
_LINKS = ("urn:epc:", "http")
_NOT_HASHED = frozenset({"@context", "type", "eventID", "recordTime", "errorDeclaration"})


def event_hash(body: Mapping[str, Any], context: Names | Any) -> tuple[str, str]:
    """Return the event's hash (64 hexadecimal digits of SHA-256) and the pre-hash string it is made of.

    `body` is the event as a JSON-LD object, `context` its `@context` or the Names read from that.
    """
    names = context if isinstance(context, Names) else read_context(context)
    text = prehash(body, names)
    return hashlib.sha256(text.encode()).hexdigest(), text


def hash_uri(hexadecimal: str) -> str:
    """Write a hash as the `ni` URI by which events name each other (RFC 6920, CBV 2.0 §8.9)."""
    return f"ni:///sha-256;{hexadecimal}?ver=CBV2.0"


def prehash(body: Mapping[str, Any], names: Names) -> str:
    """Concatenate the event's fields in the canonical order of CBV 2.0 §8.9, extensions last and sorted."""
    return f"eventType={body.get('type', '')}" + _fields(body, _EVENT_FIELDS, names, _NOT_HASHED)


def _fields(
    item: Mapping[str, Any],
    order: Mapping[str, _Writer],
    names: Names,
    skipped: frozenset[str] = frozenset(),
) -> str:
    parts = [write(key, item[key], names) for key, write in order.items() if key in item and item[key] is not None]
    if len(parts) < len(item):
        extensions = [(key, value) for key, value in item.items() if key not in order and key not in skipped]
        if extensions:
            parts.append(_extensions(extensions, names))
    return "".join(parts)


# -- values ----------------------------------------------------------------------------------------


def _value(value: Any) -> str:
    """Write a plain value: trimmed text, shortest number, boolean as in JSON (rules 5 to 7)."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return number_text(value)
    return canonical_dumps(value).decode()  # an object where the standard has a plain value


def number_text(number: Any) -> str:
    """Write a number without exponent and without trailing zeros: 200.0 and 2E+2 are both '200'."""
    if isinstance(number, int):
        return str(number)
    text = format(number if isinstance(number, Decimal) else Decimal(str(number)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _identifier(value: Any, names: Names) -> str:
    text = value if isinstance(value, str) else _value(value)
    if text.startswith(_LINKS):
        return canonical_link(text)
    return canonical_link(names.expand_curie(text)) if ":" in text else text


def _word(vocabulary: cbv.Vocabulary, value: Any, names: Names) -> str:
    text = value if isinstance(value, str) else _value(value)
    known = cbv.web_uri(vocabulary, text)
    return names.expand_curie(known) if known is text else known


# -- fields ----------------------------------------------------------------------------------------


def _plain(key: str, value: Any, names: Names) -> str:
    return f"{key}={value.strip() if isinstance(value, str) else _value(value)}"


def _time(key: str, value: Any, names: Names) -> str:
    return f"{key}={hash_timestamp(_value(value))}"


def _uri(key: str, value: Any, names: Names) -> str:
    if isinstance(value, str) and value.startswith(_LINKS):  # the usual case first: half of an event is URIs
        return f"{key}={canonical_link(value)}"
    return f"{key}={_identifier(value, names)}"


def _uris(key: str, value: Any, names: Names) -> str:
    values = value if isinstance(value, list) else [value]
    return "".join(sorted(f"{key}={_identifier(item, names)}" for item in values))


def _vocabulary_field(vocabulary: cbv.Vocabulary) -> _Writer:
    known = vocabulary.web_uris

    def write(key: str, value: Any, names: Names) -> str:
        uri = known.get(value) if isinstance(value, str) else None
        return f"{key}={uri or _word(vocabulary, value, names)}"

    return write


def _web_word(key: str, value: Any, names: Names) -> str:
    """Write a word of the GS1 Web Vocabulary, which sensor types and exceptions come from (rule 16)."""
    text = _value(value)
    return f"{key}={names.expand_curie(text) if ':' in text else cbv.WEB_VOCABULARY + text}"


def _list_of(write_item: Callable[[Any, Names], str]) -> _Writer:
    def write(key: str, value: Any, names: Names) -> str:
        items = [write_item(item, names) for item in _as_list(value)]
        if not items:
            return ""  # an empty list is as good as none (rule 4)
        items.sort()
        return key + "".join(items)

    return write


def _epc(item: Any, names: Names) -> str:
    return f"epc={_identifier(item, names)}"


def _quantity_element(item: Any, names: Names) -> str:
    return "quantityElement" + _fields(item, _QUANTITY_FIELDS, names)


def _typed(child: str, vocabulary: cbv.Vocabulary) -> Callable[[Any, Names], str]:
    order: Mapping[str, _Writer] = {"type": _vocabulary_field(vocabulary), child: _uri}
    known = vocabulary.web_uris

    def write(item: Any, names: Names) -> str:
        if len(item) == 2 and "type" in item and child in item:  # nearly always; the same, without the general way
            word, identifier = item["type"], item[child]
            if isinstance(word, str) and word in known and identifier is not None:
                return f"type={known[word]}{_uri(child, identifier, names)}"
        return _fields(item, order, names)

    return write


def _place(key: str, value: Any, names: Names) -> str:
    if len(value) == 1 and "id" in value:
        return f"{key}{_uri('id', value['id'], names)}"
    return key + _fields(value, _PLACE_FIELDS, names)


def _persistent_disposition(key: str, value: Any, names: Names) -> str:
    words = [
        f"{kind}={word}"
        for kind in ("set", "unset")
        for word in sorted(_word(cbv.DISPOSITIONS, item, names) for item in _as_list(value.get(kind) or []))
    ]
    return key + "".join(words) if words else ""


def _sensor_element(item: Any, names: Names) -> str:
    return "sensorElement" + _fields(item, _SENSOR_ELEMENT_FIELDS, names)


def _sensor_metadata(key: str, value: Any, names: Names) -> str:
    return key + _fields(value, _METADATA_FIELDS, names)


def _sensor_reports(key: str, value: Any, names: Names) -> str:
    return "".join(sorted(key + _fields(item, _REPORT_FIELDS, names) for item in _as_list(value)))


def _ilmd(key: str, value: Any, names: Names) -> str:
    content = _extensions(value.items(), names)
    return key + content if content else ""


# -- extensions (rules 19 to 21) -------------------------------------------------------------------


def _extensions(fields: Iterable[tuple[str, Any]], names: Names) -> str:
    parts = [
        _extension(key, item, names)
        for key, value in fields
        if not key.startswith("@xsi:")  # how XML types a value is no part of its content
        for item in _as_list(value)
    ]
    parts.sort()
    return "".join(parts)


def _extension(key: str, value: Any, names: Names) -> str:
    name = _qualified(key.removeprefix("@"), names)
    if value is None:
        return name
    if isinstance(value, Mapping):
        text = _extension_text(value["#text"], names) if "#text" in value else ""
        content = _extensions(((k, v) for k, v in value.items() if k != "#text"), names)
        return f"{name}={text}{content}" if text else name + content
    if isinstance(value, list):  # a list within a list has no name of its own
        return name + "".join(sorted(_extension(key, item, names) for item in value))
    text = _extension_text(value, names)
    return f"{name}={text}" if text else name


def _extension_text(value: Any, names: Names) -> str:
    text = _value(value)
    if not isinstance(value, str):
        return text
    if text.startswith("urn:epcglobal:cbv:"):
        return _cbv_word(text)
    if text.startswith(_LINKS):
        return canonical_link(text)
    # XML has only text: its '20.0' must hash like JSON's 20.0. Leading zeros are left: '0012' is no number.
    return number_text(text) if _TRAILING_ZEROS.fullmatch(text) else text


def _cbv_word(text: str) -> str:
    for vocabulary in _ALL_VOCABULARIES:
        uri = cbv.web_uri(vocabulary, text)
        if uri is not text:
            return uri
    return text


def _qualified(key: str, names: Names) -> str:
    namespace, local = names.expand(key)
    return local if namespace is None else f"{{{namespace}}}{local}"


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_ALL_VOCABULARIES = (
    cbv.BIZ_STEPS,
    cbv.DISPOSITIONS,
    cbv.TRANSACTION_TYPES,
    cbv.SOURCE_DESTINATION_TYPES,
    cbv.ERROR_REASONS,
    cbv.COMPONENTS,
)

# -- the canonical order (CBV 2.0 §8.9, as its reference vectors have it) --------------------------

_PLACE_FIELDS: Mapping[str, _Writer] = {"id": _uri}
_QUANTITY_FIELDS: Mapping[str, _Writer] = {"epcClass": _uri, "quantity": _plain, "uom": _plain}
_METADATA_FIELDS: Mapping[str, _Writer] = {
    "time": _time,
    "startTime": _time,
    "endTime": _time,
    "deviceID": _uri,
    "deviceMetadata": _uri,
    "rawData": _uri,
    "dataProcessingMethod": _uri,
    "bizRules": _uri,
}
_REPORT_FIELDS: Mapping[str, _Writer] = {
    "type": _web_word,
    "exception": _web_word,
    "deviceID": _uri,
    "deviceMetadata": _uri,
    "rawData": _uri,
    "dataProcessingMethod": _uri,
    "time": _time,
    "microorganism": _uri,
    "chemicalSubstance": _uri,
    "value": _plain,
    "component": _vocabulary_field(cbv.COMPONENTS),
    "stringValue": _plain,
    "booleanValue": _plain,
    "hexBinaryValue": _plain,
    "uriValue": _uri,
    "minValue": _plain,
    "maxValue": _plain,
    "meanValue": _plain,
    "sDev": _plain,
    "percRank": _plain,
    "percValue": _plain,
    "uom": _plain,
    "coordinateReferenceSystem": _uri,
}
_SENSOR_ELEMENT_FIELDS: Mapping[str, _Writer] = {
    "sensorMetadata": _sensor_metadata,
    "sensorReport": _sensor_reports,
}
_EPCS = _list_of(_epc)
_QUANTITIES = _list_of(_quantity_element)
_EVENT_FIELDS: Mapping[str, _Writer] = {
    "eventTime": _time,
    "eventTimeZoneOffset": _plain,
    "certificationInfo": _uris,
    "epcList": _EPCS,
    "parentID": _uri,
    "childEPCs": _EPCS,
    "quantityList": _QUANTITIES,
    "childQuantityList": _QUANTITIES,
    "inputEPCList": _EPCS,
    "inputQuantityList": _QUANTITIES,
    "outputEPCList": _EPCS,
    "outputQuantityList": _QUANTITIES,
    "action": _plain,
    "transformationID": _uri,
    "bizStep": _vocabulary_field(cbv.BIZ_STEPS),
    "disposition": _vocabulary_field(cbv.DISPOSITIONS),
    "persistentDisposition": _persistent_disposition,
    "readPoint": _place,
    "bizLocation": _place,
    "bizTransactionList": _list_of(_typed("bizTransaction", cbv.TRANSACTION_TYPES)),
    "destinationList": _list_of(_typed("destination", cbv.SOURCE_DESTINATION_TYPES)),
    "sourceList": _list_of(_typed("source", cbv.SOURCE_DESTINATION_TYPES)),
    "sensorElementList": _list_of(_sensor_element),
    "ilmd": _ilmd,
}
