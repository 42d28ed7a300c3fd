"""Conditions of a query as SQL, each in two forms: asked of one event, and as a statement that finds events by index.

A search begins with the one condition that finds the fewest events and asks the others of each of them; which one
that is, is known by its kind. Everything that can be looked up beforehand (the numbers of identifiers and of field
names, places within places) is, so that the database plans with constants.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from math import ceil, floor
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, case, exists, false, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from trace import cbv
from trace.amounts import MAX_DIGITS, AmountError, to_stored
from trace.epcis import query_conditions as ask
from trace.epcis.query_conditions import Condition, Op
from trace.epcis.query_epcs import GTIN_END, EpcPattern
from trace.epcis.search_keys import text_key
from trace.events.rows import microseconds
from trace.events.vocabulary_search import find_descendants, find_with_attributes
from trace.identifiers import find_numbers
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.models import (
    Correction,
    Event,
    EventDocument,
    EventField,
    EventItem,
    EventReference,
    FieldName,
    Identifier,
    Reference,
    Role,
)

Events = Select[tuple[int]] | CompoundSelect[Any]


class Rank(IntEnum):
    """How few events a condition finds, by experience: the fewest first."""

    ONE = 0  # an event ID, a transformation
    FEW = 1  # an identifier, a document
    SOME = 2  # a value of a field, a party
    MANY = 3  # a range of identifiers or of values


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition: ``holds`` is asked of each event; ``events`` finds their numbers by an index of another table.

    Of a condition on a column ``in_order`` tells whether its index has the events in the order of capture; None if
    there is no index.
    """

    holds: ColumnElement[bool]
    events: Events | None = None
    rank: Rank = Rank.MANY
    in_order: bool | None = None


NOTHING = Clause(false())
"""What nothing can meet, because nothing of that name was ever captured."""

_COLUMNS: dict[str, InstrumentedAttribute[Any]] = {
    "type": Event.type,
    "action": Event.action,
    "bizStep": Event.biz_step,
    "disposition": Event.disposition,
    "eventTime": Event.at,
    "recordTime": Event.record_time,
    "readPoint": Event.read_point_id,
    "bizLocation": Event.biz_location_id,
}
_VOCABULARIES = {"bizStep": cbv.BIZ_STEPS, "disposition": cbv.DISPOSITIONS}
_ROLES = {
    ask.List.ITEM: (Role.ITEM,),
    ask.List.PARENT: (Role.PARENT, Role.NAMED_PARENT),
    ask.List.INPUT: (Role.INPUT,),
    ask.List.OUTPUT: (Role.OUTPUT,),
}
_REFERENCES = {
    "bizTransaction": Reference.TRANSACTION,
    "source": Reference.SOURCE,
    "destination": Reference.DESTINATION,
}
_FARTHEST = 10**MAX_DIGITS


def compile_condition(session: Session, principal: Principal, condition: Condition) -> Clause:
    """Return the SQL of one condition, for what the key may use of master data."""
    match condition:
        case ask.WordIn("eventID", values):
            return _event_id(session, values)
        case ask.WordIn(column, values):
            return _column(session, _COLUMNS[column], values)
        case ask.TimeBound(column, op, moment):
            value = microseconds(moment) if column == "eventTime" else moment
            return Clause(_compare(_COLUMNS[column], op, value), in_order=False)
        case ask.PlaceIn(column, uris, descendants):
            wanted = find_descendants(session, principal, uris) if descendants else set(uris)
            return _column_of_identifiers(session, _COLUMNS[column], wanted)
        case ask.TransformationIn(uris):
            return _column_of_identifiers(session, Event.transformation_id, uris)
        case ask.ReferenceIn(field, kinds, uris):
            return _reference(session, _numbers(session, uris), field, kinds)
        case ask.EpcMatch(lists, classes, patterns):
            return _match(session, lists, classes, patterns)
        case ask.QuantityBound():
            return _quantity(condition)
        case ask.FieldBound(op, alternatives):
            return _fields(session, op, alternatives)
        case ask.CorrectedBy(event_ids):
            return _rows(Correction, Rank.ONE, _any_of(session, Correction.corrective_event_id, event_ids))
        case ask.Declared():
            return Clause(Event.declaration.is_not(None), rank=Rank.SOME)
        case ask.AttributeIn(field, attributes, values):
            return _attribute(session, principal, field, find_with_attributes(session, principal, attributes, values))


