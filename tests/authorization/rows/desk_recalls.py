"""The desk: recalls."""

from tests.authorization.row import Row

ROWS: list[Row] = []
