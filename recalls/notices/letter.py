"""What a notice says, as plain values: the same for every channel and both languages. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """One batch at one place; ``place`` is how people call it, quantities are the ledger's, at least so many if not
    ``complete``.
    """

    place: str
    place_en: str | None
    place_id: str
    gln: str | None
    product: str
    product_en: str | None
    batch_id: str
    gtin: str | None
    lot: str | None
    uom: str | None
    received: Decimal
    on_hand: Decimal
    in_transit: Decimal
    complete: bool


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Somebody on the authority's list: whom nobody could tell, or who did not acknowledge."""

    name: str
    reason: str
    address: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is recalled, and by whom it is taken back; English is what the public notice says, where it does."""

    number: str
    title: str
    title_en: str | None
    kind: str
    recall_class: int
    drill: bool
    hazard: str
    hazard_en: str | None
    instructions: str
    instructions_en: str | None
    remedies: tuple[str, ...]
    scope: tuple[str, ...]
    runner: str | None
    runner_phone: str | None
    runner_email: str | None
    page: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice to one recipient. ``repeat`` counts the rounds begun before this one, the first at ``first_at``.

    ``adds`` says that the recipient was told of other goods of the case before; ``level`` is the rank of the
    contact; ``passed_on_by`` who passes the recall on to its customer.
    """

    notice_id: str
    kind: str
    cause: str
    case: CaseFacts
    recipient: str
    recipient_en: str | None
    goods: tuple[GoodsLine, ...]
    as_of: datetime
    link: str
    acknowledge: str
    repeat: int = 0
    first_at: datetime | None = None
    adds: bool = False
    level: int = 1
    words: str | None = None
    passed_on_by: str | None = None
    unanswered: tuple[Unanswered, ...] = ()
    unanswered_count: int = 0
