"""The desk: sheets."""

from tests.authorization.row import Row

ROWS: list[Row] = []
