"""Rules for sensor elements (EPCIS 2.0 §7.3.7): shapes, times, words and values."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from trace.epcis import fields
from trace.epcis.cbv_words import REPORT_WORDS
from trace.epcis.fields import Body, Problems, complain
from trace.epcis.names import Names
from trace.epcis.timestamps import read_timestamp

_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})+")


def check_sensors(body: Body, at: str, names: Names, problems: Problems) -> None:
    """Note every rule that the event's sensor elements break."""
    for pointer, element in fields.objects(body, "sensorElementList", at, problems):
        fields.only_named(element, _ELEMENT_FIELDS, pointer, names, problems)
        metadata = element.get("sensorMetadata", {})
        if isinstance(metadata, dict):
            _check_members(metadata, _METADATA, pointer + "/sensorMetadata", names, problems)
            _check_interval(metadata, pointer + "/sensorMetadata", problems)
        else:
            detail = f"expected an object, got {fields.kind_of(metadata)}"
            complain(problems, pointer + "/sensorMetadata", detail)
        reports = fields.objects(element, "sensorReport", pointer, problems)
        if not reports:  # §7.3.7: a sensor element has at least one report
            complain(problems, pointer + "/sensorReport", "expected at least one sensor report")
        for place, report in reports:
            _check_report(report, place, names, problems)


def _check_report(report: Body, at: str, names: Names, problems: Problems) -> None:
    if report.get("type") is None and report.get("exception") is None:
        # §7.3.7.2; official examples have reports of an exception without a type
        complain(problems, at + "/type", "expected a type or an exception, got neither")
    for key, vocabulary in REPORT_WORDS.items():
        fields.word(vocabulary, report, key, at, names, problems)
    _check_members(report, _REPORT, at, names, problems)


def _check_interval(metadata: Body, at: str, problems: Problems) -> None:
    """Refuse an interval that ends before it begins (§7.3.7.1: startTime, endTime)."""
    start, end = _moment(metadata.get("startTime")), _moment(metadata.get("endTime"))
    if start is not None and end is not None and end < start:
        detail = f"expected an endTime that is not before startTime {metadata['startTime']}, got {metadata['endTime']}"
        complain(problems, at + "/endTime", detail)


def _moment(value: Any) -> datetime | None:
    try:
        return read_timestamp(value) if isinstance(value, str) else None
    except ValueError:
        return None


_Check = Callable[[Body, str, str, Problems], object]


def _check_members(item: Body, checks: dict[str, _Check], at: str, names: Names, problems: Problems) -> None:
    fields.only_named(item, checks.keys(), at, names, problems)
    for key, value in item.items():
        if value is not None and key in checks:
            checks[key](item, key, at, problems)


def _uri(item: Body, key: str, at: str, problems: Problems) -> None:
    fields.uri(item[key], f"{at}/{key}", problems)


def _number(item: Body, key: str, at: str, problems: Problems) -> None:
    fields.number(item[key], f"{at}/{key}", problems)


def _string(item: Body, key: str, at: str, problems: Problems) -> None:
    if not isinstance(item[key], str):
        complain(problems, f"{at}/{key}", f"expected a string, got {fields.kind_of(item[key])}")


def _boolean(item: Body, key: str, at: str, problems: Problems) -> None:
    if not isinstance(item[key], bool):
        complain(problems, f"{at}/{key}", f"expected true or false, got {fields.kind_of(item[key])}")


def _hexadecimal(item: Body, key: str, at: str, problems: Problems) -> None:
    value = item[key]
    if not (isinstance(value, str) and _HEXADECIMAL.fullmatch(value)):  # xsd:hexBinary: two digits for each byte
        got = repr(value[:60]) if isinstance(value, str) else fields.kind_of(value)
        complain(problems, f"{at}/{key}", f"expected pairs of hexadecimal digits, got {got}")


def _checked(item: Body, key: str, at: str, problems: Problems) -> None:
    """Words of vocabularies are read by `_check_report`."""


_ELEMENT_FIELDS = frozenset({"sensorMetadata", "sensorReport"})
_DEVICE_URIS = ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules")
_METADATA: dict[str, _Check] = {
    **dict.fromkeys(("time", "startTime", "endTime"), fields.time),
    **dict.fromkeys(_DEVICE_URIS, _uri),
}
_REPORT: dict[str, _Check] = {
    "time": fields.time,
    **dict.fromkeys(
        (*_DEVICE_URIS, "microorganism", "chemicalSubstance", "coordinateReferenceSystem", "uriValue"), _uri
    ),
    **dict.fromkeys(sorted(fields.SENSOR_NUMBERS), _number),
    **dict.fromkeys(("stringValue", "uom"), _string),
    **dict.fromkeys(REPORT_WORDS, _checked),
    "booleanValue": _boolean,
    "hexBinaryValue": _hexadecimal,
}
METADATA_FIELDS, REPORT_FIELDS = frozenset(_METADATA), frozenset(_REPORT)
"""The names that the standard has in sensorMetadata and sensorReport."""
