"""EPCIS 2.0 over HTTP: capture, capture jobs, single events (base `/epcis`)."""

from datetime import UTC, datetime
from typing import get_args
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, request

from trace.capture import ErrorBehaviour, capture_document
from trace.epcis import json_format, xml_format
from trace.epcis.event import Document, DocumentError
from trace.events.jobs import find_job, list_jobs, write_job
from trace.events.query import find_events, write_events
from trace.kit.errors import BadRequest, Invalid, Problem, TooLarge
from trace.kit.fields import parse_timestamp, parse_whole_number
from trace.kit.paging import MAX_LIMIT, make_cursor, read_cursor
from trace.kit.transactions import Answer, RawCall, in_transaction, read_body, read_principal, transaction
from trace.kit.web import current_settings
from trace.models import CaptureJob

WRITERS = frozenset({"company", "admin"})
READERS = frozenset({"company", "regulator", "admin"})
JSON_TYPES = frozenset({"application/json", "application/ld+json"})
XML_TYPES = frozenset({"application/xml", "text/xml"})
VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
PER_PAGE = 30

epcis = Blueprint("epcis", __name__, url_prefix="/epcis")


class DocumentRefused(BadRequest):
    """The body is not a document that can be read as EPCIS."""


class DocumentTooLarge(TooLarge):
    """The document has too many bytes or events."""


@epcis.post("/capture")
def capture() -> Response:
    """Capture the events of a document (EPCIS 2.0 §12.7); the answer is the finished job."""
    principal = read_principal(WRITERS)
    assert principal is not None
    started = datetime.now(UTC)
    data = read_body(JSON_TYPES | XML_TYPES)
    behaviour = _read_behaviour()
    events = _read_document(data).events  # before anything is locked
    return in_transaction(
        principal,
        lambda session: _accepted(
            capture_document(session, events, principal, started, datetime.now(UTC), behaviour),
        ),
    )


def _accepted(job: CaptureJob) -> Answer:
    return Answer(202, write_job(job), {"Location": f"/epcis/capture/{job.id}", **VERSIONS})


def _read_behaviour() -> ErrorBehaviour:
    text = request.headers.get("GS1-Capture-Error-Behaviour", "rollback")
    for behaviour in get_args(ErrorBehaviour):
        if text == behaviour:
            found: ErrorBehaviour = behaviour
            return found
    raise BadRequest(f"Expected GS1-Capture-Error-Behaviour rollback or proceed, got {text!r}.")


def _read_document(data: bytes) -> Document:
    parse = xml_format.parse_document if request.mimetype in XML_TYPES else json_format.parse_document
    try:
        return parse(data)
    except DocumentError as error:
        refused: type[Problem] = DocumentTooLarge if error.status == 413 else DocumentRefused
        raise refused(f"Cannot read the document: {error.detail}.") from error


@epcis.get("/capture")
@transaction(roles=READERS)
def get_capture_jobs(call: RawCall) -> Answer:
    """The capture jobs, the newest first, page by page (`perPage`, `nextPageToken`)."""
    assert call.principal is not None
    limit, token = _read_per_page(), request.args.get("nextPageToken")
    secret = current_settings().secret_key
    key = read_cursor(secret, "capture jobs", token) if token else None
    after = None if key is None else (parse_timestamp(key[0]), str(key[1]))
    jobs = list_jobs(call.session, call.principal, limit + 1, after)
    headers = dict(VERSIONS)
    if len(jobs) > limit:
        last = jobs[limit - 1]
        cursor = make_cursor(secret, "capture jobs", [last.created_at.isoformat(), last.id])
        query = urlencode({"perPage": limit, "nextPageToken": cursor})
        headers["Link"] = f'</epcis/capture?{query}>; rel="next"'
    return Answer(200, [write_job(job) for job in jobs[:limit]], headers)


def _read_per_page() -> int:
    text = request.args.get("perPage", str(PER_PAGE))
    try:
        number = parse_whole_number(text)
    except ValueError as error:
        raise Invalid.field("/perPage", str(error)) from error
    if not 1 <= number <= MAX_LIMIT:
        raise Invalid.field("/perPage", f"Expected a number from 1 to {MAX_LIMIT}, got {text}.")
    return number


@epcis.get("/capture/<number>")
@transaction(roles=READERS)
def get_capture_job(call: RawCall) -> Answer:
    """What became of each event of a document."""
    assert call.principal is not None
    return Answer(200, write_job(find_job(call.session, call.principal, call.path["number"])), VERSIONS)


@epcis.get("/events/<path:event_id>")
@transaction(roles=READERS)
def get_event(call: RawCall) -> Answer:
    """One event with every field it came with; with its error declarations where there are any."""
    assert call.principal is not None
    events = find_events(call.session, call.principal, call.path["event_id"])
    return Answer(200, write_events(events), VERSIONS, content_type="application/ld+json")


def register(app: Flask) -> None:
    """Serve EPCIS."""
    app.register_blueprint(epcis)
