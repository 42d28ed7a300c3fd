"""What may have reached places although no name tells, as part of a case's impact (RULES 7)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from trace.answers import BatchRef, exact
from trace.fold.contents import Unit
from trace.mixing.possible import Possible
from trace.tally import PlaceTable


def with_possible_places(table: PlaceTable, possible: Possible) -> PlaceTable:
    """Return the table with a row for every place that nothing names and goods may have reached."""
    named = set(table.keys()) if possible.places else set()
    added = sorted(possible.places.keys() - named)
    if not added:
        return table
    units = (*table.units, *sorted({uom for _, uom in added} - set(table.units)))
    codes = {uom: code for code, uom in enumerate(units)}
    nothing = np.zeros(len(added), dtype=np.int64)
    sure = np.ones(len(added), dtype=np.bool_)
    return replace(
        table,
        number=np.concatenate((table.number, [place for place, _ in added])),
        uom=np.concatenate((table.uom, [codes[uom] for _, uom in added])),
        figures={name: np.concatenate((column, nothing)) for name, column in table.figures.items()},
        complete=np.concatenate((table.complete, sure)),
        units=units,
        scales=(*table.scales, *([0] * (len(units) - len(table.units)))),
        arrived=np.concatenate((table.arrived, ~sure)),
        counted=np.concatenate((table.counted, sure)),
    )


def widen(row: dict[str, Any], key: tuple[int, Unit], possible: Possible) -> None:
    """Add to a place's bounds what may have reached it beyond what is named there, and say that it may hold some.

    The other figures stay those of the goods in scope by name: nobody knows how many of the others there are.
    """
    amounts = possible.places.get(key)
    if amounts is None:
        return
    row["lower"] = exact(row["lower"] + amounts.lower)
    if row["upper"] is not None:
        row["expected"] = exact(row["expected"] + amounts.expected)
        row["upper"] = None if amounts.upper is None else exact(row["upper"] + amounts.upper)
    if amounts.upper == 0:
        return
    if key not in possible.inbound:
        row["status"] = "holding"
    elif row["evidence"] == "possible" or row["status"] == "cleared":
        row["status"] = "inbound"


def possible_batches(possible: Possible, named: Iterable[int], batches: Mapping[int, BatchRef]) -> list[dict[str, Any]]:
    """Return the batches that only `possible` evidence leads to, each once."""
    found = {batch for batch, _ in possible.batches} - set(named)
    rows = [{**batches[batch], "evidence": "possible", "depth": None} for batch in found]
    return sorted(rows, key=lambda row: row["id"])
