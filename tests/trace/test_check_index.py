"""What the check answers from: the same as the fold over all events says, and no event is read for it."""

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic import command
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.recalls.chain import START, Chain, gtin_of
from tests.trace.derived_rows import capture
from tests.trace.histories import History
from trace.batch_dates import read_day
from trace.check.code import check_code
from trace.derivation.fold_input import serial_batches
from trace.derivation.resolving import resolve_events
from trace.fold.contents import Item
from trace.fold.entries import Entry
from trace.fold.event import FoldEvent
from trace.fold.order import OrderKey
from trace.fold.steps import Verb
from trace.gs1.check_digits import check_digit
from trace.holds import Condition, lift_hold, place_hold, read_version
from trace.kit import migrate
from trace.kit.db import Database
from trace.models import Content, Event, EventItem, Identifier, Posting, ProductionDay, Role, SerialBatch

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
GTIN = gtin_of("yogurt")
SSCC = "09520000000000001" + check_digit("09520000000000001")
BOX = "09520000000000002" + check_digit("09520000000000002")
EXAMPLES = {"sqlite": 12, "postgresql": 4}

histories = st.builds(History, st.randoms(use_true_random=False), st.integers(2, 10))


# -- the same as the fold ----------------------------------------------------------------------------------------------


def pairs(session: Session, *columns: Any) -> list[tuple[Any, Any]]:
    """Two columns of a table."""
    return [(one, other) for one, other in session.execute(select(*columns))]


def fold_serials(session: Session) -> dict[int, int]:
    """The batches of all serials that have one of their own, from the events."""
    kinds = dict(pairs(session, Identifier.id, Identifier.kind))
    found = serial_batches(session, [number for number, kind in kinds.items() if kind not in ("batch", "item")])
    return {serial: batch for serial, batch in found.items() if kinds[batch] != "item"}


def fold_days(session: Session) -> dict[int, date]:
    """The only production day of each batch, from the postings and their events."""
    found: dict[int, set[date]] = {}
    produced = select(Posting.batch_id, Event.production_date).join(Event, Event.id == Posting.event_id)
    for batch, text in session.execute(produced.where(Posting.entry.in_((Entry.MADE, Entry.YIELDED)))):
        day = read_day(text)
        if day is not None:
            found.setdefault(batch, set()).add(day)
    return {batch: days.pop() for batch, days in found.items() if len(days) == 1}


def fold_contents(session: Session) -> set[tuple[int, int]]:
    """What is in each unit, from all packing events there are: moved in a thousand years, what would move?

    A logistic unit inside that would move nothing stands there itself.
    """
    found: set[tuple[int, int]] = set()
    units = set(session.scalars(select(Identifier.id).where(Identifier.kind == "sscc")))
    packed = select(Identifier.id).join(EventItem, EventItem.identifier_id == Identifier.id)
    packed = packed.where(EventItem.role == Role.PARENT, Identifier.kind == "instance")
    for unit in units | set(session.scalars(packed)):
        nothing: Any = (None, None, None, None, None, frozenset())
        look = FoldEvent(0, OrderKey(2**60, 0, "", ""), Verb.NOTHING, *nothing, (Item(None, unit, None),), (), ())
        full = {(unit, line.batch) for line in resolve_events(session, {0: look}).lines[0]}
        told = {(unit, line.batch) for line in resolve_events(session, {0: look}, tells_empty=True).lines[0]}
        assert full <= told
        found |= full | {(unit, box) for _, box in told - full if box in units}
    return found


def check_fold(session: Session) -> None:
    """Whether the tables say what the fold says."""
    assert dict(pairs(session, SerialBatch.serial_id, SerialBatch.batch_id)) == fold_serials(session)
    assert dict(pairs(session, ProductionDay.batch_id, ProductionDay.day)) == fold_days(session)
    assert set(pairs(session, Content.unit_id, Content.batch_id)) == fold_contents(session)


def dated(history: History, rng: random.Random) -> History:
    """The history, with production dates in what is made."""
    for body in history.bodies:
        if body.get("bizStep") == "commissioning" or body["type"] == "TransformationEvent":
            made = rng.choice([{}, {"productionDate": "2026-02-27"}, {"productionDate": "2026-03-02T08:00:00Z"}])
            renamed = {f"cbvmda:{name}": value for name, value in made.items()}
            if renamed:
                body["ilmd"] = {**body.get("ilmd", {}), **renamed}
    return History.of(history.bodies)


def test_the_index_is_what_the_fold_says_in_whatever_order_events_come(session: Session, database_kind: str) -> None:
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
            events = dated(history, rng).events
            shuffled = rng.sample(events, len(events))
            while shuffled:
                size = rng.randint(1, 4)
                capture(session, shuffled[:size])
                shuffled = shuffled[size:]
                check_fold(session)
        finally:
            session.rollback()

    one()


