"""Signals as they are answered: the figures by which one was raised, its cases, and what these have in common."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.matters.reading import MatterRow, Wanted, find_matter, list_matters, may_see, write_matters
from oversight.models import Matter, Signal
from oversight.warnings.cases import cases_of
from oversight.warnings.flow import SIGNAL
from oversight.warnings.observations import Sort
from trace.answers import BatchRef, describe_batches, describe_places, write_time
from trace.genealogy import read_closure
from trace.identifiers import find_numbers, find_values
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.models import HeldBatch, Hold, Identifier, Product
from trace.sources.bodies import MAX_CASES, CaseIn, SourcesIn
from trace.sources.rows import ScoredBatch, Sources
from trace.sources.search import find_sources

MOST_SHARED = 10


class RateRow(TypedDict):
    """The figures of the window: ``tail`` is the chance of that many cases or more, were all as in the base."""

    base: list[int]
    law: str
    mean: float
    variance: float
    tail: float


class SignalRow(MatterRow):
    """A signal in a list; ``cases`` are all that there are by now, ``window`` those by which it was raised."""

    sort: str
    cases: int
    window: int
    sources: int
    rate: RateRow | None


class CaseRow(TypedDict):
    """A case: what was observed of which goods, where, the record that says so, and whether it still does.

    ``held`` are the stop-sales and recalls that have its batch by now.
    """

    at: str
    record: str
    stands: bool
    region: str | None
    batch: BatchRef | None
    place: str | None
    place_name: str | None
    held: list[str]


class WholeSignal(SignalRow):
    """A signal with its cases, the newest first."""

    observed: list[CaseRow]


class SharedBatch(ScoredBatch):
    """A batch behind the cases: into how many batches of the product it went, and how many of these have a case.

    Salt is in every lot; what is only in those that were complained of tells more.
    """

    made: int
    with_cases: int


@dataclass(frozen=True, slots=True)
class Common:
    """What the cases have in common: the answer of a trace-back, and of how many cases it is.

    ``shared`` are the batches that explain most of them without being a case's own, those first that are in the fewest
    batches without a case; ``untraced`` cases name neither a batch nor a place, or none of the `MAX_CASES` that have
    most cases.
    """

    sources: Sources | None
    shared: Sequence[SharedBatch]
    traced: int
    untraced: int


def list_signals(
    session: Session,
    principal: Principal,
    wanted: Wanted,
    sort: Sort | None,
    after: int | None,
    limit: int,
    now: datetime,
) -> list[Matter]:
    """Return up to ``limit`` signals below the row number ``after`` that somebody may see, the newest first."""
    among = None if sort is None else select(Signal.matter_id).where(Signal.sort == sort)
    return list_matters(session, principal, wanted, after, limit, now, among)


def count_raised(session: Session, principal: Principal) -> int:
    """Return how many signals that somebody may see wait for a decision."""
    raised = (Matter.kind == SIGNAL.kind) & (Matter.stage == SIGNAL.first) & may_see(session, principal)
    return session.scalar(select(func.count()).select_from(Matter).where(raised)) or 0


def write_signals(session: Session, principal: Principal, matters: Sequence[Matter], now: datetime) -> list[SignalRow]:
    """Return signals as lists answer them."""
    signals = _signals(session, [one.id for one in matters])
    written = write_matters(session, principal, matters, now)
    return [_write(signals[one.id], row) for one, row in zip(matters, written, strict=True)]


def read_signal(session: Session, principal: Principal, number: str, now: datetime) -> WholeSignal:
    """Return a signal with its cases. Raises MatterNotFound."""
    matter = find_matter(session, principal, number, (SIGNAL.kind,))
    return {**write_signals(session, principal, [matter], now)[0], "observed": read_cases(session, matter)}


def read_cases(session: Session, matter: Matter) -> list[CaseRow]:
    """Return the cases of a signal, the newest first."""
    rows = cases_of(session, matter)
    batches = describe_batches(session, {one.batch_id for one in rows if one.batch_id is not None})
    places = describe_places(session, {one.place_id for one in rows if one.place_id is not None})
    held = _holds_of(session, batches)
    return [
        {
            "at": write_time(one.at) or "",
            "record": one.record,
            "stands": one.stands,
            "region": one.region,
            "batch": None if one.batch_id is None else batches[one.batch_id],
            "place": None if one.place_id is None else places[one.place_id].id,
            "place_name": None if one.place_id is None else places[one.place_id].name,
            "held": held.get(one.batch_id or 0, []),
        }
        for one in rows
    ]


def _holds_of(session: Session, batches: Collection[int]) -> Mapping[int, list[str]]:
    query = select(HeldBatch.batch_id, Hold.reference).join(Hold, Hold.id == HeldBatch.hold_id).order_by(Hold.id)
    found: dict[int, list[str]] = defaultdict(list)
    for batch, reference in session.execute(query.where(among(session, HeldBatch.batch_id, batches))):
        found[batch].append(reference)
    return found


def find_common(session: Session, principal: Principal, matter: Matter) -> Common:
    """Trace exactly the cases of a signal back: by batch where one is known, else by place (RULES 7, 20-21).

    Cases that do not stand any more are left out. Raises TooManyMovements (413).
    """
    rows = [one for one in cases_of(session, matter) if one.stands]
    named = find_values(session, {number for one in rows for number in (one.batch_id, one.place_id) if number})
    counted = Counter((one.batch_id, None if one.batch_id else one.place_id) for one in rows)
    counted.pop((None, None), None)
    cases = []
    for (batch, place), number in counted.most_common(MAX_CASES):
        if batch is not None:
            cases.append(CaseIn(batch=named[batch].uri, weight=Decimal(number)))
        elif place is not None:
            cases.append(CaseIn(location=named[place].uri, weight=Decimal(number)))
    if not cases:
        return Common(None, (), 0, len(rows))
    sources = find_sources(session, principal, SourcesIn(cases=cases))
    own = {one.batch_id for one in rows if one.batch_id is not None}
    traced = sum(int(one.weight or 0) for one in cases)
    return Common(sources, _find_shared(session, sources, matter, own), traced, len(rows) - traced)


def _find_shared(session: Session, sources: Sources, matter: Matter, own: Collection[int]) -> list[SharedBatch]:
    """Return the batches with the highest score, of several cases; of more than `MOST_SHARED` the first of the answer.

    A case that names a place alone is led to by everything that came there: what is neither the product nor in it is
    left out.
    """
    gtin = session.get_one(Product, matter.product_id).gtin
    numbers = find_numbers(session, [one["id"] for one in sources["batches"]])
    of_product = [numbers[one["id"]] for one in sources["batches"] if one["gtin"] == gtin]
    related, _ = read_closure(session, of_product, "backward")
    others = [one for one in sources["batches"] if numbers[one["id"]] in related and numbers[one["id"]] not in own]
    several = [one for one in others if round(one["score"] * float(sources["total_weight"])) > 1]
    best = [one for one in several if one["score"] == several[0]["score"]][:MOST_SHARED]
    shared: list[SharedBatch] = []
    for one in best:
        reached, _ = read_closure(session, [numbers[one["id"]]], "forward")
        here = among(session, Identifier.id, reached.keys()) & (Identifier.gtin == gtin)
        made = set(session.scalars(select(Identifier.id).where(here)))
        shared.append({**one, "made": len(made), "with_cases": len(made & set(own))})
    return sorted(shared, key=lambda one: (-one["with_cases"] / max(one["made"], 1), one["id"]))


def _signals(session: Session, ids: Collection[int]) -> dict[int, Signal]:
    return {one.matter_id: one for one in session.scalars(select(Signal).where(Signal.matter_id.in_(ids)))}


def _write(one: Signal, row: MatterRow) -> SignalRow:
    return {
        **row,
        "sort": one.sort,
        "cases": one.cases,
        "window": one.window,
        "sources": one.sources,
        "rate": _rate(one),
    }


def _rate(one: Signal) -> RateRow | None:
    if one.base is None or one.law is None or one.mean is None or one.variance is None or one.tail is None:
        return None
    return {
        "base": json.loads(one.base),
        "law": one.law,
        "mean": one.mean,
        "variance": one.variance,
        "tail": one.tail,
    }
