"""The desk: home, signing in and out, people and keys."""

from tests.authorization.row import HISTORIANS, Row, form, get

ROWS: list[Row] = [
    get("/desk", HISTORIANS),
    form("/desk/sign-out", HISTORIANS),
]
