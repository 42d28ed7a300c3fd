"""Sheets by the API and by the command line: the same check, the same words, all or nothing."""

import io
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.trace.web.api_client import Api
from tests.trace.web.firms import DAIRY, GTIN, PLANT, make_firms

SHEET = f"条码,批号,数量,地点\n{GTIN},L1,5,{PLANT}\n{GTIN},L2,0,{PLANT}\n"


@pytest.fixture
def database_kind() -> str:
    """Runs are tested on both databases elsewhere."""
    return "sqlite"


def bring(client: Api, text: str, kind: str = "batches", status: int = 202) -> Any:
    """Send a sheet as a form does."""
    response = client.app.test_client().post(
        f"/api/v1/imports?kind={kind}",
        data={"file": (io.BytesIO(text.encode()), "x.csv")},
        headers={"Authorization": f"Bearer {client.key}"},
    )
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_json()


def over(client: Api, number: int) -> Any:
    """What became of it, once nothing runs any more."""
    deadline = time.monotonic() + 20
    while (told := client.get(f"/api/v1/imports/{number}"))["state"] in ("waiting", "checking", "taking"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return told


def test_a_sheet_by_the_api(app: Flask) -> None:
    """Brought, looked at, its good row taken; another firm does not see it."""
    firms = make_firms(app)
    number = bring(firms.dairy, SHEET)["number"]
    told = over(firms.dairy, number)
    assert (told["state"], told["rows"], told["fresh"], told["wrong"]) == ("checked", 2, 1, 1)
    assert told["mistakes"][0] == {
        "row": 3,
        "column": "数量",
        "came": "0",
        "detail": "应大于 0，填的是0。没有数量的行请删去。",
    }
    firms.shop.get(f"/api/v1/imports/{number}", 404)
    refused = firms.dairy.post(f"/api/v1/imports/{number}/take", {"mode": "all"}, 422)
    assert "1: mend them" in refused["detail"]
    firms.dairy.post(f"/api/v1/imports/{number}/take", {"mode": "good"}, 202)
    assert over(firms.dairy, number)["taken"] == 1
    assert firms.dairy.get(f"/api/v1/batches/{GTIN}/L1")["quantity"] == 5
    bring(firms.dairy, SHEET, "parties", 422)


def test_a_sheet_by_the_command_line(app: Flask, tmp_path: Path) -> None:
    """One wrong row keeps all out; told so, the good ones go in; a second time they are there."""
    make_firms(app)
    path = tmp_path / "batches.csv"
    path.write_text(SHEET, "gbk")

    def run(*more: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["import", str(path), "--kind", "batches", "--party", DAIRY, *more])
        return done.exit_code, done.output

    status, said = run()
    assert status == 1
    assert f"{path}: row 3, Quantity: Expected more than 0, got 0." in said
    assert "2 rows, 0 taken, 0 there already, 1 wrong" in said
    assert "2 rows, 1 taken, 0 there already, 1 wrong" in run("--good-rows")[1]
    assert "2 rows, 0 taken, 1 there already, 1 wrong" in run("--good-rows")[1]
    path.write_text("a,b\n1,2")
    assert "expected the columns" in app.test_cli_runner().invoke(args=["import", str(path), "--kind", "sales"]).output
