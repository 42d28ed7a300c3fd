"""Test reports of batches (检验报告): who has a batch says by which report it passed, and adds the paper."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer
from typing_extensions import TypedDict

from oversight.models import TestReport
from oversight.registers.entries import home_day
from trace.answers import BatchRef, describe_batches, write_time
from trace.field_types import GtinText, LotText
from trace.gs1 import canonical_uri
from trace.identifiers import find_numbers
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Invalid, NotFound
from trace.kit.fields import Day, InputModel, Text, row_number
from trace.models import Identifier, Party
from trace.readings import BatchNotFound, find_batch

MOST_BYTES = 5 * 1024 * 1024

SIGNATURES: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


class ReportNotFound(NotFound):
    """No such report, or none with a file, of a batch that this key may see."""


class PaperThere(Conflict):
    """The report has its paper; another one belongs to another report."""


class TestReportIn(InputModel):
    """A report by its number, laboratory, day and verdict, on a batch that the firm makes or has."""

    gtin: GtinText
    lot: LotText
    number: Text
    laboratory: Text
    tested_on: Day
    verdict: Literal["passed", "failed"]


class TestReportRow(TypedDict):
    """A report as it is answered; ``digest`` is the SHA-256 of its file, None if none came."""

    id: int
    at: str
    by: str
    batch: BatchRef
    number: str
    laboratory: str
    tested_on: str
    verdict: str
    media_type: str | None
    digest: str | None


def add_test_report(
    session: Session, principal: Principal, body: TestReportIn, file: bytes | None, now: datetime
) -> TestReport:
    """Keep a report. Raises BatchNotFound (404) where the firm has no part in it, Invalid at /tested_on, /file."""
    uri = canonical_uri(body.gtin, body.lot)
    find_batch(session, principal, uri)
    if body.tested_on > home_day(now):
        raise Invalid.field("/tested_on", f"Expected a day up to {home_day(now)}, got {body.tested_on}.")
    assert principal.party_id is not None
    lock_writes(session)
    row = TestReport(
        at=now,
        party_id=principal.party_id,
        batch_id=find_numbers(session, {uri})[uri],
        number=body.number,
        laboratory=body.laboratory,
        tested_on=body.tested_on,
        passed=body.verdict == "passed",
        media_type=None if file is None else _media_type(file),
        digest=None if file is None else hashlib.sha256(file).hexdigest(),
        file=file,
        actor_id=principal.key_id,
        actor_name=principal.name,
    )
    session.add(row)
    session.flush()
    return row


def add_report_file(session: Session, principal: Principal, number: str, file: bytes) -> TestReport:
    """Add the paper to a report of one's own. Raises ReportNotFound (404), PaperThere (409), Invalid at /file."""
    lock_writes(session)
    row = session.get(TestReport, row_number(number))
    if row is None or row.party_id != principal.party_id:
        raise ReportNotFound(f"No test report {number} is known to you.")
    if row.digest is not None:
        raise PaperThere(f"Test report {number} has its paper already.")
    row.media_type, row.digest, row.file = _media_type(file), hashlib.sha256(file).hexdigest(), file
    session.flush()
    return row


def _media_type(file: bytes) -> str:
    if len(file) > MOST_BYTES:
        raise Invalid.field("/file", f"Expected at most {MOST_BYTES} bytes, got {len(file)}.")
    found = next((kind for begin, kind in SIGNATURES.items() if file.startswith(begin)), None)
    if found is None:
        raise Invalid.field("/file", "Expected a PDF, JPEG or PNG file, got another kind.")
    return found


def list_test_reports(session: Session, principal: Principal, gtin: str, lot: str) -> Sequence[TestReport]:
    """Return the reports of a batch, the newest first. Raises BatchNotFound (404)."""
    uri = canonical_uri(gtin, lot)
    find_batch(session, principal, uri)
    number = find_numbers(session, {uri})[uri]
    return session.scalars(
        select(TestReport).where(TestReport.batch_id == number).order_by(TestReport.id.desc()).limit(100)
    ).all()


def list_own_reports(session: Session, principal: Principal, after: int | None, limit: int) -> Sequence[TestReport]:
    """Return up to ``limit`` reports that the firm attached, below the row number ``after``, the newest first."""
    query = select(TestReport).where(TestReport.party_id == principal.party_id)
    query = query if after is None else query.where(TestReport.id < after)
    return session.scalars(query.order_by(TestReport.id.desc()).limit(limit)).all()


def read_report_file(session: Session, principal: Principal, number: str) -> tuple[bytes, str]:
    """Return the file of a report and its media type. Raises ReportNotFound (404)."""
    row = session.get(TestReport, row_number(number), options=[undefer(TestReport.file)])
    if row is None or row.file is None or row.media_type is None:
        raise ReportNotFound(f"No test report {number} with a file is known.")
    try:
        find_batch(session, principal, session.get_one(Identifier, row.batch_id).uri)
    except BatchNotFound as error:
        raise ReportNotFound(f"No test report {number} with a file is known.") from error
    return row.file, row.media_type


def write_test_reports(session: Session, principal: Principal, rows: Sequence[TestReport]) -> list[TestReportRow]:
    """Return reports as they are answered; to another firm, who attached one is the firm, and no person."""
    batches = describe_batches(session, {one.batch_id for one in rows})
    others = {one.party_id for one in rows if principal.role == "company" and one.party_id != principal.party_id}
    firms = dict(session.execute(select(Party.id, Party.name).where(among(session, Party.id, others))).all())
    return [
        {
            "id": one.id,
            "at": write_time(one.at) or "",
            "by": firms.get(one.party_id, one.actor_name),
            "batch": batches[one.batch_id],
            "number": one.number,
            "laboratory": one.laboratory,
            "tested_on": one.tested_on.isoformat(),
            "verdict": "passed" if one.passed else "failed",
            "media_type": one.media_type,
            "digest": one.digest,
        }
        for one in rows
    ]
