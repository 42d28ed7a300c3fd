"""Failed samples, as early warning counts them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.models import Matter, Sample
from oversight.warnings.observations import Observation
from trace.kit.bulk import among


def observe_samples(
    session: Session, since: datetime, until: datetime, products: Collection[int] | None = None
) -> list[Observation]:
    """Return the samples whose failure was confirmed from ``since`` to before ``until``, in order.

    One that passed its re-test is left out. A place is one source, however many of its samples failed.
    """
    query = (
        select(Sample.failed_at, Sample.product_id, Sample.batch_id, Sample.place_id, Sample.region, Matter.number)
        .join(Matter, Matter.id == Sample.matter_id)
        .where(Sample.failed_at >= since, Sample.failed_at < until)
        .where(Sample.outcome.is_(None) | (Sample.outcome == "failed"))
        .order_by(Sample.failed_at, Sample.matter_id)
    )
    if products is not None:
        query = query.where(among(session, Sample.product_id, sorted(products)))
    return [
        Observation(at, product_id, batch_id, f"place:{place_id}", region, number, place_id)
        for at, product_id, batch_id, place_id, region, number in session.execute(query)
        if at is not None
    ]
