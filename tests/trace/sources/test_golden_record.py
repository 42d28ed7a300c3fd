"""FoodChain-Lab's regression answers from the record: its networks imported, its sets and scores asked for."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import pytest
from flask import Flask

from tests.chains import NOW, OPERATOR
from tests.trace.fcl.networks import DATED, SMALL, TEA, UNDATED, as_sheet, read_network
from tests.trace.sources.test_golden import UNIT_TESTS
from trace.capture import capture_events
from trace.epcis.json_format import parse_event
from trace.fcl.events import CONTEXT, tell_deliveries
from trace.fcl.names import Namer
from trace.fcl.sheet import Sheet
from trace.kit.web import current_database
from trace.sources.bodies import SourcesIn
from trace.sources.rows import Sources
from trace.sources.search import find_sources

STATION = Namer().station


@pytest.fixture
def record(app: Flask) -> Any:
    with app.app_context(), current_database().write() as session:
        yield session


def take(session: Any, sheet: Sheet) -> None:
    events = [parse_event(told.body, CONTEXT) for told in tell_deliveries(sheet, Namer())]
    assert capture_events(session, events, OPERATOR, NOW).success


def ask(session: Any, cases: Iterable[Mapping[str, Any]], **more: Any) -> Sources:
    return find_sources(session, OPERATOR, SourcesIn.model_validate({"cases": list(cases), **more}))


def documents(rows: Iterable[Any]) -> set[str]:
    return {row["documents"][0] for row in rows}


def places(rows: Iterable[Any]) -> set[str]:
    return {row["id"] for row in rows}


def thing(name: str, kind: str) -> dict[str, str]:
    return {"location": STATION(name)} if kind == "station" else {"document": name}


def unit_sheet(names: Mapping[str, str]) -> Sheet:
    """The network of the unit tests, its stations under other names where ``names`` has one."""
    network = read_network(UNIT_TESTS)
    rows = [
        {**row, "product": None, "lot": None, **{end: names.get(row[end], row[end]) for end in ("from", "to")}}
        for row in network["deliveries"]
    ]
    stations = [{"id": name, "name": name} for name in sorted({row[end] for row in rows for end in ("from", "to")})]
    return as_sheet({"stations": stations, "deliveries": rows, "relations": network["relations"]})


def assumed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a unit test as a client sends them."""

    def both(stations: str, deliveries: str) -> dict[str, Any]:
        return {"locations": list(map(STATION, settings.get(stations, ()))), "documents": settings.get(deliveries, [])}

    return {
        "mixing": both("cc_stations", "cc_deliveries"),
        "stop": both("kill_stations", "kill_deliveries"),
        "dates": settings["temporal"],
    }


def found_set(session: Any, check: Mapping[str, Any], settings: Mapping[str, Any]) -> set[str]:
    direction, what, _, kind = check["kind"].split("_")
    of = thing(check["of"], kind)
    named = assumed(settings)
    found: Any
    if direction == "forward":
        found = ask(session, [of], **named, forward=of)["forward"]
    else:
        found = ask(session, [of], **named)
    own = set(of.values())
    return documents(found["movements"]) - own if what == "deliveries" else places(found["locations"]) - own


def score(session: Any, check: Mapping[str, Any], settings: Mapping[str, Any]) -> float:
    cases = [
        {**thing(name, kind), "weight": int(weight)}
        for kind in ("station", "delivery")
        for name, weight in settings.get(f"{kind}_weights", {}).items()
    ]
    found = ask(session, cases, **assumed(settings))
    kind = check["kind"].removesuffix("_score")
    rows: Any = found["locations"] if kind == "station" else found["movements"]
    scores = {row["id"] if kind == "station" else row["documents"][0]: row["score"] for row in rows}
    return scores.get(next(iter(thing(check["of"], kind).values())), 0.0)


@pytest.mark.parametrize("merged", [False, True], ids=["as they are", "merged"])
def test_the_unit_tests_of_foodchain_lab_in_the_record(record: Any, merged: bool) -> None:
    told = [one for one in read_network(UNIT_TESTS)["tests"] if ("merge" in one["settings"]) is merged]
    assert told
    names = {one: name for test in told for name, some in test["settings"].get("merge", {}).items() for one in some}
    take(record, unit_sheet(names))
    for test in told:
        for check in test["checks"]:
            if check["kind"].endswith("_score"):
                assert score(record, check, test["settings"]) == check["equals"], check
                continue
            found = found_set(record, check, test["settings"])
            stations = check["kind"].split("_")[1] == "stations"
            told_set = {
                name: {STATION(one) if stations else one for one in check.get(name, ())}
                for name in ("equals", "contains", "excludes")
            }
            if "equals" in check:
                assert found == told_set["equals"], check
            assert found >= told_set["contains"], check
            assert not found & told_set["excludes"], check


def test_forward_again_a_source_of_the_outbreak_reaches_the_cases_of_its_score(record: Any) -> None:
    """The score of a station is the share of the cases found at what it reaches."""
    take(record, as_sheet(read_network(DATED)))
    for network in map(read_network, (DATED, UNDATED)):  # the same stations and deliveries
        settings, expected = network["settings"], network["expected"]
        cases = [
            *({"location": STATION(one)} for one in settings["station_weights"]),
            *({"document": one} for one in settings["delivery_weights"]),
        ]
        assumptions = {
            "mixing": {"locations": [STATION(one) for one in settings["cross_contamination_stations"]]},
            "dates": settings["enforce_temporal_order"],
        }
        scored = sorted((row["score"], one) for one, row in expected["stations"].items())
        for known, one in (scored[0], *scored[-3:]):
            forward = ask(record, cases, **assumptions, forward={"location": STATION(one)})["forward"]
            assert forward["source"]["score"] == known
            met = {case for row in forward["locations"] for case in row["cases"] if "location" in cases[case]}
            met |= {case for row in forward["movements"] for case in row["cases"]}
            own = {number for number, case in enumerate(cases) if case.get("location") == STATION(one)}
            assert (met | own) == set(forward["source"]["cases"])


def test_forward_sets_of_deliveries_and_stations_are_those_of_foodchain_lab(record: Any) -> None:
    network = read_network(SMALL)
    take(record, as_sheet(network))
    derived = network["derived"]
    for of, some in islice(derived["forward_deliveries_by_delivery"].items(), 20):
        forward = ask(record, [{"document": of}], forward={"document": of})["forward"]
        assert documents(forward["movements"]) == set(some), of
    for of, some in islice(derived.get("forward_stations_by_station", {}).items(), 20):
        forward = ask(record, [{"location": STATION(of)}], forward={"location": STATION(of)})["forward"]
        assert places(forward["locations"]) == {STATION(one) for one in some}, of


def test_forward_from_the_lot_of_tea_reaches_its_ninety_four_deliveries(record: Any) -> None:
    network = read_network(TEA)
    take(record, as_sheet(network))
    first = next(row for row in network["deliveries"] if row["lot"] == "DC 17" and row["from"] == "107176005")
    batch = Namer().lot("107176005", first["product"], "DC 17")
    forward = ask(record, [{"document": first["id"]}], forward={"batch": batch})["forward"]
    assert len(documents(forward["movements"])) == 94
