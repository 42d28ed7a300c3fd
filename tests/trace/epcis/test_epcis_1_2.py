"""Documents of EPCIS 1.2 in XML say the same as their 2.0 twins in JSON."""

from decimal import Decimal
from typing import Any

import pytest

from tests.data import data_files
from tests.trace.epcis.builders import CONTEXT, SSCC, as_json, as_xml, good_events, read_file, read_one
from tests.trace.epcis.official_schemas import json_errors, xml_errors
from trace.epcis.event import Event
from trace.epcis.xml_format import parse_document

XSD = "epcis/xsd-1.2/EPCglobal-epcis-1_2.xsd"
QUERY_XSD = "epcis/xsd-1.2/EPCglobal-epcis-query-1_2.xsd"
NAMESPACES = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cbvmda="urn:epcglobal:cbv:mda"'
    ' xmlns:ex="https://example.com/ns/" schemaVersion="1.2" creationDate="2026-03-31T00:00:00Z"'
)
TWIN_CONTEXT = (*CONTEXT, {"ex": "https://example.com/ns/"}, {"cbvmda": "urn:epcglobal:cbv:mda"})
HEADER = """
<EPCISHeader>
  <sbdh:StandardBusinessDocumentHeader
      xmlns:sbdh="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">
    <sbdh:HeaderVersion>1.0</sbdh:HeaderVersion>
    <sbdh:Sender><sbdh:Identifier Authority="GS1">urn:epc:id:pgln:4012345.00011</sbdh:Identifier></sbdh:Sender>
    <sbdh:Receiver><sbdh:Identifier>urn:epc:id:pgln:4012345.00022</sbdh:Identifier></sbdh:Receiver>
    <sbdh:DocumentIdentification>
      <sbdh:Standard>EPCglobal</sbdh:Standard><sbdh:TypeVersion>1.0</sbdh:TypeVersion>
      <sbdh:InstanceIdentifier>7</sbdh:InstanceIdentifier><sbdh:Type>Events</sbdh:Type>
      <sbdh:CreationDateAndTime>2026-03-31T00:00:00Z</sbdh:CreationDateAndTime>
    </sbdh:DocumentIdentification>
  </sbdh:StandardBusinessDocumentHeader>
  <extension><EPCISMasterData><VocabularyList>
    <Vocabulary type="urn:epcglobal:epcis:vtype:BusinessLocation"><VocabularyElementList>
      <VocabularyElement id="urn:epc:id:sgln:4012345.00011.0">
        <attribute id="urn:epcglobal:cbv:mda#name">Depot</attribute>
      </VocabularyElement>
    </VocabularyElementList></Vocabulary>
  </VocabularyList></EPCISMasterData></extension>
</EPCISHeader>"""
HEAD = "<eventTime>2026-03-01T08:00:00.5+08:00</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>"
BASE_EXTENSION = """
<baseExtension>
  <eventID>urn:uuid:1</eventID>
  <errorDeclaration>
    <declarationTime>2026-03-02T08:00:00Z</declarationTime>
    <reason>urn:epcglobal:cbv:er:incorrect_data</reason>
    <correctiveEventIDs><correctiveEventID>urn:uuid:2</correctiveEventID></correctiveEventIDs>
    <ex:who>A</ex:who>
  </errorDeclaration>
</baseExtension>"""
WHY = """
<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>
<disposition>urn:epcglobal:cbv:disp:in_transit</disposition>
<readPoint><id>urn:epc:id:sgln:4012345.00011.0</id><ex:door>7</ex:door></readPoint>
<bizLocation><id>urn:epc:id:sgln:4012345.00011.0</id></bizLocation>
<bizTransactionList>
  <bizTransaction type="urn:epcglobal:cbv:btt:desadv">urn:epcglobal:cbv:bt:4012345000115:7</bizTransaction>
  <bizTransaction>urn:x:po:1</bizTransaction>
</bizTransactionList>"""
PARTIES = """
<sourceList><source type="urn:epcglobal:cbv:sdt:owning_party">urn:epc:id:pgln:4012345.00011</source></sourceList>
<destinationList>
  <destination type="urn:epcglobal:cbv:sdt:location">urn:epc:id:sgln:4012345.00022.0</destination>
</destinationList>"""
QUANTITY = """
<quantityElement>
  <epcClass>urn:epc:class:lgtin:6901234.000001.A</epcClass><quantity>60.50</quantity><uom>KGM</uom>
</quantityElement>
<quantityElement>
  <epcClass>urn:epc:class:lgtin:6901234.000001.B</epcClass><quantity xsi:nil="true"/>
</quantityElement>"""
ITEM = "urn:epc:id:sgtin:4012345.011111.1"
EXTENSIONS = '<ex:note lang="de">x</ex:note>'

