"""The regulator's desk: offices, matters of every kind, stop-sale orders."""

from tests.authorization.row import (
    ANYBODY,
    COMPANY,
    HISTORIANS,
    OFFICERS,
    OFFICIALS,
    READERS,
    Row,
    form,
    get,
    post,
)

OPERATOR = frozenset({"operator"})
EVERY_OFFICIAL = frozenset(OFFICIALS)
SCOPE = [{"gtin": "{gtin}", "lots": ["{lot}"]}]

RECORD = {
    "party": "{party}",
    "word": "penalty",
    "on": "2026-01-05",
    "decision": "x",
    "text_zh": "x",
    "text_en": "x",
}
REPAIR = {"word": "penalty", "record": "credit-records/90001", "wish": "answer", "statement": "x"}

WORDS = {"topic": "tip", "title": "x", "title_en": "x", "text": "x", "text_en": "x", "gtin": "{gtin}"}

ROWS: list[Row] = [
    get("/api/v1/jurisdictions", HISTORIANS),
    Row("PUT", "/api/v1/jurisdictions/320100", OPERATOR, body={"name": "x", "name_en": "x"}),
    get("/api/v1/jurisdictions/320000/staff", EVERY_OFFICIAL),
    post("/api/v1/jurisdictions/320000/staff", OPERATOR, body={"actor": 90001}, own=404),
    get("/api/v1/matters", HISTORIANS),
    get("/api/v1/matters/{order}", HISTORIANS),
    post("/api/v1/matters/{order}/propose-release", READERS, body={"reason": "x"}, own=403, officials=200),
    get("/desk/supervision", HISTORIANS),
    get("/desk/matters", HISTORIANS),
    get("/desk/matters/{order}", HISTORIANS),
    form("/desk/matters/{order}/propose-release", READERS, fields={"reason": "x"}, own=403, officials=303),
    post("/api/v1/withdrawals", OFFICERS, body={"title": "x", "ground": "x", "scope": SCOPE}, foreign=201, absent=201),
    get("/api/v1/withdrawals/{order}/tasks", HISTORIANS),
    get("/api/v1/withdrawal-tasks", COMPANY),
    post("/api/v1/withdrawal-tasks/{task}/confirmations", READERS, body={"quantities": []}),
    post(
        "/api/v1/listings",
        OFFICERS,
        body={"party": "{party}", "ground": "x", "ground_en": "x", "article": "x", "evidence": "x"},
        foreign=201,
        absent=422,
    ),
    get("/api/v1/blacklist", ANYBODY),
    get("/blacklist", ANYBODY),
    get("/desk/listings/new", OFFICERS),
    form(
        "/desk/listings/new",
        OFFICERS,
        fields={"party": "{party}", "ground": "x", "ground_en": "x", "article": "x", "evidence": "x"},
        foreign=303,
        absent=422,
    ),
    get("/api/v1/credit-files/{party}", HISTORIANS),
    post("/api/v1/credit-records", OFFICERS, body=RECORD, foreign=201, absent=422),
    post("/api/v1/credit-records/90001/withdraw", OFFICERS, body={"reason": "x"}, own=404),
    post("/api/v1/credit-repairs", COMPANY, body=REPAIR, own=404),
    get("/desk/credit", HISTORIANS, own=303, officials=200),
    get("/desk/credit/{party}", HISTORIANS),
    form("/desk/credit/{party}/records", OFFICERS, fields={**RECORD, "party": ""}, foreign=303),
    form("/desk/credit/{party}/records/90001/withdraw", OFFICERS, fields={"reason": "x"}, own=404),
    form(
        "/desk/credit/{party}/repair",
        COMPANY,
        own=404,
        fields={"entry": "penalty x", "wish": "answer", "statement": "x"},
    ),
    post("/api/v1/publications", OFFICERS, body=WORDS, foreign=201, absent=422),
    get("/api/v1/publications", ANYBODY),
    get("/api/v1/publications/{order}", ANYBODY, own=404),
    get("/publications", ANYBODY),
    get("/publications.atom", ANYBODY),
    get("/publications.json", ANYBODY),
    get("/publications/{order}", ANYBODY, own=404),
    get("/firms/{party}", ANYBODY, foreign=200),
    get("/desk/publications/new", OFFICERS),
    form("/desk/publications/new", OFFICERS, fields=WORDS, foreign=303, absent=422),
    get("/services", ANYBODY),
    get("/desk/board", EVERY_OFFICIAL),
    get("/desk/incidents/new", OFFICERS),
    form("/desk/incidents/new", OFFICERS, fields={"title": "x", "words": "x"}),
    get("/desk/withdrawals", COMPANY),
    get("/desk/withdrawals/new", OFFICERS),
    form(
        "/desk/withdrawals/new",
        OFFICERS,
        fields={"title": "x", "ground": "x", "instructions": "x", "gtin": "{gtin}"},
        foreign=303,
        absent=303,
    ),
    form("/desk/withdrawals/{task}", COMPANY),
    get("/desk/withdrawals/{task}/photo.jpg", READERS, own=404),
]
