"""What authorities and others do about one firm changes nothing of what another firm reads of market regulation."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.desk import sign_in
from tests.trace.web.api_client import Api
from tests.trace.web.firms import DAIRY, GTIN, batch, make_firms, party_number, shipment
from tests.trace.web.test_non_interference import PASSING, assert_alike

STRANGER, STORE, STRANGE_GTIN = "9520003000018", "9520003000025", "09520003000032"
DAY = "2026-01-05"
PARTS = re.compile(r"\.\d{1,6}(?=Z)|urn:uuid:[0-9a-f-]{36}")
"""Parts of seconds, and the identifiers that are drawn by lot."""
CALLS = (
    *(f"/api/v1/{path}" for path in ("matters", "withdrawal-tasks", "purchase-checks", "purchase-rules")),
    *(f"/api/v1/{path}" for path in ("ledgers/purchase", "ledgers/sale", "ledgers/sale/totals", "registers/licences")),
    *(f"/api/v1/test-reports?gtin={GTIN}&lot={batch()['lot']}", f"/api/v1/credit-files/{DAIRY}"),
)
PAGES = (
    *(f"/desk/{path}" for path in ("supervision", "matters", "withdrawals", f"credit/{DAIRY}", "registers")),
    *(f"/desk/{path}" for path in ("purchase-checks", "purchase-rules", "test-reports")),
    *(f"/desk/ledgers/{path}" for path in ("purchase", "sale", "purchase.csv", "sale.csv")),
)


def start(app: Flask) -> tuple[Api, Api, Api]:
    """A dairy that sent a batch to a shop, a stop-sale of it; keys of the dairy, a stranger, an official."""
    firms = make_firms(app)
    admin, official = firms.admin, Api.issue(app, "regulator")
    admin.post("/api/v1/parties", {"gln": STRANGER, "name": "陌生企业"})
    admin.post("/api/v1/locations", {"gln": STORE, "name": "陌生企业一店", "party": STRANGER, "kind": "outlet"})
    admin.post("/api/v1/products", {"commodity_code": STRANGE_GTIN, "name": "陌生食品", "party": STRANGER})
    stranger = Api.issue(app, "company", party_number(app, STRANGER))
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    scope = {"scope": [{"gtin": GTIN, "lots": [batch()["lot"]]}]}
    official.post("/api/v1/withdrawals", {"title": "酸奶", "ground": "抽检不合格", **scope})
    firms.dairy.post("/api/v1/test-reports", report(GTIN, batch()["lot"]))
    return firms.dairy, stranger, official


def report(gtin: str, lot: str) -> dict[str, str]:
    said = {"number": "R-1", "laboratory": "检验所", "tested_on": DAY, "verdict": "failed"}
    return {"gtin": gtin, "lot": lot, **said}


def do(stranger: Api, official: Api) -> list[int]:
    """Everything that concerns the stranger alone; returns what was answered."""
    made = {"commodity_code": STRANGE_GTIN, "lot": "Z", "quantity": 9, "location": STORE}
    scope = {"scope": [{"gtin": STRANGE_GTIN, "lots": ["Z"]}]}
    record = {"party": STRANGER, "word": "penalty", "on": DAY, "decision": "1", "text_zh": "罚款", "text_en": "Fined"}
    listing = {"party": STRANGER, "ground": "x", "ground_en": "x", "article": "x", "evidence": "x"}
    abroad = {"country": "US", "authority": "x", "reference": "1", "published_on": DAY, "gtin": STRANGE_GTIN}
    licence = {"number": "SC9", "party": STRANGER, "categories": ["none"], "valid_from": DAY}
    goods = {"location": STORE, "lines": [{"gtin": STRANGE_GTIN, "lot": "Z", "quantity": 2}]}
    doings: list[tuple[Api, str, dict[str, Any]]] = [
        (stranger, "batches", made),
        (stranger, "sales", goods),
        (stranger, "returns", goods),
        (stranger, "test-reports", report(STRANGE_GTIN, "Z")),
        (official, "withdrawals", {"title": "陌生食品", "ground": "x", **scope}),
        (official, "credit-records", record),
        (official, "listings", listing),
        (official, "foreign-recalls", {**abroad, "title": "x", "hazard": "x"}),
        (official, "registers/licences", {"states": licence}),
        (official, "incidents", {"title": "陌生", "words": "x"}),
    ]
    return [api.send("POST", f"/api/v1/{path}", body).status_code for api, path, body in doings]


def read(app: Flask, dairy: Api) -> dict[str, str]:
    """What the dairy and a person of it read."""
    person = sign_in(app, "company", party_number(app, DAIRY), manages=True, name="Reader")
    shown = {path: dairy.send("GET", path) for path in CALLS} | {path: person.send("GET", path) for path in PAGES}
    assert {path: one.status_code for path, one in shown.items() if one.status_code != 200} == {}
    return {path: PARTS.sub("", PASSING.sub("", one.get_data(as_text=True))) for path, one in shown.items()}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_is_done_about_a_stranger_changes_nothing_for_a_firm(new_app: Callable[[], Flask]) -> None:
    quiet, busy = new_app(), new_app()
    dairy, _stranger, _official = start(quiet)
    theirs, stranger, official = start(busy)
    statuses = do(stranger, official)
    assert sum(status < 300 for status in statuses) >= 8, statuses
    before, after = read(quiet, dairy), read(busy, theirs)
    for path in (*CALLS, *PAGES):
        assert_alike(before[path].split("\n"), after[path].split("\n"))
