"""Random events and random queries: a search finds what looking at every event finds, for whoever asks."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bench.documents import place
from tests.trace.events.brute_force import NAMES, Pool, meets
from tests.trace.events.captured import OPERATOR, REGULATOR, capture, find, make_firm
from trace.epcis.query_language import read_parameters, read_query
from trace.kit.auth import Principal

EVENTS, QUERIES = 60, 40


def written(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with numbers that JSON can write."""
    found: dict[str, Any] = json.loads(json.dumps(body, default=float))
    return found


def sees(number: int, captured_by: int | None, body: Mapping[str, Any]) -> bool:
    """Whether a firm (its number) sees an event: its own, where it is named, or an operator's at its place."""
    own = NAMES[place(number)]
    ends = [one["source"] for one in body.get("sourceList", ())]
    ends += [one["destination"] for one in body.get("destinationList", ())]
    places = [body[name]["id"] for name in ("readPoint", "bizLocation") if name in body]
    named = {NAMES[text] for text in ends} | ({NAMES[text] for text in places} if captured_by is None else set())
    return captured_by == number or own in named


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.campaign) for seed in range(2, 22))])
def test_a_search_finds_what_looking_at_every_event_finds(session: Session, seed: int) -> None:
    pool = Pool(seed)
    firms = {number: make_firm(session, number) for number in (1, 2)}
    captured: list[tuple[int | None, dict[str, Any]]] = []
    for number in range(EVENTS):
        body = written(pool.event(number))
        by = pool.rng.choice([None, 1, 2])
        if by is not None:  # a firm reports what is at its own places
            body |= {"bizStep": "storing", "readPoint": {"id": place(by)}}
            body.pop("bizLocation", None)
        captured.append((by, body))
    for by in (None, 1, 2):
        key = OPERATOR if by is None else firms[by]
        capture(session, [body for one, body in captured if one == by], key)
    keys: dict[int | None, Principal] = {None: REGULATOR, **firms}
    hits = 0
    for _ in range(QUERIES):
        parameters = pool.query()
        query = read_parameters(parameters)
        assert query == read_query(parameters)
        for number, key in keys.items():
            expected = {
                body["eventID"]
                for by, body in captured
                if meets(body, parameters) and (number is None or sees(number, by, body))
            }
            hits += len(expected)
            found = find(session, query, key)
            assert len(found) == len(set(found))
            assert set(found) == expected, (parameters, number)
    assert hits > QUERIES, "queries that find nothing show nothing"
