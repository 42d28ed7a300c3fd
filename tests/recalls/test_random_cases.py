"""Random people take random steps: nothing happens that the tables do not allow, and nothing recorded is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from recalls import cases
from recalls.authority import RIGHTS
from recalls.cases import NewCase
from recalls.history import outcome_of, versions_of
from recalls.models import RecallCase
from recalls.scope import Line
from recalls.stages import ENDS, HOLDING_FROM, STAGES, STEPS, Outcome, Stage, Step, next_stages, steps_from
from recalls.steps import GROUNDED, StepBody
from tests.recalls.chain import ADMIN, COLLEAGUE, REGULATOR, START, Chain, batch_uri, gtin_of
from trace.check.code import check_code
from trace.kit.auth import Principal
from trace.kit.errors import Conflict, Forbidden, Invalid, NotFound

LATER = START + timedelta(days=30)
LOTS = count()

WHO = ("dairy", "dairy", "manager", "regulator", "colleague", "admin", "rival", "auditor")
OUTCOMES = st.sampled_from(["effective", "ineffective", None])


@dataclass(frozen=True)
class Try:
    """What somebody tries: a step by name, or the one at a position among those that are allowed."""

    who: str
    step: Step | None
    position: int
    grounded: bool
    effective: bool | None


TRIES = st.builds(
    Try,
    who=st.sampled_from(WHO),
    step=st.one_of(st.none(), st.none(), st.sampled_from(STEPS)),
    position=st.integers(0, 2),
    grounded=st.sampled_from([True, True, True, False]),
    effective=st.sampled_from([True, False, None]),
)
LONG_LIFE = [
    Try(who, step, 0, True, step != "assess" or who == "colleague")
    for who, step in (
        ("regulator", "investigate"),
        ("regulator", "notify"),
        ("dairy", "object"),
        ("colleague", "order"),
        ("dairy", "file-plan"),
        ("manager", "announce"),
        ("dairy", "extend"),
        ("dairy", "complete"),
        ("dairy", "file-summary"),
        ("regulator", "assess"),
        ("dairy", "execute"),
        ("manager", "complete"),
        ("manager", "file-summary"),
        ("colleague", "assess"),
        ("dairy", "terminate"),
        ("regulator", "terminate"),
    )
]
"""From a signal to the end of a recall that had to be executed twice."""

OPENINGS = st.sampled_from(
    [
        ("dairy", {"stage": "signal"}),
        ("dairy", {}),
        ("dairy", {"drill": True}),
        ("regulator", {"stage": "under_investigation"}),
        ("regulator", {"kind": "ordered"}),
        ("regulator", {"kind": "notified"}),
        ("admin", {"kind": "ordered"}),
    ]
)


relaxed = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@given(st.sampled_from(STAGES), st.lists(st.tuples(st.sampled_from(STEPS), OUTCOMES), max_size=40))
def test_an_outcome_never_opens_what_the_table_closes(
    first: Stage, steps: Sequence[tuple[Step, Outcome | None]]
) -> None:
    stage = first
    for step, outcome in steps:
        assert set(steps_from(stage, outcome)) <= set(steps_from(stage))
        if step in steps_from(stage, outcome):
            assert next_stages(stage, step, outcome) == next_stages(stage, step)
            stage = next_stages(stage, step)[-1]
    assert (steps_from(stage) == ()) == (stage in ENDS)


def people(session: Session) -> dict[str, Principal]:
    chain = Chain(session)
    dairy, rival = chain.party("dairy firm"), chain.party("rival firm")
    chain.product("yogurt", dairy)
    return {
        "dairy": Principal("company", dairy.id, 7, "dairy"),
        "manager": Principal("company", dairy.id, 8, "manager"),
        "rival": Principal("company", rival.id, 9, "rival"),
        "regulator": REGULATOR,
        "colleague": COLLEAGUE,
        "admin": ADMIN,
        "auditor": Principal("auditor", None, 10, "auditor"),
    }


def is_right(case: RecallCase, principal: Principal, name: str, step: Step) -> bool:
    """Who may, written a second time: from the words of the rules, not from the tables of the program."""
    if name in ("rival", "auditor"):
        return False
    official = principal.role in ("regulator", "admin")
    if step in ("investigate", "close", "notify", "order", "assess") and not official:
        return False
    if step in ("terminate", "cancel") and not official:
        taken = {one.step for one in case.steps} & {"investigate", "notify", "order"}
        if case.initiator_id != principal.party_id or taken:
            return False
    if case.recall_class == 1 and name != "admin":
        by = {"announce": ("file-plan",), "order": ("open", "notify")}.get(step, ())
        begun = max((at for at, one in enumerate(case.steps) if one.step in by), default=len(case.steps))
        since = [one.actor for one in case.steps[begun:] if one.step in (*by, "extend")]
        if principal.key_id in since:
            return False
    return True


def record_of(case: RecallCase) -> dict[str, list[Any]]:
    """Everything that is only ever added to."""
    return {
        "steps": [(one.id, one.at, one.step, one.to_stage, one.actor, one.reason, one.outcome) for one in case.steps],
        "lines": [(one.id, one.version, one.lot) for one in case.lines],
        "plans": [(one.id, one.version, one.step) for one in case.plans],
        "runs": [(one.id, one.step, one.digest) for one in case.runs],
        "versions": list(versions_of(case)),
    }


def papers(attempt: Try, step: Step, lot: str) -> StepBody:
    return StepBody(
        reason="检验结果" if attempt.grounded else None,
        scope=[Line(gtin=gtin_of("yogurt"), lots=(lot,))] if step == "extend" else (),
        effective=attempt.effective if step == "assess" else None,
    )


def walk(session: Session, who: dict[str, Principal], opening: Any, tries: list[Try], recall_class: int) -> None:
    lot = f"L{next(LOTS)}"
    chain = Chain(session, count=1000 * next(LOTS))
    chain.make("dairy", "yogurt", lot, 100)
    chain.batch("yogurt", lot, "dairy")
    opener, words = opening
    scope = [Line(gtin=gtin_of("yogurt"), lots=(lot,))]
    new = NewCase("召回", "菌", "退回", scope, recall_class=recall_class, **words)
    case = cases.open_case(session, who[opener], new, LATER)
    now = LATER
    for attempt in tries:
        now += timedelta(hours=1)
        allowed = cases.allowed_steps(case)
        step = attempt.step or (allowed[min(attempt.position, len(allowed) - 1)] if allowed else "cancel")
        before, stage, principal = record_of(case), case.stage, who[attempt.who]
        expected = (
            step in steps_from(stage, outcome_of(case))  # type: ignore[arg-type]
            and is_right(case, principal, attempt.who, step)
            and (attempt.grounded or step not in GROUNDED)
        )
        taken = try_step(session, principal, case, step, now, papers(attempt, step, lot))
        assert taken == expected, (attempt, step, stage)
        after = record_of(case)
        for name, rows in before.items():
            assert after[name][: len(rows)] == rows, name
        if not taken:
            assert (after, case.stage) == (before, stage)
        else:
            way = [one.to_stage for one in case.steps[len(before["steps"]) :]]
            assert tuple(way) == next_stages(stage, step)  # type: ignore[arg-type]
    assert status_of(session, lot, now) == expected_status(case)


def try_step(
    session: Session, principal: Principal, case: RecallCase, step: Step, now: datetime, body: StepBody
) -> bool:
    try:
        with session.begin_nested():
            cases.take_step(session, principal, case.number, step, now, body)
    except (Forbidden, NotFound, Conflict, Invalid):
        return False
    return True


def status_of(session: Session, lot: str, now: datetime) -> str:
    return check_code(session, batch_uri("yogurt", lot), now)["status"]


def expected_status(case: RecallCase) -> str:
    """RECALLS: recalled from the announcement for good; held from the plan or the order until a cancellation."""
    if case.drill:
        return "no_recall_known"
    if any(one.to_stage == "announced" for one in case.steps):
        return "recalled"
    held = any(one.to_stage in HOLDING_FROM for one in case.steps) and case.stage != "cancelled"
    return "stop_sale" if held else "no_recall_known"


def try_out(session: Session, examples: int) -> None:
    who = people(session)

    @settings(relaxed, max_examples=examples)
    @given(opening=OPENINGS, tries=st.lists(TRIES, min_size=10, max_size=20), recall_class=st.sampled_from([1, 1, 2]))
    @example(opening=("dairy", {"stage": "signal"}), tries=LONG_LIFE, recall_class=1)
    def send(opening: Any, tries: list[Try], recall_class: int) -> None:
        walk(session, who, opening, tries, recall_class)

    send()


def test_random_people_take_random_steps(session: Session) -> None:
    assert set(RIGHTS) == set(STEPS)
    try_out(session, 8)


@pytest.mark.campaign
def test_many_random_people_take_random_steps(session: Session) -> None:
    try_out(session, 300)
