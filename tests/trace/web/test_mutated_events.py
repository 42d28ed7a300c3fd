"""Whatever stands in an event: it is refused with its place, or kept and answered in every format."""

import copy
import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import app_over, database_maker
from tests.trace import query_cases
from tests.trace.web.api_client import Api

FORMATS: list[dict[str, str]] = [
    {"Accept": "application/xml"},
    {"Accept": "application/xml", "GS1_EPC_Format": "Always_EPC_URN", "GS1_CBV_XML_Format": "Always_URN"},
    {"GS1_EPC_Format": "Always_EPC_URN"},
]
TEXTS = [
    "",
    "x",
    "a b",
    "ex:y",
    "urn:x:y",
    "https://id.gs1.org/01/0",
    "2026-01-01T00:00:00Z",
    "]]>",
    "<a>&",
    "\x85",
    "物",
]
NAMES = ["", ":", "a:", "a:b:c", "-bad name", "#text", "@id", "@value", "example:a b", "example:1", "id", "type"]
SCALARS = st.sampled_from([None, True, 0, 1.5, -1, 10**17, *TEXTS])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=2),
    max_leaves=4,
)
numbers = itertools.count()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """An operator."""
    for make in database_maker(request.param, request, tmp_path_factory.mktemp("mutated")):
        yield Api.admin(app_over(make()))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value within an event."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield (*path, name)
        yield from places(inner, (*path, name))


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """An event of the query cases with one or two values replaced, or members added."""
    event: dict[str, Any] = copy.deepcopy(query_cases.EVENTS[draw(st.sampled_from(list(query_cases.EVENTS)))])
    for _ in range(draw(st.integers(1, 2))):
        *path, last = draw(st.sampled_from(list(places(event))))
        holder: Any = event
        for name in path:
            holder = holder[name]
        if isinstance(holder, dict) and draw(st.booleans()):
            holder[draw(st.sampled_from(NAMES))] = draw(VALUES)
        else:
            holder[last] = draw(VALUES)
    return event


def try_out(api: Api, event: dict[str, Any]) -> None:
    event_id = f"urn:uuid:mutated-{next(numbers)}"
    sent = {"@context": query_cases.CONTEXT, **event, "eventID": event_id}
    answer = api.send("POST", "/epcis/events", sent)
    assert answer.status_code in (201, 400), answer.text
    if answer.status_code == 400:
        assert answer.json is not None
        assert answer.json["errors"], answer.text
        return
    for headers in FORMATS:
        found = api.send("GET", "/epcis/events/" + quote(event_id, safe=""), **headers)
        assert found.status_code == 200, found.text


@settings(max_examples=100, deadline=None)
@given(event=mutated())
def test_an_event_is_refused_with_its_place_or_kept(api: Api, event: dict[str, Any]) -> None:
    try_out(api, event)


@pytest.mark.campaign
@settings(max_examples=10_000, deadline=None)
@given(event=mutated())
def test_one_of_many_events_is_refused_with_its_place_or_kept(api: Api, event: dict[str, Any]) -> None:
    try_out(api, event)
