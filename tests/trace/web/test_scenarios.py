"""The hand-written supply-chain stories over HTTP: the same figures in any order, in one document or one by one."""

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask

from tests.data import DATA
from tests.trace.web.api_client import Api, document

PATH = DATA / "scenarios" / "event_scenarios.json"
STORIES: dict[str, Any] = json.loads(PATH.read_text("utf-8")) if PATH.exists() else {"scenarios": []}
PARTIES = {gln: name for name, gln in STORIES.get("parties", {}).items()}

pytestmark = pytest.mark.skipif(not PATH.exists(), reason="test data missing: scenarios/event_scenarios.json")


def stories() -> list[Any]:
    """One parameter a story."""
    return [pytest.param(story, id=story["name"]) for story in STORIES["scenarios"]]


@pytest.mark.parametrize("story", stories())
def test_a_story_in_order_gives_what_it_should(app: Flask, story: dict[str, Any]) -> None:
    api = Api.admin(app)
    api.capture(story["document"])
    check(api, story)


@pytest.mark.parametrize("story", stories())
def test_a_story_event_by_event_backwards_gives_the_same(app: Flask, story: dict[str, Any]) -> None:
    api = Api.admin(app)
    for event in reversed(events_of(story)):
        api.capture(document([event]))
    check(api, story)


@pytest.mark.parametrize("story", stories())
@pytest.mark.parametrize("seed", range(2))
def test_a_shuffled_story_gives_the_same(app: Flask, story: dict[str, Any], seed: int) -> None:
    api = Api.admin(app)
    events = list(events_of(story))
    random.Random(seed).shuffle(events)
    middle = len(events) // 2
    api.capture(document(events[:middle]))
    api.capture(document(events[middle:]))
    check(api, story)


@pytest.mark.campaign
@pytest.mark.parametrize("story", stories())
@pytest.mark.parametrize("seed", range(20))
def test_a_story_in_twenty_shuffles_as_one_document_and_event_by_event(
    new_app: Callable[[], Flask], story: dict[str, Any], seed: int
) -> None:
    events = list(events_of(story))
    random.Random(seed).shuffle(events)
    for documents in ([events], [[event] for event in events]):
        api = Api.admin(new_app())
        for some in documents:
            api.capture(document(some))
        check(api, story)


@pytest.mark.parametrize("story", stories())
def test_capturing_a_story_twice_changes_nothing(app: Flask, story: dict[str, Any]) -> None:
    api = Api.admin(app)
    api.capture(story["document"])
    job = api.capture(story["document"])
    assert (job["captured"], job["refused"]) == (0, 0)
    check(api, story)


def events_of(story: dict[str, Any]) -> Sequence[dict[str, Any]]:
    events: list[dict[str, Any]] = story["document"]["epcisBody"]["eventList"]
    return events


def check(api: Api, story: dict[str, Any]) -> None:
    """Compare balance and trace of every batch that the story names with what it expects."""
    expected = story["expected"]
    found: dict[str, Any] = {"edges": [], "on_hand": {}, "in_transit": {}, "sold": {}, "rules": set(), "links": set()}
    for gtin, lot in batches_of(story):
        balance = api.get(f"/api/v1/batches/{gtin}/{lot}/balance")
        traced = api.get(f"/api/v1/batches/{gtin}/{lot}/trace")
        collect(found, lot, balance, traced)
    assert sorted(found["edges"], key=str) == sorted(expected["edges"], key=str)
    assert found["on_hand"] == expected["on_hand"]
    assert found["in_transit"] == expected["in_transit"]
    assert found["sold"] == expected["sold"]
    assert found["rules"] == set(expected["exceptions"])
    assert found["links"] == {tuple(link) for link in expected.get("genealogy", [])}


def batches_of(story: dict[str, Any]) -> set[tuple[str, str]]:
    """Every batch (GTIN, lot) of the story; the stories keep raw material under a GTIN of its own."""
    text = json.dumps(story)
    found = set()
    for gtin in (STORIES["gtin"], STORIES["gtin_raw"]):
        for lot in ("A", "RAW1", "RAW2", "FG1", "FG2"):
            if f"/01/{gtin}/10/{lot}" in text or (gtin == STORIES["gtin"] and lot == "A" and f"/01/{gtin}/21/" in text):
                found.add((gtin, lot))
    return found


def collect(found: dict[str, Any], lot: str, balance: dict[str, Any], traced: dict[str, Any]) -> None:
    for row in traced["movements"]:
        edge = {"from": PARTIES[row["from"]], "to": PARTIES[row["to"]], "lot": row["lot"]}
        edge |= {"shipped": row["shipped"], "received": row["received"]}
        if edge not in found["edges"]:
            found["edges"].append(edge)
    for row in balance["figures"]:
        name = lot if row["uom"] is None else f"{lot} {row['uom']}"
        for figure in ("in_transit", "sold"):
            if row[figure]:
                found[figure][name] = row[figure]
        total = sum(row[one] for one in ("on_hand", "in_transit", "sold", "consumed", "destroyed", "lost"))
        assert row["produced"] == total + row["unaccounted"]
    for row in balance["locations"]:
        name = lot if row["uom"] is None else f"{lot} {row['uom']}"
        if row["on_hand"]:
            found["on_hand"].setdefault(PARTIES[row["gln"]], {})[name] = row["on_hand"]
    found["rules"] |= {row["rule"] for row in (*balance["findings"], *traced["findings"])}
    found["links"] |= {(link["input"]["lot"], link["output"]["lot"]) for link in traced["links"]}
