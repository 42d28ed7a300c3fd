"""The board of a jurisdiction: what is open, which clocks run, who does what, and where the goods are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.gb2260 import bounds_of
from oversight.incidents.flow import INCIDENT
from oversight.incidents.goods import GoodsMap, cases_within, map_goods
from oversight.matters.reading import MatterRow, Wanted, list_matters, write_matters
from oversight.models import Matter, MatterClock
from oversight.withdrawals.flow import WITHDRAWAL
from recalls.models import RecallCase
from trace.kit.auth import Principal

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
    """What stands on the board; ``goods`` are on hand at outlets of the jurisdiction."""

    incidents: Sequence[MatterRow]
    orders: Sequence[Order]
    withdrawals: Sequence[MatterRow]
    cases: Sequence[RecallCase]
    clocks: Sequence[Clock]
    goods: GoodsMap


def read_board(session: Session, principal: Principal, within: str, now: datetime) -> Board:
    """Return the board of an office and all below it, as far as the reader may see it."""
    incidents = _matters(session, principal, INCIDENT.kind, within, now)
    withdrawals = _matters(session, principal, WITHDRAWAL.kind, within, now)
    cases = cases_within(session, within, MOST, now)
    return Board(
        incidents=write_matters(session, principal, incidents, now),
        orders=[order for matter in incidents for order in _orders(matter)],
        withdrawals=write_matters(session, principal, withdrawals, now),
        cases=cases,
        clocks=_clocks(session, within, now),
        goods=map_goods(session, cases[:MOST_DRAWN], withdrawals[:MOST_DRAWN], within, now),
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
