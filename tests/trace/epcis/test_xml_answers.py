"""Capture jobs, problems and collections in XML."""

from lxml import etree

from tests.trace.epcis.official_schemas import xml_errors
from trace.epcis.xml_answers import capture_job_xml, collection_xml, problem_xml

XSD = "epcis/xsd/EPCglobal-epcis-2_0.xsd"
PROBLEM = {
    "type": "epcisException:ValidationException",
    "title": "Validation exception",
    "status": 400,
    "detail": "expected a time with a zone\u0001",
    "errors": [{"pointer": "/x", "detail": "y"}],
}


def test_a_capture_job_is_valid_by_the_official_schema() -> None:
    job = {
        "captureID": "42",
        "createdAt": "2026-03-01T08:00:00Z",
        "finishedAt": "2026-03-01T08:00:01.5Z",
        "running": False,
        "success": False,
        "captureErrorBehaviour": "proceed",
        "errors": [PROBLEM, {"type": "urn:x:y", "title": "Other"}],
        "outcomes": ["captured"],
    }
    for changed in (job, {**job, "errors": []}, {**job, "running": True, "finishedAt": None}):
        assert xml_errors(capture_job_xml(changed), XSD) == []
    root = etree.fromstring(capture_job_xml(job))
    assert (root.get("success"), root.get("running"), root.get("captureID")) == ("false", "false", "42")
    assert [error.findtext("title") for error in root.iter("error")] == ["Validation exception", "Other"]


def test_a_problem_is_valid_by_the_official_schema() -> None:
    written = problem_xml(PROBLEM)
    assert xml_errors(written, XSD) == []
    root = etree.fromstring(written)
    assert root.tag == "{urn:epcglobal:epcis:xsd:2}EPCISException"
    assert [child.tag for child in root] == ["type", "title", "status", "detail"]
    assert root.findtext("detail") == "expected a time with a zone\ufffd"


def test_a_collection_has_one_element_for_each_member() -> None:
    root = etree.fromstring(collection_xml(["events", "urn:x:a&b"]))
    assert [child.text for child in root.iter("member")] == ["events", "urn:x:a&b"]
