"""The lists behind the top-level resources: what seen events have, each value once, and nothing of what is not seen."""

from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from bench.documents import place
from tests.trace.events.captured import OPERATOR, REGULATOR, capture, find, make_firm, observed, shipped
from tests.trace.query_cases import uuid
from trace.events.errors import NoSuchResourceException
from trace.events.vocabularies import RESOURCES, has_value, list_values, query_of
from trace.kit.auth import Principal

Values = dict[str, list[str]]


def lists(session: Session, principal: Principal) -> Values:
    """Every list, read two values at a time."""
    found: Values = {}
    for resource in RESOURCES:
        values = found.setdefault(resource, [])
        while page := list_values(session, principal, resource, 2, values[-1] if values else None):
            values += page
    return found


@pytest.fixture
def firms(session: Session) -> tuple[Principal, Principal]:
    """Two firms: the first ships to the second, and each keeps something to itself."""
    first, second = make_firm(session, 1), make_firm(session, 2)
    ours = {"readPoint": {"id": place(1)}, "bizLocation": {"id": place(1)}}
    capture(
        session,
        [
            shipped(1, 1, 2, disposition="in_transit"),
            observed(2, bizStep="storing", disposition="in_progress", **ours),
            observed(3, bizStep="https://ns.example.com/step/ageing", **ours),
        ],
        first,
    )
    packed = {"parentID": "urn:example:pallet:1", "childEPCs": ["urn:example:thing:5"], "epcList": None}
    capture(
        session,
        [observed(5, type="AggregationEvent", bizStep="packing", readPoint={"id": place(2)}, **packed)],
        second,
    )
    return first, second


def test_everybody_s_values_are_listed_once_and_in_order(session: Session, firms: tuple[Principal, Principal]) -> None:
    found = lists(session, REGULATOR)
    assert found == {
        "eventTypes": ["AggregationEvent", "ObjectEvent"],
        "epcs": ["urn:example:pallet:1", *(f"urn:example:thing:{number}" for number in (1, 2, 3, 5))],
        "bizSteps": ["https://ns.example.com/step/ageing", "packing", "shipping", "storing"],
        "bizLocations": [place(1)],
        "readPoints": [place(1), place(2)],
        "dispositions": ["in_progress", "in_transit"],
    }
    for values in found.values():
        assert all(first < second for first, second in pairwise(values))


def test_a_firm_s_lists_have_what_its_events_have(session: Session, firms: tuple[Principal, Principal]) -> None:
    first, second = firms
    assert lists(session, first) == {
        "eventTypes": ["ObjectEvent"],
        "epcs": [f"urn:example:thing:{number}" for number in (1, 2, 3)],
        "bizSteps": ["https://ns.example.com/step/ageing", "shipping", "storing"],
        "bizLocations": [place(1)],
        "readPoints": [place(1)],
        "dispositions": ["in_progress", "in_transit"],
    }
    assert lists(session, second) == {
        "eventTypes": ["AggregationEvent", "ObjectEvent"],
        "epcs": ["urn:example:pallet:1", "urn:example:thing:1", "urn:example:thing:5"],
        "bizSteps": ["packing", "shipping"],
        "bizLocations": [],
        "readPoints": [place(1), place(2)],
        "dispositions": ["in_transit"],
    }


def test_every_listed_value_leads_to_its_events(session: Session, firms: tuple[Principal, Principal]) -> None:
    for principal in (REGULATOR, OPERATOR, *firms):
        for resource, values in lists(session, principal).items():
            for value in values:
                assert has_value(session, principal, resource, value)
                assert find(session, query_of(resource, value), principal)


def test_a_value_of_unseen_events_is_not_there(session: Session, firms: tuple[Principal, Principal]) -> None:
    first, second = firms
    for resource, value in (("bizSteps", "storing"), ("epcs", "urn:example:thing:2"), ("bizLocations", place(1))):
        assert has_value(session, first, resource, value)
        assert not has_value(session, second, resource, value)
        assert find(session, query_of(resource, value), second) == []


def test_spellings_of_a_value_lead_to_the_same_events(session: Session, firms: tuple[Principal, Principal]) -> None:
    assert find(session, query_of("bizSteps", "urn:epcglobal:cbv:bizstep:shipping")) == [uuid(1)]
    assert find(session, query_of("readPoints", place(2).replace("id.gs1.org", "example.com"))) == [uuid(5)]


def test_what_can_be_no_value_is_not_found(session: Session) -> None:
    for resource, value in (("bizSteps", "shiping"), ("eventTypes", "PurchaseEvent"), ("epcs", " ")):
        with pytest.raises(NoSuchResourceException, match="is known"):
            query_of(resource, value)
    assert lists(session, REGULATOR) == {resource: [] for resource in RESOURCES}
