"""For every query parameter of EPCIS 2.0 a query that finds an event and one that does not, from the official list.

`DOCUMENT` is what has to be captured; `cases()` are the lines of query-params.txt with their queries, as parameters of
a URL.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.data import DATA

Parameters = Mapping[str, list[str]]

NAMESPACE = "https://ns.example.com/epcis/"
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"example": NAMESPACE}]
GTIN = "https://id.gs1.org/01/09520000000035"
LOT = GTIN + "/10/L1"
OTHER = "https://id.gs1.org/01/09520000000042"
PALLET = "https://id.gs1.org/00/095200000000000011"
PLANT = "https://id.gs1.org/414/9520000000011"
LINE = "https://id.gs1.org/414/9520000000011/254/1"
SHOP = "https://id.gs1.org/414/9520001000027"
FIRM = "https://id.gs1.org/417/9520000000004"
STATISTICS = ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")


def uuid(number: int) -> str:
    """An event ID."""
    return f"urn:uuid:00000000-0000-4000-8000-{number:012d}"


def _levels() -> dict[str, Any]:
    """An extension at the top with the value 5, and one inside another."""
    return {"example:level": 5, "example:box": {"example:depth": 5}}


def _event(kind: str, number: int, **members: Any) -> dict[str, Any]:
    event = {
        "type": kind,
        "eventID": uuid(number),
        "eventTime": f"2026-03-0{number}T08:00:00.000Z",
        "eventTimeZoneOffset": "+00:00",
        "readPoint": {"id": SHOP},
    }
    return event | members


MADE, PACKED, PAID, BLENDED, MOUNTED, DECLARED = range(1, 7)

EVENTS: dict[int, dict[str, Any]] = {
    MADE: _event(
        "ObjectEvent",
        MADE,
        action="ADD",
        bizStep="commissioning",
        disposition="active",
        persistentDisposition={"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
        epcList=[GTIN + "/21/S1"],
        quantityList=[{"epcClass": LOT, "quantity": 5, "uom": "KGM"}],
        readPoint={"id": LINE, **_levels()},
        bizLocation={"id": PLANT, **_levels()},
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9520000000011:PO1"}],
        sourceList=[{"type": "location", "source": PLANT}],
        destinationList=[{"type": "owning_party", "destination": FIRM}],
        ilmd=_levels(),
        sensorElementList=[
            {
                "sensorMetadata": {
                    "time": "2026-03-01T07:00:00.000Z",
                    "startTime": "2026-03-01T06:00:00.000Z",
                    "endTime": "2026-03-01T07:30:00.000Z",
                    "deviceID": "urn:epc:id:giai:9520000.D1",
                    "dataProcessingMethod": "https://example.com/253/9520000000028P1",
                    "bizRules": "https://example.com/253/9520000000028B1",
                    **_levels(),
                },
                "sensorReport": [
                    {
                        "type": "Temperature",
                        **dict.fromkeys(
                            ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"), 5
                        ),
                        "uom": "CEL",
                        **_levels(),
                    },
                    {
                        "type": "example:Taste",
                        "microorganism": "https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
                        "chemicalSubstance": "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N",
                        "stringValue": "sweet",
                        "booleanValue": True,
                        "hexBinaryValue": "f0f0f0",
                        "uriValue": "https://id.example.com/sweet",
                    },
                ],
                **_levels(),
            }
        ],
        **_levels(),
    ),
    PACKED: _event(
        "AggregationEvent",
        PACKED,
        action="OBSERVE",
        bizStep="packing",
        disposition="in_progress",
        parentID=PALLET,
        childEPCs=[GTIN + "/21/S2"],
        childQuantityList=[{"epcClass": OTHER, "quantity": 7}],
    ),
    PAID: _event(
        "TransactionEvent",
        PAID,
        action="DELETE",
        bizStep="https://ns.example.com/step/paying",
        epcList=[GTIN + "/21/S3"],
        bizTransactionList=[{"type": "inv", "bizTransaction": "urn:epcglobal:cbv:bt:9520000000011:I1"}],
    ),
    BLENDED: _event(
        "TransformationEvent",
        BLENDED,
        transformationID="urn:example:blend:1",
        inputEPCList=[GTIN + "/21/S4"],
        inputQuantityList=[{"epcClass": GTIN + "/10/IN", "quantity": 0.25, "uom": "KGM"}],
        outputEPCList=[OTHER + "/21/S5"],
        outputQuantityList=[{"epcClass": OTHER + "/10/OUT", "quantity": 2}],
    ),
    MOUNTED: _event(
        "AssociationEvent",
        MOUNTED,
        action="ADD",
        parentID="https://id.gs1.org/8003/09520000000035C1",
        childEPCs=["https://id.gs1.org/8004/9520000SENSOR1"],
    ),
    DECLARED: _event(
        "ObjectEvent",
        DECLARED,
        action="OBSERVE",
        epcList=[GTIN + "/21/S6"],
        errorDeclaration={
            "declarationTime": "2026-03-07T08:00:00.000Z",
            "reason": "incorrect_data",
            "correctiveEventIDs": [uuid(MADE)],
            **_levels(),
        },
    ),
}

DOCUMENT: dict[str, Any] = {
    "@context": CONTEXT,
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-03-31T00:00:00Z",
    "epcisHeader": {
        "epcisMasterData": {
            "vocabularyList": [
                {
                    "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
                    "vocabularyElementList": [
                        {
                            "id": "https://id.gs1.org/414/9520000000004",
                            "attributes": [{"id": "cbvmda:city", "attribute": "Nanjing"}],
                            "children": [PLANT],
                        },
                        {
                            "id": PLANT,
                            "attributes": [{"id": "cbvmda:city", "attribute": "Suzhou"}],
                            "children": [LINE],
                        },
                    ],
                },
                {
                    "type": "urn:epcglobal:epcis:vtype:BusinessStep",
                    "vocabularyElementList": [
                        {
                            "id": "https://ns.example.com/step/paying",
                            "attributes": [{"id": "https://ns.example.com/kind", "attribute": "money"}],
                        },
                    ],
                },
            ]
        }
    },
    "epcisBody": {"eventList": list(EVENTS.values())},
}


@dataclass(frozen=True)
class Case:
    """``finds`` returns the event (its number in `EVENTS`), ``misses`` does not; both are queries of one parameter."""

    event: int
    finds: Parameters
    misses: Parameters


def _one(event: int, name: str, good: str, bad: str, **beside: str) -> Case:
    more = {key: [value] for key, value in beside.items()}
    return Case(event, {name: [good], **more}, {name: [bad], **more})


_FIXED: dict[str, Case] = {
    "@context": Case(
        MADE,
        {"@context": [f'{{"my": "{NAMESPACE}"}}'], "EQ_my:level": ["5"]},
        {"@context": ['{"my": "https://ns.example.org/"}'], "EQ_my:level": ["5"]},
    ),
    "EXISTS_errorDeclaration": Case(
        DECLARED, {"EXISTS_errorDeclaration": ["true"]}, {"EXISTS_errorDeclaration": ["true"], "EQ_action": ["ADD"]}
    ),
    "EXISTS_sensorElementList": Case(
        MADE, {"EXISTS_sensorElementList": [""]}, {"EXISTS_sensorElementList": [""], "EQ_action": ["OBSERVE"]}
    ),
    "orderBy": _one(MADE, "orderBy", "eventTime", "eventTime", eventCountLimit="1", orderDirection="ASC"),
    "orderDirection": _one(MADE, "orderDirection", "ASC", "DESC", orderBy="eventTime", eventCountLimit="1"),
    "eventCountLimit": _one(PACKED, "eventCountLimit", "2", "1", orderBy="eventTime", orderDirection="ASC"),
    "maxEventCount": Case(
        MADE,
        {"maxEventCount": ["1"], "EQ_eventID": [uuid(MADE)]},
        {"maxEventCount": ["1"], "EQ_eventID": [uuid(PACKED)]},
    ),
}
# the order itself is looked at in other tests
_FIXED["orderBy"] = Case(MADE, _FIXED["orderBy"].finds, {**_FIXED["orderBy"].misses, "orderDirection": ["DESC"]})

_VALUES: dict[str, tuple[int, str, str]] = {
    "eventType": (PAID, "ObjectEvent|TransactionEvent", "AssociationEvent"),
    "GE_eventTime": (PACKED, "2026-03-02T16:00:00+08:00", "2026-03-02T08:00:00.001Z"),
    "LT_eventTime": (PACKED, "2026-03-02T08:00:00.001Z", "2026-03-02T16:00:00+08:00"),
    "GE_recordTime": (MADE, "2026-01-01T00:00:00Z", "2999-01-01T00:00:00Z"),
    "LT_recordTime": (MADE, "2999-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    "EQ_action": (MADE, "ADD", "DELETE"),
    "EQ_bizStep": (MADE, "urn:epcglobal:cbv:bizstep:commissioning", "shipping"),
    "EQ_disposition": (MADE, "https://ref.gs1.org/cbv/Disp-active", "in_transit"),
    "EQ_persistentDisposition_set": (MADE, "completeness_verified", "completeness_inferred"),
    "EQ_persistentDisposition_unset": (MADE, "cbv:Disp-completeness_inferred", "completeness_verified"),
    "EQ_quantity": (MADE, "5", "6"),
    "GT_quantity": (MADE, "4.99", "5"),
    "GE_quantity": (BLENDED, "2", "2.01"),
    "LT_quantity": (BLENDED, "0.26", "0.25"),
    "LE_quantity": (MADE, "5.0", "4.9"),
    "EQ_readPoint": (MADE, "urn:epc:id:sgln:9520000.00001.1", SHOP),
    "WD_readPoint": (MADE, "https://id.gs1.org/414/9520000000004", SHOP),
    "EQ_bizLocation": (MADE, "https://example.com/414/9520000000011", SHOP),
    "WD_bizLocation": (MADE, "https://id.gs1.org/414/9520000000004", SHOP),
    "EQ_transformationID": (BLENDED, "urn:example:blend:1", "urn:example:blend:2"),
    "MATCH_epc": (MADE, "urn:epc:id:sgtin:9520000.000003.S1", "urn:epc:id:sgtin:9520000.000003.S4"),
    "MATCH_parentID": (PACKED, "urn:epc:id:sscc:9520000.0000000001", GTIN + "/21/S2"),
    "MATCH_inputEPC": (BLENDED, "urn:epc:idpat:sgtin:9520000.000003.*", "urn:epc:idpat:sgtin:9520000.000004.*"),
    "MATCH_outputEPC": (BLENDED, "urn:epc:idpat:sgtin:9520000.000004.*", "urn:epc:idpat:sgtin:9520000.000003.*"),
    "MATCH_anyEPC": (MOUNTED, "urn:epc:idpat:grai:9520000.*.*", "urn:epc:idpat:grai:9520001.*.*"),
    "MATCH_epcClass": (MADE, "urn:epc:class:lgtin:9520000.000003.L1", GTIN + "/10/IN"),
    "MATCH_inputEPCClass": (BLENDED, GTIN + "/10/IN", OTHER + "/10/OUT"),
    "MATCH_outputEPCClass": (BLENDED, OTHER + "/10/OUT", GTIN + "/10/IN"),
    "MATCH_anyEPCClass": (PACKED, "urn:epc:idpat:sgtin:9520000.000004.*", GTIN),
    "EQ_eventID": (MADE, uuid(MADE), uuid(PACKED)),
    "GE_errorDeclaration_Time": (DECLARED, "2026-03-07T08:00:00Z", "2026-03-07T08:00:01Z"),
    "LT_errorDeclaration_Time": (DECLARED, "2026-03-07T08:00:01Z", "2026-03-07T08:00:00Z"),
    "EQ_errorReason": (DECLARED, "urn:epcglobal:cbv:er:incorrect_data", "did_not_occur"),
    "EQ_correctiveEventID": (DECLARED, uuid(MADE), uuid(PACKED)),
    "GE_time": (MADE, "2026-03-01T07:00:00Z", "2026-03-01T07:00:01Z"),
    "LT_time": (MADE, "2026-03-01T07:00:01Z", "2026-03-01T07:00:00Z"),
    "GE_startTime": (MADE, "2026-03-01T06:00:00Z", "2026-03-01T06:00:01Z"),
    "LT_startTime": (MADE, "2026-03-01T06:00:01Z", "2026-03-01T06:00:00Z"),
    "GE_endTime": (MADE, "2026-03-01T07:30:00Z", "2026-03-01T07:30:01Z"),
    "LT_endTime": (MADE, "2026-03-01T07:30:01Z", "2026-03-01T07:30:00Z"),
    "EQ_type": (MADE, "gs1:Temperature", "Pressure"),
    "EQ_deviceID": (MADE, "urn:epc:id:giai:9520000.D1", "urn:epc:id:giai:9520000.D2"),
    "EQ_dataProcessingMethod": (
        MADE,
        "https://example.com/253/9520000000028P1",
        "https://example.com/253/9520000000028P2",
    ),
    "EQ_microorganism": (MADE, "https://www.ncbi.nlm.nih.gov/taxonomy/1126011", "https://www.ncbi.nlm.nih.gov/x"),
    "EQ_chemicalSubstance": (
        MADE,
        "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N",
        "https://identifiers.org/inchikey:X",
    ),
    "EQ_bizRules": (MADE, "https://example.com/253/9520000000028B1", "https://example.com/253/9520000000028B2"),
    "EQ_stringValue": (MADE, "sweet", "sour"),
    "EQ_booleanValue": (MADE, "true", "false"),
    "EQ_hexBinaryValue": (MADE, "f0f0f0", "f0f0f1"),
    "EQ_uriValue": (MADE, "https://id.example.com/sweet", "https://id.example.com/sour"),
    "GE_percRank": (MADE, "5", "6"),
    "LT_percRank": (MADE, "6", "5"),
    "GT_percRank": (MADE, "4", "5"),
    "LE_percRank": (MADE, "5", "4"),
}
_BOUNDS = {"EQ": ("5", "6"), "GT": ("4", "5"), "GE": ("5", "6"), "LT": ("6", "5"), "LE": ("5", "4")}
_NAMED: dict[str, Case] = {
    "EQ_bizTransaction_": _one(
        MADE,
        "EQ_bizTransaction_po",
        "urn:epcglobal:cbv:bt:9520000000011:PO1",
        "urn:epcglobal:cbv:bt:9520000000011:I1",
    ),
    "EQ_source_": _one(MADE, "EQ_source_location", PLANT, FIRM),
    "EQ_destination_": _one(MADE, "EQ_destination_owning_party", FIRM, PLANT),
    "HASATTR_": _one(PAID, "HASATTR_bizStep", "https://ns.example.com/kind", "cbvmda:city"),
    "EQ_ATTR_": _one(MADE, "EQ_ATTR_bizLocation_city", "Suzhou", "Nanjing"),
}


def case_of(line: str) -> Case:
    """The queries for a line of query-params.txt: a fixed name, or a pattern of names."""
    if line in _FIXED:
        return _FIXED[line]
    if line in _VALUES:
        event, good, bad = _VALUES[line]
        return _one(event, line, good, bad)
    head = re.split(r"\[|\\", line.removeprefix("^"))[0]
    if head in _NAMED:
        return _NAMED[head]
    op, _, rest = head.partition("_")
    event = DECLARED if "ERROR_DECLARATION" in rest else MADE
    if "{2,4}" in line:
        return _one(event, head + ("KGM" if rest == "quantity_" else "CEL"), *_BOUNDS[op])
    local = "example:depth" if rest.startswith("INNER_") else "example:level"
    if op == "EXISTS":
        return Case(event, {head + local: [""]}, {head + "example:missing": [""]})
    return _one(event, head + local, *_BOUNDS[op])


def lines() -> list[str]:
    """The parameters of EPCIS 2.0: fixed names, and patterns as they were meant (the file escapes them twice)."""
    path = DATA / "epcis" / "query-params.txt"
    if not path.exists():
        return []
    found = [line.strip() for line in path.read_text("utf-8").splitlines()]
    return [line.replace("\\\\", "\\") for line in found if line and not line.startswith("#")]


def cases() -> list[Any]:
    """`pytest.param` of (line, case) for each line of the file, or one skip that names it."""
    found = lines()
    if not found:
        mark = pytest.mark.skip(reason=f"test data missing: epcis/query-params.txt (looked in {DATA})")
        return [pytest.param("", None, marks=mark, id="missing-query-params")]
    return [pytest.param(line, case_of(line), id=line) for line in found]
