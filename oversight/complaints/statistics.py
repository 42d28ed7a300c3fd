"""How many came of what, where, about whose goods; and how the office did its duties, by timestamps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from typing_extensions import TypedDict

from oversight.complaints.flows import FLOWS
from oversight.gb2260 import NATION, bounds_of, stem_of
from oversight.jurisdictions import office_of
from oversight.models import Complaint, ComplaintCause, Jurisdiction, Matter, MatterClock
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.errors import Forbidden, Invalid
from trace.models import Party, Product

By = Literal["cause", "product", "firm", "region", "month"]
BYS: tuple[By, ...] = get_args(By)

MOST_ROWS = 100
"""Rows of a statistic as it is read; the rest are one row."""

MOST_EXPORTED = 20_000
"""The same of a sheet."""

MOST_DAYS = 5 * 366


class NotYourRegion(Forbidden):
    """Statistics of what is not within one's own office."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``since`` to ``until``, both counted, within an office."""

    since: date
    until: date
    within: str = NATION


class CountRow(TypedDict):
    """How many of each kind came; ``key`` is the cause's word, a GTIN, a USCC or GLN, a region, a month.

    An empty key is what was not said, ``*`` what the first rows leave over.
    """

    key: str
    name: str | None
    name_en: str | None
    complaint: int
    report: int
    inquiry: int
    praise: int
    total: int


class DutyRow(TypedDict):
    """How duties of a kind were done: of ``total``, ``taken_up`` was accepted, answered or decided, in time or late.

    ``answer_minutes`` is the sum over ``answered``; ``satisfaction`` counts 1 to 5, ``outcomes`` by their words.
    """

    kind: str
    total: int
    taken_up: int
    taken_up_in_time: int
    settled: int
    settled_in_time: int
    answered: int
    answer_minutes: int
    satisfaction: dict[str, int]
    outcomes: dict[str, int]


class DutiesRow(TypedDict):
    """Duties by kind, and how many matters are overdue at this moment."""

    since: str
    until: str
    within: str
    duties: list[DutyRow]
    overdue_now: int


def require_span(session: Session, principal: Principal, span: Span) -> Span:
    """Return a period that may be asked for. Raises Invalid, and NotYourRegion outside one's own office."""
    if not 0 <= (span.until - span.since).days <= MOST_DAYS:
        raise Invalid.field("/until", f"Expected a day from {span.since} to {MOST_DAYS} days later, got {span.until}.")
    if principal.role == "regulator" and not office_of(session, principal).covers(span.within):
        raise NotYourRegion(f"Expected a region within {office_of(session, principal).code}, got {span.within}.")
    return span


def count_by(session: Session, principal: Principal, span: Span, by: By, most: int = MOST_ROWS) -> list[CountRow]:
    """Return the counts, the most first (months and regions in their order); they sum to all that came."""
    require_span(session, principal, span)
    key = _key_of(by, span)
    rows = session.execute(
        select(key, Complaint.kind, func.count()).where(*_within(span)).group_by(key, Complaint.kind)
    ).all()
    counted: dict[Any, dict[str, int]] = {}
    for value, kind, number in rows:
        one = value.strftime("%Y-%m") if by == "month" else value
        counted.setdefault(one, dict.fromkeys(FLOWS, 0))[kind] += number
    ordered = sorted(counted, key=lambda one: (-sum(counted[one].values()), str(one)))
    shown, over = ordered[:most], ordered[most:]
    if by in ("month", "region"):
        shown = sorted(shown, key=str)
    names = _names(session, by, [one for one in shown if one is not None])
    found = [_row(*names.get(one, ("" if one is None else str(one), None, None)), counted[one]) for one in shown]
    if over:
        rest = {kind: sum(counted[one][kind] for one in over) for kind in FLOWS}
        found.append(_row("*", None, None, rest))
    return found


