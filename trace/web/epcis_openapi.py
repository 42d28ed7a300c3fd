"""The operations of `/epcis` in the OpenAPI document, written from their declarations."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from trace.epcis.epc_format import CbvFormat, EpcFormat
from trace.kit.openapi import IDEMPOTENCY_KEY, PROBLEM_JSON, PURPOSE, path_template
from trace.web.epcis_binding import PREFIX, Binding, Operation
from trace.web.epcis_headers import JSON_TYPES
from trace.web.epcis_problems import PROBLEM_XML
from trace.web.epcis_schemas import COMPONENTS, PAGED, component

_VERSION = {"type": "string", "pattern": r"^[0-9]{1,4}(\.[0-9]{1,4}){0,3}$"}

REQUEST_HEADERS: dict[str, dict[str, Any]] = {
    **{
        f"GS1-{one}": _VERSION
        for one in ("EPCIS-Version", "EPCIS-Min", "EPCIS-Max", "CBV-Version", "CBV-Min", "CBV-Max")
    },
    "GS1-Extensions": {"type": "string", "description": "prefix=namespace, …; the prefixes can be used in queries"},
    "GS1-EPC-Format": {"enum": list(EpcFormat)},
    "GS1-CBV-XML-Format": {"enum": list(CbvFormat)},
}

ANSWER_HEADERS = ("GS1-EPCIS-Version", "GS1-CBV-Version", "GS1-Extensions")
PAGE_HEADERS = ("Link", "GS1-Next-Page-Token-Expires")
DISCOVERY_HEADERS = (
    *("Allow", "GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Min", "GS1-CBV-Max"),
    *("GS1-EPC-Format", "GS1-CBV-XML-Format", "GS1-Vendor-Version"),
)


def paths(binding: Binding) -> dict[str, dict[str, Any]]:
    """The paths of the OpenAPI document, `OPTIONS` included."""
    found: dict[str, dict[str, Any]] = {}
    for path, operations in binding.paths().items():
        template, names = path_template(PREFIX + path)
        found[template] = {one.method.lower(): _operation(one, names) for one in operations}
        found[template]["options"] = _options(operations, path, names)
    return found


def components() -> dict[str, Any]:
    """The schemas that `paths` refers to."""
    return dict(COMPONENTS)


def _operation(one: Operation, names: list[str]) -> dict[str, Any]:
    roles = "" if one.roles is None else f"Needs a key of role {' or '.join(sorted(one.roles))}."
    found: dict[str, Any] = {
        "operationId": f"epcis_{one.name}",
        "summary": one.summary,
        "description": "\n\n".join(text for text in (one.description, roles) if text),
        "tags": ["EPCIS"],
        "parameters": [
            *(*_path(names), *one.parameters, *_headers(one)),
            *([IDEMPOTENCY_KEY] if one.body else []),
            *([PURPOSE] if one.roles is not None else []),
        ],
        "responses": _responses(one, names),
        "security": [] if one.roles is None else [{"key": []}],
    }
    if one.body is not None:
        content = {kind: {"schema": one.body.schema} if kind in JSON_TYPES else {} for kind in one.body.media_types}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _path(names: Iterable[str]) -> list[dict[str, Any]]:
    schema = {"type": "string", "minLength": 1}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in names]


def _headers(one: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header", "required": False, "schema": schema}
        for name, schema in {**REQUEST_HEADERS, **one.headers}.items()
    ]


def _responses(one: Operation, names: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    headers = [*ANSWER_HEADERS, *(PAGE_HEADERS if PAGED[0] in one.parameters else ())]
    for status, schema in one.answers.items():
        found[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "headers": _described([*headers, *(["Location"] if status in (201, 202) else [])]),
        }
        if schema is not None:
            content = {kind: {"schema": schema} if kind in JSON_TYPES else {} for kind in one.media_types}
            found[str(status)]["content"] = content
    return found | {str(status): _problem(status) for status in sorted(_problems(one, bool(names)))}


def _problems(one: Operation, named: bool) -> set[int]:
    found = {400, 406, 414, 500, 503, *one.problems}
    if one.roles is not None:
        found |= {401, 403}
    if named:
        found |= {404}
    if one.body is not None:
        found |= {409, 413, 415, 422}
    return found - set(one.answers)


def _options(operations: list[Operation], path: str, names: list[str]) -> dict[str, Any]:
    keyed = all(one.roles is not None for one in operations)
    statuses = {400, 406, 414, 500, 503} | ({401, 403} if keyed else set()) | ({404} if names else set())
    answer = {"description": HTTPStatus(204).phrase, "headers": _described([*ANSWER_HEADERS, *DISCOVERY_HEADERS])}
    return {
        "operationId": "epcis_options_"
        + "_".join(part for part in path_template(path)[0].split("/") if part).strip("_"),
        "summary": "What can be done here",
        "tags": ["EPCIS"],
        "parameters": [*_path(names), *_headers(operations[0])],
        "responses": {"204": answer, **{str(status): _problem(status) for status in sorted(statuses)}},
        "security": [{"key": []}] if keyed else [],
    }


def _described(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"schema": {"type": "string"}} for name in names}


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM_JSON: {"schema": component("Problem")}, PROBLEM_XML: {}},
    }
