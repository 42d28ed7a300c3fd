"""Purchase and sales ledgers: a firm's own, and for officials those of firms that they answer for."""

from tests.authorization.row import HISTORIANS, Row, get

ROWS: list[Row] = [
    get("/api/v1/ledgers/purchase?party={party}", HISTORIANS),
    get("/api/v1/ledgers/sale?party={party}", HISTORIANS),
    get("/api/v1/ledgers/purchase/totals?party={party}", HISTORIANS),
    get("/api/v1/ledgers/sale/sheet?party={party}", HISTORIANS),
    get("/desk/ledgers", HISTORIANS, own=303),
    get("/desk/ledgers/purchase", HISTORIANS),
    get("/desk/ledgers/sale?party={party}", HISTORIANS),
    get("/desk/ledgers/sale.csv?party={party}", HISTORIANS),
    get("/desk/ledgers/purchase.xlsx?party={party}", HISTORIANS),
]
