"""The desk: pictures."""

from tests.authorization.row import Row

ROWS: list[Row] = []
