"""Where the goods of recalls and stop-sales are within a jurisdiction: each unit once, by the ledger."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import select, union
from sqlalchemy.orm import Session, selectinload

from oversight.gb2260 import NATION, bounds_of, lies_within
from oversight.models import Matter, Withdrawal
from oversight.withdrawals.scopes import read_lines
from recalls.affected import numbers
from recalls.history import case_at
from recalls.models import RecallCase
from recalls.scope import find_seeds, read_scope
from recalls.stages import ENDS
from recalls.violations import microseconds
from trace.answers import describe_places
from trace.genealogy import read_closure
from trace.kit.bulk import among
from trace.models import Location, Posting
from trace.picture import Tile
from trace.supply_graph import load_recorded
from trace.tally import table_places

MOST_LOOKED = 100
"""Recalls under way that are looked through for goods in a jurisdiction: the newest ones."""

Whether = Literal["in", "out", "untold"]


@dataclass(frozen=True, slots=True)
class GoodsMap:
    """Goods on hand at the outlets of a jurisdiction, by unit of measure and province.

    ``untold`` outlets have goods too, and are registered so coarsely that nobody can tell whether they lie within.
    """

    tiles: Mapping[str, Sequence[Tile]]
    untold: int


def whole_county(code: str) -> str:
    """Return the jurisdiction that the record can tell of: places are registered by county, not by office."""
    return code[:6]


def whether_within(region: str | None, within: str) -> Whether:
    """Return whether a place lies in a jurisdiction, by its region (GB/T 2260), which may be coarser than that."""
    if within == NATION or (region is not None and lies_within(region, within)):
        return "in"
    return "untold" if region is None or lies_within(within, region) else "out"


def cases_within(session: Session, within: str, most: int, now: datetime) -> list[RecallCase]:
    """Return the newest recalls under way of which the ledger names a place in the jurisdiction as affected."""
    under_way = RecallCase.drill.is_(False) & RecallCase.announced_at.is_not(None)
    newest = select(RecallCase).where(under_way, RecallCase.stage.not_in(sorted(ENDS))).order_by(RecallCase.id.desc())
    if within == NATION:
        return list(session.scalars(newest.limit(most)))
    cases = session.scalars(newest.limit(MOST_LOOKED).options(selectinload(RecallCase.lines))).all()
    seeds = {case.id: find_seeds(session, case_at(case, now).scope) for case in cases}
    affected, _links = read_closure(session, set().union(*seeds.values()), "forward", microseconds(now))
    led_here, _links = read_closure(session, _batches_at(session, affected, within), "backward", microseconds(now))
    return [case for case in cases if not seeds[case.id].isdisjoint(led_here)][:most]


def _batches_at(session: Session, batches: Collection[int], within: str) -> set[int]:
    first, above = bounds_of(whole_county(within))
    here = select(Location.id).where(Location.region >= first, Location.region < above)
    ends = [
        select(Posting.batch_id).where(among(session, Posting.batch_id, batches), end.in_(here))
        for end in (Posting.origin_id, Posting.destination_id)
    ]
    return set(session.scalars(union(*ends)))


def map_goods(
    session: Session, cases: Sequence[RecallCase], orders: Sequence[Matter], within: str, now: datetime
) -> GoodsMap:
    """Return what outlets have of the goods of recalls and orders; what stands in several is counted once."""
    scopes = [case_at(case, now).scope for case in cases]
    scopes += [read_scope(read_lines(session.get_one(Withdrawal, one.id).scope)) for one in orders]
    seeds = set().union(*(find_seeds(session, scope) for scope in scopes))
    table = table_places(load_recorded(session, seeds, microseconds(now)).postings)
    places = describe_places(session, set(table.number.tolist()))
    sums: dict[tuple[str, str], tuple[int, Decimal]] = {}
    untold = set()
    on_hand = numbers(table, table.figures["on_hand"])
    for number, unit, amount in zip(table.number.tolist(), table.uom.tolist(), on_hand, strict=True):
        place = places[number]
        if place.kind != "outlet" or not amount or amount < 0:
            continue
        whether = whether_within(place.region, whole_county(within))
        if whether == "untold":
            untold.add(number)
        elif whether == "in":
            key = table.units[unit], (place.region or "")[:2]
            outlets, before = sums.get(key, (0, Decimal(0)))
            sums[key] = outlets + 1, before + amount
    tiles: dict[str, list[Tile]] = {}
    for (uom, province), (outlets, amount) in sorted(sums.items()):
        tiles.setdefault(uom, []).append(Tile(province or None, outlets, amount))
    return GoodsMap(tiles, len(untold))
