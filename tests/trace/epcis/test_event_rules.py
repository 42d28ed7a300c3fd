"""Which events are refused, where the message points, and what an event says once it is read."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.trace.epcis.builders import (
    BATCH,
    CONTEXT,
    SSCC,
    aggregation,
    document,
    event_body,
    problems_of,
    read_one,
    transformation,
)
from tests.trace.epcis.official_schemas import json_errors
from trace.epcis import json_format
from trace.epcis.event import BadEvent, Event
from trace.kit import strict_json

CBVMDA = "urn:epcglobal:cbv:mda"


def quantity(value: Any) -> dict[str, Any]:
    return {"quantityList": [{"epcClass": BATCH, "quantity": value}]}


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        (event_body(eventTime=None), "/eventTime", "required"),
        (event_body(eventTime="2026-03-02T01:00:00"), "/eventTime", "with a zone"),
        (event_body(eventTime="2026-03-02"), "/eventTime", "expected a time like"),
        (event_body(eventTime="2026-02-30T01:00:00Z"), "/eventTime", "that exists"),
        (event_body(eventTime=20260302), "/eventTime", "expected a text, got a number"),
        (event_body(eventTimeZoneOffset=None), "/eventTimeZoneOffset", "required"),
        (event_body(eventTimeZoneOffset="+8:00"), "/eventTimeZoneOffset", "like +08:00"),
        (event_body(eventTimeZoneOffset="+14:30"), "/eventTimeZoneOffset", "like +08:00"),
        (event_body(action=None), "/action", "ADD, OBSERVE or DELETE, got None"),
        (event_body(action="observe"), "/action", "got 'observe'"),
        (event_body(bizStep="shiping"), "/bizStep", "not a word of CBV 2.0"),
        (event_body(bizStep="urn:epcglobal:cbv:bizstep:shiping"), "/bizStep", "not a word of CBV 2.0"),
        (event_body(disposition="lost"), "/disposition", "Cannot read 'lost' as disposition"),
        (event_body(readPoint="urn:epc:id:sgln:4012345.00011.0"), "/readPoint", "an object with an id"),
        (event_body(readPoint={}), "/readPoint/id", "expected a URI, got null"),
        (event_body(quantityList=None), "/epcList", "expected epcList, quantityList"),
        (event_body(epcList=["6901234"]), "/epcList/0", "expected a URI, got '6901234'"),
        (event_body(epcList="urn:x:y"), "/epcList", "expected a list, got a string"),
        (event_body(quantityList=[7]), "/quantityList/0", "expected an object, got a number"),
        (event_body(quantityList=[{"quantity": 1}]), "/quantityList/0/epcClass", "expected a URI"),
        (event_body(quantityList=[{"epcClass": BATCH, "qty": 1}]), "/quantityList/0/qty", "got 'qty'"),
        (event_body(sourceList=[{"type": "location", "source": "x:y", "id": 1}]), "/sourceList/0/id", "'id'"),
        (
            event_body(persistentDisposition={"set": ["active"], "reset": []}),
            "/persistentDisposition/reset",
            "only set and unset",
        ),
        (event_body(**quantity(-1)), "/quantityList/0/quantity", "0 or more, got -1"),
        (event_body(**quantity(0)), "/quantityList/0/quantity", "more than 0 in a shipping event, got 0"),
        (event_body(**quantity("60")), "/quantityList/0/quantity", "an exact number, got a string"),
        (event_body(**quantity(True)), "/quantityList/0/quantity", "an exact number, got a boolean"),
        (event_body(**quantity(0.5)), "/quantityList/0/quantity", "an exact number, got a binary fraction"),
        (event_body(**quantity(10**18)), "/quantityList/0/quantity", "at most 18 digits, got 19"),
        (event_body(**quantity(Decimal("1E+18"))), "/quantityList/0/quantity", "at most 18 digits"),
        (event_body(**quantity(Decimal("1E-19"))), "/quantityList/0/quantity", "at most 18 digits"),
        (event_body(**quantity(Decimal("1E+400"))), "/quantityList/0/quantity", "at most 18 digits"),
        (event_body(quantityLst=[]), "/quantityLst", "ObjectEvent has no field 'quantityLst'"),
        (event_body(childEPCs=[]), "/childEPCs", "ObjectEvent has no field"),
        (event_body(ilmd={"cbvmda:lotNumber": "A"}), "/ilmd", "with action ADD only, got 'OBSERVE'"),
        (event_body(action="ADD", ilmd={"lotNumber": "A"}), "/ilmd/lotNumber", "with a namespace"),
        (event_body(sourceList=[{"source": "urn:x:y"}]), "/sourceList/0/type", "type is required"),
        (event_body(sourceList=[{"type": "sender", "source": "x:y"}]), "/sourceList/0/type", "'sender'"),
        (event_body(destinationList=[{"type": "location"}]), "/destinationList/0/destination", "required"),
        (event_body(bizTransactionList=[{"type": "po"}]), "/bizTransactionList/0/bizTransaction", "required"),
        (event_body(errorDeclaration={}), "/errorDeclaration/declarationTime", "required"),
        (
            event_body(errorDeclaration={"declarationTime": "2026-03-02T01:00:00Z", "reason": "typo"}),
            "/errorDeclaration/reason",
            "'typo' as error reason",
        ),
        (
            event_body(sensorElementList=[{"sensorReport": [{"type": "Mass", "value": "1"}]}]),
            "/sensorElementList/0/sensorReport/0/value",
            "an exact number, got a string",
        ),
        (event_body(sensorElementList=[{}]), "/sensorElementList/0/sensorReport", "at least one"),
        (event_body(persistentDisposition={"set": ["x"]}), "/persistentDisposition/set/0", "'x'"),
        (aggregation(parentID=None), "/parentID", "required for action ADD"),
        (aggregation(childEPCs=[]), "/childEPCs", "expected children for action ADD"),
        (aggregation(action="OBSERVE", childEPCs=None), "/childEPCs", "expected children"),
        (aggregation(childEPCs=[SSCC]), "/childEPCs/0", "among its own children"),
        (
            aggregation(childEPCs=["https://example.com/00/040123450000003338"]),
            "/childEPCs/0",
            "among its own children",
        ),
        (aggregation(ilmd={"cbvmda:lotNumber": "A"}), "/ilmd", "AggregationEvent has no field 'ilmd'"),
        (transformation(outputQuantityList=None), "/outputQuantityList", "or a transformationID"),
        (transformation(inputQuantityList=[]), "/inputQuantityList", "or a transformationID"),
        (transformation(action="ADD"), "/action", "TransformationEvent has no field"),
        (event_body(type="TransactionEvent"), "/bizTransactionList", "at least one business transaction"),
        (event_body(type="QuantityEvent"), "/type", "expected one of ObjectEvent"),
        (event_body(type=["ObjectEvent"]), "/type", "expected one of ObjectEvent"),
        ("shipping", "", "expected an object, got a string"),
    ],
)
def test_a_broken_rule_is_refused_with_its_place_and_what_was_expected(body: Any, pointer: str, words: str) -> None:
    problems = problems_of(body)
    assert problems.keys() == {pointer}
    assert words in problems[pointer]


def sensor(metadata: Any = None, element: Any = None, **report: Any) -> dict[str, Any]:
    """An event with one sensor report; a change to None takes the field away."""
    fields = {"type": "Temperature", "value": Decimal("4.5"), "uom": "CEL", **report}
    reports = [{key: value for key, value in fields.items() if value is not None}]
    return event_body(
        sensorElementList=[
            {"sensorReport": reports, **({} if metadata is None else {"sensorMetadata": metadata}), **(element or {})}
        ]
    )


def persistent(**dispositions: Any) -> dict[str, Any]:
    return event_body(persistentDisposition=dispositions)


REPORT = "/sensorElementList/0/sensorReport/0"
METADATA = "/sensorElementList/0/sensorMetadata"
DECLARED = {"declarationTime": "2026-03-02T01:00:00Z"}

# The official JSON Schema, as validators run it, lets each of these pass.
NO_SCHEMA_TELLS = [
    (event_body(eventTime="2026-03-02T01:00:00"), "/eventTime", "with a zone"),
    (event_body(eventTime="2 March"), "/eventTime", "expected a time like"),
    (event_body(recordTime="2026-03-02T01:00:00"), "/recordTime", "with a zone"),
    (event_body(eventID="1"), "/eventID", "expected a URI, got '1'"),
    (event_body(certificationInfo="ISO 9001"), "/certificationInfo", "expected a URI, got 'ISO 9001'"),
    (event_body(bizStep="shiping"), "/bizStep", "not a word of CBV 2.0"),
    (event_body(bizStep="https://ref.gs1.org/cbv/BizStep-shiping"), "/bizStep", "not a word of CBV 2.0"),
    (event_body(disposition="lost"), "/disposition", "not a word of CBV 2.0"),
    (persistent(set=["lost"]), "/persistentDisposition/set/0", "'lost' as disposition"),
    (persistent(set=["active"], unset=["lost"]), "/persistentDisposition/unset/0", "'lost' as disposition"),
    (
        event_body(bizTransactionList=[{"type": "order", "bizTransaction": "urn:x:y"}]),
        "/bizTransactionList/0/type",
        "'order' as business transaction type",
    ),
    (
        event_body(sourceList=[{"type": "sender", "source": "urn:x:y"}]),
        "/sourceList/0/type",
        "'sender' as source or destination type",
    ),
    (
        event_body(destinationList=[{"type": "owner", "destination": "urn:x:y"}]),
        "/destinationList/0/type",
        "'owner' as source or destination type",
    ),
    (event_body(errorDeclaration={**DECLARED, "reason": "typo"}), "/errorDeclaration/reason", "'typo' as error reason"),
    (event_body(errorDeclaration={**DECLARED, "who": "A"}), "/errorDeclaration/who", "a name with a namespace"),
    (
        event_body(errorDeclaration={**DECLARED, "correctiveEventIDs": ["2"]}),
        "/errorDeclaration/correctiveEventIDs/0",
        "expected a URI",
    ),
    (event_body(errorDeclaration={"declarationTime": "now"}), "/errorDeclaration/declarationTime", "a time like"),
    (event_body(quantitylist=[]), "/quantitylist", "ObjectEvent has no field"),
    (event_body(readPoint={"id": "urn:x:y", "name": "A"}), "/readPoint/name", "a name with a namespace"),
    (event_body(bizLocation={"id": "7"}), "/bizLocation/id", "expected a URI, got '7'"),
    (event_body(epcList=[]) | {"quantityList": []}, "/epcList", "expected epcList, quantityList"),
    (event_body(action="ADD", ilmd={"lotNumber": "A"}), "/ilmd/lotNumber", "with a namespace"),
    (event_body(**quantity(-1)), "/quantityList/0/quantity", "0 or more, got -1"),
    (aggregation(parentID=None), "/parentID", "required for action ADD"),
    (aggregation(action="DELETE", parentID=None), "/parentID", "required for action DELETE"),
    (aggregation(childEPCs=[SSCC]), "/childEPCs/0", "among its own children"),
    (sensor(type="Warmth"), f"{REPORT}/type", "'Warmth' as measurement type"),
    (sensor(exception="FIRE"), f"{REPORT}/exception", "'FIRE' as sensor alert type"),
    (sensor(component="width"), f"{REPORT}/component", "'width' as sensor component"),
    (sensor(component="cbv:Comp-width"), f"{REPORT}/component", "as sensor component"),
    (sensor(time="08:00"), f"{REPORT}/time", "a time like"),
    (sensor(deviceID="7"), f"{REPORT}/deviceID", "expected a URI, got '7'"),
    (sensor(uriValue="7"), f"{REPORT}/uriValue", "expected a URI, got '7'"),
    (sensor(hexBinaryValue="f0f"), f"{REPORT}/hexBinaryValue", "pairs of hexadecimal digits, got 'f0f'"),
    (sensor(vaule=7), f"{REPORT}/vaule", "a name with a namespace, got 'vaule'"),
    (sensor({"time": "2026-03-02T01:00:00"}), f"{METADATA}/time", "with a zone"),
    (sensor({"startTime": "yesterday"}), f"{METADATA}/startTime", "a time like"),
    (sensor({"endtime": "2026-03-02T01:00:00Z"}), f"{METADATA}/endtime", "a name with a namespace"),
    (sensor({"rawData": "7"}), f"{METADATA}/rawData", "expected a URI, got '7'"),
    (
        sensor({"startTime": "2026-03-02T02:00:00+01:00", "endTime": "2026-03-02T00:59:59Z"}),
        f"{METADATA}/endTime",
        "not before startTime",
    ),
    (sensor(element={"metadata": {}}), "/sensorElementList/0/metadata", "a name with a namespace"),
]


@pytest.mark.parametrize(("body", "pointer", "words"), NO_SCHEMA_TELLS)
def test_a_broken_rule_that_no_schema_tells_is_refused(body: Any, pointer: str, words: str) -> None:
    assert json_errors(document(strict_body(body)), formats=False) == []
    problems = problems_of(body)
    assert problems.keys() == {pointer}
    assert words in problems[pointer]


def strict_body(body: Any) -> Any:
    return json.loads(strict_json.dumps(body))


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        (sensor(type=None), f"{REPORT}/type", "a type or an exception, got neither"),
        (sensor(value="4"), f"{REPORT}/value", "an exact number"),
        (sensor(stringValue=4), f"{REPORT}/stringValue", "expected a string, got a number"),
        (sensor(booleanValue="true"), f"{REPORT}/booleanValue", "expected true or false, got a string"),
        (sensor(hexBinaryValue=7), f"{REPORT}/hexBinaryValue", "pairs of hexadecimal digits, got a number"),
        (sensor(uom=7), f"{REPORT}/uom", "expected a string"),
        (sensor([]), METADATA, "expected an object, got a list"),
        (persistent(), "/persistentDisposition", "to set or to unset, got neither"),
        (persistent(set=[], unset=[]), "/persistentDisposition", "to set or to unset, got neither"),
        (aggregation(type="AssociationEvent", parentID=None), "/parentID", "parentID is required"),
        (aggregation(type="AssociationEvent", action="OBSERVE", parentID=None), "/parentID", "parentID is required"),
        (
            event_body(quantityList=[{"epcClass": BATCH, "quantity": 1, "uom": "kilogram"}]),
            "/quantityList/0/uom",
            "a code of 2 or 3 letters and digits like KGM, got 'kilogram'",
        ),
        (
            event_body(quantityList=None) | {"sensorElementList": sensor()["sensorElementList"]},
            "/readPoint",
            "sensor data",
        ),
    ],
)
def test_a_broken_rule_of_the_schema_too_is_refused(body: Any, pointer: str, words: str) -> None:
    problems = problems_of(body)
    assert problems.keys() == {pointer}
    assert words in problems[pointer]


def test_what_official_documents_do_with_sensors_stays_allowed() -> None:
    for report in ({"exception": "ERROR_CONDITION", "type": None}, {"type": "gs1:Molar_concentration"}):
        assert read_one(sensor(**report)).body["sensorElementList"]
    moment = "2026-03-02T01:00:00Z"
    for metadata in ({"startTime": moment}, {"startTime": moment, "endTime": moment, "time": moment}):
        assert read_one(sensor(metadata, deviceID="urn:epc:id:giai:4000001.111")).type == "ObjectEvent"
    named = {"ex:a": 1, "https://example.com/b": 2}
    assert read_one(sensor({**named}, element=named, **named), [*CONTEXT, {"ex": "https://example.com/"}])


def test_all_problems_of_an_event_are_told_at_once() -> None:
    assert len(problems_of(event_body(eventTime=None, action=None, bizStep="x", **quantity(-1)))) == 4


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (60, "60"),
        (Decimal("60.50"), "60.50"),
        (Decimal("1E+5"), "100000"),
        (10**18 - 1, "999999999999999999"),
        (Decimal("0.000000000000000001"), "1E-18"),
        (Decimal("1.10000000000000000000000"), "1.1"),
        (None, None),
    ],
)
def test_quantities_are_exact_and_no_quantity_is_unknown(value: Any, amount: str | None) -> None:
    (element,) = read_one(event_body(**quantity(value))).quantities
    assert element.quantity == (None if amount is None else Decimal(amount))
    assert element.quantity is None or isinstance(element.quantity, Decimal)


def test_a_count_of_zero_is_no_shipment_and_stays() -> None:
    assert read_one(event_body(bizStep="stock_taking", **quantity(0))).quantities[0].quantity == 0


@pytest.mark.parametrize(
    "spelling",
    [
        "shipping",
        "urn:epcglobal:cbv:bizstep:shipping",
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "https://ns.gs1.org/cbv/BizStep-shipping",
        "cbv:BizStep-shipping",
        "words:BizStep-shipping",
    ],
)
def test_every_spelling_of_a_word_is_read_as_the_bare_word(spelling: str) -> None:
    context = [*CONTEXT, {"words": "https://ref.gs1.org/cbv/"}]
    event = read_one(event_body(bizStep=spelling), context)
    assert event.biz_step == "shipping"
    assert event.body["bizStep"] == spelling


def test_a_word_of_another_vocabulary_is_kept_as_written() -> None:
    assert read_one(event_body(bizStep="urn:gdst:bizStep:landing")).biz_step == "urn:gdst:bizStep:landing"


@pytest.mark.parametrize(
    ("key", "context"),
    [
        ("cbvmda:lotNumber", {}),
        ("cbvmda:lotNumber", {"cbvmda": CBVMDA}),
        ("m:lotNumber", {"m": CBVMDA + ":"}),
        ("m:lotNumber", {"m": CBVMDA + "#"}),
        (CBVMDA + "#lotNumber", {}),
        (CBVMDA + ":lotNumber", {}),
    ],
)
def test_the_lot_is_found_under_every_spelling_of_its_name(key: str, context: dict[str, str]) -> None:
    for value in ("L-7", ["L-7"], {"#text": "L-7"}):
        event = read_one(event_body(action="ADD", ilmd={key: value}), [*CONTEXT, context])
        assert event.lot == "L-7"
    assert read_one(event_body(action="ADD", ilmd={key: 17}), [*CONTEXT, context]).lot == "17"
    assert read_one(event_body(action="ADD", ilmd={key: {}}), [*CONTEXT, context]).lot is None
    assert read_one(event_body(action="ADD", ilmd={"ex:lotNumber": "L-7"}), CONTEXT).lot is None


def test_an_event_says_everything_it_knows() -> None:
    event = read_one(
        event_body(
            action="ADD",
            eventID="urn:uuid:1",
            eventTime="2026-03-02T09:00:00.1234567+08:00",
            epcList=[SSCC, SSCC],
            quantityList=[
                {"epcClass": BATCH, "quantity": 1, "uom": "kgm "},
                {"epcClass": BATCH, "quantity": 2, "uom": "H87"},
            ],
            readPoint={"id": "urn:x:p"},
            bizLocation={"id": "urn:x:l"},
            bizTransactionList=[
                {"type": "urn:epcglobal:cbv:btt:po", "bizTransaction": "PO 1"},
                {"bizTransaction": "x"},
            ],
            sourceList=[{"type": "possessing_party", "source": "urn:x:s"}],
            destinationList=[{"type": "urn:epcglobal:cbv:sdt:location", "destination": "urn:x:d"}],
            ilmd={"cbvmda:productionDate": "2026-03-01", "cbvmda:itemExpirationDate": "2026-09-01"},
            errorDeclaration={
                "declarationTime": "2026-03-03T00:00:00Z",
                "reason": "urn:epcglobal:cbv:er:incorrect_data",
                "correctiveEventIDs": ["urn:uuid:2"],
            },
        )
    )
    assert event.event_time == datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)
    assert event.epcs == (SSCC,)
    assert [element.uom for element in event.quantities] == ["KGM", None]
    assert (event.read_point, event.biz_location) == ("urn:x:p", "urn:x:l")
    assert event.biz_transactions == (("po", "PO 1"), (None, "x"))
    assert event.sources == (("possessing_party", "urn:x:s"),)
    assert event.destinations == (("location", "urn:x:d"),)
    assert (event.production_date, event.expiry_date) == ("2026-03-01", "2026-09-01")
    assert event.error_declaration is not None
    assert event.error_declaration.reason == "incorrect_data"
    assert event.error_declaration.corrective_event_ids == ("urn:uuid:2",)


def test_containers_may_be_emptied_and_observed_without_naming_all() -> None:
    assert read_one(aggregation(action="DELETE", childEPCs=None)).epcs == ()
    assert read_one(aggregation(action="OBSERVE", parentID=None)).parent_id is None
    assert read_one(aggregation(type="AssociationEvent")).parent_id == SSCC


def test_part_of_a_transformation_needs_its_id() -> None:
    event = read_one(transformation(outputQuantityList=None, transformationID="run-7"))
    assert event.transformation_id == "run-7"
    assert event.input_quantities
    assert not event.output_quantities


def test_a_sensor_event_needs_no_objects() -> None:
    report = {"type": "Temperature", "value": Decimal("4.5")}
    place = {"id": "urn:x:p"}
    event = read_one(event_body(quantityList=None, readPoint=place, sensorElementList=[{"sensorReport": [report]}]))
    assert event.quantities == ()


def test_an_events_own_context_joins_the_documents() -> None:
    event = read_one(event_body(**{"@context": {"ex": "https://example.com/"}, "ex:note": "a"}))
    assert event.context == (*CONTEXT, {"ex": "https://example.com/"})
    assert "@context" not in event.body
    assert "/@context" in problems_of(event_body(**{"@context": [7]}))


@pytest.mark.parametrize("seed", ["null", "[]", "7", '"x"', "{}", '{"id": 7}', "[null]", "[[]]", "[{}]"])
def test_no_value_in_any_field_breaks_the_reader(seed: str) -> None:
    value = strict_json.loads(seed.encode())
    for make in (event_body, aggregation, transformation):
        for key in [*make(), "ilmd", "sensorElementList", "persistentDisposition", "errorDeclaration", "ex:x"]:
            event = json_format.parse_event({**make(action="ADD"), key: value}, CONTEXT)
            assert isinstance(event, (Event, BadEvent))
