"""Recalls over HTTP and as a command: the contract's shapes, statuses and pages."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.data import data_path
from tests.recalls.chain import ADMIN, START, Chain, gtin_of
from trace.capture import capture_events
from trace.epcis import xml_format
from trace.kit.auth import issue_key
from trace.kit.db import Database
from trace.kit.strict_json import canonical_dumps, loads

SEED = "urn:gdst:example.org:product:lot:class:processor02.yellowfintunawhole.2025121114333457"

BODY: dict[str, Any] = {
    "title": "酸奶召回",
    "title_en": "Yogurt recall",
    "kind": "voluntary",
    "regime": "cn_food",
    "class": 1,
    "depth": "consumer",
    "hazard": "菌落总数超标",
    "instructions": "请停止食用，退回商店。",
    "remedy": "refund",
    "scope": [{"gtin": gtin_of("yogurt"), "lots": ["L1"]}],
}


@pytest.fixture
def key(database: Database) -> dict[str, str]:
    with database.write() as session:
        return {"Authorization": f"Bearer {issue_key(session, 'regulator', None, 'desk')}"}


@pytest.fixture
def colleague(database: Database) -> dict[str, str]:
    """A second official's key: in class 1 nobody announces alone."""
    with database.write() as session:
        return {"Authorization": f"Bearer {issue_key(session, 'regulator', None, 'colleague')}"}


def post(client: FlaskClient, key: dict[str, str], path: str, body: Any = None, status: int = 200) -> Any:
    answer = (
        client.post(f"/api/v1/recalls{path}", json=body, headers=key)
        if body is not None
        else client.post(f"/api/v1/recalls{path}", headers=key)
    )
    assert answer.status_code == status, answer.text
    return loads(answer.data)


def test_a_case_from_its_opening_to_its_end(
    client: FlaskClient, key: dict[str, str], colleague: dict[str, str]
) -> None:
    case = post(client, key, "", BODY, 201)
    number = case["number"]
    assert (case["stage"], case["class"], case["remedy"], case["url"]) == ("voluntary", 1, ["refund"], None)
    assert case["scope"][0]["lots"] == ["L1"]
    assert client.get(f"/recalls/{number}").status_code == 404
    refused = post(client, key, f"/{number}/announce", {}, 409)
    assert refused["allowed"] == ["file-plan", "cancel"]
    post(client, key, f"/{number}/file-plan")
    refused = post(client, key, f"/{number}/announce", {}, 409)
    assert (refused["type"], refused["prepared_by"]) == ("urn:suyuan:problem:second-person-needed", "desk")
    case = post(client, colleague, f"/{number}/announce", {"reason": "class 1"})
    assert [(step["step"], step["with"]) for step in case["steps"]][-2:] == [("file-plan", None), ("announce", "desk")]
    assert case["url"] == f"https://suyuan.example/recalls/{number}"
    case = post(client, key, f"/{number}/extend", {"scope": [{"gtin": gtin_of("yogurt"), "lots": ["L2"]}]})
    assert [version["version"] for version in case["versions"]] == [1, 2]
    post(client, key, f"/{number}/complete", {})
    case = post(client, key, f"/{number}/terminate", {"reason": "all back"})
    assert (case["stage"], case["allowed"], case["steps"][-1]["reason"]) == ("terminated", [], "all back")
    listed = client.get("/api/v1/recalls?limit=1", headers=key).get_json()
    assert [one["number"] for one in listed["recalls"]] == [number]
    assert listed["next"] is None
    run = case["runs"][0]["digest"]
    assert client.get(f"/api/v1/recalls/{number}/runs/{run}", headers=key).get_json()["digest"] == run
    assert client.get(f"/api/v1/recalls/{number}/runs/none", headers=key).status_code == 404


def test_cases_are_listed_page_by_page(client: FlaskClient, key: dict[str, str]) -> None:
    numbers = [post(client, key, "", BODY, 201)["number"] for _ in range(3)]
    page = client.get("/api/v1/recalls?limit=2", headers=key).get_json()
    rest = client.get(page["next"], headers=key).get_json()
    assert [one["number"] for one in page["recalls"] + rest["recalls"]] == numbers[::-1]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"class": 4}, "/class"),
        ({"kind": "friendly"}, "/kind"),
        ({"remedy": ""}, "/remedy"),
        ({"title": " "}, "/title"),
        ({"scope": []}, "/scope"),
        ({"scope": [{"gtin": "6901234567890"}]}, "/scope/0/gtin"),
        ({"scope": [{"gtin": gtin_of("yogurt"), "lots": []}]}, "/scope/0/lots"),
        ({"scope": [{"gtin": gtin_of("yogurt"), "colour": "red"}]}, "/scope/0/colour"),
        ({"scope": [{"gtin": gtin_of("yogurt"), "produced_from": "2026-02-30"}]}, "/scope/0/produced_from"),
    ],
)
def test_a_wrong_field_is_named(client: FlaskClient, key: dict[str, str], change: Any, pointer: str) -> None:
    problem = post(client, key, "", BODY | change, 422)
    assert problem["errors"][0]["pointer"].startswith(pointer)


def test_who_may_not_see_it(client: FlaskClient, key: dict[str, str], database: Database) -> None:
    number = post(client, key, "", BODY, 201)["number"]
    with database.write() as session:
        firm = Chain(session).party("firm")
        company = {"Authorization": f"Bearer {issue_key(session, 'company', firm.id)}"}
    assert client.get(f"/api/v1/recalls/{number}").status_code == 401
    assert client.get(f"/api/v1/recalls/{number}", headers=company).status_code == 404
    assert client.get(f"/api/v1/recalls/{number}/impact", headers=company).status_code == 404
    assert post(client, company, f"/{number}/file-plan", {}, 404)
    assert post(client, company, "", BODY, 404)
    assert client.get("/api/v1/recalls/2026-9999", headers=key).status_code == 404
    assert post(client, key, f"/{number}/release", {}, 404)


