"""What each kind of matter is called on pages, and what its steps ask for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from werkzeug.datastructures import MultiDict

from oversight.matters.routing import ASSIGN, HAND_OVER, TAKE_OVER
from oversight.models import Matter
from trace.kit.desk import DeskCall
from trace.kit.i18n import _

Words = Mapping[str, str]
"""A word of the record, and what readers call it in their language."""

FieldType = Literal["text", "number", "decimal", "date", "choice", "yes", "long"]


@dataclass(frozen=True, slots=True)
class Ask:
    """A field of a step's form: its name in the step's body, its words, its type and, of a choice, the options.

    ``number`` is read as a whole number, ``decimal`` as an exact one, ``yes`` as a box that is ticked; what is left
    empty is not sent. ``value`` stands in the field before anybody types.
    """

    name: str
    label: str
    type: FieldType = "text"
    required: bool = False
    hint: str = ""
    value: str = ""
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A kind of matter on pages: ``name`` in one word, words of stages and of steps, what a step asks for.

    ``template`` is drawn between what may be done and the history, with what ``read`` gives.
    """

    name: Callable[[], str]
    stages: Callable[[], Words]
    steps: Callable[[], Words]
    asks: Callable[[DeskCall, Matter], Mapping[str, Sequence[Ask]]] = lambda _call, _matter: {}
    template: str | None = None
    read: Callable[[DeskCall, Matter], Mapping[str, Any]] = field(default=lambda _call, _matter: {})


def routing_words() -> Words:
    """The steps that every kind has."""
    return {
        "open": _("Opened"),
        HAND_OVER: _("Hand over to another office"),
        TAKE_OVER: _("Take over"),
        ASSIGN: _("Assign to somebody"),
    }


def read_states(asked: Sequence[Ask], form: MultiDict[str, str]) -> dict[str, Any]:
    """Return what a form states, as the API takes it; a number that is none stays text, and is refused as that."""
    found: dict[str, Any] = {}
    for ask in asked:
        text = form.get(ask.name, "").strip()
        if ask.type == "yes":
            found[ask.name] = text == "yes"
        elif text:
            found[ask.name] = _value(ask.type, text)
    return found


def _value(kind: FieldType, text: str) -> Any:
    try:
        if kind == "number":
            return int(text)
        if kind == "decimal":
            return Decimal(text)
    except (ValueError, InvalidOperation):
        return text
    return text
