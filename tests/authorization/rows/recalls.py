"""`/api/v1`: cases, notices, answers, checks, reports, drills and clocks."""

from tests.authorization.row import COMPANY, HISTORIANS, OFFICERS, READERS, Row, get, post

CASE = "/api/v1/recalls/{case}"
INBOX = "/api/v1/recalls/{inbox}"
SCOPE = [{"gtin": "{gtin}", "lots": ["{lot}"]}]
NEW = {"title": "t", "kind": "voluntary", "regime": "cn_food", "class": 2, "depth": "retail", "hazard": "h",
       "instructions": "i", "remedy": "refund", "scope": SCOPE}  # fmt: skip
ANSWER = {"lines": [{"location": "{place}", "gtin": "{raw}", "lot": "{raw_lot}", "on_hand": 1}]}
RESULT = {
    "consignee": "{customer}",
    "way": "phone",
    "notified": True,
    "removed": True,
    "checked_at": "2026-11-01T08:00:00Z",
}
DUTY = {
    "duty": "test_duty",
    "starts": "opened",
    "met_by": [],
    "amount": 1,
    "unit": "hours",
    "name_zh": "x",
    "source": "x",
}
DAY = {"working": False, "name_zh": "假日", "source": "国办"}

ROWS: list[Row] = [
    post("/api/v1/recalls", READERS, NEW, officials_absent=201),
    post("/api/v1/recalls/preview", READERS, {"scope": SCOPE}, own=200, officials_absent=200),
    get("/api/v1/recalls", HISTORIANS),
    get(CASE, HISTORIANS),
    post(CASE + "/extend", READERS, {"scope": [{"gtin": "{gtin}"}], "reason": "new"}, own=200),
    post(CASE + "/terminate", READERS, {"reason": "new"}, own=403, officials=200),
    get(CASE + "/impact", READERS),
    get(CASE + "/impact?limit=1", READERS),
    get(CASE + "/impact/places?cursor=none", READERS, own=422),
    get(CASE + "/runs/{digest}", READERS),
    get(CASE + "/runs/{digest}/changes", READERS),
    get(CASE + "/progress", READERS),
    get(CASE + "/public-notice", READERS),
    post(CASE + "/public-notice", READERS, {"notice": {}}, own=422),
    get(CASE + "/report?form=cn_progress", READERS),
    get(CASE + "/report?form=cn_firms&format=csv", READERS),
    get(CASE + "/reports", READERS),
    post(CASE + "/reports", READERS, {"form": "cn_progress"}),
    get(CASE + "/reports/{report}", READERS),
    get(CASE + "/reports/{report}/compare", READERS),
    get(CASE + "/checks", READERS),
    post(CASE + "/checks", READERS, {"level": "C"}),
    post(CASE + "/checks/{draw}/results", READERS, RESULT, own=422),
    get(CASE + "/notices", READERS),
    get(CASE + "/units", READERS),
    get(CASE + "/responses", READERS),
    get(CASE + "/my-units", COMPANY),
    get(INBOX + "/my-units", COMPANY),
    get(INBOX + "/responses", READERS),
    post(INBOX + "/responses", READERS, ANSWER, officials=422),
    get(INBOX + "/notices", READERS),
    get(INBOX + "/notices/{notice}", READERS),
    get(CASE + "/notices/{notice}", READERS, own=404),
    post(INBOX + "/notices/{notice}/acknowledge", READERS, {}, own=200),
    post(INBOX + "/notices/{notice}/pass-on", READERS, {"note": "x"}),
    get("/api/v1/notices", READERS),
    get("/api/v1/parties/{party}/contacts", READERS),
    post("/api/v1/parties/{party}/contacts", READERS, {"rank": 2, "name": "n", "phone": "010-5550101"}),
    get("/api/v1/parties/{party}/webhook-secret", COMPANY | {"regulator"}, officials=404),
    post("/api/v1/drills", READERS, {"gtin": "{gtin}", "lot": "{lot}"}),
    get("/api/v1/drills/{drill}", READERS),
    post("/api/v1/recalls/{drill}/participants", READERS, {"participants": ["{party}"]}, own=409),
    post("/api/v1/recalls/{drill}/participants/agree", COMPANY, {}, own=404),
    get("/api/v1/deadlines", HISTORIANS),
    get("/api/v1/duties", HISTORIANS),
    post("/api/v1/duties", OFFICERS, DUTY, own=422),
    post("/api/v1/duties/1/end", OFFICERS, {}, own=200),
    get("/api/v1/calendar", HISTORIANS),
    get("/api/v1/calendar/2026-11-20", HISTORIANS),
    Row("PUT", "/api/v1/calendar/2026-11-20", OFFICERS, own=200, body=DAY),
    Row("DELETE", "/api/v1/calendar/2026-11-20", OFFICERS, own=404),
]
