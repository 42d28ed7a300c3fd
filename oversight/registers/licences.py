"""Production licences: which category a product falls under, and whether a firm had a licence for it on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.registers.bodies import LicenceIn
from oversight.registers.entries import Entry, entries_of, home_day
from oversight.registers.validity import ValidityState, state_on
from trace.models import Product
from trace.permits import category_among, classes_of, read_categories


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as it stands on a day; ``entry_id`` is its entry in the register."""

    entry_id: int
    number: str
    categories: Sequence[str]
    valid_from: date
    valid_to: date | None
    issuer: str | None
    state: ValidityState


def category_of(session: Session, product_id: int, on: date | None = None) -> str | None:
    """Return the licensed category that a product (a row of identifiers) falls under on a day, else today."""
    classifications = session.scalar(select(Product.classifications).where(Product.id == product_id))
    if classifications is None:
        return None
    day = on or home_day(datetime.now().astimezone())
    found = category_among(read_categories(session), classes_of(classifications), day)
    return None if found is None else found.word


def valid_licence(session: Session, party_id: int, category: str, on: date) -> Licence | None:
    """Return a licence of a firm that covers a category and is valid on a day: the one that is so longest."""
    covering = [
        one for one in licences_of(session, party_id, on) if category in one.categories and one.state == "valid"
    ]
    return max(covering, key=lambda one: one.valid_to or date.max, default=None)


def licences_of(session: Session, party_id: int, on: date) -> list[Licence]:
    """Return the licences of a firm, each as it stands on a day, by their numbers."""
    return [_licence(entry, on) for entry in entries_of(session, "licences", party_id)]


def _licence(entry: Entry[LicenceIn], on: date) -> Licence:
    said = entry.newest
    state = state_on(said.validity, on)
    return Licence(entry.row.id, said.number, said.categories, said.valid_from, said.valid_to, said.issuer, state)
