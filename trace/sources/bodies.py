"""What clients send to ask what can explain a set of cases (CONTRACT, `POST /api/v1/trace/sources`)."""

from typing import Annotated, Any, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from trace.field_types import PlaceText
from trace.gs1 import Gtin, canonical_uri, read_lot
from trace.gs1.strict import read_strict_uri
from trace.kit.errors import shorten
from trace.kit.fields import InputModel, Quantity, Text

MAX_CASES = 1_000
MAX_NAMED = 10_000
"""Places or documents in one list."""


def _read_batch(value: Any) -> str:
    """The canonical URI of a batch from a URI, `{id}` or `{gtin, lot}`; nulls, as answers have them, say nothing."""
    if isinstance(value, str):
        return read_strict_uri(value).uri
    given = {name: one for name, one in value.items() if one is not None} if isinstance(value, dict) else {}
    if isinstance(given.get("id"), str) and given.keys() <= {"id", "gtin", "lot"}:
        return read_strict_uri(given["id"]).uri
    if given.keys() == {"gtin", "lot"}:
        return canonical_uri(Gtin.read(given["gtin"]).gtin14, read_lot(given["lot"]))
    raise ValueError(f"Expected a URI, an object with id, or one with gtin and lot, got {shorten(value)}.")


BatchText = Annotated[
    str,
    PlainValidator(_read_batch),
    WithJsonSchema(
        {
            "description": "A URI, or an object with id, or with gtin and lot",
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
                {
                    "type": "object",
                    "properties": {"gtin": {"type": "string"}, "lot": {"type": "string"}},
                    "required": ["gtin", "lot"],
                },
            ],
        }
    ),
]
"""A batch → its canonical URI."""

Places = Annotated[list[PlaceText], Field(max_length=MAX_NAMED)]
Documents = Annotated[list[Text], Field(max_length=MAX_NAMED)]


class CaseIn(InputModel):
    """Where something was found: at a place, in a batch, or in what was delivered under a document."""

    location: PlaceText | None = None
    batch: BatchText | None = None
    document: Text | None = None
    weight: Quantity | None = None

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        given = [name for name in ("location", "batch", "document") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"Expected one of location, batch and document, got {' and '.join(given) or 'none'}.")
        return self


class NamedIn(InputModel):
    """Places, and deliveries by their documents."""

    locations: Places = Field(default_factory=list)
    documents: Documents = Field(default_factory=list)


class SourcesIn(InputModel):
    """Cases; where goods were mixed; what passed nothing on; whether dates prune what was mixed."""

    cases: Annotated[list[CaseIn], Field(min_length=1, max_length=MAX_CASES)]
    mixing: NamedIn = Field(default_factory=NamedIn)
    stop: NamedIn = Field(default_factory=NamedIn)
    dates: bool = True
