"""Identifiers and words of CBV in the format that a client asks for."""

from typing import Any

import pytest
from hypothesis import given, settings

from tests.trace.epcis.builders import BATCH, as_json, as_xml, event_body, good_events, read_one
from tests.trace.epcis.strategies import EXTENDED_CONTEXT, event_bodies
from trace.epcis import json_format, xml_format
from trace.epcis.epc_format import CbvFormat, EpcFormat, translate, translate_identifier
from trace.epcis.event_hash import event_hash

LINK = EpcFormat.ALWAYS_GS1_DIGITAL_LINK
URN = EpcFormat.ALWAYS_EPC_URN

TWINS = [
    ("urn:epc:id:sgtin:4012345.011111.9876", "https://id.gs1.org/01/04012345111118/21/9876"),
    ("urn:epc:id:sgtin:0614141.107346.2018", "https://id.gs1.org/01/10614141073464/21/2018"),
    ("urn:epc:class:lgtin:6901234.000001.A%2FB", "https://id.gs1.org/01/06901234000016/10/A%2FB"),
    ("urn:epc:idpat:sgtin:4012345.011111.*", "https://id.gs1.org/01/04012345111118"),
    ("urn:epc:id:sscc:4012345.0111111111", "https://id.gs1.org/00/040123451111111110"),
    ("urn:epc:id:sgln:4012345.00011.0", "https://id.gs1.org/414/4012345000115"),
    ("urn:epc:id:sgln:4012345.00011.A1", "https://id.gs1.org/414/4012345000115/254/A1"),
    ("urn:epc:id:pgln:4012345.00011", "https://id.gs1.org/417/4012345000115"),
    ("urn:epc:id:grai:4012345.11111.5", "https://id.gs1.org/8003/040123451111185"),
    ("urn:epc:id:giai:4012345.ABC", "https://id.gs1.org/8004/4012345ABC"),
    ("urn:epc:id:gdti:4012345.11111.7", "https://id.gs1.org/253/40123451111187"),
    ("urn:epc:id:itip:4012345.011111.01.02.987", "https://id.gs1.org/8006/040123451111180102/21/987"),
    ("urn:epc:id:cpi:4012345.A1.7", "https://id.gs1.org/8010/4012345A1/8011/7"),
]


@pytest.mark.parametrize(("urn", "link"), TWINS)
def test_a_urn_becomes_a_digital_link_and_the_urn_again(urn: str, link: str) -> None:
    assert translate_identifier(urn, LINK) == link
    assert translate_identifier(link, URN) == urn
    assert translate_identifier(urn, URN) == urn
    assert translate_identifier(link, LINK) == link
    for kept in (EpcFormat.NO_PREFERENCE, EpcFormat.NEVER_TRANSLATES):
        assert [translate_identifier(text, kept) for text in (urn, link)] == [urn, link]


@pytest.mark.parametrize(
    "text",
    [
        "https://id.gs1.org/01/09999999000014/10/A",  # no length is published for the prefix
        "https://id.gs1.org/01/04012345111118/22/2A",  # no EPC scheme for consumer variants
        "https://id.gs1.org/8003/040123451111105X/xyz",
        "https://example.com/no/gs1/key",
        "https://example.com/2024/01/15",
        "urn:gdst:example.org:product:lot:1",
        "urn:epc:id:bic:CSQU3054383",
        "urn:epc:id:sgtin:4012345.011111",
        "urn:epc:idpat:sgtin:*.*.*",
        "https://id.gs1.org/01/04012345111118/21/" + "9" * 1_000,
    ],
)
def test_what_has_no_other_form_stays_as_it_is(text: str) -> None:
    assert translate_identifier(text, LINK) == text
    assert translate_identifier(text, URN) == text


def test_a_link_of_any_host_is_a_link_and_its_urn_says_the_instance_alone() -> None:
    text = "https://example.com/x/01/06901234000016/10/A/21/7?17=271231"
    assert translate_identifier(text, LINK) == text
    assert translate_identifier(text, URN) == "urn:epc:id:sgtin:6901234.000001.7"


def test_identifiers_are_translated_where_the_standard_has_them_and_nowhere_else() -> None:
    urn, link = TWINS[0]
    document, place, device = TWINS[10], TWINS[5], TWINS[9]

    def body(side: int) -> dict[str, Any]:
        return event_body(
            eventID=urn,
            type="ObjectEvent",
            epcList=[TWINS[0][side]],
            quantityList=[{"epcClass": TWINS[2][side], "quantity": 1}],
            parentID=TWINS[4][side],
            childEPCs=[TWINS[0][side]],
            inputEPCList=[TWINS[0][side]],
            outputQuantityList=[{"epcClass": TWINS[2][side]}],
            transformationID=document[side],
            readPoint={"id": place[side], "ex:note": urn},
            bizLocation={"id": place[side]},
            bizTransactionList=[{"type": "po", "bizTransaction": document[side]}],
            sourceList=[{"type": "location", "source": place[side]}],
            destinationList=[{"type": "location", "destination": place[side]}],
            sensorElementList=[
                {
                    "sensorMetadata": {"deviceID": device[side], "rawData": link},
                    "sensorReport": [{"type": "Mass", "deviceID": device[side], "uriValue": urn}],
                }
            ],
            errorDeclaration={"declarationTime": "2026-03-03T00:00:00Z", "correctiveEventIDs": [urn]},
            certificationInfo=link,
            ilmd={"ex:origin": urn},
            **{"ex:other": [urn, link]},
        )

    assert translate(body(0), LINK) == body(1)
    assert translate(body(1), URN) == body(0)
    assert translate(body(0), EpcFormat.NEVER_TRANSLATES) == body(0)


