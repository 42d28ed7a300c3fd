"""The hand-written stories at the level of operations: postings exactly as expected, in whatever order they come."""

import json
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import oracle
from tests.data import DATA
from tests.oracle import Derived
from tests.trace.derived_rows import capture, read_derived, read_rows
from trace.derivation.rebuild import find_differences
from trace.epcis.event import Event
from trace.epcis.json_format import parse_document

PATH = DATA / "scenarios" / "event_scenarios.json"
STORIES: dict[str, Any] = json.loads(PATH.read_text("utf-8")) if PATH.exists() else {"scenarios": []}
PARTIES = {f"https://id.gs1.org/414/{gln}": name for name, gln in STORIES.get("parties", {}).items()}
SHUFFLES = 20

pytestmark = pytest.mark.skipif(not PATH.exists(), reason="test data missing: scenarios/event_scenarios.json")
stories = pytest.mark.parametrize("story", [pytest.param(story, id=story["name"]) for story in STORIES["scenarios"]])


@stories
def test_a_story_gives_what_it_should_in_one_document_and_rebuilds_to_the_same(
    session: Session, story: dict[str, Any]
) -> None:
    capture(session, _events(story))
    _check(read_derived(session), story["expected"])
    assert find_differences(session) == 0


@stories
def test_a_story_gives_the_same_in_twenty_orders_as_one_document_and_event_by_event(
    session: Session, story: dict[str, Any]
) -> None:
    events = _events(story)
    capture(session, events)
    rows = read_rows(session)
    session.rollback()
    for seed in range(SHUFFLES):
        shuffled = random.Random(seed).sample(events, len(events))
        pieces = [[event] for event in shuffled] if seed % 2 else [shuffled]
        for piece in pieces:
            capture(session, piece)
        assert read_rows(session) == rows, f"seed {seed}"
        if seed < 2:
            assert find_differences(session) == 0
        session.rollback()


@stories
def test_the_oracle_tells_the_story_as_it_was_written(story: dict[str, Any]) -> None:
    _check(oracle.derive(_events(story)), story["expected"])


def _events(story: dict[str, Any]) -> list[Event]:
    events: Sequence[Any] = parse_document(json.dumps(story["document"]).encode()).events
    assert all(isinstance(event, Event) for event in events)
    return list(events)


def _check(derived: Derived, expected: dict[str, Any]) -> None:
    edges = [
        {
            "from": PARTIES[origin or ""],
            "to": PARTIES[destination or ""],
            "lot": _name(batch, uom),
            "shipped": None if edge[2] else edge[0],
            "received": None if edge[3] else edge[1],
        }
        for (origin, destination, batch, uom), edge in derived.edges.items()
    ]
    assert sorted(edges, key=_edge) == sorted(expected["edges"], key=_edge)
    on_hand: dict[str, dict[str, Decimal]] = {}
    totals: dict[str, dict[str, Decimal]] = {"in_transit": {}, "sold": {}, "unaccounted": {}}
    for (batch, uom, figure, where), amount in derived.figures.items():
        name = _name(batch, uom)
        if figure == "on_hand":
            on_hand.setdefault(PARTIES[where], {})[name] = amount
        elif figure in totals:
            totals[figure][name] = totals[figure].get(name, Decimal(0)) + amount
    assert on_hand == expected["on_hand"]
    assert totals == {"in_transit": expected["in_transit"], "sold": expected["sold"], "unaccounted": {}}
    links = {(_name(made_from, ""), _name(made, "")) for made_from, made in derived.links}
    assert links == {tuple(link) for link in expected.get("genealogy", [])}


def _edge(edge: dict[str, Any]) -> tuple[str, ...]:
    return edge["from"], edge["to"], edge["lot"]


def _name(batch: str, uom: str) -> str:
    lot = batch.rpartition("/10/")[2]
    return f"{lot} {uom}" if uom else lot
