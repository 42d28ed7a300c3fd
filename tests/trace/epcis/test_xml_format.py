"""EPCIS documents in XML: official examples whole, twins equal, and hostile XML refused before it is read."""

import re
import time
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.data import data_files, data_path
from tests.trace.epcis.builders import (
    CONTEXT,
    SSCC,
    XML_HEAD,
    as_xml,
    good_events,
    problems_of,
    read_file,
    read_one,
    xml_document,
)
from tests.trace.epcis.builders import event_body as json_event
from trace.epcis.event import BadEvent, DocumentError, Event
from trace.epcis.read_event import EVENT_TYPES
from trace.epcis.xml_format import parse_document

EXAMPLES = [
    param
    for param in data_files("epcis/examples/xml", "**/*.xml")
    if "CaptureJob" not in str(getattr(param, "values", ""))
]
EVENT_FILES = [*EXAMPLES, *data_files("epcis/gdst", "*.xml"), *data_files("epcis/event-hash/examples", "*.xml")]
XSI = "http://www.w3.org/2001/XMLSchema-instance"  # xsi:type and xsi:nil say how a value is written


@pytest.mark.parametrize("path", EVENT_FILES)
def test_official_documents_are_read_whole(path: Path) -> None:
    root = etree.fromstring(re.sub(rb"<!DOCTYPE[^>]*>", b"", path.read_bytes()))
    elements = list(root.iter(*EVENT_TYPES))
    events = good_events(read_file(path))
    assert len(events) == len(elements)
    for event, element in zip(events, elements, strict=True):
        assert _values_in_json(event.body) == _values_in_xml(element)


def _values_in_xml(element: Any) -> Counter[str]:
    """All texts and attribute values of an event, as if it were a bag: nothing may be lost or added."""
    texts = [part.text for part in element.iter("*") if len(part) == 0]
    attributes = [value for part in element.iter("*") for name, value in part.attrib.items() if XSI not in name]
    return Counter(_plain(text) for text in [*texts, *attributes] if text and text.strip())


def _values_in_json(value: Any, key: str = "") -> Counter[str]:
    if isinstance(value, dict):
        parts = [_values_in_json(item, name) for name, item in value.items() if (key, name) != ("", "type")]
        return sum(parts, Counter())
    if isinstance(value, list):
        return sum((_values_in_json(item, key or "list") for item in value), Counter())
    text = _plain("true" if value is True else "false" if value is False else str(value))
    return Counter([text] if text else [])


def _plain(text: str) -> str:
    try:
        return str(Decimal(text.strip()).normalize())
    except InvalidOperation:
        return text.strip()


def test_twins_in_json_and_xml_are_one_event() -> None:
    folder = data_path("epcis/event-hash/examples")
    for name in ("ReferenceEventHashAlgorithm", "CertificationInfoAndSensorReportWithCRS", "persistentDisposition"):
        twins = [good_events(read_file(folder / (name + ending))) for ending in (".jsonld", ".xml")]
        for one, other in zip(*twins, strict=True):
            assert one.content_hash == other.content_hash
            assert _normalised(one) == _normalised(other)


def _normalised(event: Event) -> tuple[Any, ...]:
    return (event.event_time, event.action, event.biz_step, event.disposition, event.epcs, event.quantities)


def test_the_gdst_chain_says_who_sent_what() -> None:
    events = good_events(read_file(data_path("epcis/gdst/gdst_importer.xml")))
    shipment, declaration = events[:2]
    assert shipment.biz_step == "shipping"
    assert shipment.quantities[0].quantity == 45246
    assert shipment.quantities[0].uom == "KGM"
    assert shipment.destinations[1] == ("location", "urn:gdst:example.org:location:loc:importer01.0")
    assert declaration.error_declaration is not None
    assert declaration.error_declaration.corrective_event_ids == (shipment.event_id,)
    assert declaration.content_hash == shipment.content_hash


def test_master_data_of_header_and_of_master_data_documents_is_kept() -> None:
    header = read_file(data_path("epcis/gdst/gdst_importer.xml"))
    names = {element.id: dict(element.attributes) for element in header.master_data}
    assert names["urn:gdst:example.org:party:processor01.0"] == {"urn:epcglobal:cbv:mda#name": "Secondary Processor"}
    alone = read_file(data_path("epcis/examples/xml/Mimasu/Example-masterData.xml"))
    assert alone.kind == "EPCISMasterDataDocument"
    assert alone.events == ()
    place = alone.master_data[0]
    assert len(place.children) == 3
    assert dict(place.attributes)["http://epcis.example.com/mda/address"]["example:Address"]["City"] == "Fancy"


