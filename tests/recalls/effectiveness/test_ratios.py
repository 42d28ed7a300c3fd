"""What was recovered, each unit once; the five ratios; and the ways back they rest on."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recalls.effectiveness.ratios import Ratio, Said, Stock, Told, measure, measure_tiers, recover
from recalls.holdings import find_holdings
from recalls.ways_back import WayBack, find_ways_back
from trace.fold.entries import Entry
from trace.postings import NOWHERE, Postings

MAKER, LOT = 0, 1
YOGURT = ("09520000000103", "")


def columns(rows: list[tuple[Entry, int, int, int]], batch: int = LOT) -> Postings:
    """Postings of one lot in pieces, one after the other: (entry, from, to, pieces)."""
    entries, origins, destinations, amounts = ([row[at] for row in rows] for at in range(4))
    return Postings(
        batch=np.full(len(rows), batch),
        uom=np.zeros(len(rows), dtype=np.int16),
        entry=np.array([int(one) for one in entries], dtype=np.uint8),
        origin=np.array(origins, dtype=np.int64),
        destination=np.array(destinations, dtype=np.int64),
        amount=np.array(amounts, dtype=np.int64),
        known=np.ones(len(rows), dtype=np.bool_),
        at=np.arange(len(rows), dtype=np.int64),
        event=np.arange(len(rows), dtype=np.int64),
        units=("",),
        scales=(0,),
    )


def stocks_of(postings: Postings, said: dict[int, Said]) -> dict[int, Stock]:
    """The stock of every place as recalls gather it."""
    ways = find_ways_back(postings)
    found = {}
    for one in find_holdings(postings):
        back = ways.get((one.place, one.batch, one.uom), WayBack())
        figures = one.figures
        found[one.place] = Stock(
            maker=figures.produced > 0,
            received=figures.received,
            in_transit=figures.in_transit,
            shipped=figures.shipped,
            sold=figures.sold,
            on_hand=figures.on_hand,
            destroyed=figures.destroyed,
            sent_back=back.sent,
            due_back=back.expected,
            came_back=back.arrived,
            complete=figures.complete,
            said=said.get(one.place, Said()),
        )
    return found


def test_a_return_belongs_to_whoever_was_sent_the_goods_first() -> None:
    postings = columns(
        [
            (Entry.MADE, NOWHERE, MAKER, 100),
            (Entry.SHIPPED, MAKER, 1, 60),
            (Entry.RECEIVED, MAKER, 1, 60),
            (Entry.SHIPPED, 1, MAKER, 10),
            (Entry.RECEIVED, 1, MAKER, 8),
        ]
    )
    ways = find_ways_back(postings)
    assert ways == {
        (1, LOT, ""): WayBack(sent=Decimal(10)),
        (MAKER, LOT, ""): WayBack(expected=Decimal(10), arrived=Decimal(8)),
    }


def test_more_sent_back_than_had_come_is_a_delivery_of_its_own() -> None:
    postings = columns([(Entry.SHIPPED, MAKER, 1, 5), (Entry.SHIPPED, 1, MAKER, 9)])
    assert find_ways_back(postings)[1, LOT, ""].sent == 5


def test_a_return_that_is_quarantined_further_up_counts_once() -> None:
    postings = columns(
        [
            (Entry.MADE, NOWHERE, MAKER, 100),
            (Entry.SHIPPED, MAKER, 1, 50),
            (Entry.RECEIVED, MAKER, 1, 50),
            (Entry.SHIPPED, 1, 2, 30),
            (Entry.RECEIVED, 1, 2, 30),
            (Entry.SHIPPED, 2, 1, 10),
            (Entry.RECEIVED, 2, 1, 10),
        ]
    )
    said = {
        MAKER: Said(on_hand=Decimal(50), quarantined=Decimal(50)),
        1: Said(on_hand=Decimal(30), quarantined=Decimal(25)),
        2: Said(returned=Decimal(10)),
    }
    stocks = stocks_of(postings, said)
    # 2 sent 10 back; 1 holds 25, of which those 10 are counted already; the maker's 50 were never distributed
    assert [recover(stocks[place]).recovered for place in (MAKER, 1, 2)] == [0, 15, 10]
    assert (recover(stocks[MAKER]).withheld, recover(stocks[MAKER]).distributed) == (50, 50)
    assert [recover(stocks[place]).reached for place in (1, 2)] == [50, 30]


def test_a_return_on_the_road_counts_once_although_its_arrival_is_not_recorded() -> None:
    rows = [(Entry.SHIPPED, MAKER, 1, 10), (Entry.RECEIVED, MAKER, 1, 10), (Entry.SHIPPED, 1, 2, 10)]
    rows += [(Entry.RECEIVED, 1, 2, 10), (Entry.SHIPPED, 2, 1, 10)]
    stocks = stocks_of(columns(rows), {1: Said(quarantined=Decimal(10)), 2: Said(returned=Decimal(10))})
    assert sum(recover(stocks[place]).recovered for place in (1, 2)) == 10


def test_what_came_back_and_was_sold_again_is_no_recovery() -> None:
    rows = [(Entry.SHIPPED, MAKER, 1, 10), (Entry.RECEIVED, MAKER, 1, 10), (Entry.SHIPPED, 1, 2, 10)]
    rows += [(Entry.RECEIVED, 1, 2, 10), (Entry.SHIPPED, 2, 1, 10), (Entry.RECEIVED, 2, 1, 10)]
    stocks = stocks_of(columns(rows), {})
    assert sum(recover(stocks[place]).recovered for place in (1, 2)) == 10
    stocks = stocks_of(columns([*rows, (Entry.SOLD, 1, NOWHERE, 4)]), {})
    assert sum(recover(stocks[place]).recovered for place in (1, 2)) == 6


def test_an_old_answer_gives_way_to_what_the_ledger_saw_leave_since() -> None:
    said = Said(on_hand=Decimal(10), quarantined=Decimal(10))
    before = Stock(received=Decimal(10), on_hand=Decimal(10), said=said)
    after = Stock(received=Decimal(10), sent_back=Decimal(10), said=said)
    assert (recover(before).recovered, recover(after).recovered) == (10, 10)
    # returned before the answer: the stock still covers what it says
    both = Stock(received=Decimal(15), sent_back=Decimal(5), on_hand=Decimal(10), said=said)
    assert recover(both).recovered == 15


Action = Literal["ship", "back", "sell", "lose", "quarantine", "destroy", "correct"]


@dataclass
class Trade:
    """A tree of places, each supplied by one before it; truth is kept apart from what the ledger and answers tell."""

    parents: list[int]
    free: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)
    fixed: Counter[int] = field(default_factory=Counter)
    returned: Counter[int] = field(default_factory=Counter)
    destroyed: Counter[int] = field(default_factory=Counter)
    rows: list[tuple[Entry, int, int, int]] = field(default_factory=list)
    sold: int = 0
    lost: int = 0
    left: int = 0

    def act(self, action: Action, place: int, amount: int, recorded: bool, again: bool) -> None:
        """Do it with at most what is there; ``recorded``: an arrival is; ``again``: returns are for sale again."""
        up = self.parents[place]
        if action == "quarantine":
            moved = min(amount, self.free[place])
            self.free[place] -= moved
            self.held[place] += moved
        elif action == "ship" and place:  # the supplier ships to this place
            moved = min(amount, self.free[up])
            self._move(up, place, moved, recorded=True)
            self.free[up] -= moved
            self.free[place] += moved
            self.left += moved if up == MAKER else 0
        elif action == "back" and place:
            moved = min(amount, self.held[place])
            self._move(place, up, moved, recorded)
            self.held[place] -= moved
            self.returned[place] += moved
            (self.free if again and recorded else self.held)[up] += moved
        elif action in ("sell", "lose") and place:
            moved = min(amount, self.free[place])
            self.free[place] -= moved
            self.rows.append((Entry.SOLD if action == "sell" else Entry.LOST, place, NOWHERE, moved))
            self.sold, self.lost = self.sold + moved * (action == "sell"), self.lost + moved * (action == "lose")
        elif action == "destroy":
            moved = min(amount, self.held[place])
            self.held[place] -= moved
            self.destroyed[place] += moved
            self.rows.append((Entry.DESTROYED, place, NOWHERE, moved))
        elif action == "correct" and place:
            moved = min(amount, self.held[place])
            self.held[place] -= moved
            self.fixed[place] += moved

    def _move(self, origin: int, to: int, amount: int, recorded: bool) -> None:
        if amount:
            self.rows.append((Entry.SHIPPED, origin, to, amount))
            if recorded:
                self.rows.append((Entry.RECEIVED, origin, to, amount))

    def answers(self) -> dict[int, Said]:
        """What every place states when it tells the truth."""
        return {
            place: Said(
                on_hand=Decimal(self.free[place] + self.held[place]),
                quarantined=Decimal(self.held[place]),
                returned=Decimal(self.returned[place]),
                destroyed=Decimal(self.destroyed[place]),
                corrected=Decimal(self.fixed[place]),
            )
            for place in range(len(self.parents))
        }


ACTIONS: list[Action] = ["ship", "ship", "quarantine", "back", "sell", "lose", "destroy", "correct"]


@st.composite
def trades(draw: st.DrawFn, again: bool) -> Trade:
    parents = [0, *(draw(st.integers(0, place - 1)) for place in range(1, draw(st.integers(2, 6))))]
    trade = Trade(parents, free=Counter({MAKER: 1000}), rows=[(Entry.MADE, NOWHERE, MAKER, 1000)])
    step = st.tuples(st.sampled_from(ACTIONS), st.integers(0, len(parents) - 1), st.integers(1, 400), st.booleans())
    for place in range(1, len(parents)):
        trade.act("ship", place, 200, True, again)
    for action, place, amount, recorded in draw(st.lists(step, max_size=25)):
        trade.act(action, place, amount, recorded, again)
    return trade


def recovered_in(trade: Trade) -> tuple[Decimal, Decimal]:
    stocks = stocks_of(columns(trade.rows), trade.answers()).values()
    return sum(recover(one).recovered for one in stocks), sum(recover(one).distributed for one in stocks)  # type: ignore[return-value]


@settings(max_examples=150, deadline=None)
@given(trades(again=False))
def test_while_returns_are_held_no_unit_is_counted_twice_and_none_is_missed(trade: Trade) -> None:
    recovered, distributed = recovered_in(trade)
    outside = range(1, len(trade.parents))
    for_sale = sum(trade.free[place] for place in outside)
    assert distributed == trade.left
    assert recovered == trade.left - trade.sold - trade.lost - for_sale


@settings(max_examples=150, deadline=None)
@given(trades(again=True))
def test_with_true_answers_no_more_is_recovered_than_was_distributed(trade: Trade) -> None:
    recovered, distributed = recovered_in(trade)
    assert recovered + trade.sold + trade.lost <= distributed <= trade.left


def test_the_five_ratios_by_hand() -> None:
    def shop(
        tier: int, notified: bool, responded: bool, stock: Stock, checked: bool = False, passed: bool = False
    ) -> Told:
        return Told(tier, 1, notified, responded, ((YOGURT, stock),), checked, passed)

    consignees = [
        shop(0, True, True, Stock(maker=True, shipped=Decimal(90), on_hand=Decimal(10))),
        shop(
            1,
            True,
            True,
            Stock(received=Decimal(60), on_hand=Decimal(60), said=Said(quarantined=Decimal(50))),
            True,
            True,
        ),
        shop(2, True, False, Stock(received=Decimal(30), on_hand=Decimal(30)), True),
        shop(2, False, False, Stock(in_transit=Decimal(0))),
    ]
    found = measure(consignees, {YOGURT: Decimal(80), ("09520000000110", "KGM"): Decimal(0)})
    yogurt = found.items[YOGURT]
    ratios = (found.notified, found.responded, yogurt.of_planned, yogurt.of_distributed, found.checks)
    assert [one.value for one in ratios] == [
        *(Fraction(3, 4), Fraction(2, 3), Fraction(50, 80), Fraction(50, 90), Fraction(1, 2)),
    ]
    assert found.responded.percent == Decimal("66.66")
    assert found.items["09520000000110", "KGM"].of_planned.value is None  # 0 planned: n/a
    tiers = measure_tiers(consignees)
    assert list(tiers) == [0, 1, 2]
    assert tiers[1].items[YOGURT].of_distributed.value == Fraction(50, 60)
    assert tiers[2].notified.value == Fraction(1, 2)
    assert tiers[2].items[YOGURT].of_planned.value is None


def test_above_all_is_told_apart_from_all() -> None:
    assert not Ratio(Decimal(5), Decimal(5)).above_all
    assert Ratio(Decimal("5.000001"), Decimal(5)).above_all
    assert Ratio(Decimal(99_999_999), Decimal(10**8)).percent == Decimal("99.99")
    assert Ratio(Decimal(5), Decimal(0)).percent is None
