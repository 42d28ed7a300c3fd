"""The frame of a plan: every batch of its products at every place of its kinds that the ledger says is there now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from oversight.credit.effects import EFFECTS
from oversight.credit.grades import grade_on
from oversight.credit.score import Grade
from oversight.gb2260 import lies_within
from oversight.matters.clocks import limits_in_force
from oversight.models import GradeChange, Sample
from oversight.registers.entries import home_day
from oversight.sampling.bodies import Criteria
from oversight.sampling.draw import MOST_LINES
from oversight.sampling.limits import write_exact
from recalls.clocks.calendar_days import load_calendar
from recalls.clocks.working_days import Unit, due_after
from recalls.holdings import find_holdings
from trace.gs1 import Kind
from trace.kit.bulk import among
from trace.kit.errors import Invalid, TooLarge
from trace.ledger import read_postings
from trace.models import Identifier, Location, Product
from trace.permits import category_among, classes_of, read_categories


class FrameTooLarge(TooLarge):
    """A draw from more lines than anybody would print."""


class NothingToDraw(Invalid):
    """Nothing of what the plan wants is on hand."""


@dataclass(frozen=True, slots=True)
class Line:
    """A batch at a place in one unit of measure: rows of identifiers and of the seller, and what is printed of it.

    ``weight`` and ``factor`` follow from the seller's grade: how likely it is drawn, how large samples are.
    """

    place_id: int
    batch_id: int
    product_id: int
    producer_id: int | None
    seller_id: int
    kind: str
    region: str | None
    uom: str
    printed: Sequence[str]
    weight: int
    factor: Decimal


def read_frame(session: Session, wanted: Criteria, code: str, rank: int, now: datetime) -> list[Line]:
    """Return the lines to draw from, by place and batch, without products that a higher level has sampled of late.

    Printed are place, batch, unit of measure, quantity on hand, grade of the firm that keeps the place, and weight.
    Raises NothingToDraw, FrameTooLarge.
    """
    products = find_products(session, wanted, now)
    done = sampled_above(session, products, rank, now)
    products = {number: one for number, one in products.items() if number not in done}
    of = {one.gtin: one for one in products.values()}
    batches = {
        number: (uri, of[gtin or ""])
        for number, uri, gtin in session.execute(
            select(Identifier.id, Identifier.uri, Identifier.gtin).where(
                Identifier.gtin.in_(sorted(of)), Identifier.kind == Kind.BATCH.value
            )
        )
    }
    there = [one for one in find_holdings(read_postings(session, batches)) if one.figures.on_hand > 0]
    places = _places(session, {one.place for one in there}, wanted, code)
    there = [one for one in there if one.place in places]
    if not there:
        raise NothingToDraw("Expected goods of the plan on hand at its places, got none that may be sampled now.")
    if len(there) > MOST_LINES:
        raise FrameTooLarge(f"Expected at most {MOST_LINES} lines to draw from, got {len(there)}: narrow the plan.")
    grades = read_grades(session, {place.party_id for place, _uri in places.values()}, now)
    lines = []
    for one in there:
        (place, where), (batch, product) = places[one.place], batches[one.batch]
        grade = grades[place.party_id]
        effect = EFFECTS[grade]
        printed = (where, batch, one.uom, write_exact(one.figures.on_hand), grade, str(effect.draw_weight))
        lines.append(
            Line(
                place_id=one.place,
                batch_id=one.batch,
                product_id=product.id,
                producer_id=product.party_id,
                seller_id=place.party_id,
                kind=place.kind,
                region=place.region,
                uom=one.uom,
                printed=printed,
                weight=effect.draw_weight,
                factor=effect.sample_factor,
            )
        )
    return sorted(lines, key=lambda line: tuple(line.printed[:3]))


def find_products(session: Session, wanted: Criteria, now: datetime) -> dict[int, Product]:
    """Return the registered products that a plan names, by their rows. Raises Invalid for a GTIN that nobody has."""
    named = session.scalars(select(Product).where(Product.gtin.in_(wanted.gtins))).all() if wanted.gtins else []
    missing = sorted(set(wanted.gtins) - {one.gtin for one in named})
    if missing:
        raise Invalid.field("/gtins", f"Expected registered products, got {', '.join(missing[:5])}.")
    found = {one.id: one for one in named}
    if wanted.categories:
        categories = [one for one in read_categories(session) if one.word in wanted.categories]
        unknown = sorted(set(wanted.categories) - {one.word for one in categories})
        if unknown:
            raise Invalid.field("/categories", f"Expected licensed categories, got {', '.join(unknown)}.")
        day = home_day(now)
        found |= {
            one.id: one
            for one in session.scalars(select(Product).where(Product.classifications != "[]"))
            if category_among(categories, classes_of(one.classifications), day) is not None
        }
    return found


def sampled_above(session: Session, products: Collection[int], rank: int, now: datetime) -> set[int]:
    """Return the products that an office of a higher level sampled within the period (产品质量法 article 15).

    A product is one GTIN, which one producer gives out. The period is the time limit ``no-repeat`` of samples.
    """
    limit = next(iter(limits_in_force(session, "sample", now, "no-repeat")), None)
    if limit is None or not products:
        return set()
    above = among(session, Sample.product_id, products) & (Sample.rank < rank) & Sample.taken_at.is_not(None)
    latest = session.execute(
        select(Sample.product_id, func.max(Sample.taken_at)).where(above).group_by(Sample.product_id)
    )
    calendar, unit = load_calendar(session), limit.unit
    return {product for product, at in latest if at and due_after(at, limit.amount, _unit(unit), calendar).at > now}


def _unit(word: str) -> Unit:
    return word  # type: ignore[return-value]  # written by a migration or by a checked edit alone


def _places(session: Session, numbers: Collection[int], wanted: Criteria, code: str) -> dict[int, tuple[Location, str]]:
    rows = session.execute(
        select(Location, Identifier.uri)
        .join(Identifier, Identifier.id == Location.id)
        .where(among(session, Location.id, numbers))
    )
    return {place.id: (place, uri) for place, uri in rows if _is_wanted(place, wanted, code)}


def _is_wanted(place: Location, wanted: Criteria, code: str) -> bool:
    if wanted.kinds and place.kind not in wanted.kinds:
        return False
    region = place.region or "000000"
    return lies_within(region, code) and (not wanted.regions or any(lies_within(region, one) for one in wanted.regions))


def read_grades(session: Session, parties: Collection[int], now: datetime) -> Mapping[int, Grade]:
    """Return the grades on record at a moment; of a firm without one it is worked out."""
    newest = (
        select(func.max(GradeChange.id))
        .where(among(session, GradeChange.party_id, parties), GradeChange.at <= now)
        .group_by(GradeChange.party_id)
    )
    rows = select(GradeChange.party_id, GradeChange.after).where(GradeChange.id.in_(newest))
    known: dict[int, Grade] = dict(session.execute(rows).all())  # type: ignore[arg-type]  # as note_grade wrote them
    return {number: known.get(number) or grade_on(session, number, now) for number in parties}
