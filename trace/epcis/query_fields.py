"""Families of query parameters whose name carries the name of a field, a type or a unit (EPCIS 2.0 §8.2.7.1).

`EQ_ILMD_example:best` is a comparison, where the field stands, and which field it is; `GE_value_CEL` a comparison, a
sensor's attribute and the unit; `EQ_source_location` what an event refers to and its type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from trace import cbv
from trace.epcis import query_values as read
from trace.epcis.names import CBVMDA, Names
from trace.epcis.query_conditions import (
    AttributeIn,
    Condition,
    FieldBound,
    FieldRef,
    Op,
    QuantityBound,
    ReferenceIn,
)
from trace.epcis.query_values import Parameter
from trace.epcis.search_keys import number_key, search_key, text_key, time_key
from trace.epcis.searchable import (
    STANDARD_SENSOR_NUMBERS,
    STANDARD_SENSOR_TEXTS,
    STANDARD_SENSOR_TIMES,
    Scope,
    measurement_type,
)
from trace.epcis.sensor_units import equivalents
from trace.gs1 import read_identifier
from trace.units import normalise_uom

Reader: TypeAlias = Callable[[Parameter], Condition | None]

_NAME = re.compile(r"(EQ|GT|GE|LT|LE|EXISTS)_(INNER_)?(.+)", re.DOTALL)
_ATTRIBUTES = re.compile(r"(HASATTR|EQATTR|EQ_ATTR)_(.+)", re.DOTALL)
_UOM = re.compile(r"[A-Z0-9]{2,4}")
_LONGEST_NAME = 500
_SCOPES: Mapping[str, Scope] = {
    "ILMD_": Scope.ILMD,
    "ERROR_DECLARATION_": Scope.ERROR_DECLARATION,
    "SENSORELEMENT_": Scope.SENSOR_ELEMENT,
    "SENSORMETADATA_": Scope.SENSOR_METADATA,
    "SENSORREPORT_": Scope.SENSOR_REPORT,
    "readPoint_": Scope.READ_POINT,
    "bizLocation_": Scope.BIZ_LOCATION,
}
_REFERENCES = {
    "bizTransaction": cbv.TRANSACTION_TYPES,
    "source": cbv.SOURCE_DESTINATION_TYPES,
    "destination": cbv.SOURCE_DESTINATION_TYPES,
}
_WITH_MASTER_DATA = (
    *("readPoint", "bizLocation", "bizStep", "disposition"),
    *("epcClass", "bizTransaction", "source", "destination"),
)
_MARKS = "/#:"


def find_reader(parameter: Parameter) -> Reader | None:
    """Return how to read a parameter whose name is not fixed, or None if there is none of that name."""
    name = parameter.name
    if len(name) > _LONGEST_NAME or "\0" in name:
        return None
    if name in _STANDARD:
        return _STANDARD[name]
    attributes = _ATTRIBUTES.fullmatch(name)
    if attributes is not None:
        return _attributes(attributes[1] == "HASATTR", attributes[2], parameter.names)
    parts = _NAME.fullmatch(name)
    if parts is None:
        return None
    op, inner, rest = Op(parts[1]), parts[2] is not None, parts[3]
    family, _, last = rest.partition("_")
    if not inner and last and ":" not in family:
        if family in _REFERENCES and op is Op.EQ:
            return _reference(family, last)
        if family == "quantity" and op is not Op.EXISTS:
            return _quantity(op, last)
        if family in STANDARD_SENSOR_NUMBERS and op is not Op.EXISTS:
            return _measured(op, family, last)
    return _field(op, inner, rest, parameter.names)


def read_extension(name: str, names: Names, scope: Scope = Scope.EXTENSION, inner: bool = False) -> FieldRef | None:
    """Read the name of an extension field: `prefix:local`, `namespace#local` or an IRI; None if it is none.

    A prefix means what the context says, else what the standard context says, else whatever the events meant that
    wrote it. A name without namespace is a field only inside others, unless the context defines it.
    """
    namespace, local = names.expand(name)
    prefix, colon, _ = name.partition(":")
    if not local or any(part.isspace() or part == "\0" for part in name):
        return None
    if namespace is None:
        return None if scope is Scope.EXTENSION and not inner else FieldRef(scope, inner, local, ("",))
    if colon and namespace == prefix + ":" and prefix not in names.prefixes:
        return FieldRef(scope, inner, local, (), prefix)
    base = namespace.rstrip(_MARKS)
    # one namespace ends in '/' in JSON-LD and in nothing in XML
    return FieldRef(scope, inner, local, tuple(dict.fromkeys((namespace, base, *(base + mark for mark in _MARKS)))))


def _field(op: Op, inner: bool, rest: str, names: Names) -> Reader | None:
    start = next((start for start in _SCOPES if rest.startswith(start)), "")
    field = read_extension(rest[len(start) :], names, _SCOPES.get(start, Scope.EXTENSION), inner)
    return None if field is None else _compare(op, field)


def _compare(op: Op, field: FieldRef) -> Reader:
    def reader(parameter: Parameter) -> FieldBound | None:
        if op is Op.EXISTS:
            return FieldBound(op, ((field, ()),)) if read.is_asked(parameter) else None
        found = read.keys(parameter) if op is Op.EQ else (read.bound(parameter),)
        return FieldBound(op, ((field, found),))

    return reader


def _standard(local: str, uom: str = "") -> FieldRef:
    return FieldRef(Scope.STANDARD, False, local, (uom,))


def _is_there(local: str) -> Reader:
    return _compare(Op.EXISTS, _standard(local))


def _time(local: str, op: Op) -> Reader:
    return lambda parameter: FieldBound(op, ((_standard(local), (time_key(read.time(parameter)),)),))


def _text(local: str) -> Reader:
    def reader(parameter: Parameter) -> FieldBound:
        return FieldBound(Op.EQ, ((_standard(local), tuple(text_key(text) for text in read.texts(parameter))),))

    return reader


def _uri(local: str) -> Reader:
    def reader(parameter: Parameter) -> FieldBound:
        return FieldBound(Op.EQ, ((_standard(local), tuple(text_key(text) for text in read.uris(parameter))),))

    return reader


def _word(local: str, vocabulary: cbv.Vocabulary) -> Reader:
    def reader(parameter: Parameter) -> FieldBound:
        found = tuple(text_key(word) for word in read.words(parameter, vocabulary))
        return FieldBound(Op.EQ, ((_standard(local), found),))

    return reader


def _type(parameter: Parameter) -> FieldBound:
    found = tuple(text_key(measurement_type(text, parameter.names)) for text in read.texts(parameter))
    return FieldBound(Op.EQ, ((_standard("sensor.type"), found),))


def _boolean(parameter: Parameter) -> FieldBound:
    return FieldBound(Op.EQ, ((_standard("sensor.booleanValue"), (search_key(read.truth(parameter)),)),))


def _rank(op: Op) -> Reader:
    def reader(parameter: Parameter) -> FieldBound:
        return FieldBound(op, ((_standard("sensor.percRank"), (number_key(read.number(parameter)),)),))

    return reader


def _measured(op: Op, attribute: str, uom: str) -> Reader | None:
    """A sensor's value, in whatever unit it was reported: 59 FAH is found as 15 CEL."""
    if not _UOM.fullmatch(uom):
        return None

    def reader(parameter: Parameter) -> FieldBound:
        values = read.numbers(parameter) if op is Op.EQ else (read.number(parameter),)
        found: dict[str, list[str]] = {}
        for value in values:
            for unit, converted in equivalents(value, uom, difference=attribute == "sDev"):
                found.setdefault(unit, []).append(number_key(converted))
        return FieldBound(
            op, tuple((_standard(f"sensor.{attribute}", unit), tuple(keys)) for unit, keys in found.items())
        )

    return reader


