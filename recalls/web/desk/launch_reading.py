"""A draft read as the case that it would become: everything that is still to be mended at once, each with its step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from recalls.launch.draft import Draft, case_body, notice_body, plan_body
from recalls.launch.filing import Launch, check_notice, find_soft_words
from recalls.launch.scope import ScopeMeaning, weigh_scope
from recalls.web.bodies import PlanIn, RecallIn
from recalls.web.notice_body import NoticeIn
from trace.kit.contract import validate
from trace.kit.desk import DeskCall
from trace.kit.errors import FieldError, Invalid, Problem

Model = TypeVar("Model", bound=BaseModel)

FIELD_OF: Mapping[str, str] = {"hazard": "defect", "instructions": "what_to_do"}
"""What the case calls otherwise than the notice, from which it is taken."""

IN_NOTICE = frozenset({"title", "title_en", "hazard", "instructions", "consequence"})
LACKING = "got nothing."
SOFT = "Expected plain words, got {!r} at character {}: it makes the danger look smaller."


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something to be mended: in which step of the launch, at which field, and the error in words of the record."""

    step: str
    field: str
    error: FieldError


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft checked: what keeps it from being filed, what its notice lacks for the announcement, what it means."""

    mistakes: list[Mistake] = field(default_factory=list)
    lacks: list[Mistake] = field(default_factory=list)
    meaning: ScopeMeaning | None = None


def read_launch(draft: Draft, pictures: Mapping[str, bytes]) -> Launch:
    """Return what a draft says. Raises Invalid (422) with every field that is wrong."""
    launch, errors = _read(draft, pictures)
    if launch is None:
        raise Invalid(errors[0].detail, errors=errors)
    return launch


def _read(draft: Draft, pictures: Mapping[str, bytes]) -> tuple[Launch | None, list[FieldError]]:
    errors: list[FieldError] = []
    case = _try(RecallIn, case_body(draft), "", errors)
    plan = _try(PlanIn, plan_body(draft), "/plan", errors) if draft.files_plan else None
    notice = _try(NoticeIn, notice_body(draft, pictures), "/notice", errors)
    if not draft.lines:
        errors.append(FieldError("/scope", "Expected at least one product, got none."))
    if errors or case is None or notice is None:
        return None, errors
    return Launch(case.to_case(), plan.to_plan() if plan else None, notice.words(), draft.case.get("reason")), []


def _try(model: type[Model], body: Mapping[str, Any], prefix: str, errors: list[FieldError]) -> Model | None:
    try:
        return validate(model, body)
    except Problem as refused:
        errors += [FieldError(prefix + one.pointer, one.detail) for one in refused.errors]
        return None


def check_draft(call: DeskCall, draft: Draft, pictures: Mapping[str, bytes]) -> CheckedDraft:
    """Return everything that is to be mended in a draft, and what it means if its scope can be read."""
    launch, errors = _read(draft, pictures)
    if launch is None:
        soft = [FieldError(f"/notice/{name}", SOFT.format(word, at)) for name, word, at in _soft_words(draft)]
        return CheckedDraft([_place(one) for one in (*errors, *soft)])
    try:
        meaning = weigh_scope(call.session, call.principal, launch.case.scope, call.now)
    except Problem as refused:
        return CheckedDraft(
            [_place(one) for one in refused.errors] or [Mistake("goods", "", FieldError("", refused.detail))]
        )
    found = [_place(one) for one in check_notice(call.session, launch, meaning, call.now)]
    return CheckedDraft(
        mistakes=[one for one in found if not one.error.detail.endswith(LACKING)],
        lacks=[one for one in found if one.error.detail.endswith(LACKING)],
        meaning=meaning,
    )


def _soft_words(draft: Draft) -> list[tuple[str, str, int]]:
    return [(name, word, at) for name, words in find_soft_words(draft).items() for word, at in words]


def _place(error: FieldError) -> Mistake:
    first, _, rest = error.pointer.lstrip("/").partition("/")
    if first == "scope":
        return Mistake("goods", rest, error)
    if first == "notice":
        return Mistake("notice", rest.rpartition("/")[2], error)
    if first in IN_NOTICE:
        return Mistake("notice", FIELD_OF.get(first, first), error)
    return Mistake("case", "plan_" + rest if first == "plan" else first, error)
