"""Standing of firms: whether one may do business, by the decision that counts on a day."""

from datetime import date

from sqlalchemy.orm import Session

from oversight.registers.bodies import Standing
from oversight.registers.entries import entries_of
from oversight.registers.registers import standing_among

__all__ = ["Standing", "standing_on"]


def standing_on(session: Session, party_id: int, on: date) -> Standing:
    """Return how a firm stands on a day; "active" when nothing is entered for it."""
    for entry in entries_of(session, "standing", party_id):
        found = standing_among(entry.said, on)
        return "active" if found is None else found.state
    return "active"
