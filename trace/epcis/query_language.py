"""The EPCIS Query Language: parameters of a URL or a JSON object, read as what they ask (EPCIS 2.0 §8.2.7.1).

Every family of parameters is one line of a table here or in `query_fields`; unknown names are errors, since a query
whose mistyped condition counted for nothing would answer with too much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from trace import cbv
from trace.epcis import query_values as read
from trace.epcis.event import (
    AGGREGATION_EVENT,
    ASSOCIATION_EVENT,
    OBJECT_EVENT,
    TRANSACTION_EVENT,
    TRANSFORMATION_EVENT,
)
from trace.epcis.names import Names, read_context
from trace.epcis.query_conditions import (
    Condition,
    CorrectedBy,
    Declared,
    EpcMatch,
    FieldRef,
    List,
    Op,
    PlaceIn,
    QueryParameterError,
    TimeBound,
    TransformationIn,
    WordIn,
)
from trace.epcis.query_epcs import read_pattern
from trace.epcis.query_fields import find_reader, read_extension
from trace.epcis.query_values import Parameter
from trace.gs1 import read_identifier
from trace.kit import strict_json

__all__ = ["EventQuery", "QueryParameterError", "both", "read_parameters", "read_query"]

MAX_PARAMETERS = 100
MAX_VALUES = 2_000  # of all parameters together
MAX_BEGINNINGS = 200  # of canonical URIs: the pattern of a company prefix has ten
EVENT_TYPES = (OBJECT_EVENT, AGGREGATION_EVENT, TRANSACTION_EVENT, TRANSFORMATION_EVENT, ASSOCIATION_EVENT)
ACTIONS = ("ADD", "OBSERVE", "DELETE")
EVENT_TIME, RECORD_TIME = "eventTime", "recordTime"
_EPCIS_NAMESPACE = "https://ref.gs1.org/epcis/"

Direction = Literal["ASC", "DESC"]
Reader: TypeAlias = Callable[[Parameter], Condition | None]


@dataclass(frozen=True, slots=True)
class EventQuery:
    """What a query asks: every condition holds; ordered by a time or an extension field, else as captured.

    ``event_count_limit`` cuts the result, ``max_event_count`` refuses a larger one.
    """

    conditions: tuple[Condition, ...] = ()
    order_by: str | FieldRef | None = None
    order_direction: Direction = "DESC"
    event_count_limit: int | None = None
    max_event_count: int | None = None


def read_parameters(parameters: Mapping[str, Sequence[str]], context: Any = None) -> EventQuery:
    """Read the query of a URL: parameters by name, each with its decoded values in order.

    ``context`` gives prefixes their meaning, as does a parameter `@context` with JSON. Raises QueryParameterError.
    """
    own = parameters.get("@context")
    names = _read_names([*_as_list(context), *(_read_json(text) for text in own or ())])
    raw = [
        Parameter(name, tuple(values), names, in_url=True) for name, values in parameters.items() if name != "@context"
    ]
    return _read(raw)


def read_query(body: Mapping[str, Any]) -> EventQuery:
    """Read the JSON object of a named query: a scalar or a list for each parameter. Raises QueryParameterError."""
    names = _read_names(_as_list(body.get("@context")))
    raw = []
    for name, value in body.items():
        if name == "@context":
            continue
        values = tuple(value) if isinstance(value, (list, tuple)) else (() if value is None else (value,))
        raw.append(Parameter(name, values, names, in_url=False))
    return _read(raw)


def both(first: EventQuery, second: EventQuery) -> EventQuery:
    """The events that both queries ask for; the second's order wins, of two limits the smaller one."""
    ordered = second if second.order_by is not None else first
    found = EventQuery(
        tuple(dict.fromkeys(first.conditions + second.conditions)),
        ordered.order_by,
        ordered.order_direction,
        _least(first.event_count_limit, second.event_count_limit),
        _least(first.max_event_count, second.max_event_count),
    )
    _check_limits(found)
    return found


def _read(parameters: Sequence[Parameter]) -> EventQuery:
    if len(parameters) > MAX_PARAMETERS:
        raise QueryParameterError(
            parameters[MAX_PARAMETERS].name, f"expected at most {MAX_PARAMETERS} parameters, got {len(parameters)}"
        )
    total = sum(len(parameter.values) for parameter in parameters)
    if total > MAX_VALUES:
        raise QueryParameterError(parameters[-1].name, f"expected at most {MAX_VALUES} values together, got {total}")
    conditions: list[Condition] = []
    controls = {parameter.name: parameter for parameter in parameters if parameter.name in _CONTROLS}
    for parameter in parameters:
        if parameter.name in _CONTROLS:
            continue
        reader = _FIXED.get(parameter.name) or find_reader(parameter)
        if reader is None:
            raise QueryParameterError(parameter.name, "expected a parameter of EPCIS 2.0 §8.2.7.1, got another name")
        condition = reader(parameter)
        if condition is not None:
            conditions.append(condition)
    values = {_CONTROLS[name][0]: _CONTROLS[name][1](parameter) for name, parameter in controls.items()}
    query = EventQuery(tuple(dict.fromkeys(conditions)), **values)
    _check_limits(query)
    return query


def _check_limits(query: EventQuery) -> None:
    if query.event_count_limit is None:
        return
    if query.max_event_count is not None:
        raise QueryParameterError("maxEventCount", "expected this or eventCountLimit, got both")
    if query.order_by is None:
        raise QueryParameterError("eventCountLimit", "expected orderBy beside it, got none")


