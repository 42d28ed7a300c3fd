"""How possible goods are answered: by place, by batch and in all, each with its bounds (RULES 7)."""

from collections.abc import Mapping

from typing_extensions import TypedDict

from trace.answers import BatchRef, Number, Place, exact
from trace.mixing.possible import Amounts, Possible


class PossiblePlace(TypedDict):
    """Units that may have reached a place, or be under way to it, beyond those that are named there.

    ``inbound``: none of them can have arrived yet. ``upper`` null: no limit is known.
    """

    id: str
    gln: str | None
    name: str | None
    uom: str | None
    inbound: bool
    lower: Number
    expected: Number
    upper: Number | None


class PossibleBatch(TypedDict):
    """A batch made from goods that may be in scope, or that may hold some because a place mixes lots."""

    id: str
    gtin: str | None
    lot: str | None
    uom: str | None
    lower: Number
    expected: Number
    upper: Number | None


class PossibleTotal(TypedDict):
    """Units of an item in scope that are no longer where the records name them."""

    gtin: str
    uom: str | None
    lower: Number
    expected: Number
    upper: Number | None


class PossibleRows(TypedDict):
    """Where goods may be although no name tells. Bounds of different rows never add up to a bound of both."""

    locations: list[PossiblePlace]
    batches: list[PossibleBatch]
    totals: list[PossibleTotal]


def write_possible(possible: Possible, places: Mapping[int, Place], batches: Mapping[int, BatchRef]) -> PossibleRows:
    """Return the rows, in a fixed order; ``places`` and ``batches`` describe all that it names."""
    locations: list[PossiblePlace] = [
        {
            "id": places[place].id,
            "gln": places[place].gln,
            "name": places[place].name,
            "uom": uom or None,
            "inbound": (place, uom) in possible.inbound,
            **_write(amounts),
        }
        for (place, uom), amounts in possible.places.items()
    ]
    return {
        "locations": sorted(locations, key=lambda row: (row["id"], row["uom"] or "")),
        "batches": write_batches(possible, batches),
        "totals": write_totals(possible),
    }


def write_batches(possible: Possible, batches: Mapping[int, BatchRef]) -> list[PossibleBatch]:
    """Return the possible batches, in a fixed order."""
    rows: list[PossibleBatch] = [
        {**batches[batch], "uom": uom or None, **_write(amounts)} for (batch, uom), amounts in possible.batches.items()
    ]
    return sorted(rows, key=lambda row: (row["id"], row["uom"] or ""))


def write_totals(possible: Possible) -> list[PossibleTotal]:
    """Return by item how many units are no longer where the records name them, in a fixed order."""
    rows: list[PossibleTotal] = [
        {"gtin": gtin, "uom": uom or None, **_write(amounts)} for (gtin, uom), amounts in possible.totals.items()
    ]
    return sorted(rows, key=lambda row: (row["gtin"], row["uom"] or ""))


class _Bounds(TypedDict):
    lower: Number
    expected: Number
    upper: Number | None


def _write(amounts: Amounts) -> _Bounds:
    upper = None if amounts.upper is None else exact(amounts.upper)
    return {"lower": exact(amounts.lower), "expected": exact(amounts.expected), "upper": upper}
