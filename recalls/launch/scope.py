"""The scope of a draft: which products and batches a line means, and what all of it would mean to firms and places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from recalls.affected import find_affected
from recalls.cases import require_owner
from recalls.consignees import consignees_of
from recalls.history import CaseAt
from recalls.impact import Impact, load_lines, summarise
from recalls.impact_table import RegionTotal, count_reach, read_columns, total_regions
from recalls.plans import ItemUnit, distributed
from recalls.scope import Line, find_seeds, read_scope, refuse_mistyped
from trace.amounts import from_stored
from trace.batch_dates import production_dates
from trace.fold.contents import Unit
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.models import Batch, Identifier, Product

SHOWN_BATCHES = 100
SHOWN_PRODUCTS = 20


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch of a line's product; ``chosen`` tells whether the line means it."""

    uri: str
    lot: str
    produced_on: date | None
    quantity: Decimal | None
    uom: Unit
    chosen: bool


@dataclass(frozen=True, slots=True)
class LineMeaning:
    """What a line of a scope means: ``chosen`` of ``known`` batches, and what of those was registered as made.

    ``rows`` are the newest of them; ``unregistered`` of the chosen ones only events name, so ``made`` lacks them.
    """

    known: int
    chosen: int
    unregistered: int
    made: Sequence[tuple[Unit, Decimal]]
    rows: Sequence[BatchRow]


@dataclass(frozen=True, slots=True)
class ScopeMeaning:
    """What a scope would mean: the tally, outlets by province, who would be told, what left the makers."""

    impact: Impact
    outlets: int
    provinces: int
    regions: Sequence[RegionTotal]
    told: int
    distributed: Mapping[ItemUnit, Decimal | None]


def find_line(session: Session, principal: Principal, line: Line) -> LineMeaning:
    """Return what a line of one product means. Raises ScopeRefused (422), ProductNotFound (404) for a firm."""
    scope = read_scope([line])
    require_owner(session, principal, scope)
    gtin = scope[0].condition.gtin
    # goods of which no lot is known are in a scope of the whole product too, and are no batch
    seeds = select(Identifier.id).where(among(session, Identifier.id, find_seeds(session, scope)))
    chosen = set(session.scalars(seeds.where(Identifier.kind == "batch")))
    of_product = (Identifier.gtin == gtin, Identifier.lot.is_not(None), Identifier.kind == "batch")
    known = session.scalar(select(func.count()).select_from(Identifier).where(*of_product)) or 0
    newest = select(Identifier.id, Identifier.uri, Identifier.lot, Batch.amount, Batch.scale, Batch.uom)
    newest = newest.outerjoin(Batch, Batch.id == Identifier.id).where(*of_product)
    rows = session.execute(newest.order_by(Identifier.id.desc()).limit(SHOWN_BATCHES)).all()
    made_on = production_dates(session, [row.id for row in rows])
    sums, registered = _made(session, chosen)
    return LineMeaning(
        known=known,
        chosen=len(chosen),
        unregistered=len(chosen) - registered,
        made=sums,
        rows=[
            BatchRow(
                row.uri,
                row.lot,
                made_on.get(row.id),
                None if row.amount is None else from_stored(row.amount, row.scale),
                row.uom or "",
                row.id in chosen,
            )
            for row in rows
        ],
    )


def _made(session: Session, batches: set[int]) -> tuple[list[tuple[Unit, Decimal]], int]:
    rows = session.execute(select(Batch.amount, Batch.scale, Batch.uom).where(among(session, Batch.id, batches))).all()
    sums: dict[Unit, Decimal] = {}
    for amount, scale, uom in rows:
        sums[uom] = sums.get(uom, Decimal(0)) + from_stored(amount, scale)
    return sorted(sums.items()), len(rows)


def weigh_scope(session: Session, principal: Principal, lines: Sequence[Line], now: datetime) -> ScopeMeaning:
    """Return what a recall of these lines would mean now; it holds nothing and is kept nowhere.

    Raises ScopeRefused (422), and ProductNotFound (404) for a firm.
    """
    scope = read_scope(lines)
    refuse_mistyped(session, scope)
    require_owner(session, principal, scope)
    supply = load_lines(session, scope, now)
    affected = find_affected(supply)
    columns = read_columns(session, principal, affected)
    outlets, provinces = count_reach(columns)
    impact = summarise(session, CaseAt(None, scope), now, affected)
    places: list[dict[str, Any]] = [{"region": place.region} for place in columns.places.values()]
    return ScopeMeaning(
        impact={**impact, "outlets": places, "consignees": []},
        outlets=outlets,
        provinces=provinces,
        regions=total_regions(columns),
        told=len(consignees_of(session, supply)),
        distributed=distributed(session, supply),
    )


def find_products(session: Session, principal: Principal, text: str) -> list[Product]:
    """Return products by a part of the name or the beginning of the code: a firm's own, for officials anybody's."""
    named = [one.contains(text, autoescape=True) for one in (Product.name, Product.name_en, Product.brand)]
    codes = ((Product.gtin, text.zfill(14)), (Product.commodity_code, text))
    coded = [one.startswith(code, autoescape=True) for one, code in codes]
    query = select(Product).where(or_(*named, *coded))
    if principal.role == "company":
        query = query.where(Product.party_id == (principal.party_id or 0))
    return list(session.scalars(query.order_by(Product.id.desc()).limit(SHOWN_PRODUCTS)))


def name_products(session: Session, gtins: Sequence[str]) -> dict[str, Product]:
    """Return the registered products among these GTINs."""
    rows = session.scalars(select(Product).where(among(session, Product.gtin, gtins)))
    return {row.gtin: row for row in rows}
