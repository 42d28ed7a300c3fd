"""The words of the form by which firms answer a recall: on the page by link and on the desk."""

from collections.abc import Mapping, Sequence

from recalls.responses.checks import AnswerRefused
from recalls.responses.form import FormRow, Typed
from trace.kit.i18n import _


class NothingTyped(AnswerRefused):
    """No figure was filled in."""


class Unreadable(AnswerRefused):
    """Something that is no number stands where one belongs."""


def require_typed(typed: Typed) -> None:
    """Raise Unreadable or NothingTyped (422) unless the form has figures, and nothing else in their places."""
    if typed.problems:
        raise Unreadable("Expected numbers.")
    if not typed.answer.lines:
        raise NothingTyped("Expected at least one figure, got none.")


def figure_labels() -> Mapping[str, str]:
    """How the form asks for each figure, in its order."""
    return {
        "on_hand": _("On hand now"),
        "quarantined": _("of these kept apart"),
        "returned": _("Returned to the supplier"),
        "destroyed": _("Destroyed"),
        "sold": _("Sold"),
        "corrected": _("Corrected"),
        "shipped_on": _("Shipped on to others"),
        "lost": _("Lost"),
    }


def text_labels() -> Mapping[str, str]:
    """How it asks for what is said in words."""
    return {
        "returned_to": _("Returned to whom"),
        "returned_document": _("Number of the return note"),
        "method": _("How they were destroyed"),
        "witness": _("Who saw it"),
        "document": _("Number of the record"),
        "shipped_to": _("Shipped on to whom"),
        "evidence": _("Other evidence"),
    }


def place_mistakes(refused: AnswerRefused, typed: Typed, rows: Sequence[FormRow]) -> dict[str, str]:
    """Return what to say at which field: of a whole row, at its first figure."""
    found = dict.fromkeys(typed.problems, _("Write a number such as 12 or 2.5."))
    said = _mistakes()
    for error in refused.errors:
        _empty, _lines, line, *field = error.pointer.split("/")
        row = typed.rows[int(line)]
        if field:
            found[f"{row}.{field[-1]}"] = said.get(field[-1], error.detail)
        else:
            most = rows[row].units["ledger"]["most"] if row < len(rows) else None
            found[f"{row}.on_hand"] = _("All figures together can be no more than the {most} that came.", most=most)
    return found


def _mistakes() -> Mapping[str, str]:
    """What is said of a refused field, by the last part of its pointer."""
    return {
        "on_hand": _("Say how many are on hand; those kept apart are a part of them."),
        "quarantined": _("No more can be kept apart than are on hand."),
        "method": _("Say how they were destroyed."),
        "witness": _("Say who saw it."),
        "document": _("Give the number of the record."),
        "returned_to": _("Say to whom they went back."),
        "location": _("This place has none of the goods any more on record. Open the link again."),
        "id": _("These goods are not recalled. Open the link again."),
        "uom": _("These goods are counted in another unit. Open the link again."),
    }
