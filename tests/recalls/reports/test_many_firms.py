"""Progress and reports over thousands of firms: every place there, in every format, and no statement for each."""

import csv
import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from bench.network import make_network, pick_recalls
from bench.network_rows import batch_number, fill
from tests.conftest import app_over
from tests.recalls.dairy import BODY
from tests.trace.web.api_client import Api
from trace.kit.db import Database
from trace.models import Identifier

MOVEMENTS, RECALLED = 60_000, 20_000


@pytest.mark.campaign
def test_ten_thousand_places_are_all_in_the_report(database: Database) -> None:
    network = make_network(MOVEMENTS, seed=1)
    fill(database, network)
    (batches,) = pick_recalls(network, [RECALLED]).values()
    with database.read() as session:
        numbers = [batch_number(batch) for batch in batches]
        scope = [{"id": uri} for uri in session.scalars(select(Identifier.uri).where(Identifier.id.in_(numbers)))]
    official = Api.issue(app_over(database), "regulator")
    number = official.post("/api/v1/recalls", BODY | {"scope": scope})["number"]
    path = f"/api/v1/recalls/{number}"
    for step in ("file-plan", "announce"):
        official.post(f"{path}/{step}", {}, 200)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    progress = official.get(f"{path}/progress")
    assert len(statements) < 300
    effect: dict[str, Any] = progress["effectiveness"]
    impact = official.get(f"{path}/impact")
    assert effect["places"] == len({row["id"] for row in (*impact["outlets"], *impact["consignees"])}) > 9_000
    assert progress["overdue_count"] == effect["consignees"]
    assert len(progress["overdue"]) == 1_000
    statements.clear()
    firms = official.get(f"{path}/report?form=cn_firms")["parts"]["firms"]
    assert len(statements) < 600
    assert len({row["consignee"] for row in firms}) > 4_000
    sheet = official.send("GET", f"{path}/report?form=cn_firms&format=csv").data.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(sheet)))) == 1 + len(firms)
    book = official.send("GET", f"{path}/report?form=cn_firms&format=xlsx&lang=en").data
    table = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Affected firms")
    assert len(table.to_python()) == 1 + len(firms)
    assert official.send("GET", f"{path}/report?form=cn_firms&format=pdf").data.startswith(b"%PDF")
    assert official.send("GET", f"{path}/report?form=fsma204&format=pdf").status_code == 413