def capture_tuna(database: Database) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    with database.write() as session:
        for name in ("gdst_secondary-processor", "gdst_importer", "gdst_primary-processor"):
            document = xml_format.parse_document(data_path(f"epcis/gdst/{name}.xml").read_bytes())
            capture_events(session, document.events, ADMIN, now, "proceed")


def test_the_tuna_chain_over_http_and_as_a_command(
    app: Flask, client: FlaskClient, key: dict[str, str], database: Database
) -> None:
    capture_tuna(database)
    number = post(client, key, "", BODY | {"scope": [{"id": SEED}]}, 201)["number"]
    answer = client.get(f"/api/v1/recalls/{number}/impact?as_of=2026-06-02T00:00:00%2B08:00", headers=key)
    impact = loads(answer.data)
    assert len(impact["batches"]) == 4
    assert impact["totals"][0]["consumed"] == Decimal(9425)
    runner = app.test_cli_runner()
    done = runner.invoke(args=["recall", "impact", number, "--json", "--as-of", "2026-06-02T00:00:00+08:00"])
    assert loads(done.stdout_bytes) == impact
    table = runner.invoke(args=["recall", "impact", number]).output
    assert "9,425 produced" in table or "9,425 consumed" in table
    assert "≠" not in table
    assert runner.invoke(args=["recall", "impact", "2026-9999"]).exit_code == 1
    assert runner.invoke(args=["recall", "impact", number, "--as-of", "yesterday"]).exit_code == 2


def test_who_takes_part_in_a_drill_is_said_over_http(
    client: FlaskClient, key: dict[str, str], database: Database
) -> None:
    with database.write() as session:
        codes = [Chain(session).party(name).gln for name in ("one firm", "another firm")]
    drill = post(client, key, "", BODY | {"drill": True, "participants": codes[:1]}, 201)
    assert (drill["participants"], drill["drill"]) == (codes[:1], True)
    path = f"/{drill['number']}/participants"
    assert post(client, key, path, {"participants": codes})["participants"] == sorted(map(str, codes))
    problem = post(client, key, path, {"participants": [codes[0], "9520000000011"]}, 422)
    assert problem["errors"][0]["pointer"] == "/participants/1"
    problem = post(client, key, "", BODY | {"participants": codes}, 422)
    assert problem["errors"][0]["pointer"] == "/participants"
    assert post(client, key, "/2026-9999/participants", {"participants": codes}, 404)


def test_the_public_pages_show_announced_recalls_in_both_languages(
    client: FlaskClient, key: dict[str, str], colleague: dict[str, str]
) -> None:
    assert "还没有发布过召回" in client.get("/recalls").text
    drill = post(client, key, "", BODY | {"drill": True}, 201)["number"]
    number = post(client, key, "", BODY | {"title_en": "<b>Yogurt</b> recall"}, 201)["number"]
    for one in (drill, number):
        post(client, key, f"/{one}/file-plan", {})
        post(client, colleague, f"/{one}/announce", {})
    listed = client.get("/recalls?lang=zh").text
    assert "酸奶召回" in listed
    assert drill not in listed
    assert client.get(f"/recalls/{drill}").status_code == 404
    page = client.get(f"/recalls/{number}?lang=en").text
    assert "&lt;b&gt;Yogurt&lt;/b&gt; recall" in page
    assert "your money back" in page
    assert "L1" in page
    assert "现在怎么做" in client.get(f"/recalls/{number}?lang=zh").text
    assert client.get("/recalls?before=zzz").status_code == 400
    assert START.year == 2026


def test_the_places_of_an_impact_come_page_by_page(
    client: FlaskClient, key: dict[str, str], database: Database
) -> None:
    """Each once, all of the same moment, and never as if they were all."""
    capture_tuna(database)
    number = post(client, key, "", BODY | {"scope": [{"id": SEED}]}, 201)["number"]
    whole = loads(client.get(f"/api/v1/recalls/{number}/impact", headers=key).data)
    everything = {canonical_dumps(row) for row in (*whole["outlets"], *whole["consignees"])}
    assert whole["places"] == len(everything) > 3
    assert whole["next"] is None
    moment = whole["as_of"].replace("+", "%2B")
    page = loads(client.get(f"/api/v1/recalls/{number}/impact?limit=2&as_of={moment}", headers=key).data)
    same = ("batches", "totals", "findings", "places", "as_of")
    assert {name: page[name] for name in same} == {name: whole[name] for name in same}
    assert page["digest"] is None
    found: list[bytes] = []
    tiers: list[int] = []
    while True:
        rows = [*page["outlets"], *page["consignees"]]
        found += map(canonical_dumps, rows)
        tiers += sorted(row["tier"] if row["tier"] is not None else 99 for row in rows)
        assert (page["places"], page["as_of"]) == (whole["places"], whole["as_of"])
        if page["next"] is None:
            break
        assert len(rows) == 2
        page = loads(client.get(page["next"], headers=key).data)
    assert len(found) == len(everything)
    assert set(found) == everything
    assert tiers == sorted(tiers)
    first = loads(client.get(f"/api/v1/recalls/{number}/impact?limit=1", headers=key).data)
    other = first["next"].replace(number, post(client, key, "", BODY | {"scope": [{"id": SEED}]}, 201)["number"])
    assert client.get(other, headers=key).status_code == 422
    assert client.get(f"/api/v1/recalls/{number}/impact/places?cursor=x", headers=key).status_code == 422
    assert client.get(f"/api/v1/recalls/{number}/impact/places", headers=key).status_code == 422