# -- no event is read --------------------------------------------------------------------------------------------------

ALLOWED = {
    *("identifiers", "products", "parties", "batches"),
    *("holds", "hold_lines", "held_batches"),
    *("serial_batches", "production_days", "contents"),
}


@contextmanager
def watched(session: Session) -> Iterator[list[str]]:
    """The statements that are run."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)


@pytest.fixture
def chain(session: Session) -> Chain:
    """A yogurt with lots that are registered, only recorded, packed, and with a serial; some are recalled."""
    chain = Chain(session)
    chain.product("yogurt", chain.party("dairy firm"), "原味酸奶")
    for lot in ("L1", "L2"):
        chain.make("dairy", "yogurt", lot, 100)
        chain.batch("yogurt", lot, "dairy")
    chain.make("dairy", "yogurt", "L3", 100, productionDate="2026-03-02")
    chain.pack("dairy", SSCC, "yogurt", "L1", 20)
    chain.pack("dairy", BOX, "yogurt", "", 20)
    chain.capture(
        {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "epcList": [f"https://id.gs1.org/01/{GTIN}/10/L1/21/S1"],
        }
    )
    lines = [Condition(GTIN, lot="L1"), Condition(GTIN, produced_from=date(2026, 3, 1), produced_to=date(2026, 3, 5))]
    place_hold(session, "2026-0001", "recall", lines, START, "酸奶召回", "Yogurt recall", "请停止食用。")
    return chain


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (f"(01){GTIN}(10)L1", "recalled"),
        (f"(01){GTIN}(10)L3", "recalled"),
        (f"(01){GTIN}(21)S1", "recalled"),
        (f"(01){GTIN}(21)S2", "lot_needed"),
        (GTIN, "lot_needed"),
        (SSCC, "recalled"),
        (BOX, "lot_needed"),
        (f"(01){gtin_of('milk')}(10)L1", "product_not_registered"),
    ],
)
def test_no_check_reads_an_event_or_a_posting(session: Session, chain: Chain, code: str, status: str) -> None:
    session.flush()
    with watched(session) as seen:
        assert check_code(session, code, NOW)["status"] == status
    read = {word.strip('",') for one in seen for word in one.split() if word.strip('",') in _tables(session)}
    assert read <= ALLOWED
    assert len(seen) <= 12


def _tables(session: Session) -> set[str]:
    return set(Event.metadata.tables)


# -- versions of holds -------------------------------------------------------------------------------------------------


def test_every_change_of_what_is_held_is_another_version(session: Session, chain: Chain) -> None:
    seen = [read_version(session)]

    def changed(act: Callable[[], object]) -> None:
        act()
        seen.append(read_version(session))

    one = [Condition(GTIN, lot="L2")]
    changed(lambda: place_hold(session, "2026-0002", "stop_sale", one, START, "t", None, "i"))
    changed(lambda: place_hold(session, "2026-0002", "stop_sale", one, START, "another title", None, "i"))
    changed(lambda: place_hold(session, "2026-0002", "recall", one, START, "t", None, "i"))
    changed(lambda: chain.blend("dairy", [("yogurt", "L2", 5)], [("cheese", "C1", 10)]))
    changed(lambda: place_hold(session, "2026-0003", "stop_sale", one, START, "t", None, "i"))
    changed(lambda: lift_hold(session, "2026-0003"))
    changed(lambda: place_hold(session, "2026-0003", "stop_sale", one, START, "t", None, "i"))
    assert all(one != other for one, other in itertools.pairwise(seen))
    chain.make("dairy", "yogurt", "L9", 10)  # of no concern to any hold but the dated one, whose batches are the same
    chain.sell("shop", "bread", "B1", 1)
    assert read_version(session)[0] == 3


# -- databases that were there before ----------------------------------------------------------------------------------


def test_the_migration_fills_the_index_from_the_events(new_database: Callable[[], Database]) -> None:
    database = new_database()
    with database.write() as session:
        chain = Chain(session)
        chain.product("yogurt", chain.party("dairy firm"), "原味酸奶")
        chain.make("dairy", "yogurt", "L3", 100, productionDate="2026-03-02")
        chain.pack("dairy", SSCC, "yogurt", "L3", 20)
        place_hold(session, "2026-0001", "recall", [Condition(GTIN, lot="L3")], START, "t", None, "i")
    with database.writer.begin() as connection:
        command.downgrade(migrate.alembic_config(connection), "0020")
    migrate.upgrade(database)
    with database.read() as session:
        check_fold(session)
        assert session.scalars(select(ProductionDay.day)).all() == [date(2026, 3, 2)]
        assert check_code(session, SSCC, NOW)["status"] == "recalled"
        assert read_version(session)[0] == 1
