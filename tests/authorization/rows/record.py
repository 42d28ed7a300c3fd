"""`/api/v1`: master data, what happens to goods, what is read of them, labels, links, and what is on record."""

from tests.authorization.row import ANYBODY, AUDITORS, READERS, REGISTER, WRITERS, Row, get, post
from tests.authorization.world import gtin
from tests.recalls.journey_world import gln

LINES = [{"gtin": "{gtin}", "lot": "{lot}", "quantity": 1}]
THERE = {"location": "{place}", "lines": LINES}
BATCH = "/api/v1/batches/{gtin}/{lot}"
PARTY = {"gln": gln(9990), "name": "新企业"}
PLACE = {"gln": gln(9991), "name": "新地点", "kind": "outlet", "party": "{party}"}
PRODUCT = {"commodity_code": gtin(9990), "name": "新产品", "party": "{party}"}
NEW_BATCH = {"commodity_code": "{gtin}", "lot": "NEW", "quantity": 5, "location": "{place}"}
LINK = {"key": {"gtin": "{gtin}"}, "link_type": "gs1:pip", "href": "https://links.example/new", "title": "new"}

ROWS: list[Row] = [
    post("/api/v1/parties", WRITERS, PARTY, own=403, officials=201),
    post("/api/v1/locations", WRITERS, PLACE, absent=422, told=REGISTER),
    post("/api/v1/products", WRITERS, PRODUCT, absent=422, told=REGISTER),
    get("/api/v1/parties/{party}", READERS, foreign=200, told=REGISTER),
    get("/api/v1/locations/{place}", READERS, foreign=200, told=REGISTER),
    get("/api/v1/locations/{customer}", READERS, foreign=200, told=REGISTER),
    get("/api/v1/products/{gtin}", READERS, foreign=200, told=REGISTER),
    get("/api/v1/locations/{place}/mixing", READERS),
    post("/api/v1/locations/{place}/mixing", WRITERS, {"reason": "new"}),
    post("/api/v1/locations/{place}/mixing/{mixing}/end", WRITERS, {"until": "2026-12-31"}, own=200),
    post("/api/v1/batches", WRITERS, NEW_BATCH, absent=422, told=REGISTER),
    get(BATCH, READERS),
    get(BATCH + "/balance", READERS),
    get(BATCH + "/trace", READERS),
    get(BATCH + "/trace?direction=backward", READERS),
    get(BATCH + "/neighbours", READERS, officials=422),
    get(BATCH + "/foodchainlab", READERS),
    get(BATCH + "/label", READERS, told=REGISTER),
    get(BATCH + "/symbol", READERS, told=REGISTER),
    get("/api/v1/balance?batch={batch}", READERS),
    get("/api/v1/trace?batch={batch}", READERS),
    get("/api/v1/neighbours?batch={batch}", READERS, officials=422),
    get("/api/v1/trace/foodchainlab?batch={batch}", READERS),
    get("/api/v1/trace/fsma204?batch={batch}", READERS),
    post("/api/v1/trace/sources", READERS, {"cases": [{"batch": "{batch}"}]}, own=200),
    post("/api/v1/shipments", WRITERS, {"from": "{place}", "to": "{customer}", "lines": LINES}, officials_absent=201),
    post("/api/v1/receipts", WRITERS, {"from": "{customer}", "to": "{place}", "lines": LINES}, officials_absent=201),
    *(post(f"/api/v1/{what}", WRITERS, THERE, officials_absent=201)
      for what in ("sales", "returns", "destructions", "counts", "losses")),
    post("/api/v1/transformations", WRITERS, {"location": "{place}", "inputs": LINES, "outputs": [
        {"gtin": "{gtin}", "lot": "NEW", "quantity": 1}]}, officials_absent=201),
    get("/api/v1/products/{gtin}/symbol", ANYBODY, foreign=200),
    get("/api/v1/products/{gtin}/label", READERS, foreign=200, told=REGISTER),
    get("/api/v1/logistic-units/{sscc}/symbol", READERS, foreign=200, absent=200),  # drawn from its number alone
    get("/api/v1/logistic-units/{sscc}/label", READERS, foreign=200, absent=200),
    post("/api/v1/labels", READERS, {"items": [{"gtin": "{gtin}", "lot": "{lot}"}], "format": "page"}, own=200,
         told=REGISTER),
    post("/api/v1/links", WRITERS, LINK, officials_absent=201),
    get("/api/v1/links", READERS),
    get("/api/v1/links?gtin={gtin}", READERS, foreign=200, absent=200),
    Row("DELETE", "/api/v1/links/{link}", WRITERS, own=204),
    get("/api/v1/audit", AUDITORS),
]  # fmt: skip
