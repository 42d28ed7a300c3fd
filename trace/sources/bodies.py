"""What clients send to ask what can explain a set of cases (CONTRACT, `POST /api/v1/trace/sources`)."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from trace.cbv import BIZ_STEPS, DISPOSITIONS, Vocabulary, read_word
from trace.field_types import PlaceText
from trace.gs1 import Gtin, canonical_uri, read_lot
from trace.gs1.strict import read_strict_uri
from trace.kit.errors import shorten
from trace.kit.fields import InputModel, Quantity, Text, WholeNumber

MAX_CASES = 1_000
MAX_NAMED = 10_000
"""Places, documents, batches or events in one list."""
MAX_WORDS = 100
MAX_CHAINS = 20
CHAINS = 3


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
Texts = Annotated[list[Text], Field(max_length=MAX_NAMED)]
Batches = Annotated[list[BatchText], Field(max_length=MAX_NAMED)]


def _word(vocabulary: Vocabulary) -> PlainValidator:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not value or len(value) > 2000:
            raise ValueError(f"Expected a {vocabulary.name}, got {shorten(value)}.")
        return read_word(vocabulary, value)

    return PlainValidator(check)


_WORD = WithJsonSchema({"type": "string", "description": "A word of CBV 2.0, or another vocabulary's URI"})
Steps = Annotated[list[Annotated[str, _word(BIZ_STEPS), _WORD]], Field(max_length=MAX_WORDS)]
Dispositions = Annotated[list[Annotated[str, _word(DISPOSITIONS), _WORD]], Field(max_length=MAX_WORDS)]


class ThingIn(InputModel):
    """A place, a batch, or what was delivered under a document."""

    location: PlaceText | None = None
    batch: BatchText | None = None
    document: Text | None = None

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        given = [name for name in ("location", "batch", "document") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"Expected one of location, batch and document, got {' and '.join(given) or 'none'}.")
        return self


class CaseIn(ThingIn):
    """Where something was found: at a place, in a batch, or in what was delivered under a document."""

    weight: Quantity | None = None


class NamedIn(InputModel):
    """Places, and deliveries by their documents."""

    locations: Places = Field(default_factory=list)
    documents: Texts = Field(default_factory=list)


class StopIn(NamedIn):
    """What passed nothing on.

    A transformation that removes the hazard is named by its event's ID, by its business step or disposition, or by a
    batch that came out of it.
    """

    batches: Batches = Field(default_factory=list)
    events: Texts = Field(default_factory=list)
    biz_steps: Steps = Field(default_factory=list)
    dispositions: Dispositions = Field(default_factory=list)


class PathsIn(InputModel):
    """Whether to answer the ways on which the goods went: ``from`` what, and how many to each case."""

    source: ThingIn | None = Field(default=None, alias="from")
    per_case: Annotated[WholeNumber, Field(ge=1, le=MAX_CHAINS)] = CHAINS


def _read_paths(value: Any) -> Any:
    return {} if value is True else None if value is False else value


Paths = Annotated[PathsIn | None, BeforeValidator(_read_paths, json_schema_input_type=bool | PathsIn | None)]
"""``true`` is the same as an empty object."""


class SourcesIn(InputModel):
    """Cases; where goods were mixed; what passed nothing on; whether dates prune what was mixed; what else to tell."""

    cases: Annotated[list[CaseIn], Field(min_length=1, max_length=MAX_CASES)]
    mixing: NamedIn = Field(default_factory=NamedIn)
    stop: StopIn = Field(default_factory=StopIn)
    dates: bool = True
    forward: ThingIn | None = None
    paths: Paths = None