def _any_of(session: Session, column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """A list is one parameter, however long: databases limit their number."""
    return column == next(iter(values)) if len(values) == 1 else among(session, column, values)


def _column(session: Session, column: InstrumentedAttribute[Any], values: Collection[Any]) -> Clause:
    """A column with an index of its own, and the number behind the value: one value has its events in order."""
    in_order = None if column is Event.action else len(values) == 1
    return Clause(_any_of(session, column, values), in_order=in_order)


def _compare(column: ColumnElement[Any] | InstrumentedAttribute[Any], op: Op, value: Any) -> ColumnElement[bool]:
    match op:
        case Op.GT:
            return column > value
        case Op.GE:
            return column >= value
        case Op.LT:
            return column < value
        case Op.LE:
            return column <= value
        case _:
            return column == value


def _rows(table: Any, rank: Rank, *conditions: ColumnElement[bool]) -> Clause:
    """Events with a row of ``table`` that meets the conditions."""
    found = select(table.event_id).where(*conditions)
    return Clause(exists().where(table.event_id == Event.id, *conditions), found, rank)


def _numbers(session: Session, uris: Iterable[str]) -> list[int]:
    return sorted(find_numbers(session, uris).values())


def _event_id(session: Session, values: Collection[str]) -> Clause:
    # two statements, because ordinary events and declarations each have an index of their own
    same = _any_of(session, Event.event_id, values)
    kinds = (Event.declaration.is_(None), Event.declaration.is_not(None))
    return Clause(same, union_all(*(select(Event.id).where(same, kind) for kind in kinds)), Rank.ONE)


def _column_of_identifiers(session: Session, column: InstrumentedAttribute[Any], uris: Iterable[str]) -> Clause:
    numbers = _numbers(session, uris)
    return _column(session, column, numbers) if numbers else NOTHING


def _reference(session: Session, numbers: Collection[int], field: str, kinds: Collection[str]) -> Clause:
    if not numbers:
        return NOTHING
    named = and_(
        _any_of(session, EventReference.identifier_id, numbers),
        EventReference.reference == _REFERENCES[field],
        *([EventReference.kind.in_(kinds)] if kinds else []),
    )
    clause = _rows(EventReference, Rank.SOME, named)
    if field != "bizTransaction":
        return clause
    # delivery documents are kept apart, for the fold
    delivery = _any_of(session, EventDocument.document_id, numbers)
    if kinds:
        delivery = and_(delivery, EventDocument.kind.in_(kinds))
    other = _rows(EventDocument, Rank.FEW, delivery)
    assert isinstance(clause.events, Select)
    assert isinstance(other.events, Select)
    return Clause(or_(other.holds, clause.holds), union_all(other.events, clause.events), Rank.FEW)


def _match(session: Session, lists: Iterable[ask.List], classes: bool, patterns: Collection[EpcPattern]) -> Clause:
    numbers = _numbers(session, {uri for pattern in patterns for uri in pattern.uris})
    ranges = [_begins(pattern) for pattern in patterns if pattern.prefixes]
    named: list[ColumnElement[bool]] = [_any_of(session, EventItem.identifier_id, numbers)] if numbers else []
    if ranges:
        named.append(EventItem.identifier_id.in_(select(Identifier.id).where(or_(*ranges))))
    if not named:
        return NOTHING
    roles = [role for one in lists for role in _ROLES[one]]
    return _rows(
        EventItem,
        Rank.MANY if ranges else Rank.FEW,
        or_(*named),
        EventItem.role.in_(roles),
        EventItem.is_class.is_(classes),
    )


def _begins(pattern: EpcPattern) -> ColumnElement[bool]:
    """A beginning is a range: URIs are compared byte by byte."""
    ranges = or_(*(and_(Identifier.uri >= start, Identifier.uri < _next(start)) for start in pattern.prefixes))
    if pattern.mark is None:
        return ranges
    if not pattern.mark:
        return and_(ranges, func.length(Identifier.uri) == GTIN_END)
    return and_(ranges, func.substr(Identifier.uri, GTIN_END + 1, len(pattern.mark)) == pattern.mark)


def _next(text: str) -> str:
    return text[:-1] + chr(ord(text[-1]) + 1)


def _quantity(bound: ask.QuantityBound) -> Clause:
    if bound.op is Op.EQ:
        amounts: dict[int, list[int]] = {}
        for amount, scale in (stored for value in bound.values if (stored := _stored(value)) is not None):
            amounts.setdefault(scale, []).append(amount)
        same = (and_(EventItem.scale == scale, EventItem.amount.in_(some)) for scale, some in amounts.items())
        compared = or_(false(), *same)
    else:
        compared = _compare(EventItem.amount, bound.op, _bound(bound.op, Fraction(bound.values[0])))
    unit = [] if bound.uom is None else [EventItem.uom == bound.uom]
    clause = _rows(EventItem, Rank.MANY, EventItem.is_class.is_(True), compared, *unit)
    return Clause(clause.holds)  # there is no index of quantities


def _stored(value: Any) -> tuple[int, int] | None:
    try:
        return to_stored(value)
    except AmountError:
        return None  # no event has it


def _bound(op: Op, value: Fraction) -> ColumnElement[int]:
    """The bound as whole numbers of each scale: an amount is exact only beside its scale (decision 0007)."""
    whole = floor if op in (Op.GT, Op.LE) else ceil
    bounds = {scale: whole(value * 10**scale) for scale in range(MAX_DIGITS + 1)}
    return case({scale: max(-_FARTHEST, min(_FARTHEST, one)) for scale, one in bounds.items()}, value=EventItem.scale)


def _fields(session: Session, op: Op, alternatives: Iterable[tuple[ask.FieldRef, Collection[str]]]) -> Clause:
    found = []
    for field, keys in alternatives:
        names = field_numbers(session, field)
        if names:
            found.append(and_(EventField.name_id.in_(names), *_key(session, op, keys)))
    if not found:
        return NOTHING
    return _rows(EventField, Rank.SOME if op is Op.EQ else Rank.MANY, or_(*found))


def _key(session: Session, op: Op, keys: Collection[str]) -> list[ColumnElement[bool]]:
    if op is Op.EXISTS:
        return []
    if op is Op.EQ:
        return [_any_of(session, EventField.key, keys)]
    key = next(iter(keys))
    # a number is compared with numbers, a time with times: keys of one kind begin with one letter
    kind = key[0]
    return [_compare(EventField.key, op, key), EventField.key >= kind, EventField.key < _next(kind)]


def field_numbers(session: Session, field: ask.FieldRef) -> list[int]:
    """Return the numbers of the names under which events have the field."""
    named = FieldName.namespace.in_(field.namespaces) if field.prefix is None else FieldName.prefix == field.prefix
    same = (FieldName.local == field.local, FieldName.scope == field.scope, FieldName.inner.is_(field.inner))
    return sorted(session.scalars(select(FieldName.id).where(*same, named)))


def _attribute(session: Session, principal: Principal, field: str | ask.FieldRef, uris: Collection[str]) -> Clause:
    if not uris:
        return NOTHING
    if isinstance(field, ask.FieldRef):
        return _fields(session, Op.EQ, [(field, [text_key(uri) for uri in uris])])
    if field in _VOCABULARIES:
        spellings = _VOCABULARIES[field].spellings
        return _column(session, _COLUMNS[field], [spellings.get(uri, uri) for uri in sorted(uris)])
    if field in _COLUMNS:
        return _column_of_identifiers(session, _COLUMNS[field], uris)
    if field in _REFERENCES:
        return _reference(session, _numbers(session, uris), field, ())
    return _match(session, tuple(ask.List), True, [EpcPattern(tuple(sorted(uris)))])
