"""The desk: sheets."""

from tests.authorization.row import WRITERS, form, get, post

OTHERS = {"officials": 404}
"""An operator has sheets of his own, and sees none of a firm's."""

ROWS = [
    get("/desk/sheets", WRITERS),
    get("/desk/sheets/batches", WRITERS),
    get("/desk/sheets/batches/template.csv", WRITERS),
    get("/desk/sheets/batches/template.xlsx", WRITERS),
    form("/desk/sheets/batches", WRITERS, own=422),  # without a file
    get("/desk/imports/{sheet}", WRITERS, **OTHERS),
    get("/desk/imports/{sheet}/mistakes.csv", WRITERS, **OTHERS),
    get("/desk/imports/{sheet}/mistakes.xlsx", WRITERS, **OTHERS),
    get("/desk/imports/{sheet}/labels.pdf", WRITERS, own=409, **OTHERS),  # nothing of it is recorded yet
    form("/desk/imports/{sheet}/columns", WRITERS, fields={"column-0": "commodity_code"}, **OTHERS),
    form("/desk/imports/{sheet}/take", WRITERS, fields={"mode": "good"}, **OTHERS),
    form("/desk/imports/{sheet}/again", WRITERS, **OTHERS),
    post("/api/v1/imports?kind=batches", WRITERS, own=415),  # without a form
    get("/api/v1/imports/{sheet}", WRITERS, **OTHERS),
    post("/api/v1/imports/{sheet}/take", WRITERS, {"mode": "good"}, own=202, **OTHERS),
]
