"""What a query asks of an event: conditions as plain values, each one of EPCIS 2.0 §8.2.7.1's families of parameters.

An event is in the result if it meets every condition; a condition with several values is met by any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from trace.epcis.query_epcs import EpcPattern
from trace.epcis.searchable import Scope


class QueryParameterError(ValueError):
    """A parameter that no query has, or with a value that it cannot have: which, what was expected, what came."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(f"Cannot read query parameter {parameter[:100]!r}: {detail}.")
        self.parameter = parameter
        self.detail = detail


class Op(StrEnum):
    """The comparisons of parameter names."""

    EQ = "EQ"
    GT = "GT"
    GE = "GE"
    LT = "LT"
    LE = "LE"
    EXISTS = "EXISTS"


class List(StrEnum):
    """The lists of an event that name goods; children count as items (EPCIS 2.0 §8.2.7.1, MATCH_epc)."""

    ITEM = "item"
    PARENT = "parent"
    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A searchable field as a query names it: one of ``namespaces``, or the ``prefix`` that events write before it."""

    scope: Scope
    inner: bool
    local: str
    namespaces: tuple[str, ...]
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class WordIn:
    """``column`` is `type`, `action`, `bizStep`, `disposition` or `eventID`."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimeBound:
    """``column`` is `eventTime` or `recordTime`, ``op`` GE or LT."""

    column: str
    op: Op
    moment: datetime


@dataclass(frozen=True, slots=True)
class PlaceIn:
    """``column`` is `readPoint` or `bizLocation`; with descendants also the places within, by master data (WD_)."""

    column: str
    uris: tuple[str, ...]
    descendants: bool


@dataclass(frozen=True, slots=True)
class TransformationIn:
    """Canonical transformation IDs."""

    uris: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReferenceIn:
    """``field`` is `bizTransaction`, `source` or `destination`; ``kinds`` are spellings of one type."""

    field: str
    kinds: tuple[str, ...]
    uris: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EpcMatch:
    """One of the identifiers in these lists, instances or else classes, matches one of the patterns."""

    lists: tuple[List, ...]
    classes: bool
    patterns: tuple[EpcPattern, ...]


@dataclass(frozen=True, slots=True)
class QuantityBound:
    """One of the event's quantities compares so with one of ``values``; ``uom`` None is any unit, '' pieces."""

    op: Op
    values: tuple[Decimal, ...]
    uom: str | None


@dataclass(frozen=True, slots=True)
class FieldBound:
    """A field compares so with one of the keys (`trace.epcis.search_keys`); any of the alternatives is enough."""

    op: Op
    alternatives: tuple[tuple[FieldRef, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class CorrectedBy:
    """An error declaration that names one of these events as its correction."""

    event_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """The event is an error declaration."""


@dataclass(frozen=True, slots=True)
class AttributeIn:
    """The field's value has master data with one of ``attributes``; ``values`` None is any value (HASATTR_)."""

    field: str | FieldRef
    attributes: tuple[str, ...]
    values: tuple[str, ...] | None


Condition: TypeAlias = (
    WordIn
    | TimeBound
    | PlaceIn
    | TransformationIn
    | ReferenceIn
    | EpcMatch
    | QuantityBound
    | FieldBound
    | CorrectedBy
    | Declared
    | AttributeIn
)
