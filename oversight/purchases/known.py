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
    """A batch as a check sees it; None is what nobody recorded.

    ``holds`` are recalls and orders, and since when; ``may_hold``, of goods without a lot, those of some lot of the
    product. ``reports``: the newest test last.
    """

    batch_id: int
    named: str
    product_id: int | None
    maker_id: int | None
    registered: bool
    made_on: date | None
    classes: Classes
    holds: Sequence[tuple[str, datetime]]
    may_hold: Sequence[tuple[str, datetime]]
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
    without_lot = {gtin for _id, _uri, gtin, lot, *_ in rows if gtin and not lot}
    of_all, of_some = _holds_of_products(session, without_lot)
    return {
        number: Goods(
            batch_id=number,
            named=f"{gtin} {lot}" if lot else gtin or uri,
            product_id=product,
            maker_id=maker or owner,
            registered=batch is not None,
            made_on=made.get(number),
            classes=() if classes is None else classes_of(classes),
            holds=holds[number] if lot or gtin is None else _unite(holds[number], of_all[gtin]),
            may_hold=() if lot or gtin is None else _unite(of_some[gtin]),
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


Holds = Mapping[str, list[tuple[str, datetime]]]


def _holds_of_products(session: Session, gtins: Collection[str]) -> tuple[Holds, Holds]:
    """The holds of all lots of products, and those of some: named by a line, or made from what a line names."""
    of_all: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    of_some: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    query = select(HoldLine, Hold.reference, Hold.since).join(Hold, Hold.id == HoldLine.hold_id)
    lines = session.execute(query.where(among(session, HoldLine.gtin, gtins)).order_by(Hold.id)).all()
    parted = {(line.hold_id, line.gtin) for line, *_ in lines if line.exclude}
    for line, reference, since in lines:
        product = line.gtin or ""
        if not line.exclude:
            of_some[product].append((reference, since))
            if _is_whole(line) and (line.hold_id, product) not in parted:
                of_all[product].append((reference, since))
    held = (
        select(Identifier.gtin, Hold.reference, Hold.since)
        .join(HeldBatch, HeldBatch.batch_id == Identifier.id)
        .join(Hold, Hold.id == HeldBatch.hold_id)
        .where(among(session, Identifier.gtin, gtins))
    )
    for gtin, reference, since in session.execute(held.order_by(Hold.reference).distinct()):
        of_some[gtin or ""].append((reference, since))
    return of_all, of_some


def _is_whole(line: HoldLine) -> bool:
    """Whether a line names a product whatever its lot."""
    lots = (line.lot, line.lot_from, line.lot_to, line.produced_from, line.produced_to)
    return not any((*lots, line.serial_from, line.serial_to))


def _unite(*some: Collection[tuple[str, datetime]]) -> list[tuple[str, datetime]]:
    return list(dict.fromkeys(one for holds in some for one in holds))


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
