"""Recalls over genealogies that are made to break a walk: every batch is in the impact once, with its distance."""

from datetime import UTC, datetime

import pytest

from bench.bombs import Bomb, blend, chain, fill, layers, rework
from bench.documents import GTIN
from recalls.cases import NewCase, open_case
from recalls.impact import read_impact
from recalls.scope import Line
from tests.chains import OPERATOR
from trace.kit.db import Database

NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("bomb", [chain(400), layers(6, 6), rework(80), blend(40, 40)], ids=lambda bomb: bomb.name)
def test_every_batch_that_was_made_from_the_recalled_one_is_in_the_impact(database: Database, bomb: Bomb) -> None:
    fill(database, bomb)
    with database.write() as session:
        scope = [Line(gtin=GTIN, lots=(bomb.first,))]
        case = open_case(session, OPERATOR, NewCase(bomb.name, "hazard", "stop", scope), NOW)
        impact = read_impact(session, case, NOW)
    depth = {row["lot"]: row["depth"] for row in impact["batches"]}
    made = {lot for _, outputs in bomb.transformations for lot in outputs}
    assert depth.keys() == made | {bomb.first}
    assert depth[bomb.last] == bomb.depth == max(depth.values())
    assert sum(row["batches"] for row in impact["totals"]) == bomb.batches
    assert all(row["produced"] == row["on_hand"] + row["consumed"] + row["unaccounted"] for row in impact["totals"])
