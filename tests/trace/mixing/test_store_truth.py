"""Lower ≤ truth ≤ upper through the whole service: histories captured as events that lack lots, and traced.

In the careless ones a receipt may lack the lot that its shipment names, or name one that its shipment lacks.
"""

import itertools
import os
import random
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.chains import NOW, START, Chain, supply_chain
from tests.trace.mixing.enumeration import DAY, SOLD, Network, places, reached
from tests.trace.mixing.simulated import IN_SCOPE, Habits, simulate
from trace import supply_graph
from trace.fold.entries import ACCOUNTS, Account, End, Entry
from trace.mixing.possible import Possible
from trace.mixing.reach import find_possible
from trace.models import Identifier, Location, MixingPlace, Party, Posting

HISTORIES = {"sqlite": 12, "postgresql": 4}
FIRST = 100 * DAY  # when simulated histories begin
ordinary = Habits(steps=16, most=6, no_lot=0.6, no_day=0, diverted=0, unshipped=0, renamed=0, orderly=True)
careless = Habits(steps=14, most=6, no_day=0, diverted=0, unshipped=0, renamed=0.3, no_lot=0.5, orderly=True)


def tell(one: Network) -> str:
    """The record of a simulated history as the story of a supply chain."""
    lines = []
    origins = {arc.head: arc.tail for arc in one.arcs if arc.head is not None and arc.head[0] == "line"}
    ends = {arc.head: arc.to for arc in one.arcs if arc.head is not None and arc.head[0] == "line"}
    for arc in one.arcs:
        moment = arc.came if arc.came is not None else arc.left
        tail, head = arc.tail, arc.head
        origin = origins.get(tail)
        if moment is None:  # lost on the road: nobody knows when, so at the end
            moment = max(other.came or other.left or 0 for other in one.arcs) + DAY
        goods = f"A-{arc.lot} {arc.quantity}" if arc.lot is not None else f"A {arc.quantity}"
        here = f"place{(head if head is not None and head[0] == 'at' else tail or (0, 0))[1]}"
        if tail is None:
            told = f"{here} makes {goods}"
        elif head is not None and head[0] == "line":
            told = f"place{tail[1]} ships {goods} to place{arc.to} by S{head[1]}"
        elif tail[0] == "line" and origin is not None:
            if head == origin:
                told = f"{here} voids {goods} to place{ends[tail]} by S{tail[1]}"
            elif head is None:
                told = f"place{origin[1]} loses {goods} to place{ends[tail]} by S{tail[1]}"
            else:
                told = f"{here} receives {goods} from place{origin[1]} by S{tail[1]}"
        elif tail == SOLD:
            told = f"{here} takes back {goods}"
        elif head == SOLD:
            told = f"place{tail[1]} sells {goods}"
        elif head is None:
            told = f"place{tail[1]} destroys {goods}"
        else:
            told = f"{here} receives {goods} from place{tail[1]}"
        lines.append(f"{(moment - FIRST) / DAY}: {told}")
    return "\n".join(lines)


def flag(session: Session, chain: Chain, one: Network) -> None:
    """Register the places that mix lots."""
    for mixing in one.flags:
        number = chain[f"place{mixing.place}"]
        row = session.scalars(select(Identifier).where(Identifier.id == number)).one()
        firm = Party(gln=row.gln, name="firm", registered_at=NOW)
        session.add(firm)
        session.flush()
        session.add(
            Location(id=number, gln=row.gln, name="place", kind="warehouse", party_id=firm.id, registered_at=NOW)
        )
        session.flush()
        session.add(
            MixingPlace(location_id=number, since=_day(mixing.since), until=_day(mixing.until), recorded_at=NOW)
        )
    session.flush()


