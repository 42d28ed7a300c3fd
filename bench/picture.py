"""How long the picture of a recall takes, once its impact is known: 300, 10,000 and 500,000 movements.

Columns of postings are made up in memory: one maker, five depots, and outlets that each get as many shipments as it
takes. Prints one line a size; run it as `python -m bench.picture`.
"""

import random
import time

from trace.answers import Place
from trace.descent import Links
from trace.fold.entries import Entry
from trace.picture import draw_supply
from trace.postings import Chunk, Packed, pack, unpack
from trace.supply_graph import Supply
from trace.supply_picture import Asked, picture_supply

SIZES = (300, 10_000, 500_000)
DEPOTS = 5
REGIONS = ("110101", "320106", "330106", "440103", "510104", "610103", "420106", "370102")


def make_supply(movements: int) -> tuple[Supply, dict[int, Place]]:
    """Return a supply graph of so many movements, and what is known of its places."""
    chance = random.Random(movements)
    outlets = min(10_000, movements // 2)
    rows = [Packed(1, None, 1, movements * 10, 0, 0, int(Entry.MADE))]
    for event in range(2, movements + 2):
        depot = 2 + chance.randrange(DEPOTS)
        ends = (1, depot) if event < DEPOTS + 2 else (depot, 10 + event % outlets)
        rows.append(Packed(event, *ends, chance.randrange(1, 20), 0, event, int(Entry.SHIPPED)))
        rows.append(Packed(event, *ends, chance.randrange(1, 20), 0, event, int(Entry.RECEIVED)))
    supply = Supply(frozenset({1}), {1: 0}, Links([], []), unpack([Chunk(1, "", pack(rows))]), None)
    places = {number: _place(number) for number in supply.places}
    return supply, places


def _place(number: int) -> Place:
    kind = "plant" if number == 1 else "warehouse" if number < 10 else "outlet"
    return Place(f"place {number}", None, f"示例场所 {number}", None, kind, REGIONS[number % len(REGIONS)])


def main() -> None:
    """Measure and print."""
    for movements in SIZES:
        supply, places = make_supply(movements)
        _ = supply.levels, supply.evidence  # the impact has them
        times = []
        for _turn in range(3):
            start = time.perf_counter()
            picture = picture_supply(supply, Asked("zh", lambda _numbers, known=places: known))  # type: ignore[misc]
            svg = draw_supply(picture.view, "zh")
            times.append(time.perf_counter() - start)
        nodes, size = len(picture.view.nodes), len(svg.encode()) / 1000
        print(f"{movements:>7} movements: {min(times) * 1000:6.0f} ms, {nodes} nodes, {size:.0f} kB")


if __name__ == "__main__":
    main()