TWIN: dict[str, Any] = {
    "eventTime": "2026-03-01T00:00:00.5Z",
    "eventTimeZoneOffset": "+08:00",
    "eventID": "urn:uuid:1",
    "errorDeclaration": {
        "declarationTime": "2026-03-02T08:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:2"],
        "ex:who": "A",
    },
    "bizStep": "shipping",
    "disposition": "in_transit",
    "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.0", "ex:door": "7"},
    "bizLocation": {"id": "urn:epc:id:sgln:4012345.00011.0"},
    "bizTransactionList": [
        {"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000115:7"},
        {"bizTransaction": "urn:x:po:1"},
    ],
    "ex:note": {"@lang": "de", "#text": "x"},
}
TWIN_PARTIES = {
    "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00011"}],
    "destinationList": [{"type": "location", "destination": "urn:epc:id:sgln:4012345.00022.0"}],
}
TWIN_QUANTITIES = [
    {"epcClass": "urn:epc:class:lgtin:6901234.000001.A", "quantity": Decimal("60.5"), "uom": "KGM"},
    {"epcClass": "urn:epc:class:lgtin:6901234.000001.B"},
]

PAIRS = {
    "object": (
        f"<ObjectEvent>{HEAD}{BASE_EXTENSION}<epcList><epc>{ITEM}</epc></epcList><action>ADD</action>{WHY}"
        f"<extension><quantityList>{QUANTITY}</quantityList>{PARTIES}"
        f"<ilmd><cbvmda:lotNumber>A</cbvmda:lotNumber></ilmd></extension>{EXTENSIONS}</ObjectEvent>",
        {
            "type": "ObjectEvent",
            "action": "ADD",
            "epcList": [ITEM],
            "quantityList": TWIN_QUANTITIES,
            "ilmd": {"cbvmda:lotNumber": "A"},
            **TWIN_PARTIES,
        },
    ),
    "aggregation": (
        f"<AggregationEvent>{HEAD}{BASE_EXTENSION}<parentID>{SSCC}</parentID><childEPCs><epc>{ITEM}</epc></childEPCs>"
        f"<action>ADD</action>{WHY}<extension><childQuantityList>{QUANTITY}</childQuantityList>{PARTIES}</extension>"
        f"{EXTENSIONS}</AggregationEvent>",
        {
            "type": "AggregationEvent",
            "action": "ADD",
            "parentID": SSCC,
            "childEPCs": [ITEM],
            "childQuantityList": TWIN_QUANTITIES,
            **TWIN_PARTIES,
        },
    ),
    "transaction": (
        f"<TransactionEvent>{HEAD}{BASE_EXTENSION}"
        "<bizTransactionList>"
        '<bizTransaction type="urn:epcglobal:cbv:btt:desadv">urn:epcglobal:cbv:bt:4012345000115:7</bizTransaction>'
        "<bizTransaction>urn:x:po:1</bizTransaction></bizTransactionList>"
        f"<parentID>{SSCC}</parentID><epcList><epc>{ITEM}</epc></epcList><action>OBSERVE</action>"
        f"{WHY.partition('<bizTransactionList>')[0]}"
        f"<extension><quantityList>{QUANTITY}</quantityList>{PARTIES}</extension>{EXTENSIONS}</TransactionEvent>",
        {
            "type": "TransactionEvent",
            "action": "OBSERVE",
            "parentID": SSCC,
            "epcList": [ITEM],
            "quantityList": TWIN_QUANTITIES,
            **TWIN_PARTIES,
        },
    ),
    "transformation": (
        f"<extension><TransformationEvent>{HEAD}{BASE_EXTENSION}<inputEPCList><epc>{ITEM}</epc></inputEPCList>"
        f"<inputQuantityList>{QUANTITY}</inputQuantityList>"
        f"<outputEPCList><epc>{ITEM}2</epc></outputEPCList><outputQuantityList>{QUANTITY}</outputQuantityList>"
        f"<transformationID>urn:epc:id:gdti:4012345.11111.7</transformationID>{WHY}{PARTIES}"
        f"<ilmd><cbvmda:lotNumber>A</cbvmda:lotNumber></ilmd>{EXTENSIONS}</TransformationEvent></extension>",
        {
            "type": "TransformationEvent",
            "inputEPCList": [ITEM],
            "inputQuantityList": TWIN_QUANTITIES,
            "outputEPCList": [ITEM + "2"],
            "outputQuantityList": TWIN_QUANTITIES,
            "transformationID": "urn:epc:id:gdti:4012345.11111.7",
            "ilmd": {"cbvmda:lotNumber": "A"},
            **TWIN_PARTIES,
        },
    ),
    "quantity": (
        f"<QuantityEvent>{HEAD}{BASE_EXTENSION}<epcClass>urn:epc:idpat:sgtin:4012345.011111.*</epcClass>"
        f"<quantity>24</quantity>{WHY}{EXTENSIONS}</QuantityEvent>",
        {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "quantityList": [{"epcClass": "urn:epc:idpat:sgtin:4012345.011111.*", "quantity": 24}],
        },
    ),
}


