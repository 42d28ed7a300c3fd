"""What a recall of a scope would mean, before any case is opened for it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from recalls.affected import describe_affected, find_affected, order_by_name, write_rows
from recalls.answers import write_planned
from recalls.cases import require_owner
from recalls.consignees import consignees_of
from recalls.history import CaseAt
from recalls.impact import Impact, digest, load_lines, read_page, split, summarise
from recalls.plans import distributed
from recalls.scope import Line, read_scope, refuse_mistyped
from trace.kit.auth import Principal
from trace.veil import veil
from trace.visibility import names_seen


def preview_scope(
    session: Session, principal: Principal, lines: Sequence[Line], as_of: datetime, limit: int | None = None
) -> Impact:
    """Return the impact that a case of these lines would have at ``as_of``; it holds nothing and is kept nowhere.

    The shape is that of `recalls.impact.read_impact` without a number; beside it ``consignees_count``, how many firms
    and places without a firm would be told, and ``distributed``, what left the makers. With ``limit`` only the first
    so many rows of places are given, and no digest. Raises ScopeRefused (422), and ProductNotFound (404) for a firm.
    """
    scope = read_scope(lines)
    refuse_mistyped(session, scope)
    require_owner(session, principal, scope)
    supply = load_lines(session, scope, as_of)
    affected = find_affected(supply)
    impact = summarise(session, CaseAt(None, scope), as_of, affected)
    if limit is None:
        places = describe_affected(session, principal, supply.places)
        rows = write_rows(session, affected, places, order_by_name(affected, places))
    else:
        rows, _ = read_page(session, affected, limit, None, principal)
    impact |= {"next": None, **split(rows)}
    told = [
        write_planned(item, uom, quantity) for (item, uom), quantity in sorted(distributed(session, supply).items())
    ]
    known = names_seen(session, principal, supply)
    if known is not None:
        impact = veil(impact, known)
    return {
        **impact,
        "digest": digest(impact) if limit is None and known is None else None,
        "consignees_count": len(consignees_of(session, supply)),
        "distributed": told if known is None else veil(told, known),
    }
