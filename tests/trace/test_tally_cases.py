"""The hand-worked ledgers of tally_cases.json, told as EPCIS events: every figure that they expect."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.chains import Chain, supply_chain
from tests.data import DATA
from trace import supply_graph
from trace.derivation.rebuild import find_differences
from trace.tally import Figures, PlaceFigures, tally, tally_places

PATH = DATA / "scenarios" / "tally_cases.json"
CASES: list[dict[str, Any]] = json.loads(PATH.read_text("utf-8"))["ledger_cases"] if PATH.exists() else []

pytestmark = pytest.mark.skipif(not PATH.exists(), reason="test data missing: scenarios/tally_cases.json")


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_a_ledger_gives_the_figures_worked_out_by_hand(session: Session, case: dict[str, Any]) -> None:
    chain = supply_chain(session, "\n".join(_lines(case["events"])))
    until = _microseconds(case["as_of"])
    expected = case["expect"]
    seeds = {chain[f"X-{lot}"] for lot in case["scope_lots"]}
    supply = supply_graph.load(session, seeds, until=until)
    own = supply.postings.of(seeds)
    (figures,) = tally(own).values()
    places = {chain.name(place): row for (place, _), row in tally_places(own).items()}

    for figure in ("produced", "in_transit", "destroyed", "unaccounted"):
        assert getattr(figures, figure) == expected[figure], figure
    for figure in ("on_hand", "sold", "consumed"):
        by_place = expected.get(figure, {})
        assert {place: getattr(places[place], figure) for place in by_place} == by_place
        assert getattr(figures, figure) == sum(by_place.values())
    assert _outlets(chain, supply) == set(expected["affected_outlets"])
    assert _balances(figures)
    _check_the_rest(chain, supply, places, expected)
    assert find_differences(session) == 0


def _check_the_rest(
    chain: Chain, supply: supply_graph.Supply, places: dict[str | None, PlaceFigures], expected: dict[str, Any]
) -> None:
    if "sum_of_receipts_is_not_units" in expected:
        assert sum(row.received for row in places.values()) == expected["sum_of_receipts_is_not_units"]
    movements = [(one.shipped, one.received) for one in supply.movements.values()]
    for missing in expected.get("discrepancy", {}).values():
        assert missing in [sent - got for sent, got in movements if sent is not None and got]
    derived = {chain.name(batch) for batch, depth in supply.depth.items() if depth}
    assert derived == {f"X-{lot}" for lot in expected.get("derived_lots", {})}
    for lot, figures in expected.get("derived_lots", {}).items():
        rows = supply.postings.of([chain[f"X-{lot}"]])
        (made,) = tally(rows).values()
        assert made.produced == figures["units"]
        stock = {chain.name(place): row.on_hand for (place, _), row in tally_places(rows).items() if row.on_hand}
        assert stock == figures["on_hand"]


def _lines(events: Iterable[dict[str, Any]]) -> Iterable[str]:
    """The case in the builder's words; each shipment has its own despatch advice."""
    ships: dict[str, dict[str, Any]] = {}
    for event in events:
        day = (date.fromisoformat(event["t"]) - date(2026, 1, 1)).days
        goods = f"X-{event['lot']} {event['qty']}" if "lot" in event else ""
        if event["type"] == "produce":
            yield f"{day}: {event['node']} makes {goods}"
        elif event["type"] == "ship":
            ships[event["id"]] = event
            yield f"{day}: {event['from']} ships {goods} to {event['to']} by {event['id']}"
        elif event["type"] == "receive":
            sent = ships[event["ship"]]
            goods = f"X-{sent['lot']} {event['qty']}"
            yield f"{day}: {sent['to']} receives {goods} from {sent['from']} by {event['ship']}"
        elif event["type"] == "sell":
            yield f"{day}: {event['node']} sells {goods}"
        elif event["type"] == "transform":
            used, made = (
                ", ".join(f"X-{one['lot']} {one['qty']}" for one in event[side]) for side in ("inputs", "outputs")
            )
            yield f"{day}: {event['node']} makes {made} from {used}"
        else:
            verbs = {"destroy": "destroys", "lose": "loses", "return": "takes back", "consumer_return": "takes back"}
            yield f"{day}: {event['node']} {verbs[event['type']]} {goods}"


def _outlets(chain: Chain, supply: supply_graph.Supply) -> set[str | None]:
    """RULES 8: retail places with units received or under way; in these cases their names begin with R."""
    reached = {destination for (_, destination, _, _), one in supply.movements.items() if not one.is_empty}
    return {name for name in map(chain.name, reached) if name is not None and name.startswith("R")}


def _balances(figures: Figures) -> bool:
    return figures.produced == figures.accounted


def _microseconds(day: str) -> int:
    days = (date.fromisoformat(day) - date(1970, 1, 1)).days
    return int(Decimal(days) * 86_400_000_000)
