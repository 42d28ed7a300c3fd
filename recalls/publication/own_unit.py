"""Whether somebody's own unit is in one recall: the consumer's check, read for that recall alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from trace.check.answer import CheckRow
from trace.check.code import check_code

Verdict = Literal[
    "in", "depends", "goods", "other_recall", "other_stop", "other_depends", "out", "unknown", "unreadable"
]
"""``in``: in this recall. ``depends``: on the lot or serial number. ``goods``: a pallet or case of unknown contents.

``other_…``: not found in this recall, and another one has it, or may. ``out``: registered, and in no recall known now.
``unknown``: not in this recall, but the lot or the product is not registered, so that little is known of it.
"""


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """What was asked, what the check says of it, and what that means for one recall."""

    verdict: Verdict
    found: CheckRow


def check_own(
    session: Session, number: str, code: str, now: datetime, lot: str | None = None, serial: str | None = None
) -> OwnUnit:
    """Return whether what ``code`` names is in recall ``number``. Raises CannotTell (503)."""
    found = check_code(session, code, now, lot, serial)
    return OwnUnit(judge_own(found, number), found)


def judge_own(found: CheckRow, number: str) -> Verdict:
    """Return what the answer of a check means for recall ``number``.

    Where another case has the unit for certain, a check does not say what would decide for this one: then nothing is
    said of this one.
    """
    named = any(recall["number"] == number for recall in found["recalls"])
    match found["status"]:
        case "unreadable":
            return "unreadable"
        case "recalled":
            return "in" if named else "other_recall"
        case "stop_sale":
            return "in" if named else "other_stop"
        case "lot_needed" if not found["recalls"]:
            return "goods"
        case "lot_needed":
            return "depends" if named else "other_depends"
        case "no_recall_known":
            return "out"
        case _:
            return "unknown"
