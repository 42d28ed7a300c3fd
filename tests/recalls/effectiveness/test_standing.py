"""What the ledger says of makers and of units of measure that are not added; findings above 100 %."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
from sqlalchemy.orm import Session

from recalls import cases
from recalls.cases import NewCase
from recalls.effectiveness.ratio_rows import find_above_all
from recalls.effectiveness.ratios import Said, Stock, Told, measure, recover
from recalls.effectiveness.standing import find_stocks, read_standing
from recalls.scope import Line
from tests.recalls.chain import REGULATOR, START, Chain, gtin_of
from tests.recalls.effectiveness.trades import LOT, MAKER, columns
from trace.fold.entries import Entry
from trace.kit.config import ROOT
from trace.postings import NOWHERE

LATER = START.replace(month=6)


def test_where_nobody_recorded_the_making_the_first_place_stands_for_the_maker() -> None:
    rows = [(Entry.SHIPPED, MAKER, 1, 60), (Entry.RECEIVED, MAKER, 1, 60), (Entry.SHIPPED, 1, MAKER, 10)]
    stocks = find_stocks(columns([*rows, (Entry.RECEIVED, 1, MAKER, 10)]), {})
    assert [stocks[place, LOT, ""].maker for place in (MAKER, 1)] == [True, False]
    assert recover(stocks[MAKER, LOT, ""]).distributed == 60


def test_a_making_of_an_unknown_quantity_is_a_making() -> None:
    postings = columns([(Entry.MADE, NOWHERE, MAKER, 0), (Entry.SHIPPED, MAKER, 1, 60)])
    postings = replace(postings, known=np.array([False, True]))
    stocks = find_stocks(postings, {})
    assert stocks[MAKER, LOT, ""].maker
    assert not stocks[MAKER, LOT, ""].complete


def test_what_was_made_from_it_and_other_units_are_counted_apart(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "milk", "L1", 100)
    chain.blend("dairy", [("milk", "L1", 40)], [("cheese", "C1", 8)])
    chain.move("dairy", "shop", "milk", "L1", 30)
    chain.move("dairy", "shop", "cheese", "C1", 5)
    chain.ship("dairy", "shop", "milk", "L1", 2, uom="KGM")
    case = cases.open_case(
        session, REGULATOR, NewCase(title="t", hazard="h", instructions="i", scope=[Line(gtin=gtin_of("milk"))]), LATER
    )
    found = read_standing(session, case, LATER)
    items = measure(found.told, found.planned).items
    distributed = {item: one.recovery.distributed for item, one in items.items()}
    assert distributed == {(gtin_of("milk"), ""): 30, (gtin_of("milk"), "KGM"): 2, (gtin_of("cheese"), ""): 5}


def test_more_than_all_is_said_with_both_figures() -> None:
    stock = Stock(received=Decimal(10), on_hand=Decimal(10), said=Said(quarantined=Decimal(10)))
    told = Told(1, 1, notified=False, responded=True, stocks=((("09520000000103", "KGM"), stock),))
    other = Told(1, 1, notified=True, responded=True)
    last = Told(1, 1, notified=False, responded=True)
    found = find_above_all(measure([told, other, last], {("09520000000103", "KGM"): Decimal(8)}))
    assert [one.rule for one in found] == ["answered_unacknowledged", "recovered_above_planned"]
    assert "09520000000103 (KGM)" in found[1].message
    assert "10" in found[1].message
    assert "8" in (found[1].message_zh or "")
    assert all(one.rule in (ROOT / "docs" / "findings.md").read_text("utf-8") for one in found)
