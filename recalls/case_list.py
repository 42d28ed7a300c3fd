"""Cases as a desk lists them: narrowed, newest first, with their clocks and how far they have come."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from recalls.cases import list_cases
from recalls.clocks.deadlines import DeadlineRow, write_deadline
from recalls.effectiveness.counted import Counted, read_counted
from recalls.models import Deadline, RecallCase, ScopeLine, StageStep
from recalls.stages import ENDS, STAGES
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.models import Party, Product

Group = Literal["signals", "deciding", "running", "finishing", "ended"]

GROUPS: Mapping[Group, frozenset[str]] = {
    "signals": frozenset({"signal", "under_investigation"}),
    "deciding": frozenset({"notified", "objected", "ordered", "voluntary", "plan_filed"}),
    "running": frozenset({"announced", "executing", "scope_extended"}),
    "finishing": frozenset({"completed", "summary_filed", "assessed"}),
    "ended": frozenset(ENDS),
}
"""Stages as a desk sorts them: to be looked into, to be decided, goods still out, papers still out, over."""

OPEN: frozenset[str] = frozenset(STAGES) - ENDS

MOST_OPEN = 200
"""So many open cases are sorted by their clocks; a desk with more narrows its list."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases: every condition that is given holds.

    ``text`` is a part of a number or title, or a GTIN of the scope; ``region`` the first two digits of GB/T 2260;
    ``mine``: those in which this very person took a step.
    """

    text: str = ""
    stages: Collection[str] = ()
    regime: str | None = None
    recall_class: int | None = None
    kind: str | None = None
    drill: bool | None = None
    mine: bool = False
    region: str | None = None


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case of the list: the names of its firms (Chinese, English), its next clock, and what was last counted."""

    case: RecallCase
    firms: tuple[tuple[str, str], ...]
    clock: DeadlineRow | None
    counted: Counted | None

    @property
    def late(self) -> bool:
        """Whether its next clock has run out."""
        return self.clock is not None and self.clock["state"] == "missed"


def find_cases(
    session: Session, principal: Principal, wanted: CaseFilter, after: int | None, limit: int, now: datetime
) -> list[ListedCase]:
    """Return up to ``limit`` cases that the key may see, newest first, from below the row number ``after``."""
    return _describe(session, list_cases(session, principal, after, limit, *_conditions(principal, wanted)), now)


def find_open_cases(session: Session, principal: Principal, now: datetime) -> list[ListedCase]:
    """Return the newest `MOST_OPEN` cases that go on and the key may see: late ones first, then by their clocks."""
    found = find_cases(session, principal, CaseFilter(stages=OPEN), None, MOST_OPEN, now)
    return sorted(found, key=lambda one: (one.clock is None, one.clock["due_at"] if one.clock else "", -one.case.id))


def _conditions(principal: Principal, wanted: CaseFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.text:
        yield _says(wanted.text)
    if wanted.stages:
        yield RecallCase.stage.in_(sorted(wanted.stages))
    if wanted.regime is not None:
        yield RecallCase.regime == wanted.regime
    if wanted.recall_class is not None:
        yield RecallCase.recall_class == wanted.recall_class
    if wanted.kind is not None:
        yield RecallCase.kind == wanted.kind
    if wanted.drill is not None:
        yield RecallCase.drill.is_(wanted.drill)
    if wanted.mine:
        yield RecallCase.id.in_(select(StageStep.case_id).where(_taken_by(principal)))
    if wanted.region is not None:
        yield RecallCase.regions.contains(f'"{wanted.region}', autoescape=True)


def _taken_by(principal: Principal) -> ColumnElement[bool]:
    by_key = StageStep.actor == principal.key_id
    return by_key if principal.user_id is None else or_(by_key, StageStep.actor_user_id == principal.user_id)


def _says(text: str) -> ColumnElement[bool]:
    names = (RecallCase.number, RecallCase.title, RecallCase.title_en)
    ways = [func.lower(column).contains(text.lower(), autoescape=True) for column in names]
    if text.isdigit() and len(text) >= 8:
        scoped = select(ScopeLine.case_id).where(ScopeLine.gtin == text.zfill(14))
        ways.append(RecallCase.id.in_(scoped))
    return or_(*ways)


def _describe(session: Session, cases: Sequence[RecallCase], now: datetime) -> list[ListedCase]:
    numbers = [case.id for case in cases]
    firms = _firms_of(session, cases)
    clocks = _clocks_of(session, numbers, now)
    counted = read_counted(session, numbers)
    return [ListedCase(case, firms[case.id], clocks.get(case.id), counted.get(case.id)) for case in cases]


def _firms_of(session: Session, cases: Sequence[RecallCase]) -> dict[int, tuple[tuple[str, str], ...]]:
    """The names of the firms whose products the newest scope names; else of the firm that opened the case."""
    gtins = {case.id: {row.gtin for row in case.lines if row.version == case.version} - {None} for case in cases}
    owners = session.execute(
        select(Product.gtin, Party.name, Party.name_en)
        .join(Party, Party.id == Product.party_id)
        .where(among(session, Product.gtin, set().union(*gtins.values())))
    )
    names = {gtin: (name, english or name) for gtin, name, english in owners}
    openers = session.execute(
        select(Party.id, Party.name, Party.name_en).where(
            among(session, Party.id, {case.initiator_id for case in cases} - {None})
        )
    )
    opened = {number: (name, english or name) for number, name, english in openers}
    found = {}
    for case in cases:
        own = sorted({names[gtin] for gtin in gtins[case.id] if gtin in names})
        found[case.id] = tuple(own) or tuple(opened[one] for one in [case.initiator_id] if one in opened)
    return found


def _clocks_of(session: Session, cases: Collection[int], now: datetime) -> dict[int, DeadlineRow]:
    """The clock of each case that falls, or fell, due first and was neither met nor dropped."""
    waits = (or_(Deadline.met_at.is_(None), Deadline.met_at > now), Deadline.dropped_at.is_(None))
    rows = session.scalars(
        select(Deadline)
        .where(among(session, Deadline.case_id, cases), *waits)
        .order_by(Deadline.due_at.desc(), Deadline.id.desc())
    )
    return {row.case_id: write_deadline(row, now) for row in rows}
