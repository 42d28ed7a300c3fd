"""The capture interface of EPCIS 2.0 (§12.7): documents in, and what became of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

from flask import request

from trace.capture import ErrorBehaviour, capture_document
from trace.epcis import json_format, xml_format
from trace.epcis.event import Document, DocumentError
from trace.epcis.json_format import MAX_EVENTS
from trace.epcis.xml_answers import capture_job_xml
from trace.events.errors import CaptureLimitExceededException, ValidationException
from trace.events.jobs import find_job, list_jobs, write_job
from trace.kit.fields import parse_timestamp
from trace.kit.transactions import Answer
from trace.kit.web import MAX_BODY
from trace.models import CaptureJob
from trace.web.epcis_binding import WRITERS, Body, EpcisCall, epcis
from trace.web.epcis_headers import JSON_TYPES, MEDIA_TYPES, XML_TYPES, check_versions
from trace.web.epcis_paging import cut_page, read_page
from trace.web.epcis_schemas import CAPTURE_JOB, DOCUMENT, PAGED

LIMITS = {"GS1-EPCIS-Capture-Limit": str(MAX_EVENTS), "GS1-EPCIS-Capture-File-Size-Limit": str(MAX_BODY)}
OLDEST = "1.2"
"""The oldest version that is captured: its XML documents."""


@dataclass(frozen=True, slots=True)
class CaptureRequest:
    """A document that was read, when it came, and what is to happen if some of its events are refused."""

    document: Document
    behaviour: ErrorBehaviour
    came: datetime


def _read_capture(data: bytes, media_type: str) -> CaptureRequest:
    came = datetime.now(UTC)
    if media_type in JSON_TYPES:
        check_versions(request.headers)  # JSON came with 2.0
    behaviour = _read_behaviour(request.headers.get("GS1-Capture-Error-Behaviour", "rollback"))
    return CaptureRequest(read_document(data, media_type), behaviour, came)


def _read_behaviour(text: str) -> ErrorBehaviour:
    for behaviour in get_args(ErrorBehaviour):
        if text == behaviour:
            found: ErrorBehaviour = behaviour
            return found
    raise ValidationException(f"Expected GS1-Capture-Error-Behaviour rollback or proceed, got {text[:200]!r}.")


def read_document(data: bytes, media_type: str) -> Document:
    """Read an EPCIS document in JSON or XML. Raises ValidationException (400), CaptureLimitExceededException (413)."""
    parse = xml_format.parse_document if media_type in XML_TYPES else json_format.parse_document
    try:
        return parse(data)
    except DocumentError as error:
        detail = f"Cannot read the document: {error.detail}."
        if error.status == 413:
            raise CaptureLimitExceededException(detail, headers=LIMITS) from error
        raise ValidationException(detail) from error


@epcis.operation(
    "POST",
    "/capture",
    answers={202: CAPTURE_JOB},
    summary="Capture the events of a document",
    roles=WRITERS,
    headers={"GS1-Capture-Error-Behaviour": {"enum": list(get_args(ErrorBehaviour))}},
    body=Body(MEDIA_TYPES, _read_capture, DOCUMENT, headers=LIMITS),
    oldest=OLDEST,
)
def capture(call: EpcisCall) -> Answer:
    """All events or none are stored (`rollback`), or all that can be (`proceed`); the answer is the finished job."""
    sent: CaptureRequest = call.body
    job = capture_document(
        call.session,
        sent.document.events,
        call.principal,
        sent.came,
        datetime.now(UTC),
        sent.behaviour,
        sent.document.master_data,
    )
    return _answer_job(call, job, 202, {"Location": f"/epcis/capture/{job.id}"})


@epcis.operation(
    "GET",
    "/capture",
    answers={200: {"type": "array", "items": CAPTURE_JOB}},
    summary="The capture jobs, the newest first",
    parameters=PAGED,
    media_types=JSON_TYPES,
)
def get_capture_jobs(call: EpcisCall) -> Answer:
    """A company sees its own."""
    page = read_page(call.principal)
    after = None if page.after is None else (parse_timestamp(page.after[0]), str(page.after[1]))
    jobs = list_jobs(call.session, call.principal, page.limit + 1, after)
    shown, headers = cut_page(call.principal, page, jobs, lambda job: [job.created_at.isoformat(), job.id])
    return Answer(200, [write_job(job) for job in shown], headers, call.wishes.media_type)


@epcis.operation(
    "GET",
    "/capture/<captureID>",
    answers={200: CAPTURE_JOB},
    summary="What became of each event of a document",
)
def get_capture_job(call: EpcisCall) -> Answer:
    """The job that the capture's `Location` names."""
    return _answer_job(call, _find_job(call), 200)


def _find_job(call: EpcisCall) -> CaptureJob:
    return find_job(call.session, call.principal, call.path["captureID"])


epcis.discovery("/capture", headers={**LIMITS, "GS1-Capture-Error-Behaviour": "all"})
epcis.discovery("/capture/<captureID>", exists=_find_job)


def _answer_job(call: EpcisCall, job: CaptureJob, status: int, headers: dict[str, str] | None = None) -> Answer:
    members = write_job(job)
    body = capture_job_xml(members) if call.wishes.xml else members
    return Answer(status, body, headers or {}, call.wishes.media_type)