def document(events: str) -> bytes:
    return (
        f'<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" {NAMESPACES}>{HEADER}'
        f"<EPCISBody><EventList>{events}</EventList></EPCISBody></epcis:EPCISDocument>"
    ).encode()


def one(data: bytes) -> Event:
    assert xml_errors(data, XSD) == []
    (event,) = good_events(parse_document(data))
    return event


@pytest.mark.parametrize("kind", PAIRS)
def test_an_event_of_epcis_1_2_is_its_twin_of_2_0(kind: str) -> None:
    element, twin = PAIRS[kind]
    event = one(document(element))
    expected = read_one({**TWIN, **twin}, TWIN_CONTEXT)
    assert event.content_hash == expected.content_hash
    for field in ("type", "event_id", "event_time", "action", "biz_step", "disposition", "read_point", "biz_location"):
        assert getattr(event, field) == getattr(expected, field)
    for field in ("epcs", "quantities", "input_epcs", "input_quantities", "output_epcs", "output_quantities"):
        assert getattr(event, field) == getattr(expected, field)
    for field in ("biz_transactions", "sources", "destinations", "error_declaration", "transformation_id", "lot"):
        assert getattr(event, field) == getattr(expected, field)
    assert json_errors(as_json([event])) == []
    assert xml_errors(as_xml([event])) == []


def test_all_event_types_stand_in_one_document_in_any_order() -> None:
    events = "".join(PAIRS[kind][0] for kind in ("quantity", "transformation", "object", "transformation"))
    data = document(events)
    assert xml_errors(data, XSD) == []
    kinds = [event.type for event in good_events(parse_document(data))]
    assert kinds == ["ObjectEvent", "TransformationEvent", "ObjectEvent", "TransformationEvent"]


def test_header_and_master_data_are_kept() -> None:
    read = parse_document(document(PAIRS["object"][0]))
    assert read.schema_version == "1.2"
    header = read.header["epcisHeader"]["sbdh:StandardBusinessDocumentHeader"]
    assert header["sbdh:Sender"]["sbdh:Identifier"]["#text"] == "urn:epc:id:pgln:4012345.00011"
    (element,) = read.master_data
    assert element.attributes == (("urn:epcglobal:cbv:mda#name", "Depot"),)


def test_a_query_document_of_epcis_1_2_is_read() -> None:
    data = (
        f'<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:1" {NAMESPACES}><EPCISBody><q:QueryResults>'
        f"<queryName>SimpleEventQuery</queryName><resultsBody><EventList>{PAIRS['aggregation'][0]}</EventList>"
        "</resultsBody></q:QueryResults></EPCISBody></q:EPCISQueryDocument>"
    ).encode()
    assert xml_errors(data, QUERY_XSD) == []
    (event,) = good_events(parse_document(data))
    assert event.content_hash == read_one({**TWIN, **PAIRS["aggregation"][1]}, TWIN_CONTEXT).content_hash


def test_attributes_of_an_event_are_kept() -> None:
    element = PAIRS["object"][0].replace("<ObjectEvent>", '<ObjectEvent ex:rank="7" xsi:type="epcis:ObjectEventType">')
    event = one(document(element))
    assert event.body["@ex:rank"] == "7"
    written = as_xml([event])
    assert xml_errors(written) == []
    (again,) = good_events(parse_document(written))
    assert again.body["@ex:rank"] == "7"
    assert again.content_hash == event.content_hash


@pytest.mark.parametrize("path", data_files("epcis/gdst", "*.xml"))
def test_documents_of_a_real_chain_are_answered_in_2_0(path: Any) -> None:
    events = good_events(read_file(path))
    assert xml_errors(as_xml(events)) == []
    assert json_errors(as_json(events)) == []
