"""Who may take which step (RECALLS, Life of a case), and which steps of class 1 need a second person."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.history import scope_of
from recalls.models import RecallCase, StageStep
from recalls.scope import Scoped, gtins_of
from recalls.stages import GRAVEST, STEPS, Step
from trace.kit.auth import Principal
from trace.kit.errors import Conflict, Forbidden
from trace.models import Product

OFFICIALS = frozenset({"regulator", "admin"})
"""The roles that may take every step in every case."""

Right = Literal["authority", "opener", "owner"]

RIGHTS: Mapping[Step, Right] = {
    **dict.fromkeys(STEPS, "owner"),
    **dict.fromkeys(("investigate", "close", "notify", "order", "assess"), "authority"),
    **dict.fromkeys(("terminate", "cancel"), "opener"),
}
"""Which steps are the authority's alone, which a firm may take in what it began itself, which for all its products."""

TAKEN_IN_HAND: frozenset[str] = frozenset({"investigate", "notify", "order"})
"""After one of these a firm does not end the case that it began: the authority has taken it over."""

PREPARED_BY: Mapping[str, frozenset[str]] = {
    "announce": frozenset({"file-plan"}),
    "order": frozenset({"open", "notify"}),
}
"""The steps by which a step is prepared: in class 1 another person takes it than the one who took the last of them.

Nor does whoever has extended the scope since: what is announced is the plan and the scope.
"""


class NotYourStep(Forbidden):
    """The step is the authority's alone."""


class NotYourCase(Forbidden):
    """A firm does not end a case that an authority opened or took over."""


class SecondPersonNeeded(Conflict):
    """In class 1 nobody orders or announces alone what he prepared himself."""


def may_run(session: Session, principal: Principal, case: RecallCase) -> bool:
    """Tell whether this key may act in ``case``: an official in all, a firm where all products are its own."""
    return principal.role in OFFICIALS or (principal.role == "company" and owns(session, principal, scope_of(case)))


def owns(session: Session, principal: Principal, scope: Iterable[Scoped]) -> bool:
    """Tell whether every item of ``scope`` is registered as a product of the key's firm."""
    gtins = gtins_of(scope)
    if None in gtins:
        return False
    owned = session.scalars(select(Product.gtin).where(Product.gtin.in_(gtins), Product.party_id == principal.party_id))
    return gtins <= set(owned)


def require_right(principal: Principal, case: RecallCase, step: Step) -> None:
    """Raise NotYourStep or NotYourCase (403), which say who may, unless this key may take ``step``."""
    if principal.role in OFFICIALS:
        return
    right = RIGHTS[step]
    if right == "authority" or principal.role != "company":
        who = "a key of role regulator or admin" + ("" if right == "authority" else ", or the firm's own,")
        raise NotYourStep(f"Expected {who} to {step}, got one of role {principal.role}.")
    if right == "opener" and not is_opener(principal, case):
        raise NotYourCase(
            f"Recall {case.number} was opened or taken over by an authority: expected a regulator to {step} it."
        )


def is_opener(principal: Principal, case: RecallCase) -> bool:
    """Tell whether a firm began the case itself, and no authority has taken it over since."""
    began = case.initiator_id is not None and case.initiator_id == principal.party_id
    return began and not any(step.step in TAKEN_IN_HAND for step in case.steps)


def preparers(steps: Sequence[StageStep], step: str) -> list[StageStep]:
    """Return those of ``steps`` that prepared ``step``, the newest first: none where nobody has to."""
    found: list[StageStep] = []
    for one in reversed(steps):
        if one.step in PREPARED_BY.get(step, ()):
            return [*found, one]
        if one.step == "extend":
            found.append(one)
    return []


def same_person(key: int, user: int | None, step: StageStep) -> bool:
    """Tell whether a step was taken by this very key, or by the person who signed in with it or issued it."""
    return step.actor == key or (user is not None and step.actor_user_id == user)


def require_second_person(principal: Principal, case: RecallCase, step: Step) -> None:
    """Raise SecondPersonNeeded (409) for a step of class 1 that the person who prepared it may not take.

    A person's keys are the same person (`same_person`).
    An operator's key is not held to it: who may issue keys could issue himself a second one. Its steps are on record.
    """
    own = next(
        (one for one in preparers(case.steps, step) if same_person(principal.key_id, principal.user_id, one)), None
    )
    if case.recall_class != GRAVEST or principal.role == "admin" or own is None:
        return
    who = "another person of the firm or an official" if step == "announce" else "another official"
    did = "extended the scope" if own.step == "extend" else "filed the plan"
    if step == "order":
        did = "notified the firm"
    raise SecondPersonNeeded(
        f"Recall {case.number} is of class 1: expected {who} to {step} it, got the one that {did}.",
        extra={"prepared_by": own.actor_name},
    )
