"""Drills over HTTP and at the console: the same report as JSON, sheet, paper and text."""

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from recalls.drills.paper import write_paper
from tests.kit.receiver import Receiver, running_receiver
from tests.trace.web.api_client import Api
from tests.trace.web.firms import (
    DAIRY,
    FREE_GLN,
    GTIN,
    OUTLET,
    PLANT,
    SHOP,
    Firms,
    batch,
    make_firms,
    party_number,
    shipment,
)
from tests.trace.web.sheets import get_csv, get_xlsx
from trace.kit.web import current_database
from trace.master_data import find_party
from trace.sheets import Language

RECEIPT = {"from": PLANT, "to": OUTLET, "document": "S1", "lines": [{"gtin": GTIN, "lot": "L1", "quantity": 57}]}


@pytest.fixture
def firms(app: Flask) -> Firms:
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    firms.shop.post("/api/v1/receipts", RECEIPT)
    return firms


def drill(client: Api, status: int = 201, **body: Any) -> Any:
    return client.post("/api/v1/drills", {"gtin": GTIN, "lot": "L1", **body}, status)


def test_a_firm_drills_its_own_batch_and_reads_the_report_again(firms: Firms) -> None:
    report = drill(firms.dairy)
    assert report["balance"][0]["accounted_percent"] == 97
    assert [(one["rule"], one["quantity"]) for one in report["balance"][0]["differences"]] == [("short_receipt", 3)]
    again = firms.regulator.get(f"/api/v1/drills/{report['number']}")
    assert again["balance"] == report["balance"]
    firms.shop.get(f"/api/v1/drills/{report['number']}", 404)
    firms.consumer.get(f"/api/v1/drills/{report['number']}", 401)


def test_the_report_is_a_paper_and_its_contacts_are_a_sheet(firms: Firms) -> None:
    number = drill(firms.admin)["number"]
    answer = firms.admin.send("GET", f"/api/v1/drills/{number}?format=pdf&lang=en")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.get_data().startswith(b"%PDF-")
    table = get_csv(firms.admin, f"/api/v1/drills/{number}?format=csv&lang=en")
    assert (table[0][0], len(table)) == ("Firm", 3)
    assert get_xlsx(firms.admin, f"/api/v1/drills/{number}?format=xlsx&lang=zh")[0][0] == "企业"


def test_the_paper_of_a_firm_says_nothing_of_what_happened_beyond_its_neighbours(firms: Firms) -> None:
    report = drill(firms.dairy)
    [difference] = report["balance"][0]["differences"]
    difference.update(rule=None, message=None, message_zh=None, event_ids=[None])
    difference["place"] = {"id": "urn:suyuan:unnamed:6", "gln": None, "name": "门店 6"}
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        paper = io.BytesIO()
        write_paper(paper, report, language, None)
        assert paper.getvalue().startswith(b"%PDF-")


REFUSED: list[tuple[dict[str, Any], int, str | None]] = [
    ({"lot": None}, 422, ""),
    ({"id": "urn:x:1"}, 422, ""),
    ({"gtin": "6901234567890"}, 422, "/gtin"),
    ({"hours": 0}, 422, "/hours"),
    ({"hours": 1000}, 422, "/hours"),
    ({"participants": ["9520009000012"]}, 422, "/participants/0"),
    ({"lot": "L2"}, 404, None),
]


def test_a_drill_that_cannot_be_is_refused_and_leaves_nothing(firms: Firms) -> None:
    for change, status, pointer in REFUSED:
        problem = drill(firms.dairy, status, **change)
        if pointer is not None:
            assert [one["pointer"] for one in problem["errors"]] == [pointer]
    assert firms.dairy.get("/api/v1/recalls")["recalls"] == []


def test_no_inbox_but_a_participant_s_gets_anything(app: Flask, firms: Firms) -> None:
    firms.admin.post("/api/v1/parties", {"gln": FREE_GLN, "name": "街角小店"})
    firms.admin.post("/api/v1/locations", {"gln": FREE_GLN, "name": "街角小店", "party": FREE_GLN, "kind": "outlet"})
    line = {"gtin": GTIN, "lot": "L1", "quantity": 5}
    firms.dairy.post("/api/v1/shipments", shipment(to=FREE_GLN, document="S2", lines=[line]))
    with running_receiver() as bystander, running_receiver() as participant:
        set_webhook(app, FREE_GLN, bystander)
        set_webhook(app, SHOP, participant)
        drill(firms.dairy)
        run_worker(app)
        assert (bystander.requests, participant.requests) == ([], [])
        report = drill(firms.dairy, participants=[SHOP])
        assert {one["party"]["gln"]: one["takes_part"] for one in report["contacts"]} == {
            DAIRY: True,
            SHOP: False,
            FREE_GLN: False,
        }
        run_worker(app)
        assert (bystander.requests, participant.requests) == ([], []), "asked is not agreed"
        path = f"/api/v1/recalls/{report['number']}/participants/agree"
        Api.issue(app, "company", party_number(app, FREE_GLN)).post(path, None, 404)
        assert firms.shop.post(path, None, 200)["number"] == report["number"]
        run_worker(app)
        assert (len(bystander.requests), len(participant.requests)) == (0, 1)
        assert "演练" in participant.requests[0].body.decode()
    number = report["number"]
    assert firms.consumer.get(f"/api/v1/check?code=https://id.gs1.org/01/{GTIN}/10/L1")["status"] == "no_recall_known"
    assert firms.consumer.send("GET", f"/recalls/{number}").status_code == 404
    assert number not in firms.consumer.send("GET", "/recalls.json").get_data(as_text=True)


def set_webhook(app: Flask, code: str, receiver: Receiver) -> None:
    with app.app_context(), current_database().write() as session:
        party = find_party(session, code)
        assert party is not None
        party.webhook = receiver.url


def run_worker(app: Flask) -> None:
    run = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert run.exit_code == 0, run.output


def test_the_operator_drills_at_the_console(app: Flask, firms: Firms) -> None:
    runner: FlaskCliRunner = app.test_cli_runner()
    run = runner.invoke(args=["recall", "drill", GTIN, "L1", "--backward"])
    assert run.exit_code == 0, run.output
    assert "accounted 97.00 %" in run.stdout
    assert "unexplained 0" in run.stdout
    assert "in time" in run.stdout
    run = runner.invoke(args=["recall", "drill", GTIN, "L1", "--json", "--hours", "2"])
    assert json.loads(run.stdout)["hours"] == 2
    run = runner.invoke(args=["recall", "drill", GTIN, "L9"])
    assert (run.exit_code, "No batch" in run.output) == (1, True)
