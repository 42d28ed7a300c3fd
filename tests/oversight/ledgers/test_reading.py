"""Ledgers hold what the postings say, exactly, over random supply chains; pages, days and sums agree."""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.ledgers.lines import CONSUMERS, LINES, Line, Side
from oversight.ledgers.reading import Ledger, each_line, read_lines, read_totals
from tests.trace.derived_rows import NOW, capture
from tests.trace.histories import History
from trace.fold.entries import RECEIPTS, SHIPPED_SIGNS, Entry
from trace.ledger import read_postings
from trace.models import Identifier, Posting
from trace.models.postings import BROUGHT_BACK, CAME, WENT
from trace.own_stock import tally_own
from trace.postings import is_among

EXAMPLES = {"sqlite": 15, "postgresql": 5}
SIDES: tuple[Side, ...] = ("purchase", "sale")
Sums = dict[tuple[int, str], Decimal]

histories = st.builds(History, st.randoms(use_true_random=False), st.integers(4, 14))


@pytest.fixture
def examples(database_kind: str, session: Session) -> Callable[[Callable[..., None]], None]:
    """Runs a property over random histories, each in a transaction that is rolled back."""

    def run(check: Callable[[Session, frozenset[int], random.Random], None]) -> None:
        @settings(
            max_examples=EXAMPLES[database_kind],
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )
        @given(histories, st.integers(0, 2**32))
        def one(history: History, seed: int) -> None:
            rng = random.Random(seed)
            try:
                capture(session, history.events)
                places = session.scalars(select(Identifier.id).where(Identifier.kind == "location")).all()
                check(session, frozenset(rng.sample(places, min(len(places), rng.randint(1, 2)))), rng)
            finally:
                session.rollback()

        one()

    return run


def sums_of(lines: list[Line], consumers: bool = False) -> Sums:
    found: Sums = defaultdict(Decimal)
    for line in lines:
        if (line.word in CONSUMERS) == consumers:
            found[line.batch, line.uom] += line.quantity
    return found


def without_nothing(sums: Sums) -> Sums:
    return {key: quantity for key, quantity in sums.items() if quantity}


def check_the_ledger(session: Session, own: frozenset[int], _rng: random.Random) -> None:
    postings = read_postings(session, set(session.scalars(select(Posting.batch_id))))
    between = is_among(postings.origin, own) & is_among(postings.destination, own)
    figures = tally_own(postings.where(np.flatnonzero(~between)), own)
    bought, sold = (list(each_line(session, Ledger(side, own), NOW)) for side in SIDES)
    assert without_nothing(sums_of(bought)) == without_nothing({key: one.received for key, one in figures.items()})
    assert without_nothing(sums_of(sold)) == without_nothing({key: one.shipped for key, one in figures.items()})
    assert without_nothing(sums_of(sold, True)) == without_nothing({key: one.sold for key, one in figures.items()})


def check_pages_and_sums(session: Session, own: frozenset[int], rng: random.Random) -> None:
    for side in SIDES:
        ledger = Ledger(side, own)
        whole = list(each_line(session, ledger, NOW))
        assert whole == sorted(whole, key=lambda line: line.order)
        size, pages, after = rng.randint(1, 3), [], None
        while page := read_lines(session, ledger, NOW, size, after):
            pages += page
            after = page[-1].order
        assert pages == whole
        day = date(2026, 3, 1) + timedelta(days=rng.randint(0, 9))
        parts = [Ledger(side, own, since=day), Ledger(side, own, until=day - timedelta(days=1))]
        assert [line for part in parts for line in each_line(session, part, NOW)] == whole
        totals = read_totals(session, ledger)
        assert sum(one.quantity for one in totals) == sum(line.quantity for line in whole)
        assert all(one.complete for one in totals) == all(line.complete for line in whole)


def test_lines_sum_to_what_the_ledger_says_was_received_shipped_and_sold(
    examples: Callable[[Callable[..., None]], None],
) -> None:
    examples(check_the_ledger)


def test_pages_days_and_sums_are_of_the_same_lines(examples: Callable[[Callable[..., None]], None]) -> None:
    examples(check_pages_and_sums)


def test_the_indexes_hold_every_posting_of_a_ledger() -> None:
    entries = {entry for lines in LINES.values() for entry in lines}
    assert entries == {*RECEIPTS, *SHIPPED_SIGNS, Entry.SOLD, Entry.RETURNED}
    listed = [sorted(int(entry) for entry in some) for some in (RECEIPTS, {*SHIPPED_SIGNS, Entry.SOLD})]
    assert [f"entry IN ({', '.join(map(str, some))})" for some in listed] == [CAME, WENT]
    assert f"entry = {int(Entry.RETURNED)}" == BROUGHT_BACK
