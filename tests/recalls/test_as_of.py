"""What was the case at that moment? Asked at the moment itself and asked again at the end, the answer is one.

An answer for a past moment changes only by what is captured later and speaks of that moment or one before it:

1. an event whose time is not after it (a late event);
2. an error declaration of such an event (RULES 4), which takes it out for every moment;
3. an event that first names the lot of a serial (RULES 2): what moved before under the serial was of that lot;
4. another event under the ID of such an event, which is refused and leaves the finding `conflicting_event`;
5. master data: names and kinds of places, whether they mix lots, and production dates, are what is known now.

So the histories here come in order of event time, events of one moment together, and without 2 to 5.
"""

import itertools
import random
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from recalls import cases
from recalls.cases import NewCase
from recalls.impact import read_impact
from recalls.models import RecallCase
from recalls.scope import Line
from tests.recalls.chain import ADMIN
from tests.trace.derived_rows import capture
from tests.trace.histories import ITEM, LOTS, SERIALS, START, History
from trace.epcis.event import Event
from trace.readings import BatchNotFound, read_trace

EXAMPLES = {"sqlite": 8, "postgresql": 3}
GTIN = ITEM.rsplit("/", 1)[1]

histories = st.builds(History, st.randoms(use_true_random=False), st.integers(4, 10))


def by_moment(history: History) -> list[tuple[datetime, list[Event]]]:
    """The events of each moment, earliest first, without declarations and without serials whose lot is told apart."""
    events = [event for event in history.events if event.error_declaration is None and not _names_a_lot(event)]
    events.sort(key=lambda event: event.event_time)
    return [(moment, list(some)) for moment, some in itertools.groupby(events, key=lambda event: event.event_time)]


def _names_a_lot(event: Event) -> bool:
    told_apart = set(SERIALS[1:3])  # one serial, with its lot and without
    return event.lot is not None or not told_apart.isdisjoint((*event.epcs, *event.input_epcs, *event.output_epcs))


def ask(session: Session, case: RecallCase, moment: datetime) -> list[Any]:
    """What is answered about a moment: the impact of a recall of the whole item, and traces of two of its lots."""
    answers: list[Any] = [read_impact(session, case, moment)]
    for lot, direction in zip(LOTS, ("forward", "backward"), strict=False):
        try:
            answers.append(read_trace(session, ADMIN, lot, direction, moment))
        except BatchNotFound:
            answers.append(None)  # nobody has named it yet
    return answers


def check(session: Session, history: History) -> None:
    notice = NewCase(title="召回", hazard="菌落总数超标", instructions="请停止食用。", scope=[Line(gtin=GTIN)])
    case = cases.open_case(session, ADMIN, notice, START)
    told: list[tuple[datetime, list[Any]]] = []
    for moment, events in by_moment(history):
        capture(session, events)
        told.append((moment, ask(session, case, moment)))
    for moment, answers in told:
        again = ask(session, case, moment)
        for before, after in zip(answers, again, strict=True):
            assert before is None or after == before, moment


def test_what_was_answered_for_a_moment_is_answered_for_it_ever_after(database_kind: str, session: Session) -> None:
    @settings(
        max_examples=EXAMPLES[database_kind],
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(histories)
    def one(history: History) -> None:
        try:
            check(session, history)
        finally:
            session.rollback()

    one()


@pytest.mark.campaign
def test_campaign(session: Session) -> None:
    for seed in range(500):
        rng = random.Random(seed)
        try:
            check(session, History(rng, rng.randint(4, 14)))
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
        finally:
            session.rollback()
