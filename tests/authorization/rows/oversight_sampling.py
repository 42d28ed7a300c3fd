"""Sampling inspections: plans and their frames for officials, samples also for the firm that made the goods."""

from tests.authorization.row import HISTORIANS, OFFICERS, OFFICIALS, Row, form, get, post

EVERY_OFFICIAL = frozenset(OFFICIALS)
PLAN = {"title": "x", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
BODY = PLAN | {"gtins": ["{gtin}"], "size": 1, "items": [{"item": "x", "kind": "absent"}]}
FIELDS = PLAN | {"gtins": "{gtin}", "size": "1", "items": "x; absent"}

ROWS: list[Row] = [
    post("/api/v1/sampling-plans", OFFICERS, body=BODY, foreign=201, absent=422),
    get("/api/v1/sampling-plans/{plan}", EVERY_OFFICIAL),
    get("/api/v1/sampling-plans/{plan}/frame", EVERY_OFFICIAL),
    get("/api/v1/samples/{sample}", HISTORIANS),
    get("/api/v1/sampling-rates", EVERY_OFFICIAL),
    get("/api/v1/matters/{sample}", HISTORIANS),
    get("/desk/matters/{sample}", HISTORIANS),
    get("/desk/sampling", EVERY_OFFICIAL),
    get("/desk/sampling/new", OFFICERS),
    form("/desk/sampling/new", OFFICERS, fields=FIELDS, foreign=303, absent=422),
    get("/desk/sampling/{plan}/frame", EVERY_OFFICIAL),
]
