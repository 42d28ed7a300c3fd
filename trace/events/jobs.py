"""Capture jobs: what became of each captured document, for those who sent it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from trace.answers import write_time
from trace.kit.auth import Principal
from trace.kit.errors import NotFound
from trace.models import CaptureJob


class CaptureJobNotFound(NotFound):
    """There is no such job, or it is another firm's."""


def find_job(session: Session, principal: Principal, number: str) -> CaptureJob:
    """Return a capture job; a company finds its own only. Raises CaptureJobNotFound (404)."""
    job = session.get(CaptureJob, number)
    if job is None or not (principal.role != "company" or job.captured_by == principal.party_id):
        raise CaptureJobNotFound(f"No capture job {number} is known.")
    return job


def list_jobs(
    session: Session, principal: Principal, limit: int, after: tuple[datetime, str] | None = None
) -> Sequence[CaptureJob]:
    """Return up to ``limit`` jobs that the key may see, the newest first; ``after`` is the last one seen before."""
    order = (CaptureJob.created_at, CaptureJob.id)
    query = select(CaptureJob).order_by(*(column.desc() for column in order)).limit(limit)
    if principal.role == "company":
        query = query.where(CaptureJob.captured_by == principal.party_id)
    if after is not None:
        query = query.where(tuple_(*order) < tuple_(*after))
    return session.scalars(query).all()


def write_job(job: CaptureJob) -> dict[str, Any]:
    """The job as EPCIS 2.0 §12.7 has it, with what became of each event beside it."""
    return {
        "captureID": job.id,
        "createdAt": write_time(job.created_at),
        "finishedAt": write_time(job.finished_at),
        "running": False,
        "success": job.success,
        "captureErrorBehaviour": job.error_behaviour,
        "captured": job.captured,
        "repeated": job.repeated,
        "refused": job.refused,
        "errors": json.loads(job.errors),
        "outcomes": json.loads(job.outcomes),
    }
