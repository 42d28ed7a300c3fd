"""Registers of the authority, which everybody signed in reads and officers keep; offices and who works there."""

from tests.authorization.row import HISTORIANS, OFFICERS, OFFICIALS, Row, form, get, post

OPERATOR = frozenset({"operator"})
EVERY_OFFICIAL = frozenset(OFFICIALS)
STANDARD = {"number": "GB 19302-2010", "title": "发酵乳", "status": "in_force"}
OFFICE = {"code": "320100", "name": "南京市市场监督管理局", "name_en": "Nanjing market regulator"}

ROWS: list[Row] = [
    get("/api/v1/registers", HISTORIANS),
    get("/api/v1/registers/standards", HISTORIANS),
    post("/api/v1/registers/standards", OFFICERS, body={"states": STANDARD}),
    get("/api/v1/registers/standards/sheet", HISTORIANS),
    Row("POST", "/api/v1/registers/standards/sheet", OFFICERS, own=415, body={}),  # no file: gets that far
    get("/api/v1/registers/standards/90001", HISTORIANS, own=404),
    get("/api/v1/registers/firms/{party}", HISTORIANS),
    get("/desk/registers", HISTORIANS),
    get("/desk/registers/standards", HISTORIANS),
    get("/desk/registers/standards.csv", HISTORIANS),
    get("/desk/registers/standards.xlsx", HISTORIANS),
    get("/desk/registers/standards/new", OFFICERS),
    form("/desk/registers/standards", OFFICERS, fields=STANDARD),
    form("/desk/registers/standards/sheet", OFFICERS, own=422),  # no file: gets that far
    get("/desk/registers/standards/90001", HISTORIANS, own=404),
    get("/desk/registers/firms/{party}", HISTORIANS),
    get("/desk/offices", EVERY_OFFICIAL),
    form("/desk/offices", OPERATOR, fields=OFFICE),
    get("/desk/offices/320000", EVERY_OFFICIAL),
    form("/desk/offices/320000/staff", OPERATOR, own=404, fields={"actor": "90001", "post": "officer"}),
]
