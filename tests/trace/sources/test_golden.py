"""FoodChain-Lab's own regression answers, by the product's own walk: every score, every forward and backward set."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from tests.data import data_path
from trace.sources.periods import Period, read_period
from trace.sources.scores import Case, explain
from trace.sources.ways import Assumptions, Delivery, Node, Ways, build_ways

UNIT_TESTS, DATED, UNDATED = (
    f"tracing/golden/{name}.json" for name in ("g0_unit_tests", "g1_temporal_order_on", "g2_temporal_order_off")
)


def read(name: str) -> Any:
    return json.loads(data_path(name).read_text("utf-8"))


def period(text: str | None) -> Period | None:
    return read_period(text) if text else None


def ways_of(network: Mapping[str, Any], assumptions: Assumptions, names: Mapping[str, str] | None = None) -> Ways:
    """The network as the walk takes it; ``names`` gives merged stations their one name."""
    names = names or {}
    deliveries = [
        Delivery(
            row["id"],
            names.get(row["from"], row["from"]),
            names.get(row["to"], row["to"]),
            period(row["departure"]),
            period(row["arrival"]),
        )
        for row in network["deliveries"]
    ]
    links: list[tuple[Node, Node]] = [
        (("delivery", row["from"]), ("delivery", row["to"])) for row in network["relations"]
    ]
    return build_ways(deliveries, links, assumptions)


def sets_of(ways: Ways, kind: str, of: str) -> set[Any]:
    match kind:
        case "forward_deliveries_of_delivery":
            return ways.reached([("delivery", of)], "delivery")
        case "backward_deliveries_of_delivery":
            return ways.leading([("delivery", of)], "delivery")
        case "forward_deliveries_of_station":
            return ways.reached([("place", of)], "delivery")
        case "backward_deliveries_of_station":
            return ways.leading([("at", of)], "delivery")
        case "forward_stations_of_station":
            return ways.reached([("place", of)], "at") - {of}
        case "backward_stations_of_station":
            return ways.leading([("at", of)], "place") - {of}
    raise AssertionError(kind)


def cases_of(stations: Mapping[str, float], deliveries: Mapping[str, float]) -> list[Case]:
    return [
        *(Case([("at", name)], Decimal(str(weight))) for name, weight in stations.items()),
        *(Case([("delivery", name)], Decimal(str(weight))) for name, weight in deliveries.items()),
    ]


def names_of(setting: Iterable[str] | None) -> frozenset[str]:
    return frozenset(setting or ())


def unit_tests() -> list[Any]:
    try:
        return [pytest.param(one, id=one["name"]) for one in read(UNIT_TESTS)["tests"]]
    except pytest.skip.Exception as error:
        return [pytest.param(None, marks=pytest.mark.skip(reason=str(error)), id="missing-" + UNIT_TESTS)]


@pytest.mark.parametrize("told", unit_tests())
def test_the_unit_tests_of_foodchain_lab(told: Any) -> None:
    settings = told["settings"]
    assumptions = Assumptions(
        names_of(settings.get("cc_stations")),
        names_of(settings.get("cc_deliveries")),
        names_of(settings.get("kill_stations")),
        names_of(settings.get("kill_deliveries")),
        settings["temporal"],
    )
    merged = {one: name for name, some in settings.get("merge", {}).items() for one in some}
    ways = ways_of(read(UNIT_TESTS), assumptions, merged)
    explained = explain(ways, cases_of(settings.get("station_weights", {}), settings.get("delivery_weights", {})))
    for check in told["checks"]:
        if check["kind"].endswith("_score"):
            kind: Any = {"station_score": "place", "delivery_score": "delivery"}[check["kind"]]
            assert explained.score(explained.of((kind, check["of"]))) == check["equals"], check
            continue
        found = sets_of(ways, check["kind"], check["of"])
        if "equals" in check:
            assert found == set(check["equals"]), check
        assert found >= set(check.get("contains", ())), check
        assert not found & set(check.get("excludes", ())), check


@pytest.mark.parametrize("name", [DATED, UNDATED])
def test_every_station_and_delivery_of_the_outbreak_has_its_score(name: str) -> None:
    network = read(name)
    settings, expected = network["settings"], network["expected"]
    ways = ways_of(
        network,
        Assumptions(
            names_of(settings["cross_contamination_stations"]),
            names_of(settings["cross_contamination_deliveries"]),
            names_of(settings["kill_stations"]),
            names_of(settings["kill_deliveries"]),
            settings["enforce_temporal_order"],
        ),
    )
    explained = explain(ways, cases_of(settings["station_weights"], settings["delivery_weights"]))
    assert len(expected["stations"]) == 381
    assert len(expected["deliveries"]) == 648
    stations = {one: explained.score(explained.of(("place", one))) for one in expected["stations"]}
    assert stations == {one: row["score"] for one, row in expected["stations"].items()}
    deliveries = {one: explained.score(explained.of(("delivery", one))) for one in expected["deliveries"]}
    assert deliveries == {one: row["score"] for one, row in expected["deliveries"].items()}


@pytest.mark.parametrize("name", ["small21", "yogurt_all_in_one", "babytea_scenario2_lasource"])
def test_the_networks_have_their_forward_and_backward_sets(name: str) -> None:
    network = read(f"tracing/networks/{name}.json")
    ways = ways_of(network, Assumptions())
    derived = network["derived"]
    for of, found in derived["forward_deliveries_by_delivery"].items():
        assert ways.reached([("delivery", of)], "delivery") == set(found), of
    for of, found in derived.get("forward_stations_by_station", {}).items():
        assert sets_of(ways, "forward_stations_of_station", of) == set(found), of
    for of, found in derived.get("backward_stations_by_station", {}).items():
        assert sets_of(ways, "backward_stations_of_station", of) == set(found), of
