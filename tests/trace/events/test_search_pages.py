"""Pages of a search: every event that was there at the first page, once, whatever is captured meanwhile."""

import itertools
import random
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trace.events.captured import NOW, OPERATOR, REGULATOR, ask, capture, find, ids, make_firm, observed, shipped
from tests.trace.query_cases import uuid
from trace.epcis.query_language import EventQuery
from trace.events.errors import QueryParameterException, QueryTooLargeException
from trace.events.search import matching_after, search_events
from trace.kit.auth import Principal
from trace.kit.db import Database
from trace.models import Event

ORDERS = [
    {},
    *(
        {"orderBy": field, "orderDirection": direction}
        for field in ("eventTime", "recordTime", "example:level")
        for direction in ("ASC", "DESC")
    ),
]


def level(number: int) -> dict[str, object]:
    """Every third event has no level, and levels repeat."""
    return {} if number % 3 == 0 else {"example:level": number % 5}


def turn(session: Session, query: EventQuery, principal: Principal, size: int) -> Iterator[list[Event]]:
    """Page after page; the caller may capture between them."""
    after = None
    while True:
        found = search_events(session, principal, query, size, after)
        yield found.events
        after = found.next
        if after is None:
            return
        assert all(isinstance(part, str) for part in after)


def fill(session: Session) -> None:
    rng = random.Random(3)
    for part in range(4):
        numbers = range(10 * part, 10 * part + 10)
        bodies = [observed(n, eventTime=f"2026-03-0{rng.randint(1, 3)}T08:00:00Z", **level(n)) for n in numbers]
        capture(session, bodies, now=NOW + timedelta(minutes=rng.randint(0, 2)))


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "-".join(order.values()) or "capture")
def test_events_captured_between_pages_change_nothing(session: Session, order: dict[str, str]) -> None:
    fill(session)
    query = ask(EQ_action="OBSERVE", **order)
    whole = [event.id for event in search_events(session, REGULATOR, query, 100).events]
    assert len(whole) == 40
    paged: list[int] = []
    late = itertools.count(100)
    for events in turn(session, query, REGULATOR, 7):
        paged += [event.id for event in events]
        for day in (1, 2, 3, 4):  # before, among and behind what was shown
            number = next(late)
            capture(session, [observed(number, eventTime=f"2026-03-0{day}T08:00:00Z", **level(number))])
    assert paged == whole


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "-".join(order.values()) or "capture")
def test_the_order_is_the_one_asked_for(session: Session, order: dict[str, str]) -> None:
    fill(session)
    events = search_events(session, REGULATOR, ask(**order), 100).events
    keys = {
        "eventTime": lambda event: event.at,
        "recordTime": lambda event: event.record_time,
        "example:level": lambda event: int(event.event_id[-3:]) % 5,
        None: lambda event: event.id,
    }
    field = order.get("orderBy")
    if field == "example:level":
        without = [int(event.event_id[-3:]) % 3 == 0 for event in events]
        assert without == sorted(without), "events without the field come last"
        events = [event for event in events if int(event.event_id[-3:]) % 3]
    values = [keys[field](event) for event in events]
    assert values == sorted(values, reverse=order.get("orderDirection") == "DESC")


def test_a_writer_runs_while_pages_are_turned(database: Database) -> None:
    with database.write() as session:
        fill(session)
    stop = threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for number in itertools.count(1_000):
                if stop.is_set():
                    return
                with database.write() as session:
                    capture(
                        session, [observed(number % 1_000 + 1_000, eventTime=f"2026-03-0{number % 5 + 1}T08:00:00Z")]
                    )
        except BaseException as error:
            failures.append(error)
            raise

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for order in ORDERS:
            query = ask(EQ_action="OBSERVE", **order)
            with database.read() as session:
                # the newest number and the first page are of one snapshot, as within one request
                newest = session.scalar(select(func.max(Event.id)))
                whole = set(session.scalars(select(Event.id)))
                found = search_events(session, REGULATOR, query, 7)
            paged = [event.id for event in found.events]
            while found.next is not None:
                with database.read() as session:
                    found = search_events(session, REGULATOR, query, 7, found.next)
                paged += [event.id for event in found.events]
            assert sorted(paged) == sorted(whole), order
            assert max(paged) == newest
    finally:
        stop.set()
        writer.join()
    assert not failures


