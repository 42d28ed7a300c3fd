"""A date that nobody wrote down counts as possible (RULES 7, 9): events that say how little of their day is known."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.chains import tell
from tests.trace.derived_rows import capture
from trace import supply_graph
from trace.epcis.event import Event
from trace.epcis.json_format import parse_document
from trace.mixing.arcs import DAY
from trace.mixing.reach import find_possible
from trace.models import Identifier
from trace.sources.periods import EVENT_DATE, UNKNOWN, VOCABULARY

STORY = """
    0:  depot makes    A-9 10
    2:  depot ships    A 4 to shop by S1
    2:  shop  receives A 4 from depot by S1
    20: mill  makes    A-1 5
    21: mill  ships    A-1 5 to depot by S2
    22: depot receives A-1 5 from mill by S2
"""
"""The goods without a lot leave the depot, by their instants, twenty days before the affected ones come."""


def reached(session: Session, dates: dict[int, str]) -> set[str | None]:
    """The possible places of a recall of A-1, where the numbered events say no more of their day than this."""
    chain = tell(STORY)
    bodies = [
        {**body, **({f"suyuan:{EVENT_DATE}": dates[number]} if number in dates else {})}
        for number, body in enumerate(chain.bodies)
    ]
    document = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"suyuan": VOCABULARY}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-31T00:00:00Z",
        "epcisBody": {"eventList": bodies},
    }
    events = [one for one in parse_document(json.dumps(document).encode()).events if isinstance(one, Event)]
    assert len(events) == len(bodies)
    capture(session, events)
    chain.numbers = {uri: number for number, uri in session.execute(select(Identifier.id, Identifier.uri))}
    supply = supply_graph.load(session, [chain["A-1"]])
    found = find_possible(session, supply.depth, supply.postings, None, DAY)
    return {chain.name(place) for place, _ in found.places}


@pytest.mark.parametrize(
    ("dates", "places"),
    [
        ({}, set()),
        ({1: UNKNOWN}, {"shop"}),  # when it left, nobody knows
        ({5: UNKNOWN}, {"shop"}),  # when the affected goods came
        ({1: "2026-01-XX"}, {"shop"}),  # it may have left on the last of January
        ({5: "2026-01-XX"}, {"shop"}),  # they may have come on the first
        ({1: "2025-XX-XX"}, set()),  # not in the year before
        ({5: "2026-02-XX"}, set()),
    ],
)
def test_what_may_have_left_later_or_come_earlier_is_possible(
    session: Session, dates: dict[int, str], places: set[str]
) -> None:
    assert reached(session, dates) == places
