"""What the consumer's check answers from, kept in step with the events: batches of serials, production days, contents.

Each is what the fold says of all events there are, so late events and voids change it as they change the ledger.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from trace.batch_dates import read_day
from trace.derivation.dependents import Named, find_holders
from trace.derivation.fold_input import named_batches
from trace.derivation.resolving import resolve_events
from trace.fold.contents import Item
from trace.fold.entries import Entry
from trace.fold.event import FoldEvent
from trace.fold.order import OrderKey
from trace.fold.steps import Verb
from trace.gs1 import Kind
from trace.kit.bulk import among, insert_tuples, stored_value
from trace.kit.db import chunked
from trace.models import Content, Event, EventItem, Identifier, Posting, ProductionDay, Role, SerialBatch

FAR = 2**62
"""A moment after every event, in µs."""

PRODUCED = frozenset({Entry.MADE, Entry.YIELDED})


def keep_check_index(
    session: Session,
    named: Named,
    produced: Collection[int],
    fresh: Collection[int] = (),
    captured: Mapping[int, FoldEvent] = MappingProxyType({}),
) -> None:
    """Bring up to date what hangs on what events ``named``, and on batches of which postings say they were produced.

    ``fresh`` are numbers that no earlier event can have named; ``captured`` are events that need not be read back.
    """
    keep_serials(session, named.serials, fresh)
    keep_days(session, produced, fresh)
    older = (named.serials | named.containers).difference(fresh)
    keep_contents(session, named.containers | find_holders(session, older), fresh, captured)


def keep_serials(session: Session, serials: Collection[int], fresh: Collection[int] = ()) -> None:
    """Derive the batches of ``serials`` anew."""
    _replace(
        session, SerialBatch.serial_id, SerialBatch.batch_id, serials, fresh, named_batches(session, serials).items()
    )


def keep_days(session: Session, batches: Collection[int], fresh: Collection[int] = ()) -> None:
    """Derive the production days of ``batches`` anew; one that was made on several days has none that is known."""
    found: dict[int, set[date]] = {}
    for some in chunked(sorted(batches)):
        made = session.execute(
            select(Posting.batch_id, Event.production_date)
            .join(Event, Event.id == Posting.event_id)
            .where(Posting.batch_id.in_(some), Posting.entry.in_(PRODUCED), Event.production_date.is_not(None))
        )
        for batch, text in made:
            day = read_day(text)
            if day is not None:
                found.setdefault(batch, set()).add(day)
    rows = ((batch, day) for batch, days in found.items() if len(days) == 1 for day in days)
    _replace(session, ProductionDay.batch_id, ProductionDay.day, batches, fresh, rows)


def keep_contents(
    session: Session,
    containers: Collection[int],
    fresh: Collection[int] = (),
    captured: Mapping[int, FoldEvent] = MappingProxyType({}),
) -> None:
    """Derive anew what is inside those of ``containers`` that are logistic units, or packed cases with a serial."""
    wanted = among(session, Identifier.id, sorted(containers))
    units = sorted(session.scalars(select(Identifier.id).where(wanted, _IS_UNIT))) if containers else []
    for some in chunked(units):
        looks = {-unit: _look_into(unit) for unit in some}
        lines = resolve_events(session, looks, captured, tells_empty=True).lines
        inside = {(unit, line.batch) for unit in some for line in lines.get(-unit, ())}
        boxes = {line.batch for found in lines.values() for line in found if line.batch == line.instance}
        is_asset = among(session, Identifier.id, sorted(boxes)) & (Identifier.kind == str(Kind.ASSET))
        assets = set(session.scalars(select(Identifier.id).where(is_asset))) if boxes else set()
        rows = [(unit, batch) for unit, batch in inside if batch not in assets]
        _replace(session, Content.unit_id, Content.batch_id, some, fresh, rows)


_IS_UNIT = (Identifier.kind == str(Kind.SSCC)) | (
    (Identifier.kind == str(Kind.INSTANCE))
    & exists().where(EventItem.identifier_id == Identifier.id, EventItem.role == Role.PARENT)
)


def _look_into(unit: int) -> FoldEvent:
    """An event after all others that moves the unit with whatever is in it."""
    return FoldEvent(
        id=-unit,
        key=OrderKey(FAR, 0, "", ""),
        verb=Verb.NOTHING,
        origin=None,
        destination=None,
        place=None,
        parent=None,
        transformation=None,
        documents=frozenset(),
        items=(Item(None, unit, None),),
        inputs=(),
        outputs=(),
    )


def keep_all(session: Session) -> None:
    """Derive all of it anew, from nothing."""
    for model in (SerialBatch, ProductionDay, Content):
        session.execute(delete(model))
    serials = select(EventItem.identifier_id).where(EventItem.batch_id.is_not(None), ~EventItem.is_class).distinct()
    for some in chunked(sorted(session.scalars(serials)), _PART):
        keep_serials(session, some, some)
    batches = select(Posting.batch_id).where(Posting.entry.in_(PRODUCED)).distinct()
    for some in chunked(sorted(session.scalars(batches)), _PART):
        keep_days(session, some, some)
    units = select(Identifier.id).where(_IS_UNIT)
    for some in chunked(sorted(session.scalars(units)), _PART):
        keep_contents(session, some, some)


_PART = 5_000


def _replace(
    session: Session,
    key: InstrumentedAttribute[int],
    value: InstrumentedAttribute[Any],
    keys: Collection[int],
    fresh: Collection[int],
    rows: Iterable[tuple[int, Any]],
) -> None:
    """Have the table say ``rows`` of ``keys``, writing what changed and nothing else."""
    model: Any = key.class_
    now = {(one, stored_value(session, value, what)) for one, what in rows}
    before: set[tuple[int, Any]] = set()
    older = sorted(set(keys).difference(fresh))
    if older:
        found = session.execute(select(key, value).where(among(session, key, older)))
        before = {(one, stored_value(session, value, what)) for one, what in found}
    changed = {one for one, _ in before - now}
    if changed:
        gone = delete(model).where(among(session, key, sorted(changed)))
        session.execute(gone, execution_options={"synchronize_session": False})
    added = [row for row in now if row not in before or row[0] in changed]
    insert_tuples(session, model, (key.key, value.key), sorted(added))
