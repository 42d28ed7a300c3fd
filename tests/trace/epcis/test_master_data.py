"""Master data in documents: read in both formats, and refused with the place that is wrong."""

from typing import Any

import pytest

from tests.data import data_path
from tests.trace.epcis.builders import CONTEXT, document, read_file
from trace.epcis import json_format, xml_format
from trace.epcis.event import DocumentError, VocabularyElement
from trace.epcis.master_data import MAX_ATTRIBUTES, MAX_CHILDREN, MAX_ELEMENTS, MAX_NAME, MAX_VALUE, attribute_name

LOCATION = "urn:epcglobal:epcis:vtype:Location"
LIST = "/epcisHeader/epcisMasterData/vocabularyList"


def vocabulary(*elements: Any, **changes: Any) -> list[dict[str, Any]]:
    return [{"type": LOCATION, "vocabularyElementList": list(elements), **changes}]


def header(listed: Any) -> bytes:
    return document(epcisHeader={"epcisMasterData": {"vocabularyList": listed}})


def test_abbreviated_names_of_attributes_are_written_out() -> None:
    context = [*CONTEXT, {"ex": "https://example.com/ns/"}]
    attributes = [{"id": "cbvmda:name", "attribute": "Depot"}, {"id": "ex:doors", "attribute": 4}, {"id": "ex:none"}]
    listed = vocabulary({"id": "urn:x:l", "attributes": attributes})
    data = document(**{"@context": context, "epcisHeader": {"epcisMasterData": {"vocabularyList": listed}}})
    assert json_format.parse_document(data).master_data == (
        VocabularyElement(
            LOCATION,
            "urn:x:l",
            (
                ("urn:epcglobal:cbv:mda:name", "Depot"),
                ("https://example.com/ns/doors", 4),
                ("https://example.com/ns/none", None),
            ),
        ),
    )


def test_both_spellings_of_a_cbv_attribute_are_one_name() -> None:
    assert attribute_name("urn:epcglobal:cbv:mda#name") == attribute_name("urn:epcglobal:cbv:mda:name")
    assert attribute_name("https://example.com/mda#name") == "https://example.com/mda#name"


def test_a_header_without_master_data_has_none() -> None:
    for content in ({}, {"ex:sender": "x"}, {"epcisMasterData": {}}):
        assert json_format.parse_document(document(epcisHeader=content)).master_data == ()


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ({}, f"expected a list at {LIST}, got an object"),
        (["x"], f"expected an object at {LIST}/0, got a text"),
        ([{"vocabularyElementList": []}], f"expected a URI at {LIST}/0/type, got nothing"),
        (vocabulary(type=7), f"expected a URI at {LIST}/0/type, got a number"),
        (vocabulary(vocabularyElementList="x"), f"expected a list at {LIST}/0/vocabularyElementList, got a text"),
        (vocabulary(7), f"expected an object at {LIST}/0/vocabularyElementList/0, got a number"),
        (vocabulary({}), f"expected a URI at {LIST}/0/vocabularyElementList/0/id, got nothing"),
        (vocabulary({"id": " "}), f"expected an id for every vocabulary element in {LIST}, got none"),
        (vocabulary({"id": "urn:x:l", "attributes": {}}), "0/attributes, got an object"),
        (vocabulary({"id": "urn:x:l", "attributes": [{"attribute": "x"}]}), "0/attributes/0/id, got nothing"),
        (vocabulary({"id": "urn:x:l", "children": [True]}), "0/children/0, got true or false"),
        (vocabulary({"id": "urn:x:l", "children": [""]}), "expected a URI for every type, attribute and child"),
        (vocabulary({"id": "u" * (MAX_NAME + 1)}), f"at most {MAX_NAME} characters of a URI"),
        (vocabulary({"id": "u", "attributes": [{"id": "a"}] * (MAX_ATTRIBUTES + 1)}), f"{MAX_ATTRIBUTES} attributes"),
        (vocabulary({"id": "u", "children": ["c"] * (MAX_CHILDREN + 1)}), f"at most {MAX_CHILDREN} children"),
        (vocabulary(*[{"id": "u"}] * (MAX_ELEMENTS + 1)), f"at most {MAX_ELEMENTS} elements at {LIST}"),
        (
            vocabulary({"id": "u", "attributes": [{"id": "a", "attribute": "x" * MAX_VALUE}]}),
            f"at most {MAX_VALUE} characters of a value",
        ),
    ],
)
def test_bad_master_data_is_refused_with_its_place(listed: Any, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        json_format.parse_document(header(listed))
    assert caught.value.status == 400
    assert words in caught.value.detail


@pytest.mark.parametrize("content", [7, {"epcisMasterData": []}])
def test_a_header_of_another_shape_is_refused(content: Any) -> None:
    with pytest.raises(DocumentError, match="expected an object at /epcisHeader"):
        json_format.parse_document(document(epcisHeader=content))


@pytest.mark.parametrize("content", [{}, {"vocabularyList": 7}, []])
def test_a_master_data_document_must_have_a_list_of_vocabularies(content: Any) -> None:
    with pytest.raises(DocumentError, match=r"expected a.* at /epcisBody") as caught:
        json_format.parse_document(document(type="EPCISMasterDataDocument", epcisBody=content))
    assert caught.value.status == 400


def test_an_element_without_an_id_is_refused_in_xml_too() -> None:
    data = data_path("epcis/examples/xml/Mimasu/Example-masterData.xml").read_bytes()
    bad = data.replace(b'<VocabularyElement id="urn:epc:id:sgln:0037000.00729.8201">', b"<VocabularyElement>")
    with pytest.raises(DocumentError, match="expected an id for every vocabulary element in /epcisBody"):
        xml_format.parse_document(bad)


def test_the_fields_of_an_event_are_no_master_data() -> None:
    data = data_path("epcis/gdst/gdst_importer.xml").read_bytes()
    strange = b'<x:Vocabulary xmlns:x="urn:x" type="t"><VocabularyElement/></x:Vocabulary></ObjectEvent>'
    read = xml_format.parse_document(data.replace(b"</ObjectEvent>", strange, 1))
    assert read.master_data == read_file(data_path("epcis/gdst/gdst_importer.xml")).master_data
