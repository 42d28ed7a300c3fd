"""What each place has, or had, of each batch: the tally of a place, batch by batch (RULES 8). Pure."""

from dataclasses import dataclass, replace
from decimal import Decimal

from trace.fold.contents import Unit
from trace.postings import Postings, factorise
from trace.tally import PIECES, PLACE_FIGURES, PlaceFigures, table_places


@dataclass(frozen=True, slots=True)
class Holding:
    """One batch at one place in one unit of measure, as `trace.tally.PlaceFigures` counts it."""

    place: int
    batch: int
    uom: Unit
    figures: PlaceFigures

    @property
    def most(self) -> Decimal | None:
        """Return how many units can be there, went on or are coming: nobody can answer for more; unknown: ``None``."""
        figures = self.figures
        return figures.received + figures.produced + figures.in_transit if figures.complete else None


def find_holdings(postings: Postings) -> list[Holding]:
    """Return every batch at every place that a posting names, by place, batch and unit of measure.

    An unknown quantity makes all of the batch at the place a lower bound (``complete`` false), in every unit.
    """
    units = max(len(postings.units), 1)
    batches, position = factorise(postings.batch)
    pairs, code = factorise(position * units + postings.uom)
    names = [(int(batches[pair // units]), postings.units[pair % units]) for pair in pairs.tolist()]
    # a batch in a unit of measure stands for a unit: the places' tally keeps units apart
    table = table_places(
        replace(
            postings,
            uom=code,
            units=tuple(str(number) for number in range(len(names))),
            scales=tuple(postings.scales[pair % units] for pair in pairs.tolist()),
        )
    )
    columns = [table.decimals(figure) for figure in PLACE_FIGURES]
    found = []
    for place, which, complete, *row in zip(
        table.number.tolist(), table.uom.tolist(), table.complete.tolist(), *columns, strict=True
    ):
        batch, uom = names[which]
        figures = PlaceFigures(**dict(zip(PLACE_FIGURES, row, strict=True)), complete=complete)
        found.append(Holding(place, batch, uom, figures))
    unmeasured = {(one.place, one.batch) for one in found if one.uom == PIECES and not one.figures.complete}
    for one in found:
        if (one.place, one.batch) in unmeasured:
            one.figures.complete = False
    return sorted(found, key=lambda one: (one.place, one.batch, one.uom))
