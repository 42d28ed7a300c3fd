"""`python -m tests.hostile`: the table of what hostile requests cost, dearest first; fails where one costs too much."""

import sys
import tempfile
from itertools import repeat
from pathlib import Path

from tests.hostile.measure import MOST_MEGABYTES, MOST_SECONDS, measure
from tests.hostile.world import app_of, make_world
from trace.kit import migrate
from trace.kit.db import Database

with tempfile.TemporaryDirectory() as folder:
    database = Database(f"sqlite:///{Path(folder) / 'world.sqlite3'}")
    migrate.upgrade(database)
    world = make_world(app_of(database), repeat("plain words"))
    costs = sorted(measure(world.app), key=lambda cost: (-cost.seconds, -cost.megabytes))
    database.close()
print("| request | status | s | + MB |\n|---|---|---|---|")
for cost in costs:
    print(f"| {cost.name} | {cost.status} | {cost.seconds:.3f} | {cost.megabytes:.1f} |")
dear = [cost for cost in costs if cost.seconds > MOST_SECONDS or cost.megabytes > MOST_MEGABYTES]
print(f"\n{len(costs)} requests, {len(dear)} of them above {MOST_SECONDS} s or {MOST_MEGABYTES:.0f} MB")
sys.exit(bool(dear))
