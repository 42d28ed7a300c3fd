"""Public notices: composed from the records and the author's words, checked, published version by version."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recalls.impact import Impact, read_impact
from recalls.models import PublicNotice, RecallCase
from recalls.publication.facts import read_facts
from recalls.publication.fields import Words, tell_consumer
from recalls.publication.listing import index_recall
from recalls.publication.photographs import take_pictures
from recalls.publication.versions import Version, find_missing, find_wrong, newest_words
from recalls.stages import ENDS
from trace.holds import HoldNotice, tell_consumers
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, FieldError, Invalid
from trace.kit.strict_json import canonical_dumps, loads

PUBLISHING: frozenset[str] = frozenset({"announce", "extend"})
"""The steps that make a version of the notice, and that one may come with."""


class NoticeRefused(Invalid):
    """A notice that lacks something, contradicts the records, or softens the danger."""


class CaseEnded(Conflict):
    """A case that ended without having been announced has nothing to tell the public."""


def follow_step(
    session: Session, case: RecallCase, principal: Principal, step: str, notice: Words | None, now: datetime
) -> None:
    """Publish a version when a recall is announced or, after that, extended.

    A ``notice`` that is given must be complete (NoticeRefused, 422, names every field). Without one the words of the
    newest version or draft stay; what they lack is listed in the case, because a recall does not wait for a form.
    """
    if notice is not None and step not in PUBLISHING:
        raise NoticeRefused.field("/notice", f"Expected a notice with announce or extend alone, got one with {step}.")
    if step not in PUBLISHING:
        return
    if case.announced_at is None:
        if notice is not None:
            keep_draft(session, case, principal, notice, now)
        return
    facts, run = _facts(session, case, now)
    if notice is not None:
        notice = take_pictures(session, case, notice, now)
        _require(notice, facts, complete=True)
    words = newest_words(session, case) if notice is None else notice
    _add(session, case, principal, step, words, facts, run, now)


def publish(
    session: Session, case: RecallCase, principal: Principal, notice: Words, now: datetime, reason: str | None = None
) -> PublicNotice:
    """Publish a complete version of an announced recall's notice; before the announcement keep a draft.

    Raises NoticeRefused (422) and CaseEnded (409).
    """
    lock_writes(session)
    session.refresh(case, ["announced_at", "stage", "version"])
    if case.announced_at is None:
        return keep_draft(session, case, principal, notice, now, reason)
    facts, run = _facts(session, case, now)
    notice = take_pictures(session, case, notice, now)
    _require(notice, facts, complete=True)
    return _add(session, case, principal, "correct", notice, facts, run, now, reason)


def keep_draft(
    session: Session, case: RecallCase, principal: Principal, notice: Words, now: datetime, reason: str | None = None
) -> PublicNotice:
    """Keep words for the announcement; they may lack fields, but not be wrong. Raises NoticeRefused, CaseEnded."""
    if case.stage in ENDS:
        raise CaseEnded(f"Recall {case.number} is {case.stage} and was never announced: expected a case that goes on.")
    facts, run = _facts(session, case, now)
    notice = take_pictures(session, case, notice, now)
    _require(notice, facts, complete=False)
    return _add(session, case, principal, "draft", notice, facts, run, now, reason)


def compose(session: Session, case: RecallCase, now: datetime) -> Version:
    """Return what a notice would say now, with the newest words there are; nothing is kept."""
    facts, run = _facts(session, case, now)
    return Version(newest_words(session, case), facts, run=run)


def _facts(session: Session, case: RecallCase, now: datetime) -> tuple[Mapping[str, Any], str]:
    """Return what the records say, and the digest of the impact it agrees with: the one frozen at ``now``, if any."""
    frozen = next((run for run in reversed(case.runs) if run.as_of == now), None)
    impact: Impact = read_impact(session, case, now) if frozen is None else loads(frozen.impact.encode())
    return read_facts(session, case, impact, now), impact["digest"]


def _require(notice: Words, facts: Mapping[str, Any], complete: bool) -> None:
    problems: list[FieldError] = find_missing(notice, facts) if complete else []
    problems += find_wrong(notice, facts)
    if problems:
        detail = problems[0].detail if len(problems) == 1 else f"{len(problems)} fields of the notice are not right."
        raise NoticeRefused(detail, errors=problems)


def _add(
    session: Session,
    case: RecallCase,
    principal: Principal,
    step: str,
    words: Words,
    facts: Mapping[str, Any],
    run: str,
    now: datetime,
    reason: str | None = None,
) -> PublicNotice:
    version = None
    if step != "draft":
        newest = session.scalar(select(func.max(PublicNotice.version)).where(PublicNotice.case_id == case.id))
        version = (newest or 0) + 1
    content = {"number": case.number, "version": version, "words": words, "facts": facts}
    row = PublicNotice(
        case_id=case.id,
        version=version,
        scope_version=case.version,
        step=step,
        recorded_at=now,
        published_at=None if version is None else now,
        actor=principal.key_id,
        actor_name=principal.name,
        reason=reason,
        words=canonical_dumps(words).decode(),
        facts=canonical_dumps(facts).decode(),
        digest=hashlib.sha256(canonical_dumps(content)).hexdigest(),
        run=run,
    )
    session.add(row)
    session.flush()
    if version is not None:
        index_recall(session, case, words, facts)
        tell_consumers(session, case.number, cast(HoldNotice, tell_consumer(words, facts)))
    return row
