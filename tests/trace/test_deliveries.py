"""What is on its way to a firm, and what its confirmation records: whole, short, over, twice."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.trace.web.firms import DAIRY, GTIN, OUTLET, PLANT, SHOP, Firms, batch, make_firms, party_number, shipment
from trace.bodies import Confirmation
from trace.deliveries import (
    Delivery,
    DeliveryNotFound,
    count_open_deliveries,
    find_delivery,
    list_open_deliveries,
    list_unconfirmed,
)
from trace.kit.auth import Principal
from trace.kit.errors import Invalid
from trace.kit.web import current_database
from trace.receiving import AlreadyConfirmed, Confirmed, confirm_delivery

URI = f"https://id.gs1.org/01/{GTIN}/10/L1"


@pytest.fixture
def firms(app: Flask) -> Firms:
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch())
    return firms


def principal(app: Flask, firm: str) -> Principal:
    return Principal("company", party_number(app, firm), 1, firm)


def waiting(app: Flask, firm: str = SHOP) -> Sequence[Delivery]:
    with app.app_context(), current_database().read() as session:
        return list_open_deliveries(session, principal(app, firm)).rows


def confirm(app: Flask, event: str, firm: str = SHOP, **body: Any) -> Confirmed:
    with app.app_context(), current_database().write() as session:
        who = principal(app, firm)
        seen = {"state": find_delivery(session, who, event).state}
        return confirm_delivery(session, who, event, Confirmation.model_validate(seen | body), datetime.now(UTC))


def count(counted: str, **more: Any) -> dict[str, Any]:
    return {"counted": [Decimal(counted)], **more}


def figures(firms: Firms) -> dict[str, Any]:
    return dict(firms.dairy.get(f"/api/v1/batches/{GTIN}/L1/balance")["figures"][0])


def test_a_shipment_waits_at_the_receiver_and_with_nobody_else(app: Flask, firms: Firms) -> None:
    event = firms.dairy.post("/api/v1/shipments", shipment())["event_id"]
    (delivery,) = waiting(app)
    (line,) = delivery.lines
    assert (delivery.event_id, delivery.papers, delivery.begun) == (event, ("S1",), False)
    assert (line.batch.uri, line.shipped, line.waiting, line.uom) == (URI, 60, 60, "")
    assert waiting(app, DAIRY) == []
    with app.app_context(), current_database().read() as session:
        sent = list_unconfirmed(session, principal(app, DAIRY)).rows
        assert [one.event_id for one in sent] == [event]
        assert count_open_deliveries(session, principal(app, SHOP)) == 1
        with pytest.raises(DeliveryNotFound):
            find_delivery(session, principal(app, DAIRY), event)


def test_all_as_stated_leaves_nothing_on_the_way(app: Flask, firms: Firms) -> None:
    event = firms.dairy.post("/api/v1/shipments", shipment())["event_id"]
    done = confirm(app, event)
    assert done.receipt is not None
    assert done.receipt.findings == []
    assert done.loss is None
    assert waiting(app) == []
    with pytest.raises(AlreadyConfirmed):
        confirm(app, event)


def test_what_is_short_stays_on_the_way_until_it_comes(app: Flask, firms: Firms) -> None:
    event = firms.dairy.post("/api/v1/shipments", shipment())["event_id"]
    (before,) = waiting(app)
    confirm(app, event, **count("55", missing="to_come", reason="one case left behind"))
    (delivery,) = waiting(app)
    assert [(line.shipped, line.waiting) for line in delivery.lines] == [(60, 5)]
    assert delivery.begun
    with pytest.raises(AlreadyConfirmed):  # counted by somebody who had the page open before
        confirm(app, event, state=before.state)
    confirm(app, event)
    assert waiting(app) == []


def test_what_is_short_can_be_declared_lost(app: Flask, firms: Firms) -> None:
    firms.dairy.post("/api/v1/shipments", shipment(document="S0", lines=[{"gtin": GTIN, "lot": "L1", "quantity": 20}]))
    event = firms.dairy.post("/api/v1/shipments", shipment())["event_id"]
    done = confirm(app, event, **count("55", missing="lost", reason="broken on the way"))
    assert done.loss is not None
    # the loss is of this delivery; the earlier one is still on the way, whole
    assert [(one.papers, one.lines[0].waiting) for one in waiting(app)] == [(("S0",), Decimal(20))]
    assert (figures(firms)["lost"], figures(firms)["in_transit"]) == (5, 20)


def test_what_is_over_counts_as_it_was_counted(app: Flask, firms: Firms) -> None:
    event = firms.dairy.post("/api/v1/shipments", shipment())["event_id"]
    done = confirm(app, event, **count("62", reason="two more in the last case"))
    assert done.receipt is not None
    assert [one["rule"] for one in done.receipt.findings] == ["over_receipt"]
    answer = firms.shop.get(f"/epcis/events/{done.receipt.event_id}")
    (captured,) = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert captured["suyuan:reason"] == "two more in the last case"


def test_a_difference_needs_a_reason_and_a_word_about_the_rest(app: Flask, firms: Firms) -> None:
    event = firms.dairy.post("/api/v1/shipments", shipment())["event_id"]
    with pytest.raises(Invalid) as refused:
        confirm(app, event, **count("55"))
    assert [error.pointer for error in refused.value.errors] == ["/reason", "/missing"]
    with pytest.raises(Invalid):
        confirm(app, event, **count("0", missing="to_come", reason="nothing came"))
    assert len(waiting(app)) == 1


def test_an_unknown_quantity_is_counted_once(app: Flask, firms: Firms) -> None:
    lines = [{"gtin": GTIN, "lot": "L1"}]
    event = firms.dairy.post("/api/v1/shipments", shipment(lines=lines))["event_id"]
    with pytest.raises(Invalid):
        confirm(app, event)
    confirm(app, event, **count("48"))
    assert waiting(app) == []


def test_serials_are_received_as_such(app: Flask, firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch(lot="S", quantity=2, serials=["1", "2"]))
    lines = [{"gtin": GTIN, "lot": "S", "serials": ["1", "2"]}]
    event = firms.dairy.post("/api/v1/shipments", shipment(document=None, lines=lines))["event_id"]
    (delivery,) = waiting(app)
    assert [(line.waiting, line.batch.lot) for line in delivery.lines] == [(2, "S")]
    done = confirm(app, event)
    assert done.receipt is not None
    assert waiting(app) == []
    assert done.receipt.findings == []


def test_deliveries_come_page_by_page_newest_first(app: Flask, firms: Firms) -> None:
    for day in range(2, 7):
        firms.dairy.post(
            "/api/v1/shipments",
            shipment(
                document=f"S{day}",
                shipped_at=f"2026-03-0{day}T08:00:00+08:00",
                lines=[{"gtin": GTIN, "lot": "L1", "quantity": 1}],
            ),
        )
    with app.app_context(), current_database().read() as session:
        who, after, seen = principal(app, SHOP), None, []
        while True:
            page = list_open_deliveries(session, who, 2, after)
            seen += [one.papers[0] for one in page.rows]
            after = page.after
            if after is None:
                break
    assert seen == ["S6", "S5", "S4", "S3", "S2"]


def test_places_of_the_receiver_are_named(app: Flask, firms: Firms) -> None:
    firms.dairy.post("/api/v1/shipments", shipment())
    (delivery,) = waiting(app)
    assert delivery.destination.gln == OUTLET
    assert delivery.origin is not None
    assert delivery.origin.gln == PLANT
