"""The shapes in which an impact is answered (CONTRACT, Recalls)."""

from typing import NotRequired

from typing_extensions import TypedDict

from recalls.answers import PlannedRow
from trace.answers import FindingRow, Number
from trace.mixing.answers import PossibleBatch, PossibleTotal


class AffectedBatch(TypedDict):
    """A batch in scope: named by it, or made (in ``depth`` transformations) from one that is."""

    id: str
    gtin: str | None
    lot: str | None
    evidence: str
    depth: int | None


class TotalRow(TypedDict):
    """The tally of one item in one unit of measure; what was made from recalled batches is a total of its own."""

    id: str
    gtin: str | None
    uom: str | None
    derived: bool
    batches: int
    produced: Number
    on_hand: Number
    in_transit: Number
    sold: Number
    consumed: Number
    destroyed: Number
    lost: Number
    unaccounted: Number
    complete: bool


class ConsigneeRow(TypedDict):
    """An affected place in one unit of measure; ``lower`` to ``upper`` units in scope reached it."""

    id: str
    gln: str | None
    name: str | None
    name_en: str | None
    party: str | None
    party_name: str | None
    region: str | None
    kind: str | None
    tier: int | None
    evidence: str
    status: str
    uom: str | None
    produced: Number
    received: Number
    on_hand: Number
    in_transit: Number
    sold: Number
    shipped: Number
    returned: Number
    consumed: Number
    destroyed: Number
    lost: Number
    complete: bool
    lower: Number
    expected: Number | None
    upper: Number | None


class PossibleGoods(TypedDict):
    """Batches that may be in scope although no name tells, and units in scope no longer where the records name them."""

    batches: list[PossibleBatch]
    totals: list[PossibleTotal]


class Meaning(TypedDict):
    """What a scope means at a moment; ``digest`` is the SHA-256 over the canonical JSON of all the rest.

    ``places`` counts the rows of outlets and consignees. With ``limit`` only the first of them are given; then
    ``next`` leads to the others, and there is no ``digest``. Runs that were frozen long ago have neither.
    """

    as_of: str
    version: int
    places: NotRequired[int]
    batches: list[AffectedBatch]
    totals: list[TotalRow]
    possible: NotRequired[PossibleGoods]
    outlets: list[ConsigneeRow]
    consignees: list[ConsigneeRow]
    findings: list[FindingRow]
    digest: str | None
    next: NotRequired[str | None]


class ImpactRow(Meaning):
    """What a case means at a moment."""

    number: str


class PreviewRow(Meaning):
    """What a case of a scope would mean; there is none, and so no ``number``.

    ``consignees_count`` is how many firms, and places without one, would be told; ``distributed`` what left the makers.
    """

    number: None
    consignees_count: int
    distributed: list[PlannedRow]


class PlacesPage(TypedDict):
    """More of the affected places of an impact, nearest the makers first."""

    number: str
    as_of: str
    places: int
    outlets: list[ConsigneeRow]
    consignees: list[ConsigneeRow]
    next: str | None
