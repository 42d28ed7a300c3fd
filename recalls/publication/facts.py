"""What the records say for a public notice at a moment: goods, producers, batches, units, regions (RECALLS)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.history import scope_of
from recalls.impact import Impact, load_scope
from recalls.models import RecallCase
from recalls.plans import distributed, planned_quantities
from recalls.publication.regions import provinces_of
from recalls.scope import Line, as_lines, item_uri
from trace.answers import exact_or_none
from trace.batch_dates import production_dates
from trace.identifiers import find_numbers
from trace.kit.bulk import among
from trace.models import Batch, Party, Product

MOST_BATCHES = 500
"""So many batches are named in a notice; all are counted."""


def read_facts(session: Session, case: RecallCase, impact: Impact, now: datetime) -> dict[str, Any]:
    """Return what the records say as plain JSON values; ``impact`` is that of ``now``.

    Units made are those of the ledger; units recalled those of the plan, before there is one all that left the makers;
    ``None`` where a quantity is not recorded.
    Goods that are only possibly concerned are not in it.
    """
    batches = [row for row in impact["batches"] if row["depth"] is not None]
    items = list(dict.fromkeys(_item_of(row) for row in batches))
    items = list(dict.fromkeys([*_named(case), *items]))
    products = _products(session, items)
    places = (*impact["outlets"], *impact["consignees"])
    plan = case.plans[-1] if case.plans else None
    dates = _dates(session, [row["id"] for row in batches])
    made = [dates[row["id"]][0] for row in batches]
    known = [day for day in made if day is not None]
    return {
        "title": case.title,
        "title_en": case.title_en,
        "hazard": case.hazard,
        "consequence": case.consequence,
        "instructions": case.instructions,
        "remedies": json.loads(case.remedies),
        "products": [_write_product(item, products.get(item)) for item in items],
        "producers": _producers(products.get(item) for item in items),
        "lines": [_write_line(line) for line in as_lines(scope_of(case))],
        "batches": [_write_batch(row, dates[row["id"]]) for row in batches[:MOST_BATCHES]],
        "batches_in_all": len(batches),
        "produced": [min(known), max(known)] if known and len(known) == len(made) else None,
        "units": _units(session, case, impact, now),
        "provinces": provinces_of([*_regions(case), *(row["region"] for row in places)]),
        "starts_on": None if plan is None else _iso(plan.starts_on),
        "ends_on": None if plan is None else _iso(plan.ends_on),
    }


def _named(case: RecallCase) -> Iterable[str]:
    """Yield the items that the scope names, as canonical identifiers."""
    for one in scope_of(case):
        condition = one.condition
        if condition.gtin is not None:
            yield item_uri(condition.gtin)
        elif condition.batch_uri is not None:
            yield condition.batch_uri


def _regions(case: RecallCase) -> list[str]:
    found: list[str] = json.loads(case.regions or "[]")
    return found


def _item_of(batch: Mapping[str, Any]) -> str:
    uri: str = batch["id"] if batch["gtin"] is None else item_uri(batch["gtin"])
    return uri


def _products(session: Session, items: Sequence[str]) -> dict[str, Product]:
    gtins = [item.removeprefix(item_uri("")) for item in items]
    rows = session.scalars(select(Product).where(among(session, Product.gtin, gtins)))
    return {item_uri(row.gtin): row for row in rows}


def _write_product(item: str, product: Product | None) -> dict[str, Any]:
    gtin = item.removeprefix(item_uri("")) if item.startswith(item_uri("")) else None
    if product is None:
        unknown = dict.fromkeys(("name", "name_en", "brand", "specification"))
        return {"id": item, "gtin": gtin, "code": gtin, **unknown}
    return {
        "id": item,
        "gtin": gtin,
        "code": product.commodity_code,
        "name": product.name,
        "name_en": product.name_en,
        "brand": product.brand,
        "specification": product.specification,
    }


def _producers(products: Iterable[Product | None]) -> list[dict[str, Any]]:
    """Return each firm once, in the order of the goods; one of which nothing is known stands for all such."""
    firms: dict[int | None, Party | None] = {}
    for product in products:
        party = None if product is None else product.party
        firms.setdefault(None if party is None else party.id, party)
    names = ("name", "name_en", "uscc", "phone", "email", "address")
    return [{name: None if party is None else getattr(party, name) for name in names} for party in firms.values()]


def _dates(session: Session, uris: Sequence[str]) -> dict[str, tuple[str | None, str | None]]:
    """Return when each batch was made and when it expires, by its identifier."""
    numbers = find_numbers(session, uris)
    made = production_dates(session, numbers.values())
    rows = session.execute(select(Batch.id, Batch.expires_on).where(among(session, Batch.id, set(numbers.values()))))
    expires: dict[int, date | None] = {number: day for number, day in rows}  # noqa: C416  (a Result is no mapping)
    return {uri: (_iso(made.get(numbers[uri])), _iso(expires.get(numbers[uri]))) for uri in uris}


def _write_batch(row: Mapping[str, Any], dates: tuple[str | None, str | None]) -> dict[str, Any]:
    made, expires = dates
    ref = {name: row[name] for name in ("id", "gtin", "lot")}
    return {**ref, "derived": row["depth"] > 0, "produced_on": made, "expires_on": expires}


def _units(session: Session, case: RecallCase, impact: Impact, now: datetime) -> list[dict[str, Any]]:
    """Return units made and units recalled of each item in each unit of measure."""
    planned = planned_quantities(session, case) or distributed(session, load_scope(session, case, now))
    found = (row["batch"] for row in impact["findings"] if row["rule"] == "origin_not_recorded")
    unrecorded = {_item_of(batch) for batch in found if batch is not None}
    made: dict[tuple[str, str], Decimal | int | None] = {}
    names: dict[tuple[str, str], str] = {}
    for row in impact["totals"]:
        key = (row["gtin"] or row["id"], row["uom"] or "")
        so_far = made.get(key, 0)  # what was made of recalled batches of the same item is a total of its own
        known = so_far is not None and row["complete"] and row["id"] not in unrecorded
        made[key] = so_far + row["produced"] if known else None
        names[key] = row["id"]
    return [
        # what is recalled was made by somebody: nothing made is a making that nobody recorded
        {"id": names[key], "uom": key[1] or None, "made": amount or None, "recalled": exact_or_none(planned.get(key))}
        for key, amount in made.items()
    ]


def _write_line(line: Line) -> dict[str, Any]:
    found = asdict(line) | {"lots": list(line.lots)}
    return found | {name: _iso(getattr(line, name)) for name in ("produced_from", "produced_to")}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
