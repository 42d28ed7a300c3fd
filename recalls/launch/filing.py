"""A draft checked as the case that it would become, and filed: opened with its plan and the words of its notice."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from recalls.cases import NewCase, open_case, take_step
from recalls.history import add_version
from recalls.launch.draft import Draft
from recalls.launch.drafts import delete_draft, find_draft
from recalls.launch.scope import ScopeMeaning
from recalls.models import RecallCase, RecallPlan
from recalls.plans import Plan
from recalls.publication.facts import read_facts
from recalls.publication.fields import Words
from recalls.publication.notices import keep_draft
from recalls.publication.softening import find_softening
from recalls.publication.versions import find_missing, find_wrong
from recalls.scope import read_scope
from recalls.steps import StepBody
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class Launch:
    """What a draft says, read: the case, its plan (``None``: the firm files it), the notice's words, a reason."""

    case: NewCase
    plan: Plan | None
    notice: Words
    reason: str | None


def check_notice(session: Session, launch: Launch, meaning: ScopeMeaning, now: datetime) -> list[FieldError]:
    """Return what the notice would lack at the announcement, and what is wrong in it, with pointers below /notice."""
    case = _as_if_opened(launch, now)
    facts: Mapping[str, Any] = read_facts(session, case, meaning.impact, now)
    return [*find_missing(launch.notice, facts), *find_wrong(launch.notice, facts)]


def _as_if_opened(launch: Launch, now: datetime) -> RecallCase:
    """Return the case as it would be, known to no session."""
    new, plan = launch.case, launch.plan
    case = RecallCase(
        title=new.title,
        title_en=new.title_en,
        hazard=new.hazard,
        consequence=new.consequence,
        instructions=new.instructions,
        remedies=json.dumps(list(new.remedies)),
        regions=json.dumps(list(new.regions)) if new.regions else None,
        drill=new.drill,
        stage="voluntary",
        version=1,
    )
    add_version(case, read_scope(new.scope), now)
    if plan is not None:
        case.plans.append(RecallPlan(version=1, filed_at=now, starts_on=plan.starts_on, ends_on=plan.ends_on))
    return case


def find_soft_words(draft: Draft) -> dict[str, list[tuple[str, int]]]:
    """Return by field of the notice the words that make the danger look smaller, each with where it stands (from 1)."""
    found = {name: find_softening(text) for name, text in draft.notice.items()}
    return {name: [(one.word, one.at) for one in words] for name, words in found.items() if words}


def file_draft(session: Session, principal: Principal, draft_id: str, launch: Launch, now: datetime) -> RecallCase:
    """Open the case, file its plan, keep the words of its notice, and delete the draft: all of it or nothing.

    Raises DraftNotFound (404), and what `open_case`, `take_step` and `keep_draft` raise.
    """
    lock_writes(session)
    row = find_draft(session, principal, draft_id)  # who sends it twice finds it gone
    case = open_case(session, principal, launch.case, now)
    if launch.plan is not None:
        take_step(session, principal, case.number, "file-plan", now, StepBody(launch.reason, plan=launch.plan))
    keep_draft(session, case, principal, launch.notice, now, launch.reason)
    delete_draft(session, row)
    return case
