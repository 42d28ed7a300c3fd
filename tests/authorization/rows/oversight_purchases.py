"""Purchase checks: firms check what comes to them; offices read of their area; operators keep the rules."""

from tests.authorization.row import COMPANY, HISTORIANS, OFFICERS, Row, form, get, post

OPERATOR = frozenset({"operator"})
RULE = {"outcome": "hold", "source": "x"}
REPORT = {
    "gtin": "{gtin}",
    "lot": "{lot}",
    "number": "x",
    "laboratory": "x",
    "tested_on": "2026-01-05",
    "verdict": "passed",
}

ROWS: list[Row] = [
    # a shipment to somebody else is no delivery of one's own, nor is what one sent oneself
    post("/api/v1/purchase-checks", COMPANY, body={"delivery": "{event}"}, own=404),
    post("/api/v1/purchase-refusals", COMPANY, body={"delivery": "{event}", "reason": "x"}, own=404),
    get("/api/v1/purchase-checks", HISTORIANS),
    get("/api/v1/purchase-rules", HISTORIANS),
    Row("PUT", "/api/v1/purchase-rules/no_test_report", OPERATOR, body=RULE),
    post("/api/v1/test-reports", COMPANY, body=REPORT, own=201),
    get("/api/v1/test-reports?gtin={gtin}&lot={lot}", HISTORIANS),
    Row("POST", "/api/v1/test-reports/90001/file", COMPANY, own=415, body={}),  # no file: gets that far
    get("/api/v1/test-reports/90001/file", HISTORIANS, own=404),
    get("/desk/purchase-checks", HISTORIANS),
    get("/desk/purchase-refusals?event={event}", COMPANY, own=404),
    form("/desk/purchase-refusals", COMPANY, fields={"delivery": "{event}", "reason": "x"}, own=404),
    get("/desk/purchase-rules", HISTORIANS),
    form("/desk/purchase-rules/no_test_report", OPERATOR, fields=RULE),
    get("/desk/test-reports", COMPANY),
    form("/desk/test-reports", COMPANY, fields=REPORT),
    get("/desk/test-reports/90001/file", COMPANY | OFFICERS, own=404),
]
