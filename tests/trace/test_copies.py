"""An event ID is its own among what one firm captured (RULES 5): copies count once, whoever came first."""

import random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import oracle
from tests.chains import parse_events
from tests.trace.derived_rows import describe, read_derived, read_rows
from tests.trace.trading_firms import GLNS, MILK, Trade, place, to
from trace.derivation.rebuild import find_differences
from trace.models import Conflict, Event

FARM = "urn:x:farm"
WRONG = {"errorDeclaration": {"declarationTime": "2026-04-01T00:00:00Z", "reason": "incorrect_data"}}


@pytest.fixture
def trade(session: Session) -> Trade:
    return Trade.open(session)


def made(quantity: int = 60, event_id: str | None = "urn:x:event:1", **more: Any) -> dict[str, Any]:
    """Milk is made at a farm that is nobody's."""
    body = {
        "type": "ObjectEvent",
        "eventID": event_id,
        "eventTime": "2026-03-01T08:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "bizLocation": {"id": FARM},
        "quantityList": [{"epcClass": MILK, "quantity": quantity}],
        **more,
    }
    return {name: value for name, value in body.items() if value is not None}


def on_hand(session: Session) -> int:
    """What is at the farm; a rebuild must say the same."""
    assert find_differences(session) == 0
    figures = read_derived(session).figures
    return int(sum(amount for (_, _, figure, at), amount in figures.items() if (figure, at) == ("on_hand", FARM)))


def test_other_content_under_an_id_that_another_firm_keeps_to_itself_is_captured(trade: Trade) -> None:
    trade.capture("carrier", made(60))
    assert trade.report("dairy", made(7)).fates == ["captured"]
    assert trade.sees("dairy") == trade.sees("carrier") == ["urn:x:event:1"]
    assert trade.sees("regulator") == ["urn:x:event:1"] * 2
    assert on_hand(trade.session) == 67


def test_the_same_event_from_two_firms_counts_once_and_each_sees_its_own(trade: Trade) -> None:
    trade.capture("carrier", made(60))
    assert trade.report("dairy", made(60)).fates == ["captured"]
    assert trade.report("dairy", made(60)).fates == ["repeated"]
    assert trade.sees("dairy") == trade.sees("carrier") == ["urn:x:event:1"]
    assert trade.sees("regulator") == ["urn:x:event:1"] * 2
    assert on_hand(trade.session) == 60


def test_the_same_content_without_an_id_counts_once_too(trade: Trade) -> None:
    for firm in ("carrier", "dairy"):
        assert trade.report(firm, made(60, None)).fates == ["captured"]
    assert on_hand(trade.session) == 60


def test_a_firm_that_sees_the_other_s_event_repeats_it_or_is_refused(trade: Trade) -> None:
    here, there = {"id": place(GLNS["carrier"])}, to(place(GLNS["dairy"]))
    shared = made(60, bizStep="shipping", action="OBSERVE", bizLocation=here, destinationList=there)
    trade.capture("carrier", shared)
    assert trade.report("dairy", shared).fates == ["repeated"]
    other = {**shared, "quantityList": [{"epcClass": MILK, "quantity": 7}]}
    captured = trade.report("dairy", other)
    assert [refusal.status for refusal in captured.refusals] == [409]
    assert trade.report("operator", other).fates == ["refused"]


@pytest.mark.parametrize("declarers", [("carrier", "dairy"), ("dairy", "carrier")])
def test_when_a_firm_declares_its_copy_in_error_the_other_counts(trade: Trade, declarers: tuple[str, str]) -> None:
    trade.capture("carrier", made(60))
    trade.capture("dairy", made(60))
    for declarer, left in zip(declarers, (60, 0), strict=True):
        trade.capture(declarer, {**made(60), **WRONG})
        assert on_hand(trade.session) == left


def test_a_refused_event_leaves_its_mark_on_those_only_that_its_firm_sees(trade: Trade) -> None:
    trade.capture("carrier", made(60))
    trade.capture("dairy", made(7))
    trade.send("dairy", made(5))
    marked = select(Event.captured_by).join(Conflict, Conflict.event_id == Event.id)
    assert trade.session.scalars(marked).all() == [trade.keys["dairy"].party_id]


def test_when_an_operator_declares_an_event_in_error_no_copy_counts(trade: Trade) -> None:
    trade.capture("operator", {**made(60), **WRONG})
    for firm in ("carrier", "dairy"):
        trade.capture(firm, made(60))
    assert on_hand(trade.session) == 0


def test_a_firm_cannot_take_another_s_event_out_of_the_record(trade: Trade) -> None:
    trade.capture("carrier", made(60))
    for body in (made(60), made(60, None)):  # by ID, and by content
        assert trade.capture("dairy", {**body, **WRONG}).fates == ["captured"]
        assert on_hand(trade.session) == 60
    assert trade.sees("carrier") == ["urn:x:event:1"]


def test_a_declaration_by_content_takes_out_what_the_same_firm_captured_under_any_id(trade: Trade) -> None:
    trade.capture("carrier", made(60))
    trade.capture("dairy", made(60, "urn:x:event:2"))
    trade.capture("dairy", {**made(60, None), **WRONG})
    assert on_hand(trade.session) == 60
    trade.capture("carrier", {**made(60, None), **WRONG})
    assert on_hand(trade.session) == 0


STORY = [
    ("carrier", made(60)),
    ("dairy", made(60)),
    ("shop", made(7)),
    ("shop", made(5, "urn:x:event:2")),
    ("dairy", made(5, "urn:x:event:2")),
    ("dairy", made(3, None)),
    ("carrier", made(3, None)),
    ("carrier", {**made(60), **WRONG}),
    ("operator", {**made(5, "urn:x:event:2"), **WRONG}),
]


def test_the_order_of_arrival_makes_no_difference(trade: Trade) -> None:
    captors = [trade.keys[firm].party_id for firm, _ in STORY]
    expected = list(describe(oracle.derive(parse_events([body for _, body in STORY]), captors)))
    rows = None
    for seed in range(12):
        savepoint = trade.session.begin_nested()
        for firm, body in random.Random(seed).sample(STORY, len(STORY)):
            trade.capture(firm, body)
        assert on_hand(trade.session) == 70  # 60 of the dairy's copy, 7 and 3
        assert list(describe(read_derived(trade.session))) == expected
        rows = rows or read_rows(trade.session)
        assert read_rows(trade.session) == rows
        savepoint.rollback()
