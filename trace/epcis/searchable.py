"""What can be asked about an event beyond its standard columns: extensions, ilmd, sensors, errors (EPCIS 2.0 §8.2.7.1).

Every such field is a name and a key (`trace.epcis.search_keys`); an event without any costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trace import cbv
from trace.epcis.event import Event
from trace.epcis.names import Names, read_context
from trace.epcis.search_keys import search_key, text_key

Body = Mapping[str, Any]

MAX_NAME = 600
"""Characters of a field's name: longer ones are kept with the event, but no index can hold them."""

PRESENT = ""
"""The key of a field that has no value of its own but others inside: it only exists."""


class Scope(StrEnum):
    """Where in the event a field stands; each is a family of query parameters."""

    STANDARD = "standard"  # fields of the standard that have no column: sensor attributes, persistent disposition
    EXTENSION = "extension"  # of the event itself
    ILMD = "ilmd"
    ERROR_DECLARATION = "errorDeclaration"
    READ_POINT = "readPoint"
    BIZ_LOCATION = "bizLocation"
    SENSOR_ELEMENT = "sensorElement"
    SENSOR_METADATA = "sensorMetadata"
    SENSOR_REPORT = "sensorReport"


@dataclass(frozen=True, slots=True)
class FieldName:
    """A searchable field: `inner` is anywhere below its scope's top level.

    `namespace` is the IRI before the local name, and `prefix` what the event abbreviates it to; of a standard field
    with a unit of measure (`value`, `minValue` …) `namespace` is that unit. Without either, both are empty.
    """

    scope: Scope
    inner: bool
    namespace: str
    local: str
    prefix: str = ""


STANDARD_SENSOR_TIMES = ("time", "startTime", "endTime")
STANDARD_SENSOR_TEXTS = (
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
    "microorganism",
    "chemicalSubstance",
    "coordinateReferenceSystem",
    "stringValue",
    "hexBinaryValue",
    "uriValue",
    "component",
    "exception",
)
STANDARD_SENSOR_NUMBERS = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")
_SENSOR_METADATA = frozenset(
    {*STANDARD_SENSOR_TIMES, "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"}
)
_SENSOR_REPORT = frozenset(
    {
        *STANDARD_SENSOR_TEXTS,
        *STANDARD_SENSOR_NUMBERS,
        *STANDARD_SENSOR_TIMES,
        "type",
        "booleanValue",
        "percRank",
        "uom",
        "deviceMetadata",
    }
)
_NOT_SEARCHED = frozenset(
    {
        "type",
        "eventTime",
        "recordTime",
        "eventTimeZoneOffset",
        "eventID",
        "bizStep",
        "disposition",
        "bizTransactionList",
        "sourceList",
        "destinationList",
        "action",
        "epcList",
        "quantityList",
        "parentID",
        "childEPCs",
        "childQuantityList",
        "inputEPCList",
        "inputQuantityList",
        "outputEPCList",
        "outputQuantityList",
        "transformationID",
        "@context",
    }
)
_PLACES = {"readPoint": Scope.READ_POINT, "bizLocation": Scope.BIZ_LOCATION}
_ERROR_FIELDS = frozenset({"declarationTime", "reason", "correctiveEventIDs"})


def searchable_fields(event: Event, read_names: Callable[[Any], Names] = read_context) -> list[tuple[FieldName, str]]:
    """Return the fields of ``event`` beside its columns and lists: (name, key), each once, in the event's order.

    ``read_names`` reads the event's context.
    """
    body = event.body
    rest = body.keys() - _NOT_SEARCHED
    if rest <= _PLACES.keys() and all(isinstance(body[key], dict) and len(body[key]) == 1 for key in rest):
        return []
    names = read_names(event.context)
    # null is as good as nothing, which is how events are read too
    found = [one for key in body if key in rest and body[key] is not None for one in _field(key, body[key], names)]
    return list(dict.fromkeys(found))


