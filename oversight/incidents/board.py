"""The board of a jurisdiction: what is open, which clocks run, who does what, and where the goods are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.gb2260 import bounds_of, lies_within
from oversight.incidents.flow import INCIDENT
from oversight.matters.reading import MatterRow, Wanted, list_matters, write_matters
from oversight.models import Matter, MatterClock, Withdrawal
from oversight.withdrawals.flow import WITHDRAWAL
from oversight.withdrawals.tasks import goods_at
from recalls.affected import find_affected
from recalls.impact import load_scope
from recalls.impact_table import RegionTotal, read_columns, total_regions
from recalls.models import RecallCase
from recalls.stages import ENDS
from trace.answers import describe_places
from trace.kit.auth import Principal
from trace.picture import Tile

MOST = 20
MOST_DRAWN = 5
"""Recalls and orders whose goods are put on the map: the newest ones."""


@dataclass(frozen=True, slots=True)
class Order:
    """A task of an incident: who is to do what, until when."""

    number: str
    who: str
    what: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that runs, the first due first."""

    number: str
    title: str
    text_zh: str
    text_en: str
    due_at: datetime
    overdue: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What stands on the board; ``tiles`` are the goods on hand by province, by unit of measure."""

    incidents: Sequence[MatterRow]
    orders: Sequence[Order]
    withdrawals: Sequence[MatterRow]
    cases: Sequence[RecallCase]
    clocks: Sequence[Clock]
    tiles: Mapping[str, Sequence[Tile]]


def read_board(session: Session, principal: Principal, within: str, now: datetime) -> Board:
    """Return the board of an office and all below it, as far as the reader may see it."""
    incidents = _matters(session, principal, INCIDENT.kind, within, now)
    withdrawals = _matters(session, principal, WITHDRAWAL.kind, within, now)
    cases = session.scalars(
        select(RecallCase)
        .where(RecallCase.drill.is_(False), RecallCase.announced_at.is_not(None), RecallCase.stage.not_in(sorted(ENDS)))
        .order_by(RecallCase.id.desc())
        .limit(MOST)
    ).all()
    return Board(
        incidents=write_matters(session, incidents, now),
        orders=[order for matter in incidents for order in _orders(matter)],
        withdrawals=write_matters(session, withdrawals, now),
        cases=cases,
        clocks=_clocks(session, within, now),
        tiles=_tiles(session, principal, cases[:MOST_DRAWN], withdrawals[:MOST_DRAWN], within, now),
    )


def _matters(session: Session, principal: Principal, kind: str, within: str, now: datetime) -> list[Matter]:
    return list_matters(session, principal, Wanted(kinds=(kind,), within=within, waiting="open"), None, MOST, now)


def _orders(matter: Matter) -> list[Order]:
    found = []
    for step in matter.steps:
        if step.step == "task":
            facts: dict[str, Any] = json.loads(step.facts)
            found.append(Order(matter.number, facts["who"], facts["what"], facts["until"]))
    return found


def _clocks(session: Session, within: str, now: datetime) -> list[Clock]:
    first, above = bounds_of(within)
    waiting = MatterClock.met_at.is_(None) & MatterClock.dropped_at.is_(None)
    here = (Matter.code >= first) & (Matter.code < above)
    rows = session.execute(
        select(MatterClock, Matter)
        .join(Matter, Matter.id == MatterClock.matter_id)
        .where(waiting, here, Matter.kind.in_((INCIDENT.kind, WITHDRAWAL.kind)))
        .order_by(MatterClock.due_at, MatterClock.id)
        .limit(MOST)
    )
    return [
        Clock(matter.number, matter.title, clock.limit.text_zh, clock.limit.text_en, clock.due_at, clock.due_at < now)
        for clock, matter in rows
    ]


def _tiles(
    session: Session,
    principal: Principal,
    cases: Sequence[RecallCase],
    withdrawals: Sequence[Matter],
    within: str,
    now: datetime,
) -> dict[str, list[Tile]]:
    """Goods on hand at outlets in the provinces of the jurisdiction, of the newest recalls and orders."""
    sums: dict[tuple[str, str | None], tuple[int, Decimal]] = {}

    def add(region: str | None, uom: str, outlets: int, amount: Decimal) -> None:
        if amount and (region is None or _reaches(region, within)):
            before = sums.get((uom, region), (0, Decimal(0)))
            sums[uom, region] = before[0] + outlets, before[1] + amount

    for case in cases:
        columns = read_columns(session, principal, find_affected(load_scope(session, case, now)))
        for one in total_regions(columns):
            _add_total(one, add)
    for matter in withdrawals:
        there = goods_at(session, session.get_one(Withdrawal, matter.id), now)
        places = describe_places(session, set(there))
        for number in (one for one in there if places[one].kind == "outlet"):
            goods = there[number]
            region = (places[number].region or "")[:2] or None
            for uom in sorted({one.uom for one in goods}):
                add(region, uom, 1, sum((one.quantity for one in goods if one.uom == uom), Decimal(0)))
    tiles: dict[str, list[Tile]] = {}
    for (uom, region), (outlets, amount) in sorted(sums.items(), key=lambda one: (one[0][0], one[0][1] or "")):
        tiles.setdefault(uom, []).append(Tile(region, outlets, amount))
    return tiles


def _add_total(one: RegionTotal, add: Any) -> None:
    add(one.region, one.uom, one.outlets, one.on_hand)


def _reaches(province: str, within: str) -> bool:
    """Whether a province is in a jurisdiction, or the jurisdiction in it."""
    return lies_within(province + "0000", within) or within.startswith(province)
