"""What was made from what, read from the database: against a walk over a dict, and genealogies made to break it."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.bombs import Bomb, blend, chain, fill, layers, rework
from bench.documents import batch
from tests.chains import OPERATOR, parse_events, supply_chain
from tests.trace.derived_rows import capture
from trace import readings
from trace.derivation.rebuild import find_differences
from trace.genealogy import Direction, read_closure
from trace.identifiers import find_numbers
from trace.kit.db import Database
from trace.models import GenealogyEdge

START = datetime(2026, 1, 1, tzinfo=UTC)
EXAMPLES = {"sqlite": 25, "postgresql": 8}

lots = st.sampled_from("ABCDEFGH")
sides = st.lists(lots, max_size=3, unique=True)
stories = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from([None, None, "T1", "T2"]), sides, sides).filter(
        lambda one: bool(one[2] and one[3]) or bool(one[1] and (one[2] or one[3]))
    ),
    min_size=1,
    max_size=8,
)
"""Events of transformations: on which day, under which ID, what went in, and what came out."""

Story = list[tuple[int, str | None, list[str], list[str]]]


def bodies_of(story: Story) -> list[dict[str, Any]]:
    return [
        {
            "type": "TransformationEvent",
            "eventID": f"urn:example:event:{number}",
            "eventTime": (START + timedelta(days=day)).isoformat(),
            "eventTimeZoneOffset": "+00:00",
            # an ID that is also the name of a batch: the two stay apart
            **({} if joined is None else {"transformationID": f"urn:example:{joined}"}),
            **({"inputQuantityList": [{"epcClass": name(lot), "quantity": 1} for lot in used]} if used else {}),
            **({"outputQuantityList": [{"epcClass": name(lot), "quantity": 1} for lot in made]} if made else {}),
        }
        for number, (day, joined, used, made) in enumerate(story)
    ]


def name(lot: str) -> str:
    return {"G": "urn:example:T1", "H": "urn:example:T2"}.get(lot, batch(lot))


def links_of(story: Story, until: int) -> set[tuple[str, str]]:
    """RULES 20, as on paper: what went into a transformation is in all that came out of it, up to a day."""
    ends: dict[str, tuple[set[str], set[str]]] = {}
    for number, (day, joined, used, made) in enumerate(story):
        if day <= until:
            inputs, outputs = ends.setdefault(joined or str(number), (set(), set()))
            inputs.update(used)
            outputs.update(made)
    return {(one, other) for inputs, outputs in ends.values() for one in inputs for other in outputs}


def walk(seeds: set[str], links: set[tuple[str, str]]) -> tuple[dict[str, int], set[tuple[str, str]]]:
    depth, level, distance = dict.fromkeys(seeds, 0), set(seeds), 0
    while level:
        distance += 1
        level = {made for used, made in links if used in level} - depth.keys()
        depth.update(dict.fromkeys(level, distance))
    return depth, {(used, made) for used, made in links if used in depth}


def check_closure(session: Session, story: Story, seeds: set[str], until: int | None) -> None:
    numbers = {lot: find_numbers(session, [name(lot)]).get(name(lot)) for lot in "ABCDEFGH"}
    known = {number: lot for lot, number in numbers.items() if number is not None}
    links = links_of(story, 9 if until is None else until)
    moment = None if until is None else int((START + timedelta(days=until)).timestamp()) * 1_000_000
    directions: tuple[tuple[Direction, set[tuple[str, str]]], ...] = (
        ("forward", links),
        ("backward", {(made, used) for used, made in links}),
    )
    starts = {lot for lot in seeds if numbers[lot] is not None}
    for direction, arrows in directions:
        depth, found = read_closure(
            session, [number for number, lot in known.items() if lot in starts], direction, moment
        )
        expected, led = walk(starts, arrows)
        assert {known[number]: distance for number, distance in depth.items()} == expected
        assert {(known[one], known[other]) for one, other in found} == (
            led if direction == "forward" else {(used, made) for made, used in led}
        )


@pytest.fixture
def fewer(database_kind: str) -> int:
    return EXAMPLES[database_kind]


def test_the_closure_is_that_of_a_walk_over_all_links_at_every_moment(session: Session, fewer: int) -> None:
    @settings(
        max_examples=fewer,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(stories, st.sets(lots, min_size=1, max_size=2), st.sampled_from([None, 0, 2, 4]), st.randoms())
    def one(story: Story, seeds: set[str], until: int | None, rng: random.Random) -> None:
        try:
            bodies = bodies_of(story)
            rng.shuffle(bodies)
            capture(session, parse_events(bodies))
            check_closure(session, story, seeds, until)
            assert find_differences(session) == 0
        finally:
            session.rollback()

    one()


def test_a_late_correction_takes_its_links_away(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill   makes  FLOUR-1 100 kg
        b1: bakery makes BREAD-1 90 from FLOUR-1 60 kg
        b2: bakery makes CAKE-1 30 from FLOUR-1 40 kg
        """,
    )
    supply_chain(session, "error b1", chain)
    depth, links = read_closure(session, [chain["FLOUR-1"]], "forward")
    assert depth == {chain["FLOUR-1"]: 0, chain["CAKE-1"]: 1}
    assert links == {(chain["FLOUR-1"], chain["CAKE-1"])}
    assert session.scalar(select(func.count()).select_from(GenealogyEdge)) == 2


def test_what_nothing_was_made_from_reaches_itself_and_nothing_reaches_nothing(session: Session) -> None:
    assert read_closure(session, [77], "forward") == ({77: 0}, set())
    assert read_closure(session, [], "backward", 0) == ({}, set())


SMALL = (chain(1200), layers(12, 10), rework(300), blend(150, 150))
FULL = (chain(200_000), layers(49, 40), rework(20_000), blend(1000, 1000))


def check_bomb(database: Database, bomb: Bomb) -> None:
    fill(database, bomb)
    with database.read() as session:
        first, last = (find_numbers(session, [batch(lot)])[batch(lot)] for lot in (bomb.first, bomb.last))
        depth, links = read_closure(session, [first], "forward")
        assert (len(depth), max(depth.values()), len(links)) == (bomb.batches, bomb.depth, bomb.links)
        assert depth[last] == bomb.depth
        back, _ = read_closure(session, [last], "backward")
        assert back[first] == bomb.depth
        if len(depth) + len(links) > readings.MAX_ROWS:
            with pytest.raises(readings.TraceTooLarge):
                readings.read_trace(session, OPERATOR, batch(bomb.first))
            return
        trace = readings.read_trace(session, OPERATOR, batch(bomb.first))
        assert (len(trace["batches"]), len(trace["links"])) == (bomb.batches, bomb.links)
        assert {row["lot"]: row["depth"] for row in trace["batches"]}[bomb.last] == bomb.depth


@pytest.mark.parametrize("bomb", SMALL, ids=lambda bomb: bomb.name)
def test_a_genealogy_made_to_break_the_walk_is_walked_whole(database: Database, bomb: Bomb) -> None:
    check_bomb(database, bomb)


@pytest.mark.campaign
@pytest.mark.parametrize("bomb", FULL, ids=lambda bomb: bomb.name)
def test_the_same_at_full_size(database: Database, bomb: Bomb) -> None:
    check_bomb(database, bomb)
