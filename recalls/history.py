"""A case's history, added to and read: its steps, which scope was in force when, and since when its goods were held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from recalls.models import RecallCase, ScopeLine, StageStep
from recalls.scope import Scoped
from recalls.stages import HOLDING_FROM, Outcome, Stage
from trace.holds import Condition
from trace.kit.auth import Principal

Version = tuple[int, datetime, list[Scoped]]
"""(number, since when, the whole scope)."""


@dataclass(frozen=True, slots=True)
class CaseAt:
    """What of a case decides its impact at a moment; a scope that no case was opened for has no ``number``.

    ``scope`` is the one in force then, ``version`` its number; ``held`` the scopes whose goods were held by then, each
    with the moment from which they were.
    """

    number: str | None
    scope: Sequence[Scoped]
    version: int = 1
    held: Sequence[tuple[datetime, Sequence[Scoped]]] = ()


def case_at(case: RecallCase, as_of: datetime) -> CaseAt:
    """Return what decides the impact of ``case`` at ``as_of``; before it was opened, with the first scope."""
    versions = versions_of(case)
    in_force = [version for version in versions if version[1] <= as_of] or versions[:1]
    number, _, scope = in_force[-1]
    start = held_from(case, as_of)
    held = [] if start is None else [(max(since, start), lines) for _, since, lines in versions if since <= as_of]
    return CaseAt(case.number, scope, number, held)


def add_version(case: RecallCase, scope: Sequence[Scoped], now: datetime) -> None:
    """Add the whole scope as the case's newest version."""
    for one in scope:
        condition = one.condition
        row = ScopeLine(
            version=case.version,
            since=now,
            line=one.line,
            gtin=condition.gtin,
            batch_uri=condition.batch_uri,
            lot=condition.lot,
            lot_from=condition.lot_from,
            lot_to=condition.lot_to,
            produced_from=condition.produced_from,
            produced_to=condition.produced_to,
            serial_from=condition.serial_from,
            serial_to=condition.serial_to,
            exclude=condition.exclude,
        )
        case.lines.append(row)


def add_step(
    case: RecallCase,
    principal: Principal,
    step: str,
    way: Sequence[Stage],
    now: datetime,
    reason: str | None,
    outcome: Outcome | None = None,
) -> None:
    """Bring the case along the stages of ``way``; each is on record with who took the step, when and why."""
    before = cast(Stage, case.stage) if case.steps else None
    for after in way:
        row = StageStep(
            at=now,
            step=step,
            from_stage=before,
            to_stage=after,
            version=case.version,
            actor=principal.key_id,
            actor_user_id=principal.user_id,
            actor_party_id=principal.party_id,
            actor_name=principal.name,
            reason=reason,
            outcome=outcome,
        )
        case.steps.append(row)
        case.stage = before = after


def outcome_of(case: RecallCase) -> Outcome | None:
    """Return what the newest assessment said; ``None`` before the first, and where it left that open."""
    said = next((step.outcome for step in reversed(case.steps) if step.step == "assess"), None)
    return cast(Outcome | None, said)


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


def scope_of(case: RecallCase) -> list[Scoped]:
    """Return the newest scope."""
    return versions_of(case)[-1][2]


def held_from(case: RecallCase, as_of: datetime) -> datetime | None:
    """Return when the stop-sale took effect; ``None`` for a drill, before it, and where it was lifted by ``as_of``."""
    lifted = case.stage == "cancelled" and case.announced_at is None and case.steps[-1].at <= as_of
    if case.drill or lifted:
        return None
    start = min((step.at for step in case.steps if step.to_stage in HOLDING_FROM), default=None)
    return start if start is not None and start <= as_of else None
