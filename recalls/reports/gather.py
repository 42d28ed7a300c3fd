"""Everything that a report of a recall is written from, gathered once: forms differ only in what they show of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.effectiveness.checks import Consigned, name_consignees
from recalls.effectiveness.ratios import Effectiveness, Item, Recovery, measure
from recalls.effectiveness.recovery_days import recovered_by
from recalls.effectiveness.standing import Standing, StockKey, item_of, read_standing
from recalls.impact import Impact
from recalls.models import NoticeAttempt, PublicNotice, RecallCase, RecallPlan, Response, ResponseLine
from recalls.violations import microseconds
from recalls.ways_back import find_suppliers
from trace.answers import Place, describe_places
from trace.descriptions import Contact, Goods, read_contacts, read_goods
from trace.fold.entries import RECEIPTS, Entry
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.models import Party, Product
from trace.postings import NOWHERE, Postings, which_of
from trace.vocabulary import name_places

_RECEIVING = which_of(RECEIPTS)


@dataclass(frozen=True, slots=True)
class Purchase:
    """When a batch was received at a place for the first and the last time, and from which places; no returns."""

    first: datetime
    last: datetime
    suppliers: frozenset[int]


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What consumers brought back to shops: ``times`` they did, and units (``None``: some were not counted)."""

    times: int = 0
    units: Decimal | None = Decimal(0)


@dataclass(frozen=True)
class Gathered:
    """One moment of a case. ``period_from`` is where the reported period begins, ``before`` what was so by then.

    ``sent`` is the first attempt that a channel took, by notice; ``names`` are consignees' canonical names.
    """

    case: RecallCase
    as_of: datetime
    period_from: datetime | None
    standing: Standing
    whole: Effectiveness
    impact: Impact
    names: Mapping[Consigned, str]
    places: Mapping[int, Place]
    contacts: Mapping[int, Contact]
    goods: Mapping[str, Goods]
    producers: Mapping[str, Party]
    purchases: Mapping[StockKey, Purchase]
    before: Mapping[StockKey, Recovery]
    brought_back: Mapping[Item, BroughtBack]
    brought_back_in_period: Mapping[Item, BroughtBack]
    sent: Mapping[str, NoticeAttempt]
    public: list[PublicNotice]
    plan: RecallPlan | None
    destroyed: list[tuple[Response, ResponseLine]]


def gather(
    session: Session,
    principal: Principal,
    case: RecallCase,
    impact: Impact,
    as_of: datetime,
    period_from: datetime | None = None,
) -> Gathered:
    """Return all of it at ``as_of``; ``impact`` is the one of that moment, by whose digest the report is known."""
    standing = read_standing(session, case, as_of)
    numbers = {place for one in standing.consignees for place in one.places}
    gtins = {one["gtin"] for one in standing.batches.values() if one["gtin"] is not None}
    since = case.announced_at or as_of
    return Gathered(
        case=case,
        as_of=as_of,
        period_from=period_from,
        standing=standing,
        whole=measure(standing.told, standing.planned),
        impact=impact,
        names={
            (one.party_id, one.place_id): name for name, one in name_consignees(session, standing.consignees).items()
        },
        places=name_places(session, principal, describe_places(session, numbers)),
        contacts=read_contacts(session, principal, numbers),
        goods=read_goods(session, principal, gtins),
        producers=_read_producers(session, gtins),
        purchases=find_purchases(standing.supply.postings),
        before={} if period_from is None else recovered_by(standing, period_from),
        brought_back=count_brought_back(standing, since),
        brought_back_in_period=count_brought_back(standing, max(since, period_from or since)),
        sent=_read_sent(session, standing, as_of),
        public=[] if case.drill else _read_public(session, case, as_of),
        plan=next((plan for plan in reversed(case.plans) if plan.filed_at <= as_of), None),
        destroyed=_read_destroyed(session, case, as_of),
    )


def find_purchases(postings: Postings) -> dict[StockKey, Purchase]:
    """Return when each batch was received where, and from whom; what customers sent back is none."""
    suppliers = find_suppliers(postings)
    rows = np.flatnonzero(_RECEIVING[postings.entry] & (postings.destination != NOWHERE))
    times: dict[StockKey, tuple[int, int]] = {}
    columns = (postings.origin, postings.destination, postings.batch, postings.uom, postings.at)
    for origin, place, batch, uom, at in zip(*(column[rows].tolist() for column in columns), strict=True):
        if origin != NOWHERE and origin not in suppliers.get((place, batch), ()):
            continue
        key = (place, batch, postings.units[uom])
        first, last = times.get(key, (at, at))
        times[key] = (min(first, at), max(last, at))
    nobody: frozenset[int] = frozenset()
    return {
        key: Purchase(_moment(first), _moment(last), suppliers.get(key[:2], nobody))
        for key, (first, last) in times.items()
    }


def _moment(microseconds_since: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds_since)


def count_brought_back(standing: Standing, since: datetime) -> dict[Item, BroughtBack]:
    """Return what consumers brought back after ``since``, by item: each recorded return is one person."""
    postings = standing.supply.postings
    rows = np.flatnonzero((postings.entry == Entry.RETURNED) & (postings.at > microseconds(since)))
    events: dict[Item, set[int]] = {}
    units: dict[Item, Decimal | None] = {}
    columns = (postings.batch, postings.uom, postings.event, postings.amount, postings.known)
    for batch, uom, event, amount, known in zip(*(column[rows].tolist() for column in columns), strict=True):
        item = item_of(standing.batches[batch], postings.units[uom])
        events.setdefault(item, set()).add(event)
        so_far = units.get(item, Decimal(0))
        more = Decimal(amount).scaleb(-postings.scales[uom])
        units[item] = None if so_far is None or not known else so_far + more
    return {item: BroughtBack(len(events[item]), units[item]) for item in events}


def _read_producers(session: Session, gtins: Iterable[str]) -> dict[str, Party]:
    found: dict[str, Party] = {}
    for some in chunked(sorted(gtins)):
        rows = session.execute(
            select(Product.gtin, Party).join(Party, Party.id == Product.party_id).where(Product.gtin.in_(some))
        )
        found.update((gtin, party) for gtin, party in rows)
    return found


def _read_sent(session: Session, standing: Standing, as_of: datetime) -> dict[str, NoticeAttempt]:
    numbers = sorted(one.notice_id for some in standing.notices.values() for one in some)
    found: dict[str, NoticeAttempt] = {}
    for some in chunked(numbers):
        query = select(NoticeAttempt).where(
            NoticeAttempt.notice_id.in_(some), NoticeAttempt.accepted.is_(True), NoticeAttempt.at <= as_of
        )
        for attempt in session.scalars(query.order_by(NoticeAttempt.id)):
            found.setdefault(attempt.notice_id, attempt)
    return found


def _read_public(session: Session, case: RecallCase, as_of: datetime) -> list[PublicNotice]:
    query = select(PublicNotice).where(PublicNotice.case_id == case.id, PublicNotice.published_at <= as_of)
    return list(session.scalars(query.order_by(PublicNotice.id)))


def _read_destroyed(session: Session, case: RecallCase, as_of: datetime) -> list[tuple[Response, ResponseLine]]:
    query = (
        select(Response, ResponseLine)
        .join(ResponseLine, ResponseLine.response_id == Response.id)
        .where(Response.case_id == case.id, Response.answered_at <= as_of, ResponseLine.destroyed.is_not(None))
        .order_by(Response.answered_at, Response.id, ResponseLine.id)
    )
    return [(response, line) for response, line in session.execute(query) if line.destroyed]
