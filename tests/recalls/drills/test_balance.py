"""The mass balance over random histories: nothing that the ledger cannot place is ever without an explanation."""

import os
import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.drills.balance import WORDS, ZERO, balance, find_short_receipts, find_unrecorded, percent
from tests.trace.derived_rows import capture
from tests.trace.histories import History
from trace.ledger import read_postings
from trace.models import Posting
from trace.tally import BATCH_FIGURES, tally

CAMPAIGN = int(os.environ.get("SUYUAN_CAMPAIGN", "20000"))
FAR = 2**60
"""Later than everything, in microseconds."""


def check_balance(session: Session, history: History) -> set[str]:
    """Every batch and unit of a history is explained to the last unit; the rules that it took."""
    capture(session, history.events)
    batches = set(session.scalars(select(Posting.batch_id)))
    postings = read_postings(session, batches)
    unrecorded, short = find_unrecorded(postings), find_short_receipts(session, batches, FAR)
    for (batch, uom), figures in tally(postings).items():
        mine = [one for one in (*unrecorded, *short) if (one.batch, one.uom) == (batch, uom)]
        total = {name: getattr(figures, name) for name in (*BATCH_FIGURES, "complete")}
        row = balance({"id": "", "gtin": None, "uom": uom or None, "derived": False, **total}, mine)
        assert row["unexplained"] == 0, (figures, mine)
        assert row["accounted"] + row["difference"] == row["produced"]
        assert row["under_way"] >= 0 or figures.in_transit < 0, (figures, mine)
        assert sum((one.quantity for one in short if (one.batch, one.uom) == (batch, uom)), ZERO) >= 0
    return {one.rule for one in (*unrecorded, *short)}


def test_every_difference_of_a_random_history_is_explained(session: Session) -> None:
    assert check_many(session, 30) >= {"short_receipt", "over_receipt", "receipt_without_shipment"}


@pytest.mark.campaign
def test_every_difference_of_many_histories_is_explained(session: Session) -> None:
    assert check_many(session, CAMPAIGN // 10) == set(WORDS)


def check_many(session: Session, histories: int) -> set[str]:
    seen: set[str] = set()
    for seed in range(histories):
        seen |= check_balance(session, History(random.Random(seed), 12))
        session.rollback()
    return seen


@given(st.decimals(0, 10**12, places=3), st.decimals(1, 10**12, places=3))
def test_a_percentage_is_cut_and_never_rounded_up(part: Decimal, whole: Decimal) -> None:
    found = percent(part, whole)
    assert found is not None
    assert found * whole <= part * 100 < (found + Decimal("0.01")) * whole
    assert (found >= 100) == (part >= whole)


def test_of_nothing_there_is_no_percentage() -> None:
    assert percent(ZERO, ZERO) is None
