"""What everybody may see, without a key."""

from tests.authorization.row import ANYBODY, Row, get

RESOLVED = ("00", "253", "255", "401", "402", "8003", "8004", "8006", "8010", "8013", "8017", "8018", "415", "417")

ROWS: list[Row] = [
    *(get(address, ANYBODY) for address in (
        *("/", "/check", "/offline", "/recalls", "/recalls.atom", "/recalls.json", "/robots.txt", "/sitemap.xml"),
        *("/sitemap-1.xml", "/icon.svg", "/icon-192.png", "/manifest.webmanifest", "/sw.js", "/static/public.css"),
        *("/static/recalls/share.js", "/.well-known/gs1resolver", "/gs1/linkset-context.jsonld"),
        *("/healthz", "/readyz", "/api/v1/openapi.json"),
    )),
    get("/check/photo", ANYBODY, own=303),
    Row("POST", "/check/photo", ANYBODY, own=415),
    Row("POST", "/api/v1/check/photo", ANYBODY, own=415),
    # a product, and a batch that is recalled, are public by their numbers
    get("/api/v1/check?code={gtin}&lot={lot}", ANYBODY, foreign=200, absent=200),
    get("/products/{gtin}", ANYBODY, foreign=200),
    get("/01/{gtin}/10/{lot}", ANYBODY, own=307, foreign=307),
    get("/recalls/{case}", ANYBODY, foreign=200),
    get("/recalls/{case}/notice.pdf", ANYBODY, foreign=200),
    get("/recalls/{case}/pictures/{digest}.jpg", ANYBODY, own=404),
    get("/recalls/{drill}", ANYBODY, own=404),
    *(get(f"/{key}", ANYBODY, own=400) for key in ("01", "414", *RESOLVED)),
    *(get(f"/{key}/x", ANYBODY, own=400) for key in RESOLVED),
    get("/414/{place}", ANYBODY, own=404),
    get("/AAAAAAAAAAAA", ANYBODY, own=404),
    get("/labels/sheets/none.css", ANYBODY, own=404),
    # who has the address may open it: it is signed
    get("{answer}", ANYBODY, foreign=200),
    Row("POST", "{answer}", ANYBODY, own=415, foreign=415, absent=415),
    Row("POST", "{answer}/acknowledge", ANYBODY, own=303, foreign=303, form={}),
    get("/api/v1{answer}", ANYBODY, foreign=200),
    Row("POST", "/api/v1{answer}", ANYBODY, own=422, foreign=422, absent=422, body={}),
    Row("POST", "/api/v1{answer}/acknowledge", ANYBODY, own=200, foreign=200, body={}),
    get("{labels}", ANYBODY, foreign=200),
]  # fmt: skip
