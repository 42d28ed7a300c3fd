"""The picture of where goods went."""

from tests.authorization.row import READERS, Row, get

ROWS: list[Row] = [
    get("/desk/cases/{case}/picture", READERS),
    get("/desk/cases/{case}/picture.svg", READERS),
    get("/desk/batches/{gtin}/{lot}/picture", READERS),
    get("/desk/batches/by-id/picture?batch={batch}", READERS),
]