def test_copies_and_declarations_under_one_id_are_told_apart(session: Session) -> None:
    first, second = make_firm(session, 1), make_firm(session, 2)
    for firm in (first, second):
        capture(session, [observed(1), observed(2)], firm)
    declared = {"declarationTime": "2026-03-09T00:00:00Z", "reason": "incorrect_data"}
    capture(session, [observed(1, errorDeclaration=declared)], first)
    capture(session, [observed(1, errorDeclaration=declared | {"reason": "did_not_occur"})], first)
    for principal, count in ((REGULATOR, 6), (first, 4), (second, 2)):
        pages = [event.id for events in turn(session, ask(), principal, 1) for event in events]
        assert len(pages) == len(set(pages)) == count
    assert set(find(session, ask(), second)) == {uuid(1), uuid(2)}


def test_a_position_tells_a_firm_nothing_of_what_others_captured(database: Database) -> None:
    positions = []
    for others in (0, 50):
        with database.write() as session:
            if others == 0:
                firm, other = make_firm(session, 1), make_firm(session, 2)
                capture(session, [observed(number) for number in range(4)], firm)
            capture(session, [observed(number) for number in range(500, 500 + others)], other)
            positions.append(search_events(session, firm, ask(), 2).next)
    assert positions[0] == positions[1]


def test_the_limit_counts_over_all_pages(session: Session) -> None:
    fill(session)
    query = ask(orderBy="eventTime", orderDirection="ASC", eventCountLimit="9")
    pages = [ids(events) for events in turn(session, query, REGULATOR, 4)]
    assert [len(page) for page in pages] == [4, 4, 1]
    assert [one for page in pages for one in page] == find(session, query)
    assert len(find(session, ask(orderBy="eventTime", eventCountLimit="400"))) == 40


def test_a_result_larger_than_allowed_is_refused(session: Session) -> None:
    fill(session)
    assert len(find(session, ask(maxEventCount="40"))) == 40
    with pytest.raises(QueryTooLargeException, match="more than 39"):
        search_events(session, REGULATOR, ask(maxEventCount="39"), 5)
    assert find(session, ask(maxEventCount="0", EQ_action="ADD")) == []


def test_a_position_of_another_firm_is_refused(session: Session) -> None:
    first, second = make_firm(session, 1), make_firm(session, 2)
    capture(session, [observed(number) for number in range(4)], first)
    capture(session, [observed(number) for number in range(10, 14)], second)
    position = search_events(session, first, ask(), 2).next
    assert position is not None
    for wrong in (position, position[:3], [], ["x"] * 6, [*position[:2], "9", *position[3:]]):
        with pytest.raises(QueryParameterException, match="nextPageToken"):
            search_events(session, second, ask(), 2, wrong)


def test_a_firm_finds_what_it_captured_and_what_names_it(session: Session) -> None:
    first, second, third = (make_firm(session, number) for number in (1, 2, 3))
    capture(session, [shipped(1, 1, 2), shipped(2, 1, 3)], first)
    capture(session, [shipped(3, 2, 3)], second)
    capture(session, [observed(4, readPoint=shipped(0, 3, 3)["readPoint"]), shipped(5, 1, 2)])
    for query in (ask(), ask(EQ_bizStep="shipping"), ask(MATCH_epc="urn:example:thing:2")):
        for principal, numbers in (
            (first, [1, 2, 5]),
            (second, [1, 3, 5]),
            (third, [2, 3, 4]),
            (OPERATOR, [1, 2, 3, 4, 5]),
        ):
            everything = find(session, query, OPERATOR)
            assert find(session, query, principal) == [one for one in everything if one in map(uuid, numbers)]


def test_subscribers_get_events_in_order_of_capture(session: Session) -> None:
    fill(session)
    query = ask(orderBy="eventTime", eventCountLimit="1", EQ_action="OBSERVE")
    seen: list[int] = []
    while True:
        events = matching_after(session, REGULATOR, query, seen[-1] if seen else 0, 33, 10)
        if not events:
            break
        seen += [event.id for event in events]
    assert seen == sorted(seen)
    assert seen[-1] == 33
    assert len(seen) == 33
