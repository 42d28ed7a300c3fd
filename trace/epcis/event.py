"""An EPCIS event as a plain frozen value, whatever format it came in (EPCIS 2.0 §7).

Identifiers stay as written; `trace.gs1` brings them to canonical form where they are compared (RULES 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

OBJECT_EVENT = "ObjectEvent"
AGGREGATION_EVENT = "AggregationEvent"
TRANSACTION_EVENT = "TransactionEvent"
TRANSFORMATION_EVENT = "TransformationEvent"
ASSOCIATION_EVENT = "AssociationEvent"


class DocumentError(ValueError):
    """What is wrong with a document as a whole; `status` is the HTTP status that says so (400 or 413)."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: `pointer` is an RFC 6901 JSON pointer from the document's root."""

    pointer: str
    detail: str


class QuantityElement(NamedTuple):
    """An amount of a class; quantity None = unknown, uom None = pieces (RULES 8, EPCIS 2.0 §7.3.3.3)."""

    epc_class: str
    quantity: Decimal | None
    uom: str | None


@dataclass(frozen=True, slots=True)
class ErrorDeclaration:
    """Says that the event which carries it is an error declaration (EPCIS 2.0 §7.4.1.2)."""

    declaration_time: datetime
    reason: str | None
    corrective_event_ids: tuple[str, ...]


class Event(NamedTuple):
    """One valid event. Words of the Core Business Vocabulary are bare ('shipping'), other words are URIs in full.

    Identifiers are as written. `epcs` and `quantities` are epcList/quantityList, or childEPCs/childQuantityList.
    `body` is the whole event as a JSON-LD object with every field and extension; `context` is what of the
    document's `@context` gives it meaning.
    `content_hash` is the 64 hexadecimal digits of the CBV 2.0 §8.9 event hash.
    """

    type: str
    event_id: str | None
    event_time: datetime
    time_zone_offset: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    parent_id: str | None
    epcs: tuple[str, ...]
    quantities: tuple[QuantityElement, ...]
    input_epcs: tuple[str, ...]
    input_quantities: tuple[QuantityElement, ...]
    output_epcs: tuple[str, ...]
    output_quantities: tuple[QuantityElement, ...]
    transformation_id: str | None
    biz_transactions: tuple[tuple[str | None, str], ...]
    sources: tuple[tuple[str, str], ...]
    destinations: tuple[tuple[str, str], ...]
    lot: str | None
    production_date: str | None
    expiry_date: str | None
    error_declaration: ErrorDeclaration | None
    body: Mapping[str, Any]
    context: tuple[Any, ...]
    content_hash: str


@dataclass(frozen=True, slots=True)
class BadEvent:
    """An event that breaks a rule, with every rule it breaks; the other events of its document go on."""

    index: int
    event_id: str | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class VocabularyElement:
    """One element of master data: `attributes` are (id, value) in order, a value being text or an object."""

    type: str
    id: str
    attributes: tuple[tuple[str, Any], ...]
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A read document: `kind` is EPCISDocument, EPCISQueryDocument or EPCISMasterDataDocument."""

    kind: str
    events: tuple[Event | BadEvent, ...]
    master_data: tuple[VocabularyElement, ...]
    header: Mapping[str, Any]
    schema_version: str
