"""What stands of the answers to a case: for each batch at each place the newest line, and who answered at all."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from recalls.models import RecallCase, Response, ResponseLine
from recalls.responses.figures import FIGURES, ZERO, Counted, Stated
from recalls.ways_back import Stock
from trace.amounts import from_stored

Consigned = tuple[int | None, int | None]
"""(firm, place): one of them, as a `recalls.consignees.Consignee` is known by."""


def latest(session: Session, case: RecallCase, as_of: datetime | None = None) -> dict[Stock, Stated]:
    """Return by (place, batch, unit of measure) what was answered last, up to ``as_of`` (inclusive)."""
    return dict(read_history(session, case, as_of))


def read_history(session: Session, case: RecallCase, as_of: datetime | None = None) -> Iterator[tuple[Stock, Stated]]:
    """Yield every line that was answered up to ``as_of`` (inclusive), the one that stands after those before it.

    Answers are ordered by the time they speak of, then by that of their recording: a call that is written down late
    does not take the place of what was said after it.
    """
    query = (
        select(Response, ResponseLine)
        .join(ResponseLine, ResponseLine.response_id == Response.id)
        .where(Response.case_id == case.id)
        .order_by(Response.answered_at, Response.id)
    )
    if as_of is not None:
        query = query.where(Response.answered_at <= as_of)
    for response, line in session.execute(query):
        yield (
            (line.place_id, line.batch_id, line.uom),
            Stated(
                **_figures_of(line),
                answered_at=response.answered_at,
                party_id=response.party_id,
                response_id=response.response_id,
            ),
        )


def responders(session: Session, case: RecallCase, as_of: datetime | None = None) -> dict[Consigned, datetime]:
    """Return who answered up to ``as_of`` (inclusive), and when first."""
    query = select(Response.party_id, Response.place_id, Response.answered_at).where(Response.case_id == case.id)
    if as_of is not None:
        query = query.where(Response.answered_at <= as_of)
    found: dict[Consigned, datetime] = {}
    for party, place, at in session.execute(query.order_by(Response.answered_at, Response.id)):
        found.setdefault((party, place), at)
    return found


def confirmed(session: Session, case: RecallCase, as_of: datetime | None = None) -> set[Consigned]:
    """Return who has answered that nothing is left but what is quarantined, at every place and of every batch told."""
    removed: dict[Consigned, bool] = {}
    for (place, _, _), one in latest(session, case, as_of).items():
        consigned = (one.party_id, None if one.party_id is not None else place)
        done = one.on_hand is not None and one.on_hand == (one.quarantined or ZERO)
        removed[consigned] = removed.get(consigned, True) and done
    return {consigned for consigned, done in removed.items() if done}


def read_counted(line: ResponseLine) -> Counted:
    """Return the figures of one line."""
    return Counted(**_figures_of(line))


def _figures_of(line: ResponseLine) -> dict[str, Any]:
    stored = {name: getattr(line, name) for name in FIGURES}
    return {name: None if amount is None else from_stored(amount, line.scale) for name, amount in stored.items()}


def list_responses(
    session: Session, case: RecallCase, consigned: Consigned | None, after: int | None, limit: int
) -> list[Response]:
    """Return up to ``limit`` answers of one consignee, or of all, oldest first, from above the row number ``after``."""
    query = select(Response).where(Response.case_id == case.id).order_by(Response.id).limit(limit)
    if consigned is not None:
        party, place = consigned
        query = query.where(Response.party_id == party if party is not None else Response.place_id == place)
    if after is not None:
        query = query.where(Response.id > after)
    return list(session.scalars(query.options(selectinload(Response.lines))))
