"""Signals opened, and further cases that join one which is still open."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from oversight.gb2260 import common_code
from oversight.jurisdictions import nearest_office
from oversight.matters.steps import CLOCK, Actor, Subject, open_matter, take_step
from oversight.models import Matter, Signal, SignalCase
from oversight.warnings.flow import GREW, SIGNAL
from oversight.warnings.observations import Observation, Sort
from oversight.warnings.rates import Rate
from oversight.warnings.unusual import Goods
from trace.models import Identifier, Product


def open_signal(
    session: Session,
    actor: Actor,
    sort: Sort,
    goods: Goods,
    cases: Sequence[Observation],
    now: datetime,
    rate: Rate | None = None,
    base: Sequence[int] = (),
    code: str | None = None,
) -> Matter:
    """Raise a signal about a batch or product in the lowest office whose area has all the cases, or in ``code``."""
    product_id, batch_id = goods
    product = session.get_one(Product, product_id)
    lot = None if batch_id is None else session.get_one(Identifier, batch_id).lot
    office = code or nearest_office(session, common_code([one.region for one in cases if one.region is not None]))
    sources = len({one.source for one in cases})
    facts = {"sort": sort, "cases": len(cases), "sources": sources}
    subject = Subject(party_id=product.party_id, product_id=product_id, batch_id=batch_id)
    title = f"{product.name} {lot}" if lot else product.name
    matter = open_matter(session, SIGNAL, actor, title, office, subject, now, facts=facts)
    signal = Signal(matter_id=matter.id, sort=sort, cases=0, window=len(cases), sources=sources)
    if rate is not None:
        signal.base = json.dumps(list(base))
        signal.law, signal.mean, signal.variance, signal.tail = rate.law, rate.mean, rate.variance, rate.tail
    session.add(signal)
    session.flush()
    _add(session, signal, cases)
    return matter


def join_open(session: Session, sort: Sort, cases: Sequence[Observation], now: datetime) -> list[Observation]:
    """Add cases to the open signals of their goods, a batch's before a product's; return those that have none."""
    running = _running(session, sort)
    joining: dict[int, list[Observation]] = defaultdict(list)
    rest = []
    for one in cases:
        number = _signal_of(running, one)
        if number is None:
            rest.append(one)
        else:
            joining[number].append(one)
    for number, found in joining.items():
        _add(session, session.get_one(Signal, number), found)
        take_step(session, SIGNAL, session.get_one(Matter, number), CLOCK, GREW, now, facts={"cases": len(found)})
    return rest


def without_signal(session: Session, sort: Sort, cases: Sequence[Observation]) -> list[Observation]:
    """Return the cases that would join no open signal."""
    running = _running(session, sort)
    return [one for one in cases if _signal_of(running, one) is None]


def _signal_of(running: Mapping[Goods, int], case: Observation) -> int | None:
    return running.get((case.product_id, case.batch_id)) or running.get((case.product_id, None))


def _running(session: Session, sort: Sort) -> Mapping[Goods, int]:
    rows = session.execute(
        select(Matter.product_id, Matter.batch_id, Matter.id)
        .join(Signal, Signal.matter_id == Matter.id)
        .where(Matter.kind == SIGNAL.kind, Matter.ended_at.is_(None), Signal.sort == sort)
        .order_by(Matter.id)
    )
    return {(product, batch): number for product, batch, number in rows if product is not None}


def _add(session: Session, signal: Signal, cases: Sequence[Observation]) -> None:
    last = session.scalar(select(func.max(SignalCase.position)).where(SignalCase.matter_id == signal.matter_id)) or 0
    session.add_all(
        SignalCase(
            matter_id=signal.matter_id,
            position=position,
            sort=signal.sort,
            at=one.at,
            product_id=one.product_id,
            batch_id=one.batch_id,
            place_id=one.place_id,
            region=one.region,
            record=one.record,
        )
        for position, one in enumerate(cases, last + 1)
    )
    signal.cases += len(cases)
    session.flush()