def count_duties(session: Session, principal: Principal, span: Span, now: datetime) -> DutiesRow:
    """Return how each kind's duties were done, of the matters that came in the period."""
    require_span(session, principal, span)
    facts = (Complaint.accepted_in_time, Complaint.settled_in_time, Complaint.outcome, Complaint.satisfaction)
    minutes = (func.count(Complaint.first_answer_minutes), func.sum(Complaint.first_answer_minutes))
    rows = session.execute(
        select(Complaint.kind, *facts, func.count(), *minutes).where(*_within(span)).group_by(Complaint.kind, *facts)
    )
    duties: dict[str, DutyRow] = {}
    for kind, taken_up, settled, outcome, satisfaction, number, answered, took in rows:
        found = duties.setdefault(kind, _no_duty(kind))
        found["total"] += number
        found["taken_up"] += number if taken_up is not None else 0
        found["taken_up_in_time"] += number if taken_up else 0
        found["settled"] += number if settled is not None else 0
        found["settled_in_time"] += number if settled else 0
        found["answered"] += answered
        found["answer_minutes"] += int(took or 0)
        _add(found["outcomes"], outcome, number)
        _add(found["satisfaction"], satisfaction, number)
    return {
        "since": span.since.isoformat(),
        "until": span.until.isoformat(),
        "within": span.within,
        "duties": [duties[kind] for kind in FLOWS if kind in duties],
        "overdue_now": _overdue(session, span.within, now),
    }


def _key_of(by: By, span: Span) -> ColumnElement[Any]:
    if by == "region":
        digits = {0: 2, 2: 4, 4: 6}.get(len(stem_of(span.within)), 9)
        return func.substr(Complaint.region, 1, digits)
    columns: Mapping[By, InstrumentedAttribute[Any]] = {
        "cause": Complaint.cause,
        "product": Complaint.product_id,
        "firm": Complaint.party_id,
        "month": Complaint.opened_on,
    }
    return columns[by].expression


def _within(span: Span) -> list[ColumnElement[bool]]:
    first, above = bounds_of(span.within)
    found = [Complaint.opened_on >= span.since, Complaint.opened_on <= span.until]
    return [*found, Complaint.region >= first, Complaint.region < above] if first else found


def _names(session: Session, by: By, keys: list[Any]) -> dict[Any, tuple[str, str | None, str | None]]:
    if by == "product":
        products = session.scalars(select(Product).where(among(session, Product.id, keys)))
        return {one.id: (one.gtin, one.name, one.name_en) for one in products}
    if by == "firm":
        firms = session.scalars(select(Party).where(among(session, Party.id, keys)))
        return {one.id: (one.uscc or one.gln or str(one.id), one.name, one.name_en) for one in firms}
    if by == "cause":
        causes = session.scalars(select(ComplaintCause).where(ComplaintCause.word.in_(keys)))
        return {one.word: (one.word, one.text_zh, one.text_en) for one in causes}
    if by == "region":
        codes = {one.ljust(6, "0"): one for one in keys}
        offices = session.scalars(select(Jurisdiction).where(among(session, Jurisdiction.code, codes)))
        named = {codes[one.code]: (one.code, one.name, one.name_en) for one in offices}
        return {one: named.get(one, (one.ljust(6, "0"), None, None)) for one in keys}
    return {}


def _row(key: str, name: str | None, name_en: str | None, counted: Mapping[str, int]) -> CountRow:
    return {
        "key": key,
        "name": name,
        "name_en": name_en,
        "complaint": counted["complaint"],
        "report": counted["report"],
        "inquiry": counted["inquiry"],
        "praise": counted["praise"],
        "total": sum(counted.values()),
    }


def _no_duty(kind: str) -> DutyRow:
    return {
        "kind": kind,
        "total": 0,
        "taken_up": 0,
        "taken_up_in_time": 0,
        "settled": 0,
        "settled_in_time": 0,
        "answered": 0,
        "answer_minutes": 0,
        "satisfaction": {},
        "outcomes": {},
    }


def _add(counted: dict[str, int], value: object, number: int) -> None:
    if value is not None:
        counted[str(value)] = counted.get(str(value), 0) + number


def _overdue(session: Session, within: str, now: datetime) -> int:
    first, above = bounds_of(within)
    late = (MatterClock.due_at < now) & MatterClock.met_at.is_(None) & MatterClock.dropped_at.is_(None)
    query = select(func.count(Matter.id.distinct())).join(MatterClock, MatterClock.matter_id == Matter.id)
    query = query.where(late, Matter.kind.in_(FLOWS), Matter.ended_at.is_(None))
    if first:
        query = query.where(Matter.code >= first, Matter.code < above)
    return session.scalar(query) or 0
