"""Who sees which event: what it captured itself, and what names it as source or destination."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.chains import supply_chain
from tests.trace.trading_firms import GLNS, Trade, place, shipment, to
from trace.kit.auth import Principal
from trace.models import Event, Party
from trace.visibility import seen_events

EVERYBODY = ["operator", "regulator", "dairy", "shop", "carrier"]
ALL = {"operator", "regulator"}


@pytest.fixture
def trade(session: Session) -> Trade:
    return Trade.open(session)


def seers(trade: Trade) -> set[str]:
    """Who sees the one event there is."""
    return {firm for firm in EVERYBODY if trade.sees(firm)}


def test_a_firm_sees_what_it_captured_and_nobody_else_does_but_regulator_and_operator(trade: Trade) -> None:
    trade.capture("dairy", shipment())
    assert seers(trade) == {"dairy", *ALL}


@pytest.mark.parametrize("kind", ["owning_party", "possessing_party", "location"])
@pytest.mark.parametrize(
    "uri",
    [
        place(GLNS["shop"]),
        f"https://id.gs1.org/417/{GLNS['shop']}",
        f"https://id.gs1.org/414/{GLNS['shop']}/254/dock5",
        f"https://example.com/some/stem/414/{GLNS['shop']}",
        "urn:epc:id:sgln:9520001.00001.0",
        "urn:epc:id:pgln:9520001.00001",
    ],
)
def test_a_firm_sees_what_names_its_gln_as_destination_in_any_form(trade: Trade, kind: str, uri: str) -> None:
    trade.capture("dairy", shipment(destinationList=to(uri, kind)))
    assert seers(trade) == {"dairy", "shop", *ALL}


def test_a_firm_sees_what_names_it_as_source(trade: Trade) -> None:
    source = [{"type": "possessing_party", "source": f"https://id.gs1.org/417/{GLNS['dairy']}"}]
    here = {"id": place(GLNS["shop"])}
    trade.capture("shop", shipment(bizStep="receiving", readPoint=here, bizLocation=here, sourceList=source))
    assert seers(trade) == {"dairy", "shop", *ALL}


@pytest.mark.parametrize(
    "written", ["https://id.gs1.org/414/9520009000012", "https://id.gs1.org/414/9520009000012/254/gate"]
)
def test_a_firm_sees_what_names_a_place_registered_to_it(trade: Trade, written: str) -> None:
    trade.capture("dairy", shipment(destinationList=to(written)))
    assert seers(trade) == {"dairy", *ALL}
    trade.register("shop", "https://id.gs1.org/414/9520009000012")
    assert seers(trade) == {"dairy", "shop", *ALL}


def test_a_firm_without_a_gln_sees_what_names_its_places_whatever_their_scheme(trade: Trade) -> None:
    party = Party(uscc="91110000600037341L", name="Only a USCC", registered_at=trade_time(trade))
    trade.session.add(party)
    trade.session.flush()
    trade.keys["farm"] = Principal("company", party.id, 99, "farm")
    trade.register("farm", "urn:x:meadow")
    trade.capture("dairy", shipment(destinationList=to("urn:x:meadow")), shipment(2, destinationList=to("urn:x:hill")))
    assert trade.sees("farm") == ["urn:x:event:1"]
    trade.capture("farm", shipment(3, readPoint={"id": "urn:x:meadow"}))
    assert trade.sees("farm") == ["urn:x:event:1", "urn:x:event:3"]
    assert trade.sees("shop") == []


def trade_time(trade: Trade) -> Any:
    party = trade.session.get(Party, trade.keys["dairy"].party_id)
    assert party is not None
    return party.registered_at


@pytest.mark.parametrize(
    "naming",
    [
        {"readPoint": {"id": place(GLNS["shop"])}},
        {"bizTransactionList": [{"type": "po", "bizTransaction": f"urn:epcglobal:cbv:bt:{GLNS['shop']}:1"}]},
        {"example:owner": f"https://id.gs1.org/417/{GLNS['shop']}"},
    ],
)
def test_to_be_named_elsewhere_in_another_firms_event_is_not_enough(trade: Trade, naming: dict[str, Any]) -> None:
    # the carrier's own place beside the shop's: else a firm may not report what happens at another's place
    ends = {"destinationList": to(place(GLNS["carrier"])), "readPoint": None}
    body = shipment(**{**ends, **naming}, **{"@context": [{"example": "https://example.com/"}]})
    trade.capture("carrier", body)
    assert seers(trade) == {"carrier", *ALL}


@pytest.mark.parametrize("field", ["readPoint", "bizLocation"])
def test_a_firm_sees_what_an_operator_captured_at_its_place(trade: Trade, field: str) -> None:
    trade.capture(
        "operator", shipment(**{"readPoint": None, field: {"id": f"https://id.gs1.org/414/{GLNS['shop']}/254/till"}})
    )
    assert seers(trade) == {"shop", *ALL}


def test_what_an_operator_captured_elsewhere_is_seen_by_those_it_names_only(trade: Trade) -> None:
    trade.capture("operator", shipment(readPoint=None, destinationList=to(place(GLNS["shop"]))))
    assert seers(trade) == {"shop", *ALL}


def test_whether_a_place_is_another_firms_does_not_depend_on_who_named_it_before(trade: Trade) -> None:
    strange = shipment(readPoint={"id": place(GLNS["shop"])})
    for _ in range(2):
        (refusal,) = trade.report("dairy", strange).refusals
        assert (refusal.status, refusal.problems[0][1]) == (404, "No place of this event is known to you.")
        trade.capture("shop", shipment(2, readPoint={"id": place(GLNS["shop"])}))


def test_an_error_declaration_is_seen_by_who_sees_the_event(trade: Trade) -> None:
    event = shipment(destinationList=to(place(GLNS["shop"])))
    trade.capture("dairy", event)
    trade.capture("dairy", {**event, "errorDeclaration": {"declarationTime": "2026-04-01T00:00:00Z"}})
    for firm in ("dairy", "shop", "regulator"):
        assert trade.sees(firm) == ["urn:x:event:1"] * 2
    assert trade.sees("carrier") == []


def test_a_company_key_without_a_firm_sees_nothing_not_what_operators_captured(session: Session) -> None:
    nobody = Principal("company", None, 0, "nobody's key")
    supply_chain(session, "mill makes FLOUR-1 1000 kg")
    assert session.scalars(select(Event.id)).all() != []
    assert session.scalars(select(Event.id).where(seen_events(nobody))).all() == []
