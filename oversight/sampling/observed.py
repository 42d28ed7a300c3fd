"""Failed samples, as early warning counts them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.models import Matter, Sample
from oversight.warnings.observations import Observation


def observe_samples(session: Session, since: datetime, until: datetime) -> list[Observation]:
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
    return [
        Observation(at, product_id, batch_id, f"place:{place_id}", region, number)
        for at, product_id, batch_id, place_id, region, number in session.execute(query)
        if at is not None
    ]
