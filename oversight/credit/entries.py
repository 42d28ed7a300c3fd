"""An entry of a quality-credit file: something on record about a firm that counts for or against it. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """What counts, from which day, and the record that it is read from (a number that can be looked up).

    ``word`` is a key of the score's rules. ``ends_on`` is set where it counts as long as it lasts (a listing), None
    while it lasts; all others count as long as their rule says. ``weight`` multiplies the rule's points.
    """

    on: date
    word: str
    record: str
    text_zh: str
    text_en: str
    ends_on: date | None = None
    weight: Decimal = Decimal(1)