def _day(moment: int | None) -> date | None:
    return None if moment is None else (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=moment // DAY - 100)).date()


def check(session: Session, one: Network) -> int:
    """Hold every place's units in scope against what really reached it; returns how many places are possible."""
    chain = supply_chain(session, tell(one))
    if any(f"place{mixing.place}" not in chain.uris for mixing in one.flags):
        return 0
    flag(session, chain, one)
    seeds = [chain[f"A-{lot}"] for lot in IN_SCOPE if f"A-{lot}" in chain.uris]
    if not seeds:
        return 0
    supply = supply_graph.load(session, seeds)
    possible = find_possible(session, supply.depth, supply.postings, None, DAY)
    truth = np.array([[one.known[arc.number] for arc in one.arcs]])
    named = named_units(session, seeds)
    for place in places(one):
        number = chain[f"place{place}"]
        beyond = int(reached(one, truth, place, {})[0]) - voided(one, place) - named[number]
        found = possible.places.get((number, ""))
        lower, upper = (found.lower, found.upper) if found is not None else (Decimal(0), Decimal(0))
        assert lower <= beyond, f"place {place}: at least {lower}, in truth {beyond}"
        assert upper is None or beyond <= upper, f"place {place}: at most {upper}, in truth {beyond}"
    return len(possible.places)


def voided(one: Network, place: int) -> int:
    """Units of shipments from the place that were taken back: they were there before, and are counted once."""
    here = ("at", place)
    own = {arc.head for arc in one.arcs if arc.tail == here and arc.head is not None and arc.head[0] == "line"}
    return sum(one.known[arc.number] for arc in one.arcs if arc.head == here and arc.tail in own)


def named_units(session: Session, seeds: Collection[int]) -> Counter[int]:
    """The units of these batches that came into the stock of each place by name, or are under way to it."""
    found: Counter[int] = Counter()
    for row in session.scalars(select(Posting).where(Posting.batch_id.in_(seeds))):
        accounts = ACCOUNTS.get(Entry(row.entry))
        if accounts is None or row.amount is None:
            continue
        if accounts.credit is Account.ON_HAND and accounts.credit_end is End.TO:
            found[row.destination_id or 0] += row.amount
        if accounts.debit is Account.IN_TRANSIT:
            found[row.destination_id or 0] -= row.amount
        if accounts.credit is Account.IN_TRANSIT:
            found[row.destination_id or 0] += row.amount
    return found


@pytest.mark.parametrize("habits", [ordinary, careless], ids=["ordinary", "careless"])
def test_the_truth_lies_within_what_the_trace_says(session: Session, database_kind: str, habits: Habits) -> None:
    found = 0
    for seed in range(HISTORIES[database_kind]):
        found += run(session, seed, habits)
    assert found > HISTORIES[database_kind] / 2


def run(session: Session, seed: int, habits: Habits) -> int:
    one = simulate(random.Random(seed), habits)
    try:
        return check(session, one)
    except Exception as error:
        error.add_note(f"seed {seed}, flags {one.flags}:\n{tell(one)}")
        raise
    finally:
        session.rollback()


def possible_at(session: Session, chain: Chain, moment: int) -> Possible:
    """What a trace of all lots in scope says of a moment, of those that were known by then."""
    seeds = [chain[name] for name in (f"A-{lot}" for lot in IN_SCOPE) if name in chain.uris]
    supply = supply_graph.load(session, seeds, until=moment)
    return find_possible(session, supply.depth, supply.postings, moment, DAY)


def test_what_was_possible_at_a_moment_stays_so_whatever_happens_later(session: Session, database_kind: str) -> None:
    found = 0
    for seed in range(HISTORIES[database_kind] // 3):
        story = tell(simulate(random.Random(seed), replace(careless, flagged=0)))
        lines = sorted(story.splitlines(), key=day_of)
        chain: Chain | None = None
        said: list[tuple[int, Possible]] = []
        for day, some in itertools.groupby(lines, key=day_of):
            chain = supply_chain(session, "\n".join(some), chain)
            moment = round((START + timedelta(days=day)).timestamp() * 1_000_000)
            said.append((moment, possible_at(session, chain, moment)))
        assert chain is not None
        for moment, before in said:
            assert possible_at(session, chain, moment) == before, f"seed {seed}, {moment}"
            found += len(before.places)
        session.rollback()
    assert found


def day_of(line: str) -> float:
    return float(line.split(":")[0])


@pytest.mark.campaign
def test_campaign(session: Session) -> None:
    first = int(os.environ.get("SUYUAN_CAMPAIGN_SEED", "0"))
    for seed in range(first, first + int(os.environ.get("SUYUAN_CAMPAIGN", "20000")) // 40):
        run(session, seed, (ordinary, careless)[seed % 2])
