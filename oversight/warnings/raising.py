"""Signals opened, and further cases that join one which is still open, in the hands of whom they concern."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.gb2260 import common_code, lies_within
from oversight.jurisdictions import nearest_office
from oversight.matters.clocks import run_clocks
from oversight.matters.routing import HAND_OVER
from oversight.matters.steps import CLOCK, Actor, Subject, note_step, open_matter, take_step
from oversight.models import Matter, Signal, SignalCase
from oversight.warnings.flow import GREW, SIGNAL
from oversight.warnings.observations import Observation, Sort
from oversight.warnings.rates import Rate
from oversight.warnings.unusual import Goods
from trace.kit.bulk import among
from trace.models import Identifier, Product

Running = tuple[Mapping[Goods, int], Mapping[int, int]]
"""Open signals by the goods of their cases, and by product those that take all its cases."""


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
    office = code or _office_of(session, {one.region for one in cases})
    sources = len({one.source for one in cases})
    facts = {"sort": sort, "cases": len(cases), "sources": sources}
    subject = Subject(party_id=product.party_id, product_id=product_id, batch_id=batch_id)
    title = f"{product.name} {lot}" if lot else product.name
    matter = open_matter(session, SIGNAL, actor, title, office, subject, now, facts=facts)
    window = len(cases) if rate is None else rate.count
    signal = Signal(matter_id=matter.id, sort=sort, cases=0, window=window, sources=sources)
    if rate is not None:
        signal.base = json.dumps(list(base))
        signal.law, signal.mean, signal.variance, signal.tail = rate.law, rate.mean, rate.variance, rate.tail
    session.add(signal)
    session.flush()
    _add(session, signal, cases)
    return matter


def join_open(session: Session, sort: Sort, cases: Sequence[Observation], now: datetime) -> list[Observation]:
    """Add cases to the open signals of their goods, a batch's before a product's; return those that have none.

    What an officer decided on a product he decided on the batches that had cases: others are judged by themselves.
    """
    running = _running(session, sort)
    joining: dict[int, list[Observation]] = defaultdict(list)
    rest = []
    for one in cases:
        number = _signal_of(running, one)
        if number is None:
            rest.append(one)
        else:
            joining[number].append(one)
    if not joining:
        return rest
    grown = select(Signal).where(among(session, Signal.matter_id, joining.keys())).order_by(Signal.matter_id)
    signals = session.scalars(grown).all()
    matters = {one.id: one for one in session.scalars(select(Matter).where(among(session, Matter.id, joining.keys())))}
    for signal in signals:
        found, matter = joining[signal.matter_id], matters[signal.matter_id]
        _add(session, signal, found)
        take_step(session, SIGNAL, matter, CLOCK, GREW, now, facts={"cases": len(found)})
        if any(one.region is not None and not lies_within(one.region, matter.code) for one in found):
            _hand_up(session, matter, now)
    return rest


def without_signal(session: Session, sort: Sort, cases: Sequence[Observation]) -> list[Observation]:
    """Return the cases that would join no open signal."""
    running = _running(session, sort)
    return [one for one in cases if _signal_of(running, one) is None]


def _signal_of(running: Running, case: Observation) -> int | None:
    named, raised = running
    return named.get((case.product_id, case.batch_id)) or raised.get(case.product_id)


def _hand_up(session: Session, matter: Matter, now: datetime) -> None:
    """Give a signal on which nobody acted yet to the office whose area has its new cases too."""
    if matter.stage != SIGNAL.first or any(one.by_authority for one in matter.steps):
        return
    regions = session.scalars(select(SignalCase.region).where(SignalCase.matter_id == matter.id).distinct())
    office = _office_of(session, regions.all())
    if office == matter.code or not lies_within(matter.code, office):
        return
    before, matter.code = matter.code, office
    facts = {"from": before, "to": office}
    note_step(matter, CLOCK, HAND_OVER, matter.stage, matter.stage, now, None, facts)
    run_clocks(session, matter, HAND_OVER, now)
    session.flush()


def _office_of(session: Session, regions: Collection[str | None]) -> str:
    return nearest_office(session, common_code({one for one in regions if one is not None}))


def _running(session: Session, sort: Sort) -> Running:
    """Return the open signals whose cases are of these goods, and by their product those that take all its cases."""
    open_ones = (Matter.kind == SIGNAL.kind) & Matter.ended_at.is_(None) & (Signal.sort == sort)
    rows = session.execute(
        select(Matter.product_id, Matter.batch_id, Matter.id, Matter.stage)
        .join(Signal, Signal.matter_id == Matter.id)
        .where(open_ones)
        .order_by(Matter.id)
    ).all()
    raised = {one.product_id: one.id for one in rows if one.batch_id is None and one.stage == SIGNAL.first}
    of_products = [one.id for one in rows if one.batch_id is None and one.stage != SIGNAL.first]
    columns = (SignalCase.product_id, SignalCase.batch_id, SignalCase.matter_id)
    cases = session.execute(select(*columns).where(among(session, SignalCase.matter_id, of_products)).distinct())
    named: dict[Goods, int] = {(product, batch): number for product, batch, number in cases}
    return named | {(one.product_id, one.batch_id): one.id for one in rows if one.batch_id is not None}, raised


def _add(session: Session, signal: Signal, cases: Sequence[Observation]) -> None:
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
        for position, one in enumerate(cases, signal.cases + 1)
    )
    signal.cases += len(cases)
    session.flush()
