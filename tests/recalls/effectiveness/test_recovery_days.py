"""What was recovered by the end of each day: counted from day to day as if each day were counted alone."""

from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recalls.effectiveness.recovery_days import add_up, read_days, recovered_by
from recalls.effectiveness.standing import Standing, find_stocks
from recalls.models import RecallCase
from recalls.responses.figures import Stated
from recalls.violations import microseconds
from tests.recalls.chain import START
from tests.recalls.effectiveness.trades import LOT, Trade, columns, trades
from trace.supply_graph import Supply

HOURS = 5


@settings(max_examples=40, deadline=None)
@given(trades(again=True), st.lists(st.integers(0, 200), max_size=4))
def test_every_day_is_as_if_counted_alone(trade: Trade, answered: list[int]) -> None:
    """One event every five hours; some answers early (and then old), the last at the end."""
    postings = columns(trade.rows)
    at = microseconds(START) + np.arange(len(postings)) * HOURS * 3_600_000_000
    postings = replace(postings, at=at)
    end = START + timedelta(hours=HOURS * len(postings))
    moments = sorted({min(START + timedelta(hours=hours), end) for hours in answered} | {end})
    history = [
        ((place, LOT, ""), Stated(**asdict(said), answered_at=moment, party_id=place, response_id=f"{moment} {place}"))
        for moment in moments
        for place, said in trade.answers().items()
    ]
    stocks = find_stocks(postings, dict(history))
    supply = Supply(frozenset({LOT}), {LOT: 0}, [], postings, None)  # type: ignore[arg-type]
    batches = {LOT: {"id": "b", "gtin": "g", "lot": "l"}}
    standing = Standing(end, supply, batches, [], [], {}, {}, history, stocks, {})  # type: ignore[arg-type]
    days = read_days(RecallCase(announced_at=START), standing)
    assert days[-1][1].get(("g", ""), Decimal(0)) == sum(
        one.recovered for one in add_up(standing, recovered_by(standing, end)).values()
    )
    for day, totals in days:
        moment = START.fromisoformat(f"{day}T23:59:59.999999+08:00")
        alone = add_up(standing, recovered_by(standing, min(moment, end)))
        assert totals == {item: one.recovered for item, one in alone.items()}