@pytest.mark.parametrize("path", data_files("epcis/examples/xml/WithEventHashID", "*.xml"))
def test_an_official_example_with_a_doctype_is_refused_as_it_stands(path: Path) -> None:
    with pytest.raises(DocumentError, match="DOCTYPE") as caught:
        parse_document(path.read_bytes())
    assert caught.value.status == 400


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]><x>&m;</x>"
)
DEEP = b"<a>" * 10_000 + b"</a>" * 10_000
EXTERNAL = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", 400, "not XML"),
        (b"{}", 400, "not XML"),
        (b"<a>", 400, "not XML"),
        (b"<a/>", 400, "expected an EPCIS document, got the root element 'a'"),
        (b'<e:EPCISDocument xmlns:e="urn:other"/>', 400, "expected an EPCIS document"),
        (b'<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2"/>', 400, "expected <EPCISBody>"),
        (xml_document(XML_HEAD).replace(b"EventList", b"List"), 400, "expected <EventList>"),
        (BOMB, 400, "DOCTYPE"),
        (EXTERNAL, 400, "DOCTYPE"),
        (b"<!docType x><x/>", 400, "DOCTYPE"),
        (EXTERNAL.decode().encode("utf-16"), 400, "DOCTYPE"),
        (EXTERNAL.decode().encode("utf-32-be"), 400, "DOCTYPE"),
        (b"\x4c\x6f\xa7\x94\x93" + b"x", 400, "not XML"),
        (DEEP, 400, "not XML|20 levels"),
        (xml_document("<a>" * 17 + "</a>" * 17), 400, "20 levels"),
        (xml_document("</ObjectEvent><ObjectEvent>" * 1_000), 413, "at most 1000 events"),
        (xml_document(XML_HEAD, " ".join(f'xmlns:p{n}="urn:x:{n}"' for n in range(201))), 400, "200 namespaces"),
        (b" " * (5 * 1024 * 1024 + 1), 413, "at most"),
    ],
)
def test_a_bad_document_is_refused_at_once_with_its_reason(data: bytes, status: int, words: str) -> None:
    started = time.monotonic()
    with pytest.raises(DocumentError, match=words) as caught:
        parse_document(data)
    assert caught.value.status == status
    assert time.monotonic() - started < 1


def test_a_doctype_in_an_encoding_that_hides_its_letters_is_refused() -> None:
    text = '<?xml version="1.0" encoding="IBM037"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    with pytest.raises(DocumentError):
        parse_document(text.encode("cp037"))


def test_one_bad_event_leaves_the_others_and_repeated_fields_are_told() -> None:
    good = f"<ObjectEvent>{XML_HEAD}</ObjectEvent>"
    bad = f"<ObjectEvent>{XML_HEAD}<action>ADD</action></ObjectEvent>"
    events = parse_document(xml_document(good + bad + good)).events
    assert [isinstance(event, BadEvent) for event in events] == [False, True, False]
    assert isinstance(events[1], BadEvent)
    assert events[1].problems[0].pointer == "/epcisBody/eventList/1/action"
    assert "got several" in events[1].problems[0].detail


@pytest.mark.parametrize(
    ("inner", "pointer", "words"),
    [
        ("<quantityList><quantity/></quantityList>", "quantityList", "expected <quantityElement>, got <quantity>"),
        ("<bizStep><b>shipping</b></bizStep>", "bizStep", "expected a text, got <b>"),
        ("<persistentDisposition><on/></persistentDisposition>", "persistentDisposition", "<set> or <unset>"),
        ("<sourceList><destination/></sourceList>", "sourceList", "expected <source>, got <destination>"),
    ],
)
def test_an_element_in_a_wrong_place_is_told_and_not_lost(inner: str, pointer: str, words: str) -> None:
    (bad,) = parse_document(xml_document(XML_HEAD + inner)).events
    assert isinstance(bad, BadEvent)
    assert bad.problems[0].pointer == f"/epcisBody/eventList/0/{pointer}"
    assert words in bad.problems[0].detail


def one(inner: str, attributes: str = "") -> Event:
    (event,) = good_events(parse_document(xml_document(XML_HEAD + inner, attributes)))
    return event


