"""A case as a key may read it: for a firm, what of its answers names others is veiled (`trace.veil`)."""

from datetime import UTC, datetime
from typing import TypeVar, cast

from sqlalchemy.orm import Session

from recalls.impact import load_scope
from recalls.models import RecallCase
from trace.kit.auth import Principal
from trace.veil import Known, veil
from trace.visibility import names_seen

T = TypeVar("T")


def as_seen_by(session: Session, principal: Principal | None, case: RecallCase, answer: T) -> T:
    """Return an answer about ``case`` (plain JSON values) as the key may read it: officials all, a firm no strangers.

    Digests of what is kept of the official view are left as they are: they are addresses. ``None`` is the service.
    """
    known = names_of_case(session, principal, case)
    return answer if known is None else cast(T, veil(answer, known))


def names_of_case(session: Session, principal: Principal | None, case: RecallCase) -> Known | None:
    """Return what a firm may read by name in ``case``; ``None`` where everything may be."""
    if principal is None or principal.role != "company":
        return None
    return names_seen(session, principal, load_scope(session, case, datetime.now(UTC)))
