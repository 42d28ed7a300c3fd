"""A trade of one lot down a tree of places, with what is true kept apart from what is told; for property tests."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import numpy as np
from hypothesis import strategies as st

from recalls.effectiveness.ratios import Said
from trace.fold.entries import Entry
from trace.postings import NOWHERE, Postings

MAKER, LOT = 0, 1


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
