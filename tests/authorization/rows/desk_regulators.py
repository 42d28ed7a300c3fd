"""The desk: regulators."""

from tests.authorization.row import Row

ROWS: list[Row] = []
