"""What the OpenAPI document says is what the service does, whatever is sent: schemathesis makes the requests."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi import checks

from tests.conftest import app_over, database_maker
from tests.trace import query_cases
from tests.trace.web.firms import Firms, batch, make_firms, shipment
from trace.kit.config import Settings
from wsgi import create_app

EXAMPLES, CAMPAIGN = 4, 1_000
WATCHED = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]

relaxed = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


def operations(url: str = "sqlite:///") -> list[Any]:
    """Every operation of the document, as method and path."""
    app = create_app(Settings(database_url=url, secret_key="a key for tests"))
    document: Any = app.test_client().get("/api/v1/openapi.json").json
    return [
        pytest.param(method.upper(), path, id=f"{method.upper()} {path}")
        for path, methods in document["paths"].items()
        for method in methods
    ]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def firms(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firms]:
    """A dairy and a shop with something to find."""
    for make in database_maker(request.param, request, tmp_path_factory.mktemp("fuzz")):
        firms = make_firms(app_over(make()))
        firms.dairy.post("/api/v1/batches", batch())
        firms.dairy.post("/api/v1/shipments", shipment())
        firms.admin.capture(query_cases.DOCUMENT)
        yield firms


@pytest.fixture(scope="module")
def schema(firms: Firms) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", firms.admin.app)


def try_out(schema: Any, firms: Firms, method: str, path: str, examples: int) -> None:
    """Send requests that the declaration allows, and some that it does not, as two firms."""
    cases = st.one_of(schema[path][method].as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode)

    @settings(relaxed, max_examples=examples)
    @given(case=cases, firm=st.sampled_from([firms.dairy, firms.admin]))
    def send(case: Any, firm: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {firm.key}"})
        assert response.status_code != 500, response.text
        case.validate_response(response, checks=WATCHED)

    send()


@pytest.mark.parametrize(("method", "path"), operations())
def test_no_request_is_answered_with_what_is_not_declared(schema: Any, firms: Firms, method: str, path: str) -> None:
    try_out(schema, firms, method, path, EXAMPLES)


@pytest.mark.campaign
@pytest.mark.parametrize(("method", "path"), operations())
def test_no_request_of_many_is_answered_with_what_is_not_declared(
    schema: Any, firms: Firms, method: str, path: str
) -> None:
    try_out(schema, firms, method, path, CAMPAIGN)