def _quantity(op: Op, uom: str | None) -> Reader | None:
    if uom is not None and not _UOM.fullmatch(uom):
        return None

    def reader(parameter: Parameter) -> QuantityBound:
        values = read.numbers(parameter) if op is Op.EQ else (read.number(parameter),)
        return QuantityBound(op, values, None if uom is None else normalise_uom(uom) or "")

    return reader


def _reference(field: str, kind: str) -> Reader:
    def reader(parameter: Parameter) -> ReferenceIn:
        kinds = read.read_word(parameter, _REFERENCES[field], kind)
        return ReferenceIn(field, kinds, read.uris(parameter, lambda text: read_identifier(text).uri))

    return reader


def _attributes(any_value: bool, rest: str, names: Names) -> Reader | None:
    """HASATTR_fieldname lists names of attributes, EQATTR_fieldname_attrname values of one."""
    if any_value:
        field, attribute = rest, None
    else:
        cut = _end_of_field(rest)
        if cut is None:
            return None
        field, attribute = rest[:cut], rest[cut + 1 :]
    found = field if field in _WITH_MASTER_DATA else read_extension(field, names)
    if found is None or attribute == "":
        return None

    def reader(parameter: Parameter) -> AttributeIn:
        texts = read.texts(parameter)
        if attribute is None:
            return AttributeIn(found, tuple(attribute_name(text, names) for text in texts), None)
        return AttributeIn(found, (attribute_name(attribute, names),), texts)

    return reader


