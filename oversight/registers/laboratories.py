"""Testing laboratories: whether one may test an item on a day."""

from datetime import date

from sqlalchemy.orm import Session

from oversight.registers.bodies import LaboratoryIn, ScopeItem
from oversight.registers.entries import EntryNotFound, find_entry
from oversight.registers.validity import state_on


def in_scope(session: Session, laboratory_id: int, item: str, on: date) -> bool:
    """Whether a laboratory (an entry of the register) is accredited on a day and the item is in its scope then.

    Items are compared without regard to capitals and outer blanks. An entry that there is not is out of scope.
    """
    try:
        said: LaboratoryIn = find_entry(session, "laboratories", laboratory_id).newest
    except EntryNotFound:
        return False
    return state_on(said.validity, on) == "valid" and any(_covers(one, item, on) for one in said.scope)


def _covers(one: ScopeItem, item: str, on: date) -> bool:
    begun = one.valid_from is None or one.valid_from <= on
    ended = one.valid_to is not None and one.valid_to < on
    return _fold(one.item) == _fold(item) and begun and not ended


def _fold(text: str) -> str:
    return text.strip().casefold()
