"""Complaints and reports about goods, as early warning counts them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from oversight.complaints.citizens import ERASED
from oversight.models import Complaint, Matter
from oversight.warnings.observations import Observation
from trace.kit.bulk import among
from trace.models import Identifier

COUNTED = ("complaint", "report")
"""An inquiry and praise say nothing against goods; a report that a complaint became is the same case.

It counts in place of the complaint where the goods were learned later.
"""


def observe_complaints(
    session: Session, since: datetime, until: datetime, products: Collection[int] | None = None
) -> list[Observation]:
    """Return the complaints and reports about known products that came from ``since`` to before ``until``, in order.

    A lot that was named before anybody reported its making is found once somebody did. One citizen is one source,
    however often he complains; of one who gave neither telephone nor mail address each matter is its own source. All
    who were erased are one, but count by the matter.
    """
    complaint, late = aliased(Matter), aliased(Identifier)
    batch = func.coalesce(Matter.batch_id, late.id)
    columns = (Matter.opened_at, Matter.product_id, batch, Complaint.source, Complaint.region, Matter.number)
    named = (late.gtin == Complaint.gtin) & (late.lot == Complaint.lot) & (late.kind == "batch")
    query = (
        select(*columns, Matter.place_id)
        .join(Complaint, Complaint.matter_id == Matter.id)
        .outerjoin(late, named & Matter.batch_id.is_(None))
        .outerjoin(complaint, complaint.id == Complaint.came_from_id)
        .where(Matter.opened_at >= since, Matter.opened_at < until, Matter.kind.in_(COUNTED))
        .where(Matter.product_id.is_not(None), complaint.product_id.is_(None))
        .order_by(Matter.opened_at, Matter.id)
    )
    if products is not None:
        query = query.where(among(session, Matter.product_id, sorted(products)))
    return [
        Observation(
            at, product_id or 0, batch_id, source, region, number, place_id, None if source == ERASED else source
        )
        for at, product_id, batch_id, source, region, number, place_id in session.execute(query)
    ]
