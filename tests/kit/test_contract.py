"""The contract layer over HTTP, with two small operations of its own."""

import threading
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

import openapi_spec_validator
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import Field, field_validator
from sqlalchemy import func, select

from trace.kit import strict_json
from trace.kit.auth import ApiKey, issue_key, revoke_key
from trace.kit.contract import Call, Contract
from trace.kit.db import Database
from trace.kit.errors import Conflict, NotFound, Problem, set_error_page
from trace.kit.fields import Day, InputModel, OutputModel, Quantity, Timestamp, WholeNumber
from trace.kit.transactions import Answer, RawCall, transaction


class Line(InputModel):
    gtin: str
    quantity: Quantity | None = None

    @field_validator("gtin")
    @classmethod
    def check(cls, value: str) -> str:
        if not value.isdigit():
            raise ValueError(f"Expected digits, got {value!r}.")
        return value


class ThingIn(InputModel):
    name: str
    from_: str | None = Field(None, alias="from")
    lines: list[Line] = Field(default_factory=list)
    count: WholeNumber | None = None
    at: Timestamp | None = None
    day: Day | None = None
    code: str | Line | None = None


class ThingOut(OutputModel):
    name: str
    from_: str | None = Field(alias="from")
    total: Decimal
    at: datetime | None
    role: str | None


class Search(InputModel):
    direction: Literal["forward", "backward"] = "forward"
    limit: WholeNumber = 50
    as_of: Timestamp | None = None


class ThingNotFound(NotFound):
    """There is no such thing."""


api = Contract("kit_test", prefix="/test/v1")


@api.operation(
    "POST",
    "/things",
    body=ThingIn,
    answers={201: ThingOut},
    roles={"company", "admin"},
    summary="Make",
    tag="t",
)
def make_thing(call: Call) -> Answer:
    body: ThingIn = call.body
    issue_key(call.session, "company", None, name="made by the operation")
    if body.name == "conflict":
        raise Conflict("There is one already.")
    total = sum((line.quantity or Decimal(0) for line in body.lines), Decimal(0))
    out = ThingOut(from_=body.from_, name=body.name, total=total, at=body.at, role=call.principal.role)  # type: ignore[union-attr]
    return Answer(201, out, headers={"Location": f"/test/v1/things/{body.name}"})


@api.operation("GET", "/things/<path:name>", query=Search, answers={200: ThingOut}, summary="Get", tag="t")
def get_thing(call: Call) -> Answer:
    if call.path["name"] == "missing":
        raise ThingNotFound("There is no thing 'missing'.")
    if call.path["name"] == "bug":
        raise ZeroDivisionError("a secret detail")
    return Answer(
        200,
        ThingOut(
            name=call.path["name"],
            from_=None,
            total=Decimal(call.query.limit),
            at=call.query.as_of,
            role=None,
        ),
    )


@transaction({"application/xml"}, limit=100)
def keep_bytes(call: RawCall) -> Answer:
    return Answer(202, call.data, content_type="application/octet-stream")


@pytest.fixture
def app(app: Flask) -> Flask:
    api.register(app)
    app.add_url_rule("/raw", view_func=keep_bytes, methods=["POST"])
    return app


@pytest.fixture
def key(database: Database) -> str:
    with database.write() as session:
        return issue_key(session, "company", 7, "a test")


def bearer(key: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} | {name.replace("_", "-"): value for name, value in more.items()}


def post(client: FlaskClient, key: str, body: bytes, **headers: str) -> Any:
    return client.post("/test/v1/things", data=body, content_type="application/json", headers=bearer(key, **headers))


def keys_made(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(ApiKey.name == "made by the operation")) or 0


