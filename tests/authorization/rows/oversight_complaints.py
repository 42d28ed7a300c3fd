"""What citizens bring: the public pages, the board, and who the citizen is."""

from tests.authorization.row import ANYBODY, HISTORIANS, OFFICERS, OFFICIALS, READERS, Row, form, get, post

OPERATOR = frozenset({"operator"})
REGULATOR = frozenset({"regulator"})
EVERY_OFFICIAL = frozenset(OFFICIALS)
SAID = {"kind": "inquiry", "cause": "other", "words": "x"}
OFFER = {"states": {"remedy": "refund", "terms": "x"}}

ROWS: list[Row] = [
    # what citizens send without an account: the forms' own media type is asked for first
    get("/complaints", ANYBODY),
    get("/complaints/new", ANYBODY),
    get(
        "/complaints/{complaint}", ANYBODY, foreign=200, absent=200
    ),  # whether there is one is told with its code alone
    *(Row("POST", one, ANYBODY, own=415) for one in ("/complaints", "/complaints/new", "/complaints/photo")),
    Row("POST", "/complaints/{complaint}/agree", ANYBODY, own=415, foreign=415, absent=415),
    get("/api/v1/complaint-causes", ANYBODY),
    Row("PUT", "/api/v1/complaint-causes/weather", OPERATOR, body={"text_zh": "天气", "text_en": "Weather"}),
    get("/api/v1/time-limits", EVERY_OFFICIAL),
    Row("PUT", "/api/v1/time-limits/inquiry/answer", OPERATOR, body={"amount": 3, "unit": "wd", "source": "x"}),
    get("/desk/limits", EVERY_OFFICIAL),
    get("/desk/limits/inquiry/answer", EVERY_OFFICIAL),
    form("/desk/limits/inquiry/answer", OPERATOR, fields={"amount": "3", "unit": "wd", "source": "x"}),
    # the office's own
    get("/api/v1/complaints", EVERY_OFFICIAL),
    post("/api/v1/complaints", REGULATOR, SAID | {"channel": "phone", "code": "{gtin}"}, absent=201),
    get("/api/v1/complaints/statistics", EVERY_OFFICIAL),
    get("/api/v1/complaints/duties", EVERY_OFFICIAL),
    get("/api/v1/complaints/{complaint}", HISTORIANS),
    post("/api/v1/complaints/{complaint}/citizen", REGULATOR, {"reason": "x"}, own=403),  # it was assigned to nobody
    post("/api/v1/complaints/{complaint}/erase", OFFICERS, {"reason": "x"}, own=409),  # it goes on
    get("/api/v1/matters/{complaint}", HISTORIANS),
    post("/api/v1/matters/{complaint}/propose", READERS, OFFER, own=200),
    get("/desk/matters/{complaint}", HISTORIANS),
    form("/desk/matters/{complaint}/propose", READERS, fields={"remedy": "refund", "terms": "x"}),
    get("/desk/complaints", EVERY_OFFICIAL),
    get("/desk/complaints/new", REGULATOR),
    form("/desk/complaints/new", REGULATOR, own=200, fields=SAID | {"code": "{gtin}"}, absent=200),
    get("/desk/complaints/statistics", EVERY_OFFICIAL),
    get("/desk/complaints/statistics.csv", EVERY_OFFICIAL),
    get("/desk/complaints/duties.xlsx", EVERY_OFFICIAL),
    form("/desk/complaints/{complaint}/citizen", REGULATOR, own=403, fields={"reason": "x"}),
    form("/desk/complaints/{complaint}/erase", OFFICERS, own=409, fields={"reason": "x"}),
]
