"""Reading only what may lead to a case leaves nothing out: the answer is that of reading all of every batch."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.chains import supply_chain
from tests.trace.sources.asking import ask, by_document, names
from trace.fold.entries import Entry
from trace.postings import Postings
from trace.sources import search
from trace.sources.leading import MAX_ROUNDS, find_leading

PLACES = st.sampled_from(["farm", "dairy", "shop", "kiosk"])
LOTS = st.sampled_from(["MILK-1", "CREAM-1", "CREAM-2"])


@st.composite
def stories(draw: st.DrawFn) -> str:
    """Up to ten events, in any order of their days: made or not, moved, received, taken back, used, sent in circles."""
    lines = []
    for number in range(draw(st.integers(2, 10))):
        place, other, lot, into = draw(PLACES), draw(PLACES), draw(LOTS), draw(LOTS)
        lines.append(
            draw(
                st.sampled_from(
                    [
                        f"{place} makes {lot} 10",
                        f"{place} makes {into} 5 from {lot} 5",
                        f"{place} ships {lot} 5 to {other} by D{number}",
                        f"{place} ships {lot} 5 to {other} by D{number}",
                        f"{place} receives {lot} 5 by D{max(number - 1, 0)}",
                        f"{place} voids {lot} 5 to {other} by D{max(number - 1, 0)}",
                    ]
                )
            )
        )
    days = draw(st.permutations(range(len(lines))))
    start = "farm inspects MILK-1, CREAM-1, CREAM-2\nshop inspects MILK-1\ndairy inspects MILK-1\nkiosk inspects MILK-1"
    return "\n".join([start, *(f"{day}: {line}" for day, line in zip(days, lines, strict=True))])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories(), place=PLACES, lot=LOTS, mixing=st.lists(PLACES, max_size=1))
def test_what_is_left_unread_would_change_nothing(
    session: Session, story: str, place: str, lot: str, mixing: list[str]
) -> None:
    with session.begin_nested() as savepoint:
        chain = supply_chain(session, story)
        for case in ({"location": place}, {"batch": lot}):
            asked: dict[str, Any] = {"cases": [case], "mixing": {"locations": mixing}}
            found = ask(session, chain, **asked)
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(search, "_find_ends", lambda *_: None)
                assert ask(session, chain, **asked) == found
        savepoint.rollback()


def test_deliveries_that_lead_to_no_case_are_not_read(session: Session, monkeypatch: Any) -> None:
    chain = supply_chain(
        session,
        """
        mill makes FLOUR-1 100
        mill ships FLOUR-1 10 to bakery by D1
        mill ships FLOUR-1 10 to cafe by D2
        cafe ships FLOUR-1 5 to fair by D3
        bakery makes BREAD-1 5 from FLOUR-1 10
        bakery ships BREAD-1 2 to shop by D4
        bakery ships BREAD-1 3 to kiosk by D5
        """,
    )
    read = []
    load = search.load_network

    def watched(*given: Any, **named: Any) -> Any:
        read.append(load(*given, **named))
        return read[-1]

    monkeypatch.setattr(search, "load_network", watched)
    assert by_document(ask(session, chain, [{"location": "shop"}])) == {"D1": 1, "D4": 1}
    called = {chain.numbers[uri]: name for uri, name in names(chain).items()}
    moved = {(called[one.origin], called[one.destination]) for one in read[0].deliveries}
    assert moved == {("mill", "bakery"), ("bakery", "shop")}


def test_a_chain_too_long_to_follow_on_columns_is_read_whole() -> None:
    count = 2 * MAX_ROUNDS
    numbers = np.arange(count, dtype=np.int64)
    ones = np.ones(count, dtype=np.int64)
    shipped = ones * int(Entry.SHIPPED)
    postings = Postings(
        ones, 0 * ones, shipped, numbers, numbers + 1, ones, ones == 1, numbers, numbers, units=("",), scales=(0,)
    )
    assert find_leading(postings, [count], [], []).all()
    assert find_leading(postings, [3], [], [1]).all()
    assert not find_leading(postings, [count + 1], [], []).any()
