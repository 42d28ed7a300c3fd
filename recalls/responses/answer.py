"""An answer as it is given: who answers for whom, and line by line what became of the goods. Plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from recalls.responses.figures import Counted
from trace.fold.contents import Unit
from trace.kit.auth import Principal

Way = Literal["link", "api", "phone"]


@dataclass(frozen=True, slots=True)
class Destruction:
    """How units were destroyed: no ``place`` is where they were, no ``at`` when the answer was given."""

    method: str | None = None
    witness: str | None = None
    document: str | None = None
    place: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """Totals to date of one batch (a canonical URI) at one place (as well; ``None``: the only one).

    ``uom`` ``None`` is the unit in which the ledger counts the batch there. ``returned_to`` is a place's URI;
    ``named_by`` is the field by which the batch was named.
    """

    batch: str
    place: str | None = None
    uom: Unit | None = None
    counted: Counted = field(default_factory=Counted)
    returned_to: str | None = None
    returned_document: str | None = None
    returned_at: datetime | None = None
    destruction: Destruction | None = None
    shipped_to: str | None = None
    evidence: str | None = None
    named_by: str = "id"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one consignee says at one time; ``answered_at`` ``None`` is now."""

    lines: Sequence[AnswerLine]
    answered_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who answers for whom: ``party_id`` or ``place_id`` is the consignee, ``principal`` the key (none by a link).

    ``name`` is who it is, for the record; ``spoke_with`` who said it on the phone.
    """

    via: Way
    party_id: int | None
    place_id: int | None
    name: str
    principal: Principal | None = None
    notice_id: str | None = None
    spoke_with: str | None = None