def test_an_instance_named_by_its_urn_and_by_its_link_is_named_once() -> None:
    assert translate(event_body(epcList=list(TWINS[0])), LINK)["epcList"] == [TWINS[0][1]]


@settings(max_examples=60, deadline=None)
@given(event_bodies())
def test_a_translated_event_has_the_same_content(body: dict[str, Any]) -> None:
    once = {**body, **{key: value[:1] for key, value in body.items() if key.endswith(("epcList", "EPCs", "EPCList"))}}
    expected = event_hash(once, EXTENDED_CONTEXT)[0]
    for epc_format in (LINK, URN):
        translated = translate(once, epc_format)
        assert event_hash(translated, EXTENDED_CONTEXT)[0] == expected
        assert translate(translated, epc_format) == translated


WORDS = {
    "bizStep": "cbv:BizStep-shipping",
    "disposition": "urn:epcglobal:cbv:disp:in_transit",
    "persistentDisposition": {"set": ["completeness_verified"]},
    "bizTransactionList": [{"type": "https://ref.gs1.org/cbv/BTT-po", "bizTransaction": "urn:x:po:1"}],
    "sourceList": [{"type": "location", "source": "urn:x:y"}],
    "destinationList": [{"type": "ex:type", "destination": "urn:x:y"}],
    "errorDeclaration": {"declarationTime": "2026-03-03T00:00:00Z", "reason": "incorrect_data"},
    "sensorElementList": [
        {"sensorReport": [{"type": "gs1:Temperature", "component": "x", "exception": "ALARM_CONDITION", "value": 1}]}
    ],
}


def words_of(body: Any) -> list[str]:
    report = body["sensorElementList"][0]["sensorReport"][0]
    return [
        body["bizStep"],
        body["disposition"],
        body["persistentDisposition"]["set"][0],
        body["bizTransactionList"][0]["type"],
        body["sourceList"][0]["type"],
        body["destinationList"][0]["type"],
        body["errorDeclaration"]["reason"],
        report["type"],
        report["component"],
        report["exception"],
    ]


def test_words_of_cbv_are_bare_in_json_whatever_spelling_they_came_in() -> None:
    (event,) = good_events(json_format.parse_document(as_json([read_one(event_body(**WORDS), EXTENDED_CONTEXT)])))
    assert words_of(event.body) == [
        *("shipping", "in_transit", "completeness_verified", "po", "location", "ex:type"),
        *("incorrect_data", "Temperature", "x", "ALARM_CONDITION"),
    ]


@pytest.mark.parametrize(
    ("cbv_format", "expected"),
    [
        (
            CbvFormat.ALWAYS_URN,
            [
                *("urn:epcglobal:cbv:bizstep:shipping", "urn:epcglobal:cbv:disp:in_transit"),
                *("urn:epcglobal:cbv:disp:completeness_verified", "urn:epcglobal:cbv:btt:po"),
                *("urn:epcglobal:cbv:sdt:location", "ex:type", "urn:epcglobal:cbv:er:incorrect_data"),
                *("gs1:Temperature", "urn:epcglobal:cbv:comp:x", "gs1:ALARM_CONDITION"),
            ],
        ),
        (
            CbvFormat.ALWAYS_WEB_URI,
            [
                *("https://ref.gs1.org/cbv/BizStep-shipping", "https://ref.gs1.org/cbv/Disp-in_transit"),
                *("https://ref.gs1.org/cbv/Disp-completeness_verified", "https://ref.gs1.org/cbv/BTT-po"),
                *("https://ref.gs1.org/cbv/SDT-location", "ex:type", "https://ref.gs1.org/cbv/ER-incorrect_data"),
                *("https://gs1.org/voc/Temperature", "https://ref.gs1.org/cbv/Comp-x"),
                "https://gs1.org/voc/ALARM_CONDITION",
            ],
        ),
        (
            CbvFormat.NEVER_TRANSLATES,
            [
                *("cbv:BizStep-shipping", "urn:epcglobal:cbv:disp:in_transit"),
                *("urn:epcglobal:cbv:disp:completeness_verified", "https://ref.gs1.org/cbv/BTT-po"),
                *("urn:epcglobal:cbv:sdt:location", "ex:type", "urn:epcglobal:cbv:er:incorrect_data"),
                *("gs1:Temperature", "urn:epcglobal:cbv:comp:x", "gs1:ALARM_CONDITION"),
            ],
        ),
    ],
)
def test_words_of_cbv_are_uris_in_xml_in_the_form_asked_for(cbv_format: CbvFormat, expected: list[str]) -> None:
    event = read_one(event_body(**WORDS), EXTENDED_CONTEXT)
    (again,) = good_events(xml_format.parse_document(as_xml([event], cbv_format=cbv_format)))
    assert words_of(again.body) == expected
    assert again.content_hash == event.content_hash
    assert (again.biz_step, again.disposition) == ("shipping", "in_transit")


def test_a_word_is_written_in_full_where_its_prefix_means_something_else() -> None:
    report = {"type": "https://gs1.org/voc/Temperature", "value": 1}
    context = (*EXTENDED_CONTEXT, {"gs1": "https://example.com/mine/"})
    event = read_one(event_body(sensorElementList=[{"sensorReport": [report]}]), context)
    (again,) = good_events(xml_format.parse_document(as_xml([event])))
    assert again.body["sensorElementList"][0]["sensorReport"][0]["type"] == "https://gs1.org/voc/Temperature"
    assert BATCH in again.body["quantityList"][0]["epcClass"]
