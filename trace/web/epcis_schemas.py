"""Shapes of EPCIS requests and answers, as JSON Schema for the OpenAPI document.

They say what a client needs to know; the rules that count are in `trace.epcis`, and the official schema is GS1's.
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_TEXT: Schema = {"type": "string"}
_URI: Schema = {"type": "string", "format": "uri"}
_TIME: Schema = {"type": "string", "format": "date-time"}


def component(name: str) -> Schema:
    """A reference to one of `COMPONENTS`."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties}


def _closed(required: str, **properties: Schema) -> Schema:
    return {**_object(required, **properties), "additionalProperties": False}


def _list(items: Schema, **bounds: int) -> Schema:
    return {"type": "array", "items": items, **bounds}


CONTEXT: Schema = {
    "description": "JSON-LD; the standard context is https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    "anyOf": [_URI, _list({"anyOf": [_URI, {"type": "object"}]})],
}

COMPONENTS: dict[str, Schema] = {
    "EpcisEvent": {
        "description": "An event of EPCIS 2.0 in JSON-LD; extensions are named prefix:name",
        **_object(
            "type eventTime eventTimeZoneOffset",
            **{"@context": CONTEXT},
            type={
                "enum": [
                    "ObjectEvent",
                    "AggregationEvent",
                    "TransactionEvent",
                    "TransformationEvent",
                    "AssociationEvent",
                ]
            },
            eventID=_URI,
            eventTime=_TIME,
            eventTimeZoneOffset={"type": "string", "pattern": "^[+-][0-9]{2}:[0-9]{2}$"},
            recordTime={**_TIME, "description": "When it was captured; ignored in what is sent"},
            action={"enum": ["ADD", "OBSERVE", "DELETE"]},
            bizStep=_TEXT,
            disposition=_TEXT,
            readPoint=_object("id", id=_URI),
            bizLocation=_object("id", id=_URI),
            parentID=_URI,
            epcList=_list(_URI),
            childEPCs=_list(_URI),
            quantityList=_list(component("EpcisQuantity")),
            childQuantityList=_list(component("EpcisQuantity")),
            inputEPCList=_list(_URI),
            outputEPCList=_list(_URI),
            inputQuantityList=_list(component("EpcisQuantity")),
            outputQuantityList=_list(component("EpcisQuantity")),
            transformationID=_URI,
        ),
    },
    "EpcisQuantity": _object("epcClass", epcClass=_URI, quantity={"type": "number"}, uom=_TEXT),
    "EpcisDocument": {
        "description": "EPCISDocument, EPCISQueryDocument (its events at queryResults/resultsBody) or "
        "EPCISMasterDataDocument",
        **_object(
            "@context type epcisBody",
            **{"@context": CONTEXT},
            type={"enum": ["EPCISDocument", "EPCISQueryDocument", "EPCISMasterDataDocument"]},
            schemaVersion=_TEXT,
            creationDate=_TIME,
            epcisHeader={"type": "object"},
            epcisBody={
                "type": "object",
                "properties": {"eventList": _list(component("EpcisEvent"), maxItems=1_000)},
            },
        ),
    },
    "EpcisQueryDocument": _closed(
        "@context type schemaVersion creationDate epcisBody",
        **{"@context": CONTEXT},
        type={"const": "EPCISQueryDocument"},
        schemaVersion=_TEXT,
        creationDate=_TIME,
        epcisBody=_closed(
            "queryResults",
            queryResults=_closed(
                "queryName resultsBody",
                queryName=_TEXT,
                subscriptionID=_TEXT,
                resultsBody=_closed("eventList", eventList=_list(component("EpcisEvent"))),
            ),
        ),
    ),
    "EpcisCollection": _closed(
        "@context type member",
        **{"@context": CONTEXT},
        type={"const": "Collection"},
        member=_list(_TEXT),
    ),
    "EpcisCaptureJob": _object(
        "captureID createdAt running success captureErrorBehaviour",
        captureID=_TEXT,
        createdAt=_TIME,
        finishedAt=_TIME,
        running={"type": "boolean"},
        success={"type": "boolean"},
        captureErrorBehaviour={"enum": ["rollback", "proceed"]},
        captured={"type": "integer", "description": "How many events were stored"},
        repeated={"type": "integer", "description": "How many were there already with the same content"},
        refused={"type": "integer", "description": "How many were refused"},
        errors=_list(component("Problem")),
        outcomes=_list(
            _object(
                "eventID outcome",
                eventID={"type": ["string", "null"]},
                outcome={"enum": ["captured", "repeated", "refused", "not_captured"]},
            )
        ),
    ),
}

