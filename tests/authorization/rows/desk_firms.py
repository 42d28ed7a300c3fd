"""A firm's pages: batches, products, places, findings."""

from tests.authorization.row import ANYBODY, COMPANY, READERS, REGISTER, form, get

SIGNED_IN = ANYBODY - {"nobody"}

ROWS = [
    get("/desk/batches", COMPANY),
    get("/desk/batches.csv", COMPANY),
    get("/desk/batches?product={gtin}", COMPANY, foreign=200, absent=200),
    get("/desk/batches/new", COMPANY),
    form("/desk/batches/new/read", COMPANY, own=200, fields={"scan": "{gtin}"}, foreign=200, absent=200),
    form(
        "/desk/batches",
        COMPANY,
        fields={"commodity_code": "{gtin}", "lot": "NEW", "quantity": "5", "location": "{place}"},
        absent=422,
        told=REGISTER,
    ),
    get("/desk/batches/{gtin}/{lot}", READERS),
    get("/desk/batches/by-id?batch={batch}", READERS, own=303),
    get("/desk/labels?gtin={gtin}&lot={lot}", READERS, own=303, told=REGISTER),
    get("/desk/findings", COMPANY),
    get("/desk/findings.csv", COMPANY),
    form(
        "/desk/findings",
        COMPANY,
        own=404,
        fields={
            "batch": "{batch}",
            "rule": "count_differs",
            "event": "",
            "said": "No such.",
            "words": "Counted again.",
        },
    ),
    get("/desk/products", COMPANY),
    get("/desk/products.csv", COMPANY),
    get("/desk/products/new", COMPANY),
    form("/desk/products", COMPANY, fields={"commodity_code": "6901234567892", "name": "Yoghurt"}),
    get("/desk/places", COMPANY),
    get("/desk/places.csv", COMPANY),
    get("/desk/places/new", COMPANY),
    form("/desk/places", COMPANY, fields={"gln": "6901234000009", "name": "Plant", "kind": "plant"}),
    get("/desk/firm", COMPANY),
    get("/desk/glossary", SIGNED_IN),
]
