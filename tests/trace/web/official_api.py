"""The official OpenAPI document of EPCIS as a check of answers; what is wrong with it is set right here, by name."""

import json
import re
from functools import cache
from typing import Any

from jsonschema import FormatChecker
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from werkzeug.test import TestResponse

from tests.data import data_path

_URI = "urn:official"
_PROBLEM = "application/problem+json"
_POINTERS = str.maketrans({"/": "~1", "~": "~0"})
_FORMATS = FormatChecker(formats=())
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


@_FORMATS.checks("uri")
def _is_uri(value: Any) -> bool:
    """Without it every event is an extended event too, whose type is a URI."""
    return not isinstance(value, str) or _ABSOLUTE.fullmatch(value) is not None


def problems_of(method: str, path: str, response: TestResponse) -> list[str]:
    """What the official document says against an answer: its status, headers and JSON."""
    declared = _document()["paths"][path][method.lower()]["responses"]
    status = str(response.status_code)
    if status not in declared:
        return [f"{status} is none of {', '.join(declared)}"]
    place = ["paths", path, method.lower(), "responses", status]
    answer = declared[status]
    if "$ref" in answer:
        place = answer["$ref"].removeprefix("#/").split("/")
        answer = _document()["components"]["responses"][place[-1]]
    missing = [name for name in answer.get("headers", {}) if name not in response.headers and name not in _OPTIONAL]
    found = [f"no header {name}" for name in missing]
    if response.mimetype in answer.get("content", {}) and "json" in response.mimetype:
        parts = [*place, "content", response.mimetype, "schema"]
        found += _schema_errors("/".join(part.translate(_POINTERS) for part in parts), response)
    elif answer.get("content") and response.mimetype not in answer["content"]:
        found.append(f"{response.mimetype} is none of {', '.join(answer['content'])}")
    return found


_OPTIONAL = ("Link", "GS1-Next-Page-Token-Expires", "GS1-Extensions", "GS1-Query-Min-Record-Time")
"""Headers that an answer has only where they say something."""


def _schema_errors(pointer: str, response: TestResponse) -> list[str]:
    schema = {"$ref": f"{_URI}#/{pointer}"}
    validator = OAS30Validator(schema, registry=_registry(), format_checker=_FORMATS)
    errors = validator.iter_errors(json.loads(response.get_data()))
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in errors]


@cache
def _registry() -> Registry[Any]:
    return Registry().with_resource(_URI, Resource(contents=_document(), specification=DRAFT4))


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(data_path("epcis/openapi.json").read_bytes())
    answers = document["components"]["responses"]
    # A problem says its own status; the example of 404 names another exception than the list of those allowed.
    _members(answers["409ResourceAlreadyExistsException"])["status"] = {"type": "integer", "enum": [409]}
    _members(answers["404ResourceNotFound"])["type"]["enum"].append("epcisException:NoSuchResourceException")
    # Problems of subscriptions are declared as plain JSON, and as the only ones where a query is narrowed down.
    refused = answers["400SubscriptionIssues"]["content"]
    refused[_PROBLEM] = refused["application/json"]
    _members(answers["400SubscriptionIssues"])["type"]["enum"].append("epcisException:QueryParameterException")
    # A query by its name is one object, as its example shows, not a list.
    named = document["paths"]["/queries/{queryName}"]["get"]["responses"]["200"]["content"]["application/json"]
    named["schema"] = named["schema"]["items"]
    # "Either errors or errorFile", neither required: every job is both.
    either = document["components"]["schemas"]["CaptureJob"]["allOf"]
    either[1] = either[1].pop("oneOf")[0]
    return document


def _members(answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = answer["content"][_PROBLEM]["schema"]["allOf"][0]["properties"]
    return found