EVENT, DOCUMENT = component("EpcisEvent"), component("EpcisDocument")
QUERY_DOCUMENT, COLLECTION = component("EpcisQueryDocument"), component("EpcisCollection")
CAPTURE_JOB = component("EpcisCaptureJob")


def _parameter(name: str, schema: Schema, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, **more}


def _family(names: str, schema: Schema) -> list[dict[str, Any]]:
    return [_parameter(name, schema) for name in names.split()]


def _lists(names: str, items: Schema = _TEXT) -> list[dict[str, Any]]:
    schema = _list(items, minItems=1)
    return [_parameter(name, schema, style="pipeDelimited", explode=False) for name in names.split()]


PAGED = [
    _parameter("perPage", {"type": "integer", "minimum": 1, "default": 30}, description="Never more than 1,000 a page"),
    _parameter("nextPageToken", _TEXT, description='Of the `Link: …; rel="next"` of the page before'),
]

QUERY = [
    *_lists(
        "eventType EQ_action EQ_bizStep EQ_disposition EQ_persistentDisposition_set EQ_persistentDisposition_unset"
    ),
    *_lists("EQ_readPoint WD_readPoint EQ_bizLocation WD_bizLocation EQ_transformationID EQ_eventID", _URI),
    *_lists("MATCH_epc MATCH_parentID MATCH_inputEPC MATCH_outputEPC MATCH_anyEPC", _URI),
    *_lists("MATCH_epcClass MATCH_inputEPCClass MATCH_outputEPCClass MATCH_anyEPCClass", _URI),
    *_lists("EQ_errorReason EQ_correctiveEventID EQ_type EQ_deviceID EQ_dataProcessingMethod"),
    *_lists("EQ_microorganism EQ_chemicalSubstance EQ_bizRules EQ_stringValue EQ_hexBinaryValue EQ_uriValue"),
    *_family("GE_eventTime LT_eventTime GE_recordTime LT_recordTime", _TIME),
    *_family("GE_errorDeclarationTime LT_errorDeclarationTime", _TIME),
    *_family("GE_time LT_time GE_startTime LT_startTime GE_endTime LT_endTime", _TIME),
    *_family("EQ_quantity GT_quantity GE_quantity LT_quantity LE_quantity", {"type": "number"}),
    *_family("GT_percRank GE_percRank LT_percRank LE_percRank", {"type": "number"}),
    *_family("EXISTS_errorDeclaration EXISTS_sensorElementList EQ_booleanValue", {"type": "boolean"}),
    _parameter("orderBy", _TEXT, description="eventTime, recordTime or the full name of an extension"),
    _parameter("orderDirection", {"enum": ["ASC", "DESC"]}),
    _parameter("eventCountLimit", {"type": "integer", "minimum": 1}, description="Only with orderBy"),
    _parameter("maxEventCount", {"type": "integer", "minimum": 0}, description="413 if more events are found"),
    _parameter(
        "further",
        {"type": "object", "additionalProperties": {"type": "string"}},
        style="form",
        explode=True,
        description="Parameters whose name carries a field, a type or a unit (EPCIS 2.0 §8.2.7.1), such as "
        "EQ_ILMD_example:best, GE_value_CEL, EQ_source_location, HASATTR_…",
    ),
]
