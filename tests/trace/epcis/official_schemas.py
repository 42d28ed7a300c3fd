"""The official schemas of EPCIS as checks that say what is wrong with a document."""

import json
import re
from functools import cache
from typing import Any

import jsonschema
from lxml import etree

from tests.data import data_path

_FORMATS = jsonschema.FormatChecker(formats=())
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
# The JSON Schema leaves it out of events that pack, associate and trade; the XSD and official examples have it there.
_LEFT_OUT = "persistentDisposition"


@_FORMATS.checks("uri")
def _is_uri(value: Any) -> bool:
    return not isinstance(value, str) or value == _LEFT_OUT or _URI.fullmatch(value) is not None


@_FORMATS.checks("date-time")
def _is_time(value: Any) -> bool:
    return not isinstance(value, str) or _TIME.fullmatch(value) is not None


@cache
def _json_schema(formats: bool) -> jsonschema.Draft7Validator:
    schema = json.loads(data_path("epcis/EPCIS-JSON-Schema.json").read_bytes())
    return jsonschema.Draft7Validator(schema, format_checker=_FORMATS if formats else None)


def json_errors(document: bytes, formats: bool = True) -> list[str]:
    """What the official JSON Schema says against a document; most validators leave its formats unchecked."""
    errors = _json_schema(formats).iter_errors(json.loads(document))
    return [deep.message[:300] for error in errors for deep in _leaves(error)]


def _leaves(error: jsonschema.ValidationError) -> list[jsonschema.ValidationError]:
    inner = [leaf for part in error.context or () for leaf in _leaves(part)]
    return inner or [error]


@cache
def xml_schema(name: str) -> etree.XMLSchema:
    """An official XSD by its path in the test data."""
    return etree.XMLSchema(file=str(data_path(name)))


def xml_errors(document: bytes, schema: str = "epcis/xsd/EPCglobal-epcis-query-2_0.xsd") -> list[str]:
    """What an official XSD says against a document."""
    checked = xml_schema(schema)
    checked.validate(etree.fromstring(document))
    return [error.message for error in checked.error_log]
