"""EPCIS documents in JSON: official examples whole, bad documents refused, events written as they were read."""

import json
import time
from pathlib import Path

import pytest

from tests.data import data_files, data_path
from tests.trace.epcis.builders import (
    CONTEXT,
    REPEATED_KEY,
    WHOLE_JSON_EXAMPLES,
    as_json,
    content,
    document,
    event_body,
    good_events,
    read_file,
)
from trace.epcis.event import BadEvent, DocumentError, VocabularyElement
from trace.epcis.json_format import parse_document
from trace.kit import strict_json

EXAMPLES = [
    *WHOLE_JSON_EXAMPLES,
    *data_files("epcis/examples/xml/WithEventHashID", "*.json"),
    *data_files("epcis/gdst", "*.jsonld"),
]


@pytest.mark.parametrize("path", EXAMPLES)
def test_official_documents_are_read_whole_and_written_as_they_were(path: Path) -> None:
    source = strict_json.loads(path.read_bytes())
    body = source["epcisBody"]
    listed = body["eventList"] if "eventList" in body else body["queryResults"]["resultsBody"]["eventList"]
    events = good_events(read_file(path))
    assert [dict(event.body) for event in events] == listed
    again = good_events(parse_document(as_json(events)))
    assert [content(event) for event in again] == [content(event) for event in events]
    assert [event.content_hash for event in again] == [event.content_hash for event in events]


def _repeated_key() -> bytes:
    return data_path(f"epcis/examples/json/AssociationEvent/{REPEATED_KEY}").read_bytes()


def test_the_official_example_with_a_repeated_key_is_refused_as_it_stands() -> None:
    with pytest.raises(DocumentError, match="every key once in an object, got 'eventID' twice") as caught:
        parse_document(_repeated_key())
    assert caught.value.status == 400


def test_the_official_example_with_a_repeated_key_is_read_without_the_first() -> None:
    data = _repeated_key()
    first, _, rest = data.partition(b'"eventID"')
    (event,) = good_events(parse_document(first + rest.partition(b",")[2]))
    assert event.event_id == "urn:uuid:fd338495-0e6d-41dd-afee-a862ecd32518"


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", 400, "not JSON"),
        (b"<x/>", 400, "not JSON"),
        (b"[]", 400, "no object"),
        (b"\xff\xfe", 400, "expected UTF-8"),
        (b'{"type": "EPCISDocument", "type": "EPCISDocument"}', 400, "every key once"),
        (document(**{"x:y": float("nan")}), 400, "finite number, got NaN"),
        (b"[" * 100_000, 400, "20 levels"),
        (json.dumps({"type": "ObjectEvent"}).encode(), 400, "got 'ObjectEvent'"),
        (json.dumps({"a": 1}).encode(), 400, "got None"),
        (document(**{"@context": None}), 400, "expected @context"),
        (document(**{"@context": [7]}), 400, "expected strings and objects in @context"),
        (document(**{"@context": {f"p{n}": "urn:x:" for n in range(201)}}), 400, "at most 200 definitions"),
        (document(**{"@context": CONTEXT * 100_000}), 400, "at most 200 definitions"),
        (document(epcisBody={}), 400, "expected /epcisBody/eventList"),
        (document(epcisBody={"eventList": {}}), 400, "expected a list at /epcisBody/eventList"),
        (document(type="EPCISQueryDocument"), 400, "expected /epcisBody/queryResults"),
        (document(*[event_body()] * 1_001), 413, "at most 1000 events in a document, got 1001"),
    ],
)
def test_a_bad_document_is_refused_at_once_with_its_reason(data: bytes, status: int, words: str) -> None:
    started = time.monotonic()
    with pytest.raises(DocumentError, match=words.replace("(", r"\(")) as caught:
        parse_document(data)
    assert caught.value.status == status
    assert time.monotonic() - started < 1


def test_one_bad_event_leaves_the_others() -> None:
    bodies = [event_body() for _ in range(5)]
    bodies[3] = event_body(eventID="urn:uuid:bad", quantityList=[{"epcClass": "urn:x:y", "quantity": -1}])
    events = parse_document(document(*bodies)).events
    (bad,) = [event for event in events if isinstance(event, BadEvent)]
    assert (bad.index, bad.event_id, events.index(bad)) == (3, "urn:uuid:bad", 3)
    assert bad.problems[0].pointer == "/epcisBody/eventList/3/quantityList/0/quantity"


def test_a_query_document_points_into_itself() -> None:
    body = {"queryResults": {"queryName": "q", "resultsBody": {"eventList": [7]}}}
    (bad,) = parse_document(document(type="EPCISQueryDocument", epcisBody=body)).events
    assert isinstance(bad, BadEvent)
    assert bad.problems[0].pointer == "/epcisBody/queryResults/resultsBody/eventList/0"


def test_a_million_wrong_values_make_a_hundred_problems() -> None:
    started = time.monotonic()
    (bad,) = parse_document(document(event_body(epcList=[1] * 500_000))).events
    assert isinstance(bad, BadEvent)
    assert len(bad.problems) == 100
    assert time.monotonic() - started < 3


def test_a_large_context_in_every_event_does_not_stop_the_reader() -> None:
    context = [{f"p{n}": "urn:x:" for n in range(190)}]
    bodies = [event_body(**{"@context": [{f"q{n}": "urn:y:"}]}) for n in range(1_000)]
    started = time.monotonic()
    assert len(good_events(parse_document(document(*bodies, **{"@context": context})))) == 1_000
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("path", data_files("scenarios", "event_scenarios.json"))
def test_every_event_of_the_stories_is_good(path: Path) -> None:
    for story in json.loads(path.read_bytes())["scenarios"]:
        assert good_events(parse_document(json.dumps(story["document"]).encode()))


def test_the_number_of_events_may_be_left_unlimited() -> None:
    assert len(parse_document(document(*[event_body()] * 1_001), max_events=None).events) == 1_001


def test_master_data_in_the_header_is_kept() -> None:
    vocabulary = {
        "type": "urn:epcglobal:epcis:vtype:Location",
        "vocabularyElementList": [
            {
                "id": "urn:x:l",
                "attributes": [{"id": "urn:epcglobal:cbv:mda#name", "attribute": "Depot"}],
                "children": ["urn:x:m"],
            }
        ],
    }
    header = {"epcisMasterData": {"vocabularyList": [vocabulary]}}
    read = parse_document(document(epcisHeader=header, sender="urn:x:s"))
    element = VocabularyElement(
        "urn:epcglobal:epcis:vtype:Location",
        "urn:x:l",
        (("urn:epcglobal:cbv:mda#name", "Depot"),),
        ("urn:x:m",),
    )
    assert read.master_data == (element,)
    assert read.header["sender"] == "urn:x:s"
    assert read.schema_version == "2.0"


def test_exact_numbers_survive_a_round_trip() -> None:
    data = document(event_body()).replace(b'"quantity": 60', b'"quantity": 0.120000000000000001')
    (event,) = good_events(parse_document(data))
    assert b'"quantity":0.120000000000000001' in as_json([event])
