"""From an event's JSON-LD body to an Event, or to a BadEvent with every rule it breaks.

Beside the JSON Schema's rules these are checked: what the schema lets pass (bare words outside CBV, ilmd
without a namespace, times without a zone, parents and children) and what no stock-keeping can use (negative
amounts).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trace import cbv
from trace.epcis import fields
from trace.epcis.event import (
    AGGREGATION_EVENT,
    ASSOCIATION_EVENT,
    OBJECT_EVENT,
    TRANSACTION_EVENT,
    TRANSFORMATION_EVENT,
    BadEvent,
    Event,
    Problem,
)
from trace.epcis.event_hash import event_hash
from trace.epcis.fields import Body, Problems, complain
from trace.epcis.names import Names, extend
from trace.epcis.sensors import check_sensors
from trace.gs1 import read_identifier

ACTIONS = frozenset({"ADD", "OBSERVE", "DELETE"})
MAX_LOT = 200
"""GS1 knows 20; with each character percent-encoded these still fit into an index."""
_SHIPMENTS = frozenset({"shipping", "departing"})

_COMMON = frozenset(
    {
        "type",
        "eventTime",
        "recordTime",
        "eventTimeZoneOffset",
        "eventID",
        "certificationInfo",
        "errorDeclaration",
        "bizStep",
        "disposition",
        "persistentDisposition",
        "readPoint",
        "bizLocation",
        "bizTransactionList",
        "sourceList",
        "destinationList",
        "sensorElementList",
    }
)
_FIELDS: Mapping[str, frozenset[str]] = {
    OBJECT_EVENT: _COMMON | {"action", "epcList", "quantityList", "ilmd"},
    AGGREGATION_EVENT: _COMMON | {"action", "parentID", "childEPCs", "childQuantityList"},
    ASSOCIATION_EVENT: _COMMON | {"action", "parentID", "childEPCs", "childQuantityList"},
    TRANSACTION_EVENT: _COMMON | {"action", "parentID", "epcList", "quantityList"},
    TRANSFORMATION_EVENT: _COMMON
    | {
        "inputEPCList",
        "inputQuantityList",
        "outputEPCList",
        "outputQuantityList",
        "transformationID",
        "ilmd",
    },
}
_ALL_FIELDS = frozenset().union(*_FIELDS.values())
_OTHER = frozenset({"recordTime", "certificationInfo", "persistentDisposition", "sensorElementList"})
_PERSISTENT_FIELDS = frozenset({"set", "unset"})
EVENT_TYPES = tuple(_FIELDS)


def read_event(body: Any, names: Names, index: int, at: str) -> Event | BadEvent:
    """Read one event; `at` is its JSON pointer in the document, `index` its place in the list."""
    if not isinstance(body, dict):
        return BadEvent(index, None, (Problem(at, f"expected an object, got {fields.kind_of(body)}"),))
    event_type = body.get("type")
    if not isinstance(event_type, str) or event_type not in _FIELDS:
        expected = ", ".join(EVENT_TYPES)
        problem = Problem(at + "/type", f"expected one of {expected}, got {event_type!r}")
        return BadEvent(index, _event_id(body), (problem,))
    problems: Problems = []
    if "@context" in body:
        try:
            names = extend(names, body["@context"])
        except ValueError as error:
            complain(problems, at + "/@context", str(error))
        body = {key: value for key, value in body.items() if key != "@context"}
    event = _read(event_type, body, names, at, problems)
    return BadEvent(index, _event_id(body), tuple(problems)) if event is None else event


def _event_id(body: Body) -> str | None:
    value = body.get("eventID")
    return value if isinstance(value, str) else None


def read_captured(body: Body, names: Names) -> Event:
    """Read an event that was captured before, without its hash: rules that came since do not matter.

    A part that breaks one is left out.
    """
    return Event(**_values(body["type"], body, names, "", []))


def _read(event_type: str, body: Body, names: Names, at: str, problems: Problems) -> Event | None:
    values = _values(event_type, body, names, at, problems)
    _check_names(event_type, body, names, at, problems)
    _check_other_fields(body, names, at, problems)
    if problems:
        return None
    values["content_hash"] = event_hash(body, names)[0]
    event = Event(**values)
    _CHECKS[event_type](event, at, problems)
    _check_shipped_amounts(event, at, problems)
    return None if problems else event


def _values(event_type: str, body: Body, names: Names, at: str, problems: Problems) -> dict[str, Any]:
    aggregates = event_type in (AGGREGATION_EVENT, ASSOCIATION_EVENT)
    lot, production_date, expiry_date = _ilmd(event_type, body, names, at, problems)
    event_time = fields.time(body, "eventTime", at, problems)
    return {
        "type": event_type,
        "event_id": _event_id_of(body, at, problems),
        "event_time": event_time,
        "time_zone_offset": fields.zone_offset(body, at, problems),
        "action": _action(event_type, body, at, problems),
        "biz_step": fields.word(cbv.BIZ_STEPS, body, "bizStep", at, names, problems),
        "disposition": fields.word(cbv.DISPOSITIONS, body, "disposition", at, names, problems),
        "read_point": fields.place(body, "readPoint", at, names, problems),
        "biz_location": fields.place(body, "bizLocation", at, names, problems),
        "parent_id": _parent(body, at, problems),
        "epcs": fields.epcs(body, "childEPCs" if aggregates else "epcList", at, problems),
        "quantities": fields.quantities(body, "childQuantityList" if aggregates else "quantityList", at, problems),
        "input_epcs": fields.epcs(body, "inputEPCList", at, problems),
        "input_quantities": fields.quantities(body, "inputQuantityList", at, problems),
        "output_epcs": fields.epcs(body, "outputEPCList", at, problems),
        "output_quantities": fields.quantities(body, "outputQuantityList", at, problems),
        "transformation_id": fields.text(body, "transformationID", at, problems),
        "biz_transactions": fields.transactions(body, at, names, problems),
        "sources": fields.parties(body, "sourceList", "source", at, names, problems),
        "destinations": fields.parties(body, "destinationList", "destination", at, names, problems),
        "lot": lot,
        "production_date": production_date,
        "expiry_date": expiry_date,
        "error_declaration": fields.error_declaration(body, at, names, problems),
        "body": body,
        "context": names.entries,
        "content_hash": "",
    }


# -- fields that only events have ----------------------------------------------------------------------


def _action(event_type: str, body: Body, at: str, problems: Problems) -> str | None:
    if event_type == TRANSFORMATION_EVENT:
        return None  # EPCIS 2.0 §7.4.6: a transformation has no action
    value = body.get("action")
    if isinstance(value, str) and value in ACTIONS:
        return value
    complain(problems, at + "/action", f"expected ADD, OBSERVE or DELETE, got {value!r}")
    return None


def _event_id_of(body: Body, at: str, problems: Problems) -> str | None:
    value = body.get("eventID")
    return None if value is None else fields.uri(value, at + "/eventID", problems)


def _parent(body: Body, at: str, problems: Problems) -> str | None:
    value = body.get("parentID")
    return None if value is None else fields.uri(value, at + "/parentID", problems)


def _ilmd(
    event_type: str, body: Body, names: Names, at: str, problems: Problems
) -> tuple[str | None, str | None, str | None]:
    """Read lot, production date and expiry date from the instance or lot master data (EPCIS 2.0 §7.3.6)."""
    ilmd = body.get("ilmd")
    if ilmd is None:
        return None, None, None
    if not isinstance(ilmd, dict):
        complain(problems, at + "/ilmd", f"expected an object, got {fields.kind_of(ilmd)}")
        return None, None, None
    if event_type == OBJECT_EVENT and body.get("action") != "ADD":
        complain(problems, at + "/ilmd", f"ilmd goes with action ADD only, got {body.get('action')!r}")
    for key in ilmd:
        if names.expand(key)[0] is None and not key.startswith("@"):
            complain(problems, f"{at}/ilmd/{key}", "expected a name with a namespace, got a bare one")
    lot = _attribute(ilmd, names, "lotNumber")
    if lot is not None and len(lot) > MAX_LOT:
        complain(problems, at + "/ilmd", f"expected a lot number of at most {MAX_LOT} characters, got {len(lot)}")
    return (
        lot,
        _attribute(ilmd, names, "productionDate"),
        _attribute(ilmd, names, "itemExpirationDate"),
    )


def _attribute(ilmd: Body, names: Names, local: str) -> str | None:
    for key, value in ilmd.items():
        if names.is_master_data_attribute(key, local):
            single = value[0] if isinstance(value, list) and len(value) == 1 else value
            plain = single.get("#text") if isinstance(single, dict) else single
            found = None if plain is None or isinstance(plain, (dict, list)) else str(plain).strip()
            return found or None
    return None


def _check_names(event_type: str, body: Body, names: Names, at: str, problems: Problems) -> None:
    """Refuse bare names the event type does not have: a mistyped 'quantitylist' would lose its units."""
    if body.keys() <= _FIELDS[event_type]:
        return
    for key in body.keys() - _FIELDS[event_type]:
        # The standard context protects the fields of other event types: @vocab makes no extension of them.
        if key in _ALL_FIELDS or names.expand(key)[0] is None:
            complain(problems, f"{at}/{key}", f"{event_type} has no field {key!r}; extensions need a namespace")


def _check_other_fields(body: Body, names: Names, at: str, problems: Problems) -> None:
    """Check what stays in the body only: recordTime, certification, persistent disposition, sensors."""
    if body.keys().isdisjoint(_OTHER):
        return
    if body.get("recordTime") is not None:
        fields.time(body, "recordTime", at, problems)
    certificates = body.get("certificationInfo")
    for item in certificates if isinstance(certificates, list) else [certificates]:
        if item is not None:
            fields.uri(item, at + "/certificationInfo", problems)
    if body.get("persistentDisposition") is not None:
        _check_persistent_disposition(body["persistentDisposition"], names, at + "/persistentDisposition", problems)
    if "sensorElementList" in body:
        check_sensors(body, at, names, problems)


def _check_persistent_disposition(value: Any, names: Names, at: str, problems: Problems) -> None:
    if not isinstance(value, dict):
        complain(problems, at, f"expected an object, got {fields.kind_of(value)}")
        return
    for key in value.keys() - _PERSISTENT_FIELDS:  # neither schema leaves room for extensions here
        complain(problems, f"{at}/{key}", f"expected only set and unset, got {key!r}")
    for kind in ("set", "unset"):
        for index, item in enumerate(fields.items(value, kind, at, problems)):
            if item is None:
                complain(problems, f"{at}/{kind}/{index}", "expected a text, got null")
            fields.word(cbv.DISPOSITIONS, {str(index): item}, str(index), f"{at}/{kind}", names, problems)
    if not (value.get("set") or value.get("unset")):  # EPCIS 2.0 §7.3.6.2
        complain(problems, at, "expected dispositions to set or to unset, got neither")


# -- rules by event type -------------------------------------------------------------------------------


def _check_object(event: Event, at: str, problems: Problems) -> None:
    if event.epcs or event.quantities:
        return
    # EPCIS 2.0 §7.4.2: EPCs or quantities; only what sensors say of a place does without either
    if not event.body.get("sensorElementList"):
        complain(problems, at + "/epcList", "expected epcList, quantityList or sensorElementList, got none")
    elif event.read_point is None:
        complain(problems, at + "/readPoint", "expected a readPoint for sensor data without objects, got none")


def _check_association(event: Event, at: str, problems: Problems) -> None:
    if event.parent_id is None:  # EPCIS 2.0 §7.4, AssociationEvent: whatever the action
        complain(problems, at + "/parentID", "parentID is required")
    _check_children(event, at, problems)


def _check_aggregation(event: Event, at: str, problems: Problems) -> None:
    # EPCIS 2.0 §7.4.3: only an observation may leave the parent unknown
    if event.parent_id is None and event.action != "OBSERVE":
        complain(problems, at + "/parentID", f"parentID is required for action {event.action}")
    _check_children(event, at, problems)


def _check_children(event: Event, at: str, problems: Problems) -> None:
    # DELETE without children takes all of them out (RULES 10)
    if event.action != "DELETE" and not (event.epcs or event.quantities):
        complain(problems, at + "/childEPCs", f"expected children for action {event.action}, got none")
    if event.parent_id is None:
        return
    parent = read_identifier(event.parent_id).uri
    for index, child in enumerate(event.epcs):  # RULES 11: nothing contains itself
        if child == event.parent_id or read_identifier(child).uri == parent:
            complain(problems, f"{at}/childEPCs/{index}", f"the parent {child!r} is among its own children")


def _check_transaction(event: Event, at: str, problems: Problems) -> None:
    # EPCIS 2.0 §7.4.4: at least one business transaction; DELETE without objects ends it for all of them
    if not event.biz_transactions:
        complain(problems, at + "/bizTransactionList", "expected at least one business transaction")
    if event.action != "DELETE" and not (event.epcs or event.quantities or event.parent_id):
        detail = f"expected epcList, quantityList or parentID for action {event.action}, got none"
        complain(problems, at + "/epcList", detail)


def _check_transformation(event: Event, at: str, problems: Problems) -> None:
    # EPCIS 2.0 §7.4.6: inputs and outputs, or some with a transformationID that ties the parts
    has_input = bool(event.input_epcs or event.input_quantities)
    has_output = bool(event.output_epcs or event.output_quantities)
    if event.transformation_id is None:
        if not has_input:
            complain(problems, at + "/inputQuantityList", "expected inputs, or a transformationID, got neither")
        if not has_output:
            complain(problems, at + "/outputQuantityList", "expected outputs, or a transformationID, got neither")
    elif not (has_input or has_output):
        complain(problems, at + "/inputQuantityList", "expected inputs or outputs, got neither")


def _check_shipped_amounts(event: Event, at: str, problems: Problems) -> None:
    """Refuse a shipment of 0: it says that goods left and that none did."""
    if event.biz_step not in _SHIPMENTS:
        return
    key = "childQuantityList" if event.type in (AGGREGATION_EVENT, ASSOCIATION_EVENT) else "quantityList"
    for index, element in enumerate(event.quantities):
        if element.quantity is not None and element.quantity == 0:
            detail = f"expected more than 0 in a {event.biz_step} event, got {element.quantity}"
            complain(problems, f"{at}/{key}/{index}/quantity", detail)


_CHECKS = {
    OBJECT_EVENT: _check_object,
    AGGREGATION_EVENT: _check_aggregation,
    ASSOCIATION_EVENT: _check_association,
    TRANSACTION_EVENT: _check_transaction,
    TRANSFORMATION_EVENT: _check_transformation,
}
