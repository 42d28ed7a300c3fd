"""The desk: firms."""

from tests.authorization.row import Row

ROWS: list[Row] = []