def test_an_unknown_quantity_is_none_however_it_is_written() -> None:
    quantities = one(
        "<quantityList>"
        "<quantityElement><epcClass>urn:x:a</epcClass><quantity xsi:nil='true'/></quantityElement>"
        "<quantityElement><epcClass>urn:x:b</epcClass></quantityElement>"
        "<quantityElement><epcClass>urn:x:c</epcClass><quantity>+02.50</quantity><uom>kgm</uom></quantityElement>"
        "</quantityList>"
    ).quantities
    assert [(item.quantity, item.uom) for item in quantities] == [(None, None), (None, None), (Decimal("2.5"), "KGM")]


def test_a_quantity_that_is_no_number_is_a_problem() -> None:
    inner = "<quantityList><quantityElement><epcClass>u:x</epcClass><quantity>1e9999</quantity></quantityElement>"
    (bad,) = parse_document(xml_document(XML_HEAD + inner + "</quantityList>")).events
    assert isinstance(bad, BadEvent)
    assert bad.problems[0].pointer.endswith("/quantityList/0/quantity")


def test_extensions_become_what_their_json_twins_have() -> None:
    event = one(
        '<ex:plain>a</ex:plain><ex:many>1</ex:many><ex:many>2</ex:many><ex:empty/><ex:none xsi:nil="true"/>'
        '<ex:weight unit="KGM" ex:note="n">3.5</ex:weight>'
        "<ex:tree><ex:leaf>x</ex:leaf><bare>y</bare></ex:tree>",
        'xmlns:ex="https://example.com/ns/"',
    )
    twin = read_one(
        json_event(
            eventTime="2026-03-02T01:00:00Z",
            bizStep=None,
            quantityList=None,
            epcList=[SSCC],
            **{
                "ex:plain": "a",
                "ex:many": ["1", "2"],
                "ex:empty": "",
                "ex:weight": {"@unit": "KGM", "@ex:note": "n", "#text": "3.5"},
                "ex:tree": {"ex:leaf": "x", "bare": "y"},
            },
        ),
        [*CONTEXT, {"ex": "https://example.com/ns/"}],
    )
    assert event.body == {**twin.body, "ex:none": None}
    assert event.context == twin.context
    assert event.content_hash == read_one(event.body, event.context).content_hash


def test_a_namespace_declared_inside_an_event_gets_a_prefix() -> None:
    event = one('<a xmlns="https://one.example/"><b xmlns="https://two.example/">x</b></a>')
    assert event.body["ns1:a"] == {"ns2:b": "x"}
    assert event.context[1:] == ({"ns1": "https://one.example/"}, {"ns2": "https://two.example/"})
    assert one('<p:a xmlns:p="https://one.example/">x</p:a>').body["p:a"] == "x"


def test_an_event_with_countless_namespaces_is_a_bad_event() -> None:
    inner = "".join(f'<a xmlns="urn:x:{n}"/>' for n in range(30_000))
    started = time.monotonic()
    (bad,) = parse_document(xml_document(XML_HEAD + inner)).events
    assert isinstance(bad, BadEvent)
    assert "at most 200 namespaces" in bad.problems[0].detail
    assert time.monotonic() - started < 1


def test_the_wrappers_of_epcis_1_2_are_taken_off() -> None:
    event = one(
        "<baseExtension><eventID>urn:uuid:1</eventID></baseExtension>"
        "<extension><quantityList><quantityElement><epcClass>urn:x:a</epcClass></quantityElement></quantityList>"
        "<extension><sourceList><source type='urn:epcglobal:cbv:sdt:location'>urn:x:s</source></sourceList>"
        "</extension></extension>"
    )
    assert event.event_id == "urn:uuid:1"
    assert event.quantities[0].epc_class == "urn:x:a"
    assert event.sources == (("location", "urn:x:s"),)
    wrapped = xml_document(XML_HEAD).replace(b"<ObjectEvent>", b"<extension><ObjectEvent>")
    assert len(good_events(parse_document(wrapped.replace(b"</ObjectEvent>", b"</ObjectEvent></extension>")))) == 1


