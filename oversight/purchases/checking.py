"""Purchase checks made: of a delivery that is to come, of one that is refused, and of every receipt on record."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from oversight.models import PurchaseCheck, PurchaseWatch
from oversight.purchases.known import read_goods
from oversight.purchases.looking import Looker
from oversight.purchases.outcomes import OUTCOMES, Finding, Outcome, outcome_of
from oversight.purchases.rules import read_policies
from oversight.registers.entries import home_day
from trace.answers import describe_places
from trace.deliveries import EPOCH, Delivery, find_delivery
from trace.fold.entries import RECEIPTS
from trace.fold.steps import Verb
from trace.identifiers import find_numbers
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict
from trace.kit.jobs import Work
from trace.models import Event, Posting

Occasion = Literal["asked", "refused", "received"]

MOST_EVENTS = 200
"""In one round of the worker."""

_ROW = 1
_WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Came:
    """A batch that comes, or came, to a firm's place, from a supplier if one is known; all by their rows."""

    batch_id: int
    place_id: int
    party_id: int
    region: str | None
    supplier_id: int | None
    event_id: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of it, and what follows by the rules up to row ``rules``."""

    came: Came
    findings: Sequence[Finding]
    outcome: Outcome
    rules: int


class DeliveryDone(Conflict):
    """Nothing of the delivery is on the way any more: it was taken in."""


class RefusedAlready(Conflict):
    """The firm refused this delivery before."""


def judge_delivery(session: Session, delivery: Delivery, now: datetime) -> list[Judged]:
    """Return what would follow for each batch of a delivery that is on its way; nothing is kept."""
    return _judge(session, _coming(session, [delivery], now))


def judge_deliveries(session: Session, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Sequence[Judged]]:
    """Return the same for each of several deliveries, by their numbers."""
    found: dict[int, list[Judged]] = {one.number: [] for one in deliveries}
    for judged in _judge(session, _coming(session, deliveries, now)):
        if judged.came.event_id is not None:
            found[judged.came.event_id].append(judged)
    return found


def worst_of(judged: Collection[Judged]) -> Outcome:
    """Return the gravest outcome; of nothing, ``pass``."""
    return max((one.outcome for one in judged), key=OUTCOMES.index, default="pass")


def check_delivery(session: Session, principal: Principal, event_id: str, now: datetime) -> list[PurchaseCheck]:
    """Check a delivery to an own place and keep what was found. Raises DeliveryNotFound, DeliveryDone."""
    lock_writes(session)
    delivery = _open(session, principal, event_id)
    judged = _judge(session, _coming(session, [delivery], now))
    return _keep(session, judged, "asked", principal, now)


def refuse_delivery(
    session: Session, principal: Principal, event_id: str, reason: str, now: datetime
) -> list[PurchaseCheck]:
    """Say that a delivery is not taken in. No unit moves: it stays on the way until its sender takes it back.

    Raises DeliveryNotFound (404), DeliveryDone and RefusedAlready (409).
    """
    lock_writes(session)
    delivery = _open(session, principal, event_id)
    if find_refused(session, principal, [delivery]):
        raise RefusedAlready("You refused this delivery already.")
    judged = _judge(session, _coming(session, [delivery], now))
    return _keep(session, judged, "refused", principal, now, reason)


def find_refused(session: Session, principal: Principal, deliveries: Iterable[Delivery]) -> set[int]:
    """Return the numbers of those deliveries that the firm refused."""
    numbers = [one.number for one in deliveries]
    mine = (PurchaseCheck.party_id == principal.party_id) & (PurchaseCheck.occasion == "refused")
    found = select(PurchaseCheck.event_id).where(mine, among(session, PurchaseCheck.event_id, numbers)).distinct()
    return {number for number in session.scalars(found) if number is not None}


def _open(session: Session, principal: Principal, event_id: str) -> Delivery:
    delivery = find_delivery(session, principal, event_id)
    if not delivery.lines:
        raise DeliveryDone("Expected a delivery of which something is on the way, got one that was taken in.")
    return delivery


def _coming(session: Session, deliveries: Sequence[Delivery], now: datetime) -> list[tuple[Came, datetime]]:
    numbers = find_numbers(session, {one.destination.id for one in deliveries})
    found = []
    for delivery in deliveries:
        place = delivery.destination
        assert place.party_id is not None
        supplier = None if delivery.origin is None else delivery.origin.party_id
        for batch in dict.fromkeys(line.batch.number for line in delivery.lines):
            came = Came(batch, numbers[place.id], place.party_id, place.region, supplier, delivery.number)
            found.append((came, now))
    return found


def _judge(session: Session, coming: Sequence[tuple[Came, datetime]]) -> list[Judged]:
    """Each by what was so at its moment, rules too: nobody could know of a recall that came later."""
    policies = read_policies(session)
    goods = read_goods(session, {one.batch_id for one, _at in coming})
    lookers: dict[date, Looker] = {}
    judged = []
    for one, at in coming:
        day = home_day(at)
        looker = lookers.setdefault(day, Looker(session, day))
        found = looker.look(goods[one.batch_id], one.supplier_id, one.party_id, at)
        policy = policies.at(at)
        outcome = outcome_of((finding.word for finding in found), policy.outcomes)
        judged.append(Judged(one, found, outcome, policy.newest))
    return judged


def _keep(
    session: Session,
    judged: Sequence[Judged],
    occasion: Occasion,
    principal: Principal | None,
    now: datetime,
    reason: str | None = None,
) -> list[PurchaseCheck]:
    rows = [
        PurchaseCheck(
            at=now,
            occasion=occasion,
            outcome=one.outcome,
            findings=json.dumps([asdict(finding) for finding in one.findings], ensure_ascii=False),
            rules=one.rules,
            reason=reason,
            actor_id=None if principal is None else principal.key_id,
            actor_name=_WORKER if principal is None else principal.name,
            **asdict(one.came),
        )
        for one in judged
    ]
    session.add_all(rows)
    session.flush()
    return rows


# -- receipts that were captured ---------------------------------------------------------------------------------


def follow_receipts(work: Work) -> bool:
    """Check the receipts among the next events, each batch of one once (a job of the worker)."""
    with work.database.read() as session:
        row = session.get(PurchaseWatch, _ROW)
        seen = 0 if row is None else row.event_id
        if (session.scalar(select(func.max(Event.id))) or 0) <= seen:
            return False
    with work.database.write() as session:
        lock_writes(session)
        return check_receipts(session, work.clock()) > 0


def check_receipts(session: Session, now: datetime) -> int:
    """Check the receipts among the next events; return how many events were looked at."""
    row = session.get(PurchaseWatch, _ROW) or PurchaseWatch(id=_ROW, event_id=0)
    session.add(row)
    query = select(Event.id, Event.verb).where(Event.id > row.event_id).order_by(Event.id).limit(MOST_EVENTS)
    events = session.execute(query).all()
    receipts = {number for number, verb in events if verb in (Verb.RECEIVE, Verb.ACCEPT)}
    receipts |= _filled_late(session, [number for number, verb in events if verb in (Verb.PACK, Verb.MAKE)])
    if receipts:
        known = _checked(session, receipts)
        came = [one for one in _received(session, receipts) if (one[0].event_id, one[0].batch_id) not in known]
        _keep(session, _gravest(_judge(session, came)), "received", None, now)
    if events:
        row.event_id = events[-1][0]
    session.flush()
    return len(events)


def _checked(session: Session, receipts: Collection[int]) -> set[tuple[int | None, int]]:
    """The batches of receipts that are checked, by the rows of event and batch."""
    columns, received = (PurchaseCheck.event_id, PurchaseCheck.batch_id), PurchaseCheck.occasion == "received"
    rows = session.execute(select(*columns).where(among(session, PurchaseCheck.event_id, receipts), received))
    return {(event, batch) for event, batch in rows}


def _filled_late(session: Session, packings: Collection[int]) -> set[int]:
    """Checked receipts of containers that, as was said only now, held other batches too when they came."""
    if not packings:
        return set()
    packed = select(Posting.batch_id, func.min(Posting.at).label("at")).where(
        among(session, Posting.event_id, packings)
    )
    some = packed.group_by(Posting.batch_id).subquery()
    checked = select(PurchaseCheck.id).where(
        PurchaseCheck.event_id == Posting.event_id, PurchaseCheck.occasion == "received"
    )
    late = (
        select(Posting.event_id)
        .join(some, (some.c.batch_id == Posting.batch_id) & (some.c.at <= Posting.at))
        .where(Posting.entry.in_(sorted(RECEIPTS)), checked.exists())
        .where(~checked.where(PurchaseCheck.batch_id == Posting.batch_id).exists())
    )
    return set(session.scalars(late))


def _received(session: Session, events: Collection[int]) -> list[tuple[Came, datetime]]:
    """What came from another firm, or from nobody knows where, to a firm's place: a batch once from each supplier."""
    rows = session.execute(
        select(Posting.event_id, Posting.batch_id, Posting.origin_id, Posting.destination_id, Posting.at)
        .where(among(session, Posting.event_id, events), Posting.entry.in_(sorted(RECEIPTS)))
        .order_by(Posting.event_id, Posting.batch_id, Posting.id)
    ).all()
    places = describe_places(session, {place for row in rows for place in row[2:4] if place is not None})
    found: dict[Came, datetime] = {}
    for event, batch, origin, destination, at in rows:
        place = None if destination is None else places[destination]
        supplier = None if origin is None else places[origin].party_id
        if destination is not None and place is not None and place.party_id not in (None, supplier):
            came = Came(batch, destination, place.party_id or 0, place.region, supplier, event)
            found.setdefault(came, EPOCH + timedelta(microseconds=at))
    return list(found.items())


def _gravest(judged: Sequence[Judged]) -> list[Judged]:
    """Of each batch of an event one: what came of it from several suppliers at once is judged by the worst."""
    found: dict[tuple[int | None, int], Judged] = {}
    for one in judged:
        before = found.setdefault((one.came.event_id, one.came.batch_id), one)
        if OUTCOMES.index(one.outcome) > OUTCOMES.index(before.outcome):
            found[one.came.event_id, one.came.batch_id] = one
    return list(found.values())
