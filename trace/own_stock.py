"""What a firm did with each batch, all its own places taken together, as pure functions over postings."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from trace.fold.contents import Unit
from trace.movements import tally_movements
from trace.postings import NOWHERE, Postings, is_among
from trace.tally import PlaceFigures, tally_places

ZERO = Decimal(0)


def tally_own(postings: Postings, places: Collection[int]) -> dict[tuple[int, Unit], PlaceFigures]:
    """Return the figures of ``places`` together, by batch and unit of measure; what they sent each other counts in
    both ``shipped`` and ``received``.

    A batch stands where a place would: all own ends of its postings are one place, every other end is none.
    """
    mine = postings.at_places(places)
    origin, destination = (
        np.where(is_among(end, places), mine.batch, NOWHERE) for end in (mine.origin, mine.destination)
    )
    return tally_places(replace(mine, origin=origin, destination=destination))


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What came to a firm of one batch in one unit of measure, and where it is now.

    ``came`` was made by it or received from others; ``between`` is under way from one of its places to another,
    ``sent`` what it shipped to others. ``complete`` is false where a figure is a lower bound.
    """

    uom: Unit
    came: Decimal
    on_hand: Decimal
    between: Decimal
    sent: Decimal
    sold: Decimal
    consumed: Decimal
    destroyed: Decimal
    lost: Decimal
    complete: bool

    @property
    def sums(self) -> bool:
        """Whether the parts sum to what came, and none of them is negative: only then can they be one bar."""
        parts = (self.on_hand, self.between, self.sent, self.sold, self.consumed, self.destroyed, self.lost)
        return min(parts) >= 0 and sum(parts, ZERO) == self.came


def account_of(postings: Postings, places: Collection[int], batch: int) -> list[OwnAccount]:
    """Return a firm's account of a batch, one for each unit of measure."""
    inside = postings.where(is_among(postings.origin, places) & is_among(postings.destination, places))
    moved: dict[Unit, tuple[Decimal, Decimal]] = {}
    for (_, _, _, uom), movement in tally_movements(inside).items():
        shipped, received = moved.get(uom, (ZERO, ZERO))
        moved[uom] = shipped + (movement.shipped or ZERO), received + (movement.received or ZERO)
    found = []
    for (number, uom), figures in sorted(tally_own(postings, places).items()):
        if number != batch:
            continue
        shipped, received = moved.get(uom, (ZERO, ZERO))
        found.append(
            OwnAccount(
                uom,
                came=figures.produced + figures.received - received,
                on_hand=figures.on_hand,
                between=shipped - received,
                sent=figures.shipped - shipped,
                sold=figures.sold,
                consumed=figures.consumed,
                destroyed=figures.destroyed,
                lost=figures.lost,
                complete=figures.complete,
            )
        )
    return found
