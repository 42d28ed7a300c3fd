"""The affected places of a case as rows of its impact: all of them, or page by page (CONTRACT)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from recalls.figures import bounds, place_statuses
from recalls.places import find_party_codes
from recalls.possible import widen, with_possible_places
from trace.amounts import from_stored
from trace.answers import Place, describe_places, exact
from trace.kit.auth import Principal
from trace.postings import Amounts, Integers
from trace.supply_graph import Supply
from trace.tally import PLACE_FIGURES, FigureTable, PlaceTable, table_places
from trace.vocabulary import name_places

Row = dict[str, Any]
"""An affected place in one unit of measure, as `recalls.impact_answers.ConsigneeRow`."""

PageKey = tuple[int, int, str]
"""(tier, place, unit of measure) of the row that a page ended with."""

UNREACHED = 2**31
"""The tier, for sorting, of places that no recorded movement leads to from a maker."""


@dataclass(frozen=True)
class Affected:
    """Every affected place with its figures and its distance from the makers (`UNREACHED` where there is none)."""

    supply: Supply
    table: PlaceTable
    tier: Integers

    def __len__(self) -> int:
        return len(self.table)

    def page(self, limit: int, after: PageKey | None) -> tuple[Integers, PageKey | None]:
        """Return positions of the next ``limit`` rows, nearest the makers first, and the key to go on from."""
        table = self.table
        unit_order = np.array([sorted(table.units).index(unit) for unit in table.units], dtype=np.int64)
        order = np.lexsort((unit_order[table.uom], table.number, self.tier))
        if after is not None:
            tier, place, uom = after
            later = np.array([unit > uom for unit in table.units], dtype=np.bool_)[table.uom]
            later = (table.number > place) | (table.number == place) & later
            later = (self.tier > tier) | (self.tier == tier) & later
            order = order[later[order]]
        chosen = order[:limit]
        if chosen.size == order.size:
            return chosen, None
        last = chosen[-1]
        return chosen, (int(self.tier[last]), int(table.number[last]), table.units[table.uom[last]])


def find_affected(supply: Supply) -> Affected:
    """Return the affected places of a supply graph, those that nothing names last."""
    table = table_places(supply.postings)
    level = supply.levels[np.searchsorted(supply.postings.ends.places, table.number)]
    tier = np.where(level < 0, UNREACHED, level)
    whole = with_possible_places(table, supply.possible)
    if whole is not table:
        known = dict(zip(table.number.tolist(), tier.tolist(), strict=True))
        added = [known.get(place, UNREACHED) for place in whole.number[len(table) :].tolist()]
        tier = np.concatenate((tier, added))
    return Affected(supply, whole, tier)


def order_by_name(affected: Affected, places: Mapping[int, Place]) -> list[int]:
    """Return the positions of all rows: nearest the makers first, then by identifier and unit of measure."""
    table = affected.table
    tiers, numbers, uoms = affected.tier.tolist(), table.number.tolist(), table.uom.tolist()
    return sorted(range(len(table)), key=lambda at: (tiers[at], places[numbers[at]].id, uoms[at]))


def describe_affected(session: Session, principal: Principal | None, places: Collection[int]) -> dict[int, Place]:
    """Return what is known of ``places``; those nobody registered have the names that documents give them."""
    return name_places(session, principal, describe_places(session, places))


def write_rows(
    session: Session, affected: Affected, places: Mapping[int, Place], chosen: Sequence[int] | Integers
) -> list[Row]:
    """Return the rows at the ``chosen`` positions, in their order."""
    evidence = affected.supply.evidence
    positions = np.asarray(chosen, dtype=np.int64)
    table, tiers = take(affected.table, positions), affected.tier[positions]
    codes = find_party_codes(session, (places[number] for number in set(table.number.tolist())))
    limits = bounds(table)
    upper = numbers(table, limits.upper)
    if not limits.limited.all():
        upper = [one if limited else None for one, limited in zip(upper, limits.limited.tolist(), strict=True)]
    columns = zip(
        table.number.tolist(),
        (table.units[uom] or None for uom in table.uom.tolist()),
        (None if tier == UNREACHED else tier for tier in tiers.tolist()),
        place_statuses(table),
        table.complete.tolist(),
        numbers(table, limits.lower),
        upper,
        *(numbers(table, table.figures[figure]) for figure in PLACE_FIGURES),
        strict=True,
    )
    rows = []
    for number, uom, tier, status, complete, lower, most, *figures in columns:
        facts = places[number]
        received, on_hand, in_transit, shipped, returned, sold, produced, consumed, destroyed, lost = figures
        row = {
            "id": facts.id,
            "gln": facts.gln,
            "name": facts.name,
            "name_en": facts.name_en,
            "party": None if facts.party_id is None else codes[facts.party_id],
            "party_name": facts.party_name,
            "region": facts.region,
            "kind": facts.kind,
            "tier": tier,
            "evidence": evidence[number],
            "status": status,
            "uom": uom,
            "received": received,
            "on_hand": on_hand,
            "in_transit": in_transit,
            "shipped": shipped,
            "returned": returned,
            "sold": sold,
            "produced": produced,
            "consumed": consumed,
            "destroyed": destroyed,
            "lost": lost,
            "complete": complete,
            "lower": lower,
            "expected": most,
            "upper": most,
        }
        rows.append(row)
    if affected.supply.possible.places:
        for row, number, uom in zip(rows, table.number.tolist(), table.uom.tolist(), strict=True):
            widen(row, (number, table.units[uom]), affected.supply.possible)
    return rows


def take(table: PlaceTable, chosen: Integers) -> PlaceTable:
    """Return the ``chosen`` rows of a table."""
    return PlaceTable(
        table.number[chosen],
        table.uom[chosen],
        {figure: column[chosen] for figure, column in table.figures.items()},
        table.complete[chosen],
        table.units,
        table.scales,
        table.arrived[chosen],
        table.counted[chosen],
    )


def numbers(table: FigureTable, column: Amounts) -> list[int | Decimal | None]:
    """Return a column of figures as JSON shows them: whole numbers where the unit is not divided."""
    if not any(table.scales):
        return column.tolist()
    scales = [table.scales[uom] for uom in table.uom.tolist()]
    return [
        exact(from_stored(amount, scale)) if scale else amount
        for amount, scale in zip(column.tolist(), scales, strict=True)
    ]