def _order_by(parameter: Parameter) -> str | FieldRef:
    text = str(read.one(parameter)).strip()
    if text in (EVENT_TIME, RECORD_TIME):
        return text
    field = read_extension(text, parameter.names)
    if field is None:
        raise parameter.wrong("eventTime, recordTime or the full name of an extension field", text)
    return field


def _order_direction(parameter: Parameter) -> str:
    value = read.one(parameter)
    if value not in ("ASC", "DESC"):
        raise parameter.wrong("ASC or DESC", value)
    return str(value)


_CONTROLS: Mapping[str, tuple[str, Callable[[Parameter], Any]]] = {
    "orderBy": ("order_by", _order_by),
    "orderDirection": ("order_direction", _order_direction),
    "eventCountLimit": ("event_count_limit", lambda parameter: read.count(parameter, 1)),
    "maxEventCount": ("max_event_count", lambda parameter: read.count(parameter, 0)),
}


def _time(column: str, op: Op) -> Reader:
    return lambda parameter: TimeBound(column, op, read.time(parameter))


def _words(column: str, vocabulary: cbv.Vocabulary) -> Reader:
    return lambda parameter: WordIn(column, read.words(parameter, vocabulary))


def _place(column: str, descendants: bool) -> Reader:
    return lambda parameter: PlaceIn(column, read.uris(parameter, _canonical), descendants)


def _match(classes: bool, *lists: List) -> Reader:
    def reader(parameter: Parameter) -> EpcMatch:
        texts = read.uris(parameter)
        try:
            patterns = tuple(read_pattern(text, classes) for text in texts)
        except ValueError as error:
            raise QueryParameterError(parameter.name, str(error).rstrip(".")) from error
        beginnings = sum(len(pattern.prefixes) for pattern in patterns)
        if beginnings > MAX_BEGINNINGS:
            detail = f"expected at most {MAX_BEGINNINGS} patterns, a company prefix counting as ten, got {beginnings}"
            raise QueryParameterError(parameter.name, detail)
        return EpcMatch(lists, classes, patterns)

    return reader


def _event_types(parameter: Parameter) -> WordIn:
    def bare(text: str) -> str:
        return parameter.names.expand_curie(text).removeprefix(_EPCIS_NAMESPACE)

    return WordIn("type", read.choices(parameter, EVENT_TYPES, bare))


def _actions(parameter: Parameter) -> WordIn:
    for value in (found := read.choices(parameter, ACTIONS)):
        if value not in ACTIONS:
            raise parameter.wrong("one of " + ", ".join(ACTIONS), value)
    return WordIn("action", found)


def _declared(parameter: Parameter) -> Declared | None:
    return Declared() if read.is_asked(parameter) else None


def _canonical(text: str) -> str:
    return read_identifier(text).uri


_FIXED: Mapping[str, Reader] = {
    "eventType": _event_types,
    "GE_eventTime": _time(EVENT_TIME, Op.GE),
    "LT_eventTime": _time(EVENT_TIME, Op.LT),
    "GE_recordTime": _time(RECORD_TIME, Op.GE),
    "LT_recordTime": _time(RECORD_TIME, Op.LT),
    "EQ_action": _actions,
    "EQ_bizStep": _words("bizStep", cbv.BIZ_STEPS),
    "EQ_disposition": _words("disposition", cbv.DISPOSITIONS),
    "EQ_readPoint": _place("readPoint", False),
    "WD_readPoint": _place("readPoint", True),
    "EQ_bizLocation": _place("bizLocation", False),
    "WD_bizLocation": _place("bizLocation", True),
    "EQ_transformationID": lambda parameter: TransformationIn(read.uris(parameter, _canonical)),
    "MATCH_epc": _match(False, List.ITEM),
    "MATCH_parentID": _match(False, List.PARENT),
    "MATCH_inputEPC": _match(False, List.INPUT),
    "MATCH_outputEPC": _match(False, List.OUTPUT),
    "MATCH_anyEPC": _match(False, *List),
    "MATCH_epcClass": _match(True, List.ITEM),
    "MATCH_inputEPCClass": _match(True, List.INPUT),
    "MATCH_outputEPCClass": _match(True, List.OUTPUT),
    "MATCH_anyEPCClass": _match(True, List.ITEM, List.INPUT, List.OUTPUT),
    "EQ_eventID": lambda parameter: WordIn("eventID", read.uris(parameter)),
    "EXISTS_errorDeclaration": _declared,
    "EQ_correctiveEventID": lambda parameter: CorrectedBy(read.uris(parameter)),
}


def _read_names(entries: Sequence[Any]) -> Names:
    try:
        return read_context([part for entry in entries for part in _as_list(entry)])
    except ValueError as error:
        raise QueryParameterError("@context", str(error)) from error


def _read_json(text: str) -> Any:
    """A context in a URL is JSON; one that is only an IRI may stand without quotation marks."""
    if not text.lstrip().startswith(("{", "[", '"')):
        return text
    try:
        return strict_json.loads(text.encode())
    except strict_json.StrictJsonError as error:
        raise QueryParameterError("@context", error.detail) from error


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else ([] if value is None else [value])


def _least(first: int | None, second: int | None) -> int | None:
    given = [one for one in (first, second) if one is not None]
    return min(given, default=None)
