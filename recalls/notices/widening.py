"""More units of a batch that firms were told of: a later version of the scope takes back further serial numbers."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from recalls.history import versions_of
from recalls.models import RecallCase
from recalls.scope import Scoped
from trace.holds import Condition, find_covered


def find_widened(session: Session, case: RecallCase) -> dict[int, int]:
    """Return batches of which only some serial numbers were taken back before, with the newest version that adds any.

    Whoever was told of such a batch in an earlier version has not been told of what was added.
    """
    found: dict[int, int] = {}
    earlier: list[Scoped] = []
    for number, _since, scope in versions_of(case):
        partly = list(_by_serial(earlier))
        if partly:
            added = [one.condition for one in scope if one not in earlier]
            found |= dict.fromkeys(find_covered(session, partly) & find_covered(session, added), number)
        earlier = scope
    return found


def _by_serial(scope: Iterable[Scoped]) -> Iterable[Condition]:
    """Yield the conditions that divide batches; one that excludes serial numbers does so too."""
    for one in scope:
        if one.condition.serial_from is not None or one.condition.serial_to is not None:
            yield replace(one.condition, exclude=False)
