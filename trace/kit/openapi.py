"""The OpenAPI 3.1 document of a contract, written from its declarations."""

import re
from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Literal, Protocol

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from trace.kit.audit import MAX_PURPOSE
from trace.kit.uploads import FORM, Upload

PROBLEM_JSON = "application/problem+json"

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "detail_zh": {"type": "string", "description": "the same in Chinese"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901, into the body; or /parameter"},
                    "detail": {"type": "string"},
                    "detail_zh": {"type": "string", "description": "the same in Chinese"},
                },
            },
        },
    },
}

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and body are answered as the first time; with another body it is 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}

PURPOSE: dict[str, Any] = {
    "name": "Suyuan-Purpose",
    "in": "header",
    "required": False,
    "description": "Why the call is made, for the audit: UTF-8. A step's `reason` is taken where it is not given.",
    "schema": {"type": "string", "maxLength": MAX_PURPOSE},
}


class Declared(Protocol):
    """What this module reads of an operation."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def body(self) -> type[BaseModel] | None: ...
    @property
    def query(self) -> type[BaseModel] | None: ...
    @property
    def answers(self) -> Mapping[int, type[BaseModel] | None]: ...
    @property
    def roles(self) -> frozenset[str] | None: ...
    @property
    def files(self) -> Collection[str]: ...
    @property
    def upload(self) -> Upload | None: ...


Mode = Literal["validation", "serialization"]
Schemas = Mapping[Any, dict[str, Any]]
"""The reference to each (model, mode)."""


def document(title: str, version: str, prefix: str, operations: Iterable[Declared]) -> dict[str, Any]:
    """The whole document as plain JSON values."""
    declared = list(operations)
    schemas, definitions = models_json_schema(
        sorted(_models(declared), key=lambda pair: (pair[0].__module__, pair[0].__qualname__, pair[1])),
        ref_template="#/components/schemas/{model}",
    )
    components = definitions.get("$defs", {})
    paths: dict[str, dict[str, Any]] = {}
    for one in declared:
        path, _ = path_template(prefix + one.path)
        paths.setdefault(path, {})[one.method.lower()] = _operation(one, schemas, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": components | {"Problem": PROBLEM_SCHEMA},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "sy_…"}},
        },
    }


def path_template(path: str) -> tuple[str, list[str]]:
    """A Flask rule as an OpenAPI path with its parameters: `/a/<path:b>` is `/a/{b}`, `["b"]`."""
    pattern = r"<(?:[a-z]+:)?([A-Za-z_]+)>"
    return re.sub(pattern, r"{\1}", path), re.findall(pattern, path)


def needs_body(model: type[BaseModel]) -> bool:
    """Whether a request without a body would lack a required field."""
    return any(field.is_required() for field in model.model_fields.values())


def _models(operations: Iterable[Declared]) -> set[tuple[type[BaseModel], Mode]]:
    found: set[tuple[type[BaseModel], Mode]] = set()
    for one in operations:
        found |= {(model, "validation") for model in (one.body, one.query) if model}
        found |= {(model, "serialization") for model in one.answers.values() if model}
    return found


def _operation(one: Declared, schemas: Schemas, components: Mapping[str, Any]) -> dict[str, Any]:
    roles = "" if one.roles is None else f"Needs a key of role {' or '.join(sorted(one.roles))}."
    result: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [one.tag],
        "parameters": _parameters(one, schemas, components),
        "responses": _responses(one, schemas),
        "security": [] if one.roles is None else [{"key": []}],
    }
    if one.description or roles:
        result["description"] = "\n\n".join(text for text in (one.description, roles) if text)
    if one.body:
        result["requestBody"] = {
            "required": needs_body(one.body),
            "content": {"application/json": {"schema": schemas[one.body, "validation"]}},
        }
    if one.upload:
        file = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
        schema = {"type": "object", "required": [one.upload.field], "properties": {one.upload.field: file}}
        result["requestBody"] = {"required": True, "content": {FORM: {"schema": schema}}}
    return result


def _parameters(one: Declared, schemas: Schemas, components: Mapping[str, Any]) -> list[dict[str, Any]]:
    _, names = path_template(one.path)
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for name in names
    ]
    if one.query:
        schema = components[schemas[one.query, "validation"]["$ref"].rsplit("/", 1)[1]]
        required = schema.get("required", [])
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": part}
            for name, part in schema["properties"].items()
        ]
    if one.method == "POST" and not one.upload:
        found.append(IDEMPOTENCY_KEY)
    if one.roles is not None:
        found.append(PURPOSE)
    return found


def _responses(one: Declared, schemas: Schemas) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, model in one.answers.items():
        responses[str(status)] = {"description": HTTPStatus(status).phrase}
        if model:
            responses[str(status)]["content"] = {"application/json": {"schema": schemas[model, "serialization"]}}
        if status == HTTPStatus.OK and one.files:
            content = responses[str(status)].setdefault("content", {})
            content.update((media_type, {}) for media_type in one.files)  # OpenAPI 3.1: no schema, any bytes
    for status in sorted(_problems(one) - set(one.answers)):
        responses[str(status)] = _problem(HTTPStatus(status).phrase)
    return responses


def _problems(one: Declared) -> set[int]:
    statuses = {414, 500, 503}
    if one.roles is not None:
        statuses |= {400, 401, 403}
    if one.query or path_template(one.path)[1]:
        statuses |= {400, 404, 413, 422}  # 413: asked for more than one answer can hold
    if one.body or one.upload:
        statuses |= {400, 404, 413, 415, 422}
    if one.method == "POST":
        statuses |= {400, 409, 422}
    return statuses


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {PROBLEM_JSON: {"schema": schema}}}
