"""The event hash against the reference vectors, and what it must and must not see."""

from pathlib import Path
from typing import Any

import pytest

from tests.data import data_files
from tests.trace.epcis.builders import CONTEXT, event_body, good_events, read_file
from trace.epcis.event_hash import event_hash, hash_uri
from trace.epcis.names import read_context

# Lines of the published pre-hash files that are damaged; their hashes are whole, and ours must equal those.
DAMAGED_PREHASHES = {("epcisDocWithAllGS1Keys", 0), ("epcisDocWithDefaultSchemaInContext", 1)}
VECTORS = [*data_files("epcis/event-hash/examples", "*.jsonld"), *data_files("epcis/event-hash/examples", "*.xml")]


@pytest.mark.parametrize("path", VECTORS)
def test_every_reference_vector_has_its_hash_and_its_prehash(path: Path) -> None:
    hashes = path.with_suffix(".hashes").read_text("utf-8").split()
    prehashes = path.with_suffix(".prehashes").read_text("utf-8").splitlines()
    events = good_events(read_file(path))
    assert len(events) == len(hashes)
    for index, event in enumerate(events):
        digest, text = event_hash(event.body, event.context)
        assert hash_uri(digest) == hashes[index], text
        assert event.content_hash == digest
        if (path.stem, index) not in DAMAGED_PREHASHES:
            assert text == prehashes[index]


@pytest.mark.parametrize("path", data_files("epcis/event-hash/expected_equal"))
def test_representations_of_one_event_have_one_hash(path: Path) -> None:
    hashes = {event.content_hash for event in good_events(read_file(path))}
    assert len(hashes) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"eventID": "urn:uuid:1"},
        {"recordTime": "2026-03-02T01:00:01Z"},
        {"errorDeclaration": {"declarationTime": "2026-03-03T00:00:00Z"}},
        {"epcList": []},
        {"eventTime": "2026-03-02T09:00:00+08:00"},
        {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"},
        {"bizStep": "cbv:BizStep-shipping"},
        {"quantityList": [{"epcClass": "https://example.com/x/01/06901234000016/10/A?a=b", "quantity": 60.0}]},
        {"quantityList": [{"quantity": 60, "epcClass": "urn:epc:class:lgtin:6901234.000001.A"}]},
    ],
)
def test_what_does_not_change_the_content_does_not_change_the_hash(changes: dict[str, Any]) -> None:
    assert _hash(event_body(**changes)) == _hash(event_body())


@pytest.mark.parametrize(
    "changes",
    [
        {"eventTime": "2026-03-02T01:00:00.001Z"},
        {"eventTimeZoneOffset": "+09:00"},
        {"disposition": "in_transit"},
        {"quantityList": [{"epcClass": "https://id.gs1.org/01/06901234000016/10/A", "quantity": 61}]},
        {"quantityList": [{"epcClass": "https://id.gs1.org/01/06901234000016/10/A"}]},
        {"ex:note": "a"},
        {"ex:note": {"ex:inner": "a"}},
    ],
)
def test_what_changes_the_content_changes_the_hash(changes: dict[str, Any]) -> None:
    assert _hash(event_body(**changes)) != _hash(event_body())


def _hash(body: dict[str, Any]) -> str:
    return event_hash(body, [*CONTEXT, {"ex": "https://example.com/ns/"}])[0]


def test_the_prefix_of_an_extension_does_not_matter_but_its_namespace_does() -> None:
    def hash_with(prefix: str, uri: str) -> str:
        return event_hash(event_body(**{f"{prefix}:note": "x"}), [*CONTEXT, {prefix: uri}])[0]

    assert hash_with("a", "https://example.com/ns/") == hash_with("b", "https://example.com/ns/")
    assert hash_with("a", "https://example.com/ns/") != hash_with("a", "https://example.com/other/")


def test_numbers_lose_trailing_zeros_and_lots_keep_leading_ones() -> None:
    context = [*CONTEXT, {"ex": "https://example.com/ns/"}]
    whole = event_hash(event_body(**{"ex:weight": 20}), context)[0]
    assert event_hash(event_body(**{"ex:weight": 20.0}), context)[0] == whole
    assert event_hash(event_body(**{"ex:weight": "20.0"}), context)[0] == whole
    assert event_hash(event_body(**{"ex:lot": "0012"}), context)[1].endswith("lot=0012")


def test_a_json_value_in_an_odd_place_is_hashed_and_does_not_break_the_hash() -> None:
    report = {"type": "Temperature", "component": ["x"], "stringValue": {"a": 1}}
    assert len(_hash(event_body(sensorElementList=[{"sensorReport": [report]}]))) == 64


def test_names_are_read_from_prefixes_terms_and_vocab() -> None:
    names = read_context(
        [*CONTEXT, {"ex": "https://example.com/ns/", "note": "https://example.com/ns/note"}, {"https": "x:"}]
    )
    assert names.expand("ex:note") == ("https://example.com/ns/", "note")
    assert names.expand("note") == ("https://example.com/ns/", "note")
    assert names.expand("https://example.com/ns/note") == ("https://example.com/ns/", "note")
    assert names.expand("unknown:note") == ("unknown:", "note")
    assert names.expand("bare") == (None, "bare")
    assert read_context([{"@vocab": "https://example.com/v/"}]).expand("bare") == ("https://example.com/v/", "bare")
    assert names.expand_curie("gs1:Temperature") == "https://gs1.org/voc/Temperature"
    assert names.expand_curie("https://example.com/a") == "https://example.com/a"
    with pytest.raises(ValueError, match="expected strings and objects"):
        read_context([7])
