"""Plans: what is to be done about the goods, version by version, and how many units are to come back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from recalls.history import scope_of, versions_of
from recalls.holdings import find_holdings
from recalls.impact import load_scope
from recalls.models import PlannedQuantity, RecallCase, RecallPlan
from recalls.scope import gtins_of
from trace.amounts import from_stored, to_stored
from trace.answers import describe_batches
from trace.fold.entries import Entry
from trace.gs1 import Gtin, IdentifierError, Kind, read_identifier
from trace.kit.auth import Principal
from trace.kit.errors import FieldError, Invalid
from trace.supply_graph import Supply

ItemUnit = tuple[str, str]
"""(GTIN of 14 digits, or the identifier of a batch of another scheme; unit of measure, empty for pieces)."""


@dataclass(frozen=True, slots=True)
class Planned:
    """So many units of an item, named by ``gtin`` or ``id``, are to be recovered."""

    quantity: Decimal
    gtin: str | None = None
    id: str | None = None
    uom: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it is given; every part may be left open."""

    measures: str | None = None
    disposal: str | None = None
    contact: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    quantities: Sequence[Planned] = ()


class PlanRefused(Invalid):
    """A plan that contradicts itself, or that names goods which the case does not."""


def add_plan(session: Session, case: RecallCase, principal: Principal, step: str, plan: Plan, now: datetime) -> None:
    """Add the next version of the plan. Raises PlanRefused with a pointer to every field that is wrong (422)."""
    problems: list[FieldError] = []
    if plan.starts_on is not None and plan.ends_on is not None and plan.ends_on < plan.starts_on:
        detail = f"Expected a day from starts_on ({plan.starts_on}) on, got {plan.ends_on}."
        problems.append(FieldError("/plan/ends_on", detail))
    items = _read_items(plan.quantities, problems)
    if not problems:
        problems += _foreign(session, case, items, now)
    if problems:
        raise PlanRefused(problems[0].detail, errors=problems)
    row = RecallPlan(
        version=len(case.plans) + 1,
        step=step,
        filed_at=now,
        filed_by=principal.name,
        measures=plan.measures,
        disposal=plan.disposal,
        contact=plan.contact,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
    )
    for position, ((item, uom), planned) in enumerate(zip(items, plan.quantities, strict=True)):
        amount, scale = to_stored(planned.quantity)
        row.quantities.append(PlannedQuantity(position=position, item=item, uom=uom, amount=amount, scale=scale))
    case.plans.append(row)
    session.flush()


def _read_items(quantities: Sequence[Planned], problems: list[FieldError]) -> list[ItemUnit]:
    found: list[ItemUnit] = []
    for index, planned in enumerate(quantities):
        pointer = f"/plan/quantities/{index}"
        if (planned.gtin is None) == (planned.id is None):
            got = "neither" if planned.gtin is None else "both"
            problems.append(FieldError(pointer, f"Expected either gtin or id, got {got}."))
            continue
        try:
            item = _read_item(planned)
        except IdentifierError as error:
            problems.append(FieldError(pointer + ("/id" if planned.gtin is None else "/gtin"), str(error)))
            continue
        if (item, planned.uom) in found:
            unit = planned.uom or "pieces"
            problems.append(FieldError(pointer, f"Expected each item once in a unit, got {item} in {unit} again."))
        found.append((item, planned.uom))
    return found


def _read_item(planned: Planned) -> str:
    if planned.gtin is not None:
        return Gtin.read(planned.gtin).gtin14
    assert planned.id is not None
    named = read_identifier(planned.id)
    if named.kind is Kind.OTHER:
        return named.uri
    if named.gtin is None or named.lot is not None or named.serial is not None:
        raise IdentifierError(f"Expected an item, or a batch of another scheme, got the {named.kind} {named.uri}.")
    return named.gtin


def _foreign(session: Session, case: RecallCase, items: Sequence[ItemUnit], now: datetime) -> Iterable[FieldError]:
    """Yield what is neither named by the scope nor made from it."""
    scope = scope_of(case)
    known = {*gtins_of(scope), *(one.condition.batch_uri for one in scope)}
    if {item for item, _ in items} <= known:
        return
    known |= {item for item, _ in distributed(session, load_scope(session, case, now))}
    for index, (item, _) in enumerate(items):
        if item not in known:
            detail = f"Expected an item of the scope, or one made from it, got {item}."
            yield FieldError(f"/plan/quantities/{index}", detail)


def planned_quantities(
    session: Session, case: RecallCase, as_of: datetime | None = None
) -> dict[ItemUnit, Decimal | None]:
    """Return how many units of each item are to be recovered; ``None`` where a quantity was not recorded.

    What the newest plan that names quantities says; else what had left its makers when the recall was announced, or
    before that when the plan was filed, or when the scope was extended after it. Nothing before there is a plan.
    ``as_of`` leaves out what was filed, announced or added after it.
    """

    def in_time(moment: datetime) -> bool:
        return as_of is None or moment <= as_of

    named = [plan for plan in case.plans if plan.quantities and in_time(plan.filed_at)]
    if named:
        return {(one.item, one.uom): from_stored(one.amount, one.scale) for one in named[-1].quantities}
    filed = [plan.filed_at for plan in case.plans if in_time(plan.filed_at)]
    if not filed:
        return {}
    announced = case.announced_at if case.announced_at is not None and in_time(case.announced_at) else filed[-1]
    extended = max(since for _, since, _ in versions_of(case) if in_time(since))
    return distributed(session, load_scope(session, case, max(announced, extended)))


def distributed(session: Session, supply: Supply) -> dict[ItemUnit, Decimal | None]:
    """Return how many units of each item left the places that made them, what came back taken off.

    That is: made, less what is on hand, was used up, destroyed or lost there. Where nobody recorded the making, the
    places that nothing came to stand for the makers. Every batch in scope has its item's row, also with 0; ``None``
    where a quantity was not recorded (RULES 8: unknown is never 0).
    """
    postings = supply.postings
    made = (postings.entry == Entry.MADE) | (postings.entry == Entry.YIELDED)
    makers = set(zip(postings.batch[made].tolist(), postings.destination[made].tolist(), strict=True))
    with_maker = {batch for batch, _ in makers}
    names = describe_batches(session, supply.depth)
    found: dict[ItemUnit, Decimal | None] = {}
    for one in find_holdings(postings):
        figures, name = one.figures, names[one.batch]
        key = (name["gtin"] or name["id"], one.uom)
        so_far = found.setdefault(key, Decimal(0))
        nothing_came = figures.received == 0 and figures.in_transit == 0
        if (one.batch, one.place) not in makers and (one.batch in with_maker or not nothing_came):
            continue
        if not figures.complete:
            found[key] = None
        elif so_far is not None:
            kept = figures.on_hand + figures.consumed + figures.destroyed + figures.lost
            found[key] = so_far + figures.produced - kept
    return found