def _field(key: str, value: Any, names: Names) -> Iterator[tuple[FieldName, str]]:
    match key:
        case "readPoint" | "bizLocation":
            yield from _members(_PLACES[key], value, names, {"id"})
        case "ilmd":
            yield _standard("ilmd"), PRESENT
            yield from _members(Scope.ILMD, value, names)
        case "errorDeclaration":
            yield from _error_declaration(value, names)
        case "sensorElementList":
            yield _standard("sensorElementList"), PRESENT
            for element in _objects(value):
                yield from _sensor_element(element, names)
        case "persistentDisposition":
            for kind in ("set", "unset"):
                words = value.get(kind) or ()
                for word in words if isinstance(words, (list, tuple)) else [words]:
                    yield _standard(f"persistentDisposition.{kind}"), text_key(_word(cbv.DISPOSITIONS, word, names))
        case "certificationInfo":
            for item in value if isinstance(value, list) else [value]:
                yield _standard("certificationInfo"), text_key(str(item))
        case _:
            yield from _extension(Scope.EXTENSION, key, value, names, inner=False)


def _error_declaration(value: Body, names: Names) -> Iterator[tuple[FieldName, str]]:
    yield _standard("errorDeclaration.declarationTime"), search_key(value["declarationTime"])
    if value.get("reason") is not None:
        yield _standard("errorDeclaration.reason"), text_key(_word(cbv.ERROR_REASONS, value["reason"], names))
    yield from _members(Scope.ERROR_DECLARATION, value, names, _ERROR_FIELDS)


def _sensor_element(element: Body, names: Names) -> Iterator[tuple[FieldName, str]]:
    metadata = element.get("sensorMetadata") or {}
    yield from _sensor_attributes(metadata, names)
    yield from _members(Scope.SENSOR_METADATA, metadata, names, _SENSOR_METADATA)
    for report in _objects(element.get("sensorReport")):
        yield from _sensor_attributes(report, names)
        yield from _members(Scope.SENSOR_REPORT, report, names, _SENSOR_REPORT)
    yield from _members(Scope.SENSOR_ELEMENT, element, names, {"sensorMetadata", "sensorReport"})


def _sensor_attributes(item: Body, names: Names) -> Iterator[tuple[FieldName, str]]:
    uom = str(item.get("uom") or "")
    for key, value in item.items():
        if value is None:
            continue
        if key in STANDARD_SENSOR_NUMBERS:
            yield _standard(f"sensor.{key}", uom), search_key(value)
        elif key == "percRank" or key in STANDARD_SENSOR_TIMES:
            yield _standard(f"sensor.{key}"), search_key(value)
        elif key == "type":
            yield _standard("sensor.type"), text_key(measurement_type(str(value), names))
        elif key == "booleanValue":
            yield _standard("sensor.booleanValue"), search_key(value if isinstance(value, bool) else str(value).lower())
        elif key in STANDARD_SENSOR_TEXTS:
            yield _standard(f"sensor.{key}"), text_key(str(value))


def measurement_type(text: str, names: Names) -> str:
    """Return a sensor report's type as the bare word of the GS1 Web Vocabulary, or another URI as written."""
    expanded = names.expand_curie(text)
    for base in ("https://gs1.org/voc/", "http://gs1.org/voc/", "https://www.gs1.org/voc/", "gs1:"):
        if expanded.startswith(base):
            return expanded.removeprefix(base).removeprefix("MeasurementType-")
    return expanded


def _members(
    scope: Scope, item: Any, names: Names, known: frozenset[str] | set[str] = frozenset()
) -> Iterator[tuple[FieldName, str]]:
    for key, value in item.items() if isinstance(item, dict) else ():
        if key not in known and not key.startswith(("@", "#")):
            yield from _extension(scope, key, value, names, inner=False)


def _extension(scope: Scope, key: str, value: Any, names: Names, inner: bool) -> Iterator[tuple[FieldName, str]]:
    namespace, local = names.expand(key)
    prefix = key.partition(":")[0] if ":" in key else ""
    name = FieldName(scope, inner, namespace or "", local, prefix)
    if len(name.namespace) + len(local) + len(prefix) > MAX_NAME:
        return
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            yield name, PRESENT if item is None else search_key(item)
            continue
        yield name, search_key(item["#text"]) if item.get("#text") is not None else PRESENT
        for inside, content in item.items():
            if not inside.startswith(("@", "#")):
                yield from _extension(scope, inside, content, names, inner=True)


def _standard(local: str, uom: str = "") -> FieldName:
    return FieldName(Scope.STANDARD, False, uom, local)


def _word(vocabulary: cbv.Vocabulary, value: Any, names: Names) -> str:
    text = str(value)
    known = vocabulary.spellings.get(text)
    if known is not None:
        return known
    try:
        return cbv.read_word(vocabulary, names.expand_curie(text))
    except cbv.UnknownWord:
        return text


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
