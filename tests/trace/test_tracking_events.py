"""Tracking events of batches, as small supply chains: what is a row, in which order, with how much."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.chains import OPERATOR, Chain, parse_events, supply_chain
from tests.trace.derived_rows import NOW, capture
from tests.trace.test_gdst import FOLDER, documents
from trace.capture import capture_events
from trace.models import Posting
from trace.tracking_events import FISHING, HARVEST, LANDING, read_tracked


def rows_of(session: Session, chain: Chain, *names: str, own: set[int] | None = None) -> list[tuple[Any, ...]]:
    """Kind, part, batch, quantity, unit, from, to."""
    return [
        (row.kind, row.part, chain.name(row.batch), row.quantity, row.uom, chain.name(row.origin),
         chain.name(row.destination))
        for row in read_tracked(session, [chain[name] for name in names], own)
    ]  # fmt: skip


def test_each_event_is_a_row_for_each_of_its_batches_in_the_order_of_time(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill   makes  FLOUR-1 100 kg
        mill   ships  FLOUR-1 60 kg to bakery by D1
        bakery receives FLOUR-1 60 kg from mill by D1
        bakery makes  BREAD-7 30, CAKE-2 5 from FLOUR-1 50 kg
        bakery inspects BREAD-7 30
        bakery destroys BREAD-7 1
        shop   sells BREAD-7 5
        """,
    )
    assert rows_of(session, chain, "BREAD-7", "FLOUR-1") == [
        ("initial_packing", None, "FLOUR-1", 100, "KGM", None, "mill"),
        ("shipping", None, "FLOUR-1", 60, "KGM", "mill", "bakery"),
        ("receiving", None, "FLOUR-1", 60, "KGM", "mill", "bakery"),
        ("transformation", "used", "FLOUR-1", 50, "KGM", None, "bakery"),
        ("transformation", "produced", "BREAD-7", 30, "", None, "bakery"),
    ]


def test_what_was_voided_was_not_shipped(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill ships FLOUR-1 60 kg to bakery
        mill ships FLOUR-1 20 kg to shop
        mill voids FLOUR-1 60 kg to bakery
        mill voids FLOUR-1 5 kg to shop
        """,
    )
    assert rows_of(session, chain, "FLOUR-1") == [("shipping", None, "FLOUR-1", 15, "KGM", "mill", "shop")]
    before = read_tracked(session, [chain["FLOUR-1"]], until=read_tracked(session, [chain["FLOUR-1"]])[0].at)
    assert [row.quantity for row in before] == [60, 20]


def test_a_receipt_is_one_row_whatever_it_was_matched_to(session: Session) -> None:
    """Over-receipts and serials are parts of one receipt; an unknown part makes the whole unknown."""
    chain = supply_chain(
        session,
        """
        mill ships FLOUR-1 10 to bakery by D1
        bakery receives FLOUR-1 12 from mill by D1
        mill ships EGG-1/1, EGG-1/2 to bakery
        bakery receives EGG-1/1, EGG-1/2
        mill ships OATS-1 ? to shop
        cafe receives OATS-1 3
        """,
    )
    assert rows_of(session, chain, "FLOUR-1") == [
        ("shipping", None, "FLOUR-1", 10, "", "mill", "bakery"),
        ("receiving", None, "FLOUR-1", 12, "", "mill", "bakery"),
    ]
    eggs = read_tracked(session, [chain.numbers[chain.uri("EGG-1/1").split("/21/")[0] + "/10/1"]])
    assert [(row.kind, row.quantity) for row in eggs] == [("shipping", 2), ("receiving", 2)]
    assert [row[3:] for row in rows_of(session, chain, "OATS-1")] == [
        (None, "", "mill", "shop"),
        (3, "", None, "cafe"),
    ]


def test_what_was_declared_in_error_is_no_row(session: Session) -> None:
    chain = supply_chain(session, "s1: mill ships FLOUR-1 10 to bakery\nmill ships FLOUR-1 4 to shop\nerror s1")
    assert [row[3] for row in rows_of(session, chain, "FLOUR-1")] == [4]


def test_a_company_gets_the_rows_of_its_own_places(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill   makes  FLOUR-1 100 kg
        mill   ships  FLOUR-1 60 kg to bakery
        bakery receives FLOUR-1 60 kg from mill
        bakery ships FLOUR-1 5 kg to shop
        shop   receives FLOUR-1 5 kg from bakery
        """,
    )
    seen = rows_of(session, chain, "FLOUR-1", own={chain["shop"]})
    assert [(row[0], row[3]) for row in seen] == [("shipping", 5), ("receiving", 5)]


def test_steps_of_the_seafood_dialogue_have_their_own_names(session: Session) -> None:
    bodies = [
        {
            "type": "ObjectEvent",
            "eventID": f"urn:x:{number}",
            "eventTime": f"2026-01-0{number}T00:00:00Z",
            "eventTimeZoneOffset": "+00:00",
            "action": action,
            "bizStep": step,
            "bizLocation": {"id": "urn:x:port"},
            "quantityList": [{"epcClass": f"urn:x:{goods}", "quantity": 5, "uom": "KGM"}],
        }
        for number, (action, step, goods) in enumerate(
            [("ADD", FISHING, "tuna"), ("OBSERVE", LANDING, "tuna"), ("ADD", HARVEST, "kelp"), ("ADD", LANDING, "cod")],
            1,
        )
    ]
    captured = capture_events(session, parse_events(bodies), OPERATOR, NOW)
    assert captured.success, captured.refusals
    chain = supply_chain(session, "port inspects SHELL-1")
    batches = [chain.numbers[f"urn:x:{goods}"] for goods in ("tuna", "kelp", "cod")]
    assert [(row.kind, row.uri, row.quantity) for row in read_tracked(session, batches)] == [
        ("first_land_based_receiving", "urn:x:tuna", 5),
        ("harvesting", "urn:x:kelp", 5),
        ("first_land_based_receiving", "urn:x:cod", 5),
    ]


@pytest.mark.skipif(not FOLDER.exists(), reason="test data missing: epcis/gdst")
def test_shipments_that_were_declared_in_error_and_corrected_are_told_once(session: Session) -> None:
    """The tuna chain has each of its shipments twice, one copy of each an error declaration."""
    for events in documents():
        capture(session, events)
    rows = read_tracked(session, set(session.scalars(select(Posting.batch_id).distinct())))
    tuna = [row for row in rows if "tuna" in row.uri or row.uri.endswith("00860003130308/10/abc12320250825")]
    assert [(row.kind, row.part, row.quantity) for row in tuna[-9:]] == [
        ("shipping", None, 39343),
        ("shipping", None, 19667),
        ("receiving", None, 39343),
        ("receiving", None, 19667),
        ("transformation", "used", 39343),
        ("transformation", "used", 19667),
        ("transformation", "produced", 45246),
        ("shipping", None, 45246),
        ("receiving", None, 45246),
    ]
    assert sum(row.quantity or 0 for row in tuna[6:12]) == 64722
    assert [row.part for row in tuna[6:14]] == ["used"] * 6 + ["produced"] * 2
