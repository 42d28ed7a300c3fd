"""What is known of batches that are checked at a purchase: makers, categories, days, holds, test reports."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.models import TestReport
from trace.batch_dates import production_dates
from trace.kit.bulk import among
from trace.models import Batch, HeldBatch, Hold, HoldLine, Identifier, Location, Product
from trace.permits import Category, Classes, category_among, classes_of, read_categories


@dataclass(frozen=True, slots=True)
class Report:
    """A test report: its row, number, the firm that attached it, the day of the test, and whether the batch passed."""

    id: int
    number: str
    party_id: int
    tested_on: date
    passed: bool


@dataclass(frozen=True, slots=True)
class Goods:
    """A batch as a check sees it; None is what nobody recorded. ``holds`` are recalls and orders, and since when;
    of goods without a lot those of any lot of the product. ``reports``: the newest test last."""

    batch_id: int
    named: str
    product_id: int | None
    maker_id: int | None
    registered: bool
    made_on: date | None
    classes: Classes
    has_lot: bool
    holds: Sequence[tuple[str, datetime]]
    reports: Sequence[Report]


def read_goods(session: Session, batches: Collection[int]) -> Mapping[int, Goods]:
    """Return what is known of batches by their rows of identifiers; a fixed number of statements, however many.

    The maker is the firm of the place where the batch was registered, else that of the product.
    """
    rows = session.execute(
        select(
            Identifier.id,
            Identifier.uri,
            Identifier.gtin,
            Identifier.lot,
            Product.id,
            Product.party_id,
            Product.classifications,
            Batch.id,
            Location.party_id,
        )
        .outerjoin(Product, Product.gtin == Identifier.gtin)
        .outerjoin(Batch, Batch.id == Identifier.id)
        .outerjoin(Location, Location.id == Batch.location_id)
        .where(among(session, Identifier.id, batches))
    ).all()
    made = production_dates(session, batches)
    holds, reports = _holds(session, batches), _reports(session, batches)
    of_any_lot = _holds_of_any_lot(session, {gtin for _id, _uri, gtin, lot, *_ in rows if gtin and not lot})
    return {
        number: Goods(
            batch_id=number,
            named=f"{gtin} {lot}" if lot else gtin or uri,
            product_id=product,
            maker_id=maker or owner,
            registered=batch is not None,
            made_on=made.get(number),
            classes=() if classes is None else classes_of(classes),
            has_lot=bool(lot),
            holds=holds[number] if lot or gtin is None else of_any_lot[gtin],
            reports=reports[number],
        )
        for number, uri, gtin, lot, product, owner, classes, batch, maker in rows
    }


def _holds(session: Session, batches: Collection[int]) -> Mapping[int, list[tuple[str, datetime]]]:
    query = select(HeldBatch.batch_id, Hold.reference, Hold.since).join(Hold, Hold.id == HeldBatch.hold_id)
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    held = query.where(among(session, HeldBatch.batch_id, batches)).order_by(Hold.id)
    for number, reference, since in session.execute(held):
        found[number].append((reference, since))
    return found


def _holds_of_any_lot(session: Session, gtins: Collection[str]) -> Mapping[str, list[tuple[str, datetime]]]:
    query = select(HoldLine.gtin, Hold.reference, Hold.since).join(Hold, Hold.id == HoldLine.hold_id).distinct()
    found: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    named = among(session, HoldLine.gtin, gtins) & HoldLine.exclude.is_(False)
    for gtin, reference, since in session.execute(query.where(named).order_by(Hold.since)):
        found[gtin or ""].append((reference, since))
    return found


def _reports(session: Session, batches: Collection[int]) -> Mapping[int, list[Report]]:
    columns = (TestReport.id, TestReport.number, TestReport.party_id, TestReport.tested_on, TestReport.passed)
    found: dict[int, list[Report]] = defaultdict(list)
    query = select(TestReport.batch_id, *columns).where(among(session, TestReport.batch_id, batches))
    for batch, number, name, party, day, passed in session.execute(query.order_by(columns[3], TestReport.id)):
        found[batch].append(Report(number, name, party, day, passed))
    return found


@dataclass(slots=True)
class Categories:
    """The licensed categories, read once."""

    session: Session
    all: list[Category] | None = None

    def of(self, goods: Goods, day: date) -> Category | None:
        """Return the category that goods fall under on a day."""
        if not goods.classes:
            return None
        if self.all is None:
            self.all = read_categories(self.session)
        return category_among(self.all, goods.classes, day)