@pytest.mark.parametrize(
    "inner",
    [
        "<x:a xmlns:x='urn:x:'>" + "<b/><b>" * 9 + "</b>" * 9 + "</x:a>",
        "<x:a xmlns:x='urn:x:' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
        " rdf:datatype='http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON'>" + "[" * 18 + "]" * 18 + "</x:a>",
    ],
)
def test_an_event_that_would_be_too_deep_in_json_is_refused(inner: str) -> None:
    (bad,) = parse_document(xml_document(XML_HEAD + inner)).events
    assert isinstance(bad, BadEvent)
    assert "at most 17 levels" in bad.problems[0].detail


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ('<a xsi:type="xsd:integer">5</a>', 5),
        ('<a xsi:type="xsd:double">2.50E1</a>', 25),
        ('<a xsi:type="xsd:boolean">0</a>', False),
        ('<a xsi:type="xsd:string">5</a>', "5"),
        ('<a xsi:type="xsd:dateTime">2026-03-01T08:00:00Z</a>', "2026-03-01T08:00:00Z"),
        ('<a xsi:type="xsd:integer">five</a>', "five"),
        ('<a xsi:type="xsd:boolean">yes</a>', "yes"),
        ('<a xsi:type="other:Kind">5</a>', {"@xsi:type": "other:Kind", "#text": "5"}),
        ('<a xsi:nil="true"/>', None),
        ('<a rdf:datatype="http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON">[[1],{"b":null}]</a>', [[1], {"b": None}]),
        ('<a rdf:datatype="http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON">[[1]</a>', "[[1]"),
        ('<a unit="KGM"/>', {"@unit": "KGM"}),
    ],
)
def test_what_xml_says_of_a_value_s_type_is_read(element: str, value: Any) -> None:
    namespaces = (
        'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:x="urn:x:" xmlns:other="urn:other:"'
    )
    event = one(element.replace("<a ", "<x:a ").replace("</a>", "</x:a>"), namespaces)
    assert event.body["x:a"] == value
    assert {"xsd": "http://www.w3.org/2001/XMLSchema"} not in event.context


def test_sensor_attributes_become_numbers_and_booleans() -> None:
    event = one(
        '<sensorElementList><sensorElement><sensorMetadata time="2026-03-02T01:00:00Z"/>'
        '<sensorReport type="gs1:Temperature" value="26.0" booleanValue="1" stringValue="7"/>'
        "</sensorElement></sensorElementList>"
    )
    (element,) = event.body["sensorElementList"]
    assert element["sensorReport"] == [
        {"type": "gs1:Temperature", "value": Decimal("26.0"), "booleanValue": True, "stringValue": "7"}
    ]


def test_several_certificates_survive_though_the_xsd_has_one() -> None:
    links = ["https://example.com/c1", "https://example.com/c2"]
    event = read_one(json_event(certificationInfo=links))
    (again,) = good_events(parse_document(as_xml([event])))
    assert again.body["certificationInfo"] == links
    assert again.content_hash == event.content_hash


def test_a_vocabulary_for_bare_names_changes_no_standard_name() -> None:
    report = {"type": "Temperature", "value": 4, "deviceID": "urn:x:d", "note": 7}
    fields = {
        "sourceList": [{"type": "location", "source": "urn:x:s"}],
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:t"}],
        "sensorElementList": [{"sensorMetadata": {"rawData": "urn:x:r"}, "sensorReport": [report]}],
        "grid": [[{"cell": 1}]],
    }
    event = read_one(json_event(**fields), [*CONTEXT, {"@vocab": "https://example.com/v/"}])
    (again,) = good_events(parse_document(as_xml([event])))
    assert again.content_hash == event.content_hash
    assert again.sources == event.sources
    problems = problems_of(json_event(childEPCs=["urn:x:y"]), [*CONTEXT, {"@vocab": "https://example.com/v/"}])
    assert "no field 'childEPCs'" in problems["/childEPCs"]


def test_a_namespace_that_xml_cannot_use_comes_back_as_it_was() -> None:
    event = read_one(json_event(**{"ex:note": "a"}), [*CONTEXT, {"ex": "no namespace"}])
    (again,) = good_events(parse_document(as_xml([event])))
    assert again.content_hash == event.content_hash


def test_what_xml_cannot_hold_does_not_stop_the_writer() -> None:
    context = [*CONTEXT, {"ex": "https://example.com/ns/", "1x": "https://example.com/other/", "no": ""}]
    extensions = {
        "no:x": "a",
        "@xsi:y": "a",
        "é:z": "b",
        "ex:m": {"xmlns": "c", "@xmlns": "d"},
        "ex:two words": "a\u0001b",
        "1x:n": [[1, 2.5], True, None, {"ex:y": []}],
        "ex:1": {},
    }
    event = read_one(json_event(**extensions), context)
    (again,) = good_events(parse_document(as_xml([event])))
    assert again.body["ex:two_words"] == "a\u0001b"
    assert again.body["ex:m"] == {"xmlns": "c", "@xmlns": "d"}
    assert again.quantities == event.quantities
