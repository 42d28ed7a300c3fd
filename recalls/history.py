"""Reading a case's history: which scope was in force when, and since when its goods were held."""

from datetime import datetime

from recalls.models import RecallCase, ScopeLine
from recalls.scope import Scoped
from recalls.stages import HOLDING_FROM
from trace.holds import Condition

Version = tuple[int, datetime, list[Scoped]]
"""(number, since when, the whole scope)."""


def versions_of(case: RecallCase) -> list[Version]:
    """Return every version of the scope, oldest first."""
    found: dict[int, Version] = {}
    for row in case.lines:
        found.setdefault(row.version, (row.version, row.since, []))[2].append(Scoped(row.line, _condition(row)))
    return [found[version] for version in sorted(found)]


def _condition(row: ScopeLine) -> Condition:
    return Condition(
        gtin=row.gtin,
        batch_uri=row.batch_uri,
        lot=row.lot,
        lot_from=row.lot_from,
        lot_to=row.lot_to,
        produced_from=row.produced_from,
        produced_to=row.produced_to,
        serial_from=row.serial_from,
        serial_to=row.serial_to,
        exclude=row.exclude,
    )


def scope_at(case: RecallCase, as_of: datetime) -> list[Scoped]:
    """Return the scope in force at ``as_of``; before the case was opened, the first (RULES 9: old reports stay)."""
    versions = versions_of(case)
    return next((scope for _, since, scope in reversed(versions) if since <= as_of), versions[0][2])


def scope_of(case: RecallCase) -> list[Scoped]:
    """Return the newest scope."""
    return versions_of(case)[-1][2]


def held_from(case: RecallCase) -> datetime | None:
    """Return when the stop-sale took effect; ``None`` for a drill, before it, and where it was lifted again."""
    if case.drill or (case.stage == "cancelled" and case.announced_at is None):
        return None
    return min((step.at for step in case.steps if step.to_stage in HOLDING_FROM), default=None)
