"""The shape in which a drill's report is answered."""

from typing_extensions import TypedDict

from recalls.clocks.deadlines import DeadlineRow
from recalls.impact_answers import AffectedBatch
from trace.answers import BatchRef, FindingRow, Number
from trace.mixing.answers import PossibleTotal
from trace.readings import TracedBatch, TracedPlace
from trace.walk import Evidence


class PartRow(TypedDict):
    """How long a part of the drill took."""

    part: str
    milliseconds: int


class BackwardRow(TypedDict):
    """What the batch was made from, in how many links; the places between which it moved, by how many movements."""

    batches: list[TracedBatch]
    places: list[TracedPlace]
    links: int
    movements: int


class TierRow(TypedDict):
    """How many places are so many hand-overs away from the makers; null where no movement leads there."""

    tier: int | None
    places: int


class ForwardRow(TypedDict):
    """What was made of the batch and how many places it reached; the places themselves are in the frozen run."""

    batches: list[AffectedBatch]
    places: int
    outlets: int
    tiers: list[TierRow]


class NamedPlace(TypedDict):
    """A place by its name."""

    id: str
    gln: str | None
    name: str | None


class DifferenceRow(TypedDict):
    """Units that explain a part of a difference: above 0 missing, below 0 more than was recorded as made.

    A firm reads no rule, words or events of what happened at a place beyond its neighbours.
    """

    rule: str | None
    quantity: Number
    message: str | None
    message_zh: str | None
    batch: BatchRef
    place: NamedPlace
    event_ids: list[str | None]


class BalanceRow(TypedDict):
    """The mass balance of an item in one unit of measure, of the batch itself or of what was made from it.

    `accounted` = on hand + under way + sold + consumed + destroyed + lost; `difference` = produced − accounted =
    `explained` + `unexplained`. `accounted_percent` is null where nothing was made or a quantity is unknown.
    """

    id: str
    gtin: str | None
    uom: str | None
    derived: bool
    produced: Number
    on_hand: Number
    under_way: Number
    sold: Number
    consumed: Number
    destroyed: Number
    lost: Number
    accounted: Number
    accounted_percent: Number | None
    difference: Number
    explained: Number
    unexplained: Number
    complete: bool
    differences: list[DifferenceRow]


class FirmRow(TypedDict):
    """A registered firm."""

    uscc: str | None
    gln: str | None
    name: str
    name_en: str | None


class ContactRow(TypedDict):
    """A person or system of a firm; `***` stands for an address that this key is not told."""

    rank: int
    name: str | None
    email: str | None
    phone: str | None
    webhook: str | None


class ConsigneeContacts(TypedDict):
    """A firm that would have to be told, or a place whose firm nobody registered, and how it is reached.

    `near`: the product's own firm sends goods there. `takes_part`: it gets the drill's messages.
    """

    party: FirmRow | None
    places: list[NamedPlace]
    tier: int | None
    evidence: Evidence
    takes_part: bool
    near: bool
    contacts: list[ContactRow]


class DrillRow(TypedDict):
    """A drill: its report as it was kept, and what has happened since.

    `run` is the digest of the impact frozen with it; `reachable` counts the contacts that have any address.
    """

    number: str
    batch: BatchRef
    hours: int
    started_at: str
    due_at: str
    finished_at: str
    in_time: bool
    parts: list[PartRow]
    run: str
    backward: BackwardRow
    forward: ForwardRow
    balance: list[BalanceRow]
    possible: list[PossibleTotal]
    findings: list[FindingRow]
    contacts: list[ConsigneeContacts]
    reachable: int
    stage: str
    deadlines: list[DeadlineRow]
    notified: int
    acknowledged: int