def _end_of_field(rest: str) -> int | None:
    """Where `_attrname` begins behind a field's name; names of attributes that are URIs may have underscores too."""
    for field in _WITH_MASTER_DATA:
        if rest.startswith(field + "_"):
            return len(field)
    found = re.search(r"_(?=urn:|https?://|[a-z][A-Za-z0-9]*:)", rest) or re.search(r"(?<=.)_(?=[^_]+$)", rest)
    return None if found is None else found.start()


def attribute_name(text: str, names: Names) -> str:
    """Return an attribute's name in full; CBV writes its own with '#' or ':' before the last part."""
    expanded = names.expand_curie(text)
    return CBVMDA + ":" + expanded[len(CBVMDA) + 1 :] if expanded.startswith(CBVMDA + "#") else expanded


def _standard_readers() -> dict[str, Reader]:
    readers: dict[str, Reader] = {
        "EXISTS_sensorElementList": _is_there("sensorElementList"),
        "EXISTS_sensorElement": _is_there("sensorElementList"),
        "EXISTS_ilmd": _is_there("ilmd"),
        "EXISTS_certificationInfo": _is_there("certificationInfo"),
        "EQ_certificationInfo": _uri("certificationInfo"),
        "EQ_persistentDisposition_set": _word("persistentDisposition.set", cbv.DISPOSITIONS),
        "EQ_persistentDisposition_unset": _word("persistentDisposition.unset", cbv.DISPOSITIONS),
        "EQ_errorReason": _word("errorDeclaration.reason", cbv.ERROR_REASONS),
        "EQ_type": _type,
        "EQ_booleanValue": _boolean,
    }
    for op in (Op.GE, Op.LT):
        for spelling in ("errorDeclarationTime", "errorDeclaration_Time"):  # OpenAPI, query schema
            readers[f"{op}_{spelling}"] = _time("errorDeclaration.declarationTime", op)
        readers.update({f"{op}_{local}": _time(f"sensor.{local}", op) for local in STANDARD_SENSOR_TIMES})
    for local in STANDARD_SENSOR_TEXTS:
        is_uri = local not in ("stringValue", "hexBinaryValue", "component")
        readers[f"EQ_{local}"] = _uri(f"sensor.{local}") if is_uri else _text(f"sensor.{local}")
    for op in (Op.EQ, Op.GT, Op.GE, Op.LT, Op.LE):
        readers[f"{op}_percRank"] = _rank(op)
        quantity = _quantity(op, None)
        if quantity is not None:
            readers[f"{op}_quantity"] = quantity
    return readers


_STANDARD: Mapping[str, Reader] = _standard_readers()
