"""What was recovered, each unit once; the five ratios; and the ways back they rest on."""

from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings

from recalls.effectiveness.ratios import Ratio, Said, Stock, Told, measure, measure_tiers, recover
from recalls.effectiveness.standing import find_stocks
from recalls.responses.figures import Stated
from recalls.ways_back import WayBack, find_ways_back
from tests.recalls.chain import START
from tests.recalls.effectiveness.trades import LOT, MAKER, Trade, columns, trades
from trace.fold.entries import Entry
from trace.postings import NOWHERE, Postings

YOGURT = ("09520000000103", "")


def stocks_of(postings: Postings, said: dict[int, Said]) -> dict[int, Stock]:
    """The stock of every place as recalls gather it."""
    stated = {
        (place, LOT, ""): Stated(**asdict(one), answered_at=START, party_id=place, response_id=str(place))
        for place, one in said.items()
    }
    return {place: stock for (place, _, _), stock in find_stocks(postings, stated).items()}


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


def test_an_arrival_nobody_recorded_shows_in_what_is_stated_on_hand() -> None:
    rows = [(Entry.SHIPPED, MAKER, 1, 3), (Entry.RECEIVED, MAKER, 1, 3), (Entry.SHIPPED, 1, 2, 1)]
    rows += [(Entry.RECEIVED, 1, 2, 1), (Entry.SHIPPED, 2, 1, 1)]
    # of the 3 at place 1 two are for sale and the one that came back is quarantined: the ledger has two there
    stocks = stocks_of(columns(rows), {1: Said(on_hand=Decimal(3), quarantined=Decimal(1))})
    assert sum(recover(stocks[place]).recovered for place in (1, 2)) == 1


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


def recovered_in(trade: Trade) -> tuple[Decimal, Decimal]:
    stocks = stocks_of(columns(trade.rows), trade.answers()).values()
    return sum(recover(one).recovered for one in stocks), sum(recover(one).distributed for one in stocks)  # type: ignore[return-value]


def check_each_unit_counts_once(trade: Trade) -> None:
    recovered, distributed = recovered_in(trade)
    for_sale = sum(trade.free[place] for place in range(1, len(trade.parents)))
    assert distributed == trade.left
    assert recovered == trade.left - trade.sold - trade.lost - for_sale


@settings(max_examples=60, deadline=None)
@given(trades(again=False))
def test_while_returns_are_held_no_unit_is_counted_twice_and_none_is_missed(trade: Trade) -> None:
    check_each_unit_counts_once(trade)


@pytest.mark.campaign
@settings(max_examples=5_000, deadline=None)
@given(trades(again=False))
def test_it_holds_in_many_trades(trade: Trade) -> None:
    check_each_unit_counts_once(trade)


@settings(max_examples=60, deadline=None)
@given(trades(again=True))
def test_with_true_answers_no_more_is_recovered_than_was_distributed(trade: Trade) -> None:
    recovered, distributed = recovered_in(trade)
    assert recovered + trade.sold + trade.lost <= distributed <= trade.left


@pytest.mark.campaign
@settings(max_examples=5_000, deadline=None)
@given(trades(again=True))
def test_that_holds_in_many_trades_too(trade: Trade) -> None:
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