def test_exact_numbers_go_in_and_come_out(client: FlaskClient, key: str) -> None:
    body = b'{"name":"x","from":"a","count":1.0,"at":"2026-03-01T08:00:00+08:00","lines":['
    body += b'{"gtin":"1","quantity":0.1},{"gtin":"2","quantity":123456789012345.001}]}'
    answer = post(client, key, body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == "/test/v1/things/x"
    assert answer.data == (
        b'{"name":"x","from":"a","total":123456789012345.101,"at":"2026-03-01T00:00:00Z","role":"company"}'
    )


QUANTITY = "/lines/0/quantity"


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        (b'{}', "/name", "Expected this field, got nothing."),
        (b'{"name":1}', "/name", "Expected a valid string, got 1."),
        (b'{"name":"x","more":1}', "/more", "No such field is known here."),
        (b'{"name":"x","from_":"a"}', "/from_", "No such field is known here."),
        (b'{"name":"x","lines":[{"gtin":"1"},{"gtin":"a"}]}', "/lines/1/gtin", "Expected digits, got 'a'."),
        (b'{"name":"x","lines":[{"gtin":"1","quantity":"5"}]}', QUANTITY, 'Expected a number, got "5"'),
        (b'{"name":"x","lines":[{"gtin":"1","quantity":true}]}', QUANTITY, "Expected a number, got true"),
        (b'{"name":"x","lines":[{"gtin":"1","quantity":0}]}', QUANTITY, "Expected a number above 0, got 0."),
        (
            b'{"name":"x","lines":[{"gtin":"1","quantity":1e18}]}',
            QUANTITY,
            "Expected a number of at most 18 digits, got 1E+18.",
        ),
        (b'{"name":"x","lines":[5]}', "/lines/0", "Expected an object, got 5."),
        (b'{"name":"x","count":1.5}', "/count", "Expected a whole number of at most 18 digits, got 1.5."),
        (b'{"name":"x","count":1e400}', "/count", "Expected a whole number of at most 18 digits, got 1E"),
        (b'{"name":"x","at":"2026-03-01T08:00:00"}', "/at", "Expected a time with a zone (Z or +08:00)"),
        (b'{"name":"x","at":"2026-02-30T08:00:00Z"}', "/at", "Expected a time that exists"),
        (b'{"name":"x","day":"2026-3-1"}', "/day", "Expected a date like 2026-03-01"),
        (b'{"name":"x","code":{"gtin":"z"}}', "/code/gtin", "Expected digits, got 'z'."),
        (b'[]', "", "Expected an object, got []."),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_what_was_expected_and_what_came(
    client: FlaskClient, key: str, body: bytes, pointer: str, detail: str
) -> None:
    answer = post(client, key, body)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    document = strict_json.loads(answer.data)
    assert document["type"] == "urn:suyuan:problem:invalid-body"
    found = [one["detail"] for one in document["errors"] if one["pointer"] == pointer]
    assert any(one.startswith(detail) for one in found), document


@pytest.mark.parametrize("body", [b"", b"{", b'{"name":NaN}', b'{"name":"a","name":"b"}', b"[" * 100_000, b"\xff"])
def test_what_is_not_json_is_400(client: FlaskClient, key: str, body: bytes) -> None:
    assert post(client, key, body).status_code == 400


def test_another_content_type_is_415(client: FlaskClient, key: str) -> None:
    answer = client.post("/test/v1/things", data=b"{}", content_type="text/plain", headers=bearer(key))
    assert answer.status_code == 415


def test_a_large_body_is_413(client: FlaskClient, key: str) -> None:
    assert post(client, key, b'"' + b"x" * 5 * 1024 * 1024 + b'"').status_code == 413
    assert client.post("/raw", data=b"x" * 101, content_type="application/xml").status_code == 413
    assert client.post("/raw", data=b"x" * 100, content_type="application/xml").data == b"x" * 100


def test_a_long_target_is_414(client: FlaskClient) -> None:
    assert client.get("/test/v1/things/" + "x" * 5000).status_code == 414


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic x", "Bearer sy_00000000_" + "A" * 43])
def test_without_a_good_key_it_is_401(client: FlaskClient, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = client.post("/test/v1/things", data=b"{", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_secret_and_a_revoked_key_are_401(client: FlaskClient, database: Database, key: str) -> None:
    assert post(client, key[:-1] + ("A" if key[-1] != "A" else "B"), b"{}").status_code == 401
    with database.write() as session:
        assert revoke_key(session, key[3:11])
        assert not revoke_key(session, key[3:11])
    assert post(client, key, b"{}").status_code == 401


def test_a_key_of_another_role_is_403(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        key = issue_key(session, "regulator", None)
    answer = post(client, key, b'{"name":"x"}')
    assert answer.status_code == 403
    assert "role admin or company, got regulator" in answer.text


def test_queries_are_validated(client: FlaskClient) -> None:
    answer = client.get("/test/v1/things/a/b?limit=7&direction=backward&as_of=2026-01-01T00:00:00Z")
    assert answer.get_json() == {
        "name": "a/b", "from": None, "total": 7, "at": "2026-01-01T00:00:00Z", "role": None
    }  # fmt: skip
    for wrong in ("limit=x", "limit=1&limit=2", "direction=up", "more=1", "as_of=2026-01-01"):
        assert client.get(f"/test/v1/things/a?{wrong}").status_code == 422, wrong


def test_errors_are_named_facts(client: FlaskClient) -> None:
    answer = client.get("/test/v1/things/missing")
    assert answer.get_json() == {
        "type": "urn:suyuan:problem:thing-not-found",
        "title": "Thing not found",
        "status": 404,
        "detail": "There is no thing 'missing'.",
    }
    assert client.get("/test/v1/nothing").content_type == "application/problem+json"
    answer = client.delete("/test/v1/things")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_defect_tells_the_client_an_id_and_nothing_else(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/test/v1/things/bug")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.get_json()["id"] in caplog.text
    assert "a secret detail" in caplog.text


def test_a_browser_gets_a_page_where_one_is_set(app: Flask) -> None:
    def page(problem: Problem) -> Any:
        return app.response_class(f"<h1>{problem.status}</h1>", content_type="text/html")

    set_error_page(app, page)
    client = app.test_client()
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert client.get("/nothing", headers=browser).text == "<h1>404</h1>"
    assert client.get("/nothing", headers={"Accept": "*/*"}).content_type == "application/problem+json"


def test_an_error_leaves_nothing_behind(client: FlaskClient, database: Database, key: str) -> None:
    assert post(client, key, b'{"name":"conflict"}').status_code == 409
    assert keys_made(database) == 0


def test_an_error_that_is_answered_leaves_nothing_behind_either(app: Flask, database: Database, key: str) -> None:
    @transaction({"application/xml"})
    def refuse(call: RawCall) -> Answer:
        issue_key(call.session, "company", None, name="made by the operation")
        return Answer(400, {"no": True})

    app.add_url_rule("/refuse", view_func=refuse, methods=["POST"])
    for headers in ({}, {"Idempotency-Key": "k"}, {"Idempotency-Key": "k"}):
        answer = app.test_client().post("/refuse", data=b"<a/>", content_type="application/xml", headers=headers)
        assert (answer.status_code, answer.get_json()) == (400, {"no": True})
        assert "Idempotency-Replayed" not in answer.headers
    assert keys_made(database) == 0


def test_the_same_request_is_done_once(client: FlaskClient, database: Database, key: str) -> None:
    first = post(client, key, b'{"name":"x"}', Idempotency_Key="k")
    again = post(client, key, b'{"name":"x"}', Idempotency_Key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert keys_made(database) == 1
    other = post(client, key, b'{"name":"y"}', Idempotency_Key="k")
    assert other.status_code == 422
    assert other.get_json()["title"] == "Idempotency key reused"
    assert post(client, key, b'{"name":"x"}', Idempotency_Key="k" * 201).status_code == 400


def test_after_an_error_the_key_is_free_again(client: FlaskClient, database: Database, key: str) -> None:
    assert post(client, key, b'{"name":"conflict"}', Idempotency_Key="k").status_code == 409
    assert post(client, key, b'{"name":"x"}', Idempotency_Key="k").status_code == 201
    assert keys_made(database) == 1


def test_the_key_of_one_party_says_nothing_to_another(client: FlaskClient, database: Database, key: str) -> None:
    with database.write() as session:
        other = issue_key(session, "company", 8)
    assert post(client, key, b'{"name":"x"}', Idempotency_Key="k").status_code == 201
    answer = post(client, other, b'{"name":"y"}', Idempotency_Key="k")
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers


def test_the_same_key_at_the_same_time_is_done_once(app: Flask, database: Database, key: str) -> None:
    barrier = threading.Barrier(4)
    answers = []

    def send() -> None:
        barrier.wait()
        answers.append(post(app.test_client(), key, b'{"name":"x"}', Idempotency_Key="k"))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 3
    assert keys_made(database) == 1


def test_raw_bodies_are_idempotent_too(client: FlaskClient) -> None:
    headers = {"Idempotency-Key": "k"}
    first = client.post("/raw", data=b"<a/>", content_type="application/xml", headers=headers)
    again = client.post("/raw", data=b"<a/>", content_type="application/xml", headers=headers)
    assert (first.status_code, again.status_code, again.data) == (202, 202, b"<a/>")
    assert again.headers["Idempotency-Replayed"] == "true"


def test_the_openapi_document_is_valid_and_complete(client: FlaskClient) -> None:
    document = client.get("/test/v1/openapi.json").get_json()
    openapi_spec_validator.validate(document)
    make = document["paths"]["/test/v1/things"]["post"]
    assert make["security"] == [{"key": []}]
    expected = {"201", "400", "401", "403", "404", "409", "413", "414", "415", "422", "500", "503"}
    assert expected == set(make["responses"])
    assert make["requestBody"]["required"]
    get = document["paths"]["/test/v1/things/{name}"]["get"]
    assert [(one["name"], one["in"]) for one in get["parameters"]] == [
        ("name", "path"),
        ("direction", "query"),
        ("limit", "query"),
        ("as_of", "query"),
    ]
    assert document["components"]["schemas"]["Line"]["properties"]["quantity"]["anyOf"][0] == {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 10**18 - 1,
    }


def test_times_are_kept_in_utc(client: FlaskClient) -> None:
    answer = client.get("/test/v1/things/a?as_of=2026-03-01t08:00:00.123456789%2B08:00")
    at = datetime(2026, 3, 1, 0, 0, 0, 123456, tzinfo=UTC)
    assert answer.get_json()["at"] == at.isoformat().replace("+00:00", "Z")
