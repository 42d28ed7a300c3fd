"""The desk: goods."""

from tests.authorization.row import Row

ROWS: list[Row] = []
