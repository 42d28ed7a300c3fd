"""What has changed since an impact was frozen: compared with a later run or with today's, with the reasons."""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.comparison.changes import KINDS, Change, Pair, compare
from recalls.comparison.reasons import SENTENCES, Reason, Reasons, find_reasons, span_of
from recalls.impact import Impact, read_impact
from recalls.models import FrozenRun, RecallCase
from recalls.runs import find_run
from trace.answers import BatchRef, Number, write_time
from trace.kit.auth import Principal
from trace.kit.errors import Invalid
from trace.kit.strict_json import loads

Key = tuple[int, str, str]
"""Where a change stands in the list: `recalls.comparison.changes.Change.key`."""


def most_changes(principal: Principal, limit: int) -> int:
    """How many changes are answered at once: the key to go on from names a place, which a firm may not read.

    So a firm is given all of them.
    """
    return sys.maxsize if principal.role == "company" else limit


class ReasonRow(TypedDict):
    """Why a place differs, and the event behind it, if there is one: when it happened, and when it was recorded."""

    reason: str
    message: str
    message_zh: str
    event_id: str | None
    event_time: str | None
    recorded_at: str | None
    batch: BatchRef | None
    version: int | None


class FigurePair(TypedDict):
    """A figure in the earlier and in the later impact; null where it is unknown."""

    before: Number | None
    after: Number | None


class FactPair(TypedDict):
    """A word or number other than a figure, in the earlier and in the later impact."""

    before: str | int | bool | None
    after: str | int | bool | None


class ChangeRow(TypedDict):
    """An affected place that came in, dropped out, or has other figures or facts; ``why`` names the first reasons."""

    change: str
    id: str
    gln: str | None
    name: str | None
    name_en: str | None
    kind: str | None
    uom: str | None
    figures: dict[str, FigurePair]
    facts: dict[str, FactPair]
    why: list[ReasonRow]
    more_reasons: int


class TotalChange(TypedDict):
    """What differs in the tally of an item in one unit of measure."""

    id: str
    gtin: str | None
    uom: str | None
    derived: bool
    figures: dict[str, FigurePair]


class SideRow(TypedDict):
    """One of the two impacts: of which step (null for one made just now), as of when, with which scope."""

    step: str | None
    as_of: str
    version: int
    digest: str | None


class BatchesChanged(TypedDict):
    """Identifiers of the batches that came into scope, or dropped out of it."""

    came_in: list[str]
    dropped_out: list[str]


ChangesRow = TypedDict(
    "ChangesRow",
    {
        "number": str,
        "from": SideRow,
        "to": SideRow,
        "came_in": int,
        "dropped_out": int,
        "changed": int,
        "batches": BatchesChanged,
        "totals": list[TotalChange],
        "places": list[ChangeRow],
        "next": str | None,
    },
)
"""What differs between two impacts: counts of places (a row a unit of measure), and as many of them as asked for."""


def read_changes(
    session: Session, case: RecallCase, digest: str, to: str | None, as_of: datetime, after: Key | None, limit: int
) -> tuple[Any, Key | None]:
    """Return what changed from a run to a later one (``to``, its digest), or to the impact at ``as_of``.

    The first ``limit`` places after the key ``after``, as ChangesRow, and the key to go on from. Raises RunNotFound
    (404), and Invalid (422) for a run that was frozen before the first.
    """
    earlier = find_run(session, case, digest)
    later = None if to is None else find_run(session, case, to)
    end = as_of if later is None else later.as_of
    if end < earlier.as_of:
        detail = f"Expected a run frozen from {write_time(earlier.as_of)} on, got one of {write_time(end)}."
        raise Invalid.field("/to", detail)
    before: Impact = loads(earlier.impact.encode())
    now: Impact = read_impact(session, case, end) if later is None else loads(later.impact.encode())
    found = compare(before, now)
    known = {row["id"] for row in before["batches"]}
    sides = [_side(before, earlier), _side(now, later)]
    del before, now  # megabytes each; the reasons need none of it
    rest = [change for change in found.changes if after is None or change.key > after]
    shown = rest[:limit]
    reasons = find_reasons(session, span_of(case, earlier.as_of, end, known), shown)
    counts: dict[str, int] = {kind: sum(change.kind == kind for change in found.changes) for kind in KINDS}
    answer: dict[str, Any] = {
        "number": case.number,
        "from": sides[0],
        "to": sides[1],
        **counts,
        "batches": {"came_in": found.came_in, "dropped_out": found.dropped_out},
        "totals": [
            {
                "id": row["id"],
                "gtin": row["gtin"],
                "uom": row["uom"],
                "derived": row["derived"],
                "figures": _pairs(pairs),
            }
            for row, pairs in found.totals
        ],
        "places": [_write_change(change, reasons) for change in shown],
        "next": None,
    }
    return answer, shown[-1].key if len(shown) < len(rest) else None


def _side(impact: Impact, run: FrozenRun | None) -> SideRow:
    return {
        "step": None if run is None else run.step,
        "as_of": impact["as_of"],
        "version": impact["version"],
        "digest": impact["digest"],
    }


def _write_change(change: Change, reasons: Reasons) -> ChangeRow:
    row, why = change.row, reasons.first[change.id]
    return {
        "change": change.kind,
        "id": change.id,
        "gln": row["gln"],
        "name": row["name"],
        "name_en": row["name_en"],
        "kind": row["kind"],
        "uom": row["uom"],
        "figures": _pairs(change.figures),
        "facts": _pairs({**change.facts, **change.names}),
        "why": [_write_reason(one, reasons) for one in why],
        "more_reasons": reasons.count[change.id] - len(why),
    }


def _write_reason(reason: Reason, reasons: Reasons) -> ReasonRow:
    event = None if reason.event is None else reasons.events[reason.event]
    english, chinese = SENTENCES[reason.why]
    return {
        "reason": reason.why,
        "message": english.format(version=reason.version),
        "message_zh": chinese.format(version=reason.version),
        "event_id": None if event is None else event.uri,
        "event_time": None if event is None else write_time(event.at),
        "recorded_at": None if event is None else write_time(event.recorded),
        "batch": None if reason.batch is None else reasons.batches[reason.batch],
        "version": reason.version,
    }


def _pairs(pairs: Mapping[str, Pair]) -> Any:
    return {name: {"before": before, "after": after} for name, (before, after) in pairs.items()}
