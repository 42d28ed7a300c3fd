"""Every parameter of the EPCIS Query Language finds what it should and nothing else, on both databases."""

import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from tests.trace.query_cases import DOCUMENT, Parameters, case_of, lines, uuid
from trace.capture import capture_events
from trace.epcis.json_format import parse_document
from trace.epcis.query_language import read_parameters
from trace.events.search import search_events
from trace.kit.auth import Principal
from trace.vocabulary import store_vocabulary

OPERATOR = Principal("admin", None, 1, "operator")
NOW = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def captured(session: Session) -> Session:
    """A session in which the cases' document is captured, master data and all."""
    document = parse_document(json.dumps(DOCUMENT).encode())
    done = capture_events(session, document.events, OPERATOR, NOW)
    assert done.success, done.refusals
    store_vocabulary(session, document.master_data, OPERATOR, NOW)
    return session


def found(session: Session, parameters: Parameters) -> set[str]:
    return {event.event_id for event in search_events(session, OPERATOR, read_parameters(parameters), 100).events}


def test_every_parameter_finds_what_it_should_and_nothing_else(captured: Session) -> None:
    if not lines():
        pytest.skip("test data missing: epcis/query-params.txt")
    wrong = []
    for line in lines():
        case = case_of(line)
        if uuid(case.event) not in found(captured, case.finds):
            wrong.append(f"{line}: {case.finds} does not find event {case.event}")
        if uuid(case.event) in found(captured, case.misses):
            wrong.append(f"{line}: {case.misses} finds event {case.event}")
    assert wrong == []


@pytest.mark.parametrize("line", [line for line in lines() if line.startswith("^")])
def test_a_case_belongs_to_its_pattern(line: str) -> None:
    # the pattern of HASATTR allows extension fields only; the standard also standard fields
    pattern = r"HASATTR_\w+" if line.startswith("^HASATTR") else line
    assert any(re.fullmatch(pattern, name) for name in case_of(line).finds)
