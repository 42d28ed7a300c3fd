"""Early warning: for officials alone; what an office decides on is a matter like every other."""

from tests.authorization.row import OFFICERS, OFFICIALS, Row, form, get, post

EVERY_OFFICIAL = frozenset(OFFICIALS)
RECALL = {
    "country": "US",
    "authority": "x",
    "reference": "row",
    "published_on": "2026-01-05",
    "gtin": "{gtin}",
    "title": "x",
    "hazard": "x",
}

ROWS: list[Row] = [
    get("/api/v1/signals", EVERY_OFFICIAL),
    get("/api/v1/signals/{signal}", EVERY_OFFICIAL),
    get("/api/v1/signals/{signal}/sources", EVERY_OFFICIAL),
    get("/api/v1/foreign-recalls", EVERY_OFFICIAL),
    post("/api/v1/foreign-recalls", OFFICERS, body=RECALL, foreign=201, absent=201),
    get("/desk/signals", EVERY_OFFICIAL),
    get("/desk/foreign-recalls", EVERY_OFFICIAL),
    form("/desk/foreign-recalls", OFFICERS, fields=RECALL, foreign=303, absent=303),
    get("/api/v1/matters/{signal}", EVERY_OFFICIAL | {"member", "manager"}, own=404, officials=200),
    get("/desk/matters/{signal}", EVERY_OFFICIAL | {"member", "manager"}, own=404, officials=200),
    post(
        "/api/v1/matters/{signal}/dismiss",
        frozenset({"member", "manager", "regulator", "operator"}),
        body={"reason": "x"},
        own=404,
        officials=200,
    ),
]
