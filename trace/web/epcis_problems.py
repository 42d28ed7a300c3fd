"""Problems below `/epcis`: RFC 9457 with the exceptions of EPCIS as types, in JSON or XML (EPCIS 2.0 §12.5)."""

from flask import Flask, Response, request

from trace.epcis.xml_answers import problem_xml
from trace.events.errors import NotAcceptableException
from trace.kit import strict_json
from trace.kit.errors import PROBLEM_JSON, Problem, set_problem_writer
from trace.web.epcis_headers import MEDIA_TYPES, XML_TYPES, choose_media_type

PROBLEM_XML = "application/problem+xml"

TYPES = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    406: "NotAcceptableException",
    409: "ResourceAlreadyExistsException",
    413: "CaptureLimitExceededException",
    414: "URITooLongException",
    415: "UnsupportedMediaTypeException",
    500: "ImplementationException",
    501: "ImplementationException",
}
"""What the standard calls a problem of each status, unless the problem itself is one of its exceptions."""


def write_problem(problem: Problem) -> Response:
    """The answer for a problem, in XML for a client that prefers it."""
    members = problem.as_dict()
    if not members["type"].startswith("epcisException:") and problem.status in TYPES:
        members["type"] = f"epcisException:{TYPES[problem.status]}"
    if _wants_xml():
        return Response(problem_xml(members), content_type=PROBLEM_XML)
    return Response(strict_json.dumps(members), content_type=PROBLEM_JSON)


def _wants_xml() -> bool:
    types = (PROBLEM_JSON, PROBLEM_XML, *MEDIA_TYPES)
    try:
        return choose_media_type(request.headers.get("Accept"), types) in (*XML_TYPES, PROBLEM_XML)
    except NotAcceptableException:
        return False


def register(app: Flask, prefix: str) -> None:
    """Answer the problems below `prefix` so."""
    set_problem_writer(app, prefix, write_problem)
