"""The generated OpenAPI document: valid, complete, and true to what is answered."""

from typing import Any

import openapi_spec_validator
from flask import Flask
from pydantic import BaseModel

from tests.trace.web.api_client import Api
from tests.trace.web.firms import DAIRY, GTIN, OUTLET, PLANT, batch, make_firms, shipment
from trace.kit import strict_json
from trace.web.api_batches import BatchAndBalanceOut
from trace.web.api_master_data import LocationOut, PartyOut, ProductOut
from trace.web.api_readings import BalanceOut, TraceOut
from trace.web.api_reports import OutcomeOut

CALLS = """
POST /parties                        GET /parties/{code}
POST /locations                      GET /locations/{code}
POST /products                       GET /products/{gtin}
POST /batches                        GET /batches/{gtin}/{lot}
GET /batches/{gtin}/{lot}/balance    GET /batches/{gtin}/{lot}/trace
GET /balance                         GET /trace
POST /shipments                      POST /receipts
POST /sales                          POST /returns
POST /destructions                   POST /counts
POST /losses                         POST /transformations
"""


def test_every_call_of_the_contract_is_declared(app: Flask) -> None:
    document = Api(app, None).get("/api/v1/openapi.json")
    openapi_spec_validator.validate(document)
    words = CALLS.split()
    for method, path in zip(words[::2], words[1::2], strict=True):
        assert method.lower() in document["paths"]["/api/v1" + path], (method, path)


def same(model: type[BaseModel], api: Api, path: str) -> Any:
    """The answer, which has the fields of its declared shape: none missing, none more, all of their types."""
    response = api.send("GET", path)
    assert response.status_code == 200
    value = strict_json.loads(response.get_data())
    assert model.model_validate(value).model_dump() == value
    return value


def test_answers_have_the_declared_shapes(app: Flask) -> None:
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch(expires_on="2026-09-01", certificate="https://example.com/c1"))
    outcome = firms.dairy.post("/api/v1/shipments", shipment(lines=[{"gtin": GTIN, "lot": "L1", "quantity": 130}]))
    assert set(outcome) == {"event_id", "movements", "findings"}
    OutcomeOut.model_validate(outcome)
    firms.dairy.post("/api/v1/counts", {"location": PLANT, "lines": [{"gtin": GTIN, "lot": "L1", "quantity": 0}]})
    path = f"/api/v1/batches/{GTIN}/L1"
    assert same(BalanceOut, firms.dairy, path + "/balance?as_of=2999-01-01T00:00:00Z")["findings"]
    assert same(TraceOut, firms.dairy, path + "/trace")["movements"]
    assert same(BatchAndBalanceOut, firms.dairy, path)["certificate"] == "https://example.com/c1"
    same(PartyOut, firms.dairy, f"/api/v1/parties/{DAIRY}")
    same(LocationOut, firms.dairy, f"/api/v1/locations/{OUTLET}")
    same(ProductOut, firms.dairy, f"/api/v1/products/{GTIN}")
