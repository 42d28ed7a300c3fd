"""What the steps of a launch, and the fields of its notice, are called in the language of the request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import url_for

from recalls.launch.draft import NOTICE_TEXTS
from recalls.publication.fields import BY_NAME
from trace.kit.i18n import _, current_language

STEPS = ("goods", "meaning", "notice", "case", "check")
NEXT: Mapping[str, str] = dict(pairwise(STEPS))


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step of the launch in its order; ``here`` is the one that is shown."""

    words: str
    address: str
    here: bool


def step_links(draft: str, here: str) -> Sequence[StepLink]:
    """Return the steps of a draft as links."""
    words = {
        "goods": _("What is recalled"),
        "meaning": _("What it means"),
        "notice": _("Notice"),
        "case": _("Class and plan"),
        "check": _("Check and file"),
    }
    return [StepLink(words[step], url_for(f"recalls_desk.launch_{step}", draft=draft), step == here) for step in STEPS]


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a text of the notice is called, and what belongs in it."""

    name: str
    label: str
    hint: str


def notice_words() -> Sequence[NoticeWords]:
    """Return the texts of a notice in their order."""
    hints = {
        "title": _("What is recalled and why, in one line."),
        "defect": _("What is wrong with the goods, plainly: firms and consumers read it."),
        "consequence": _("What can happen to somebody who uses them."),
        "what_to_do": _("What to do now, step by step: stop, keep apart, bring back, whom to call."),
        "lot_position": _("Where on the pack the lot stands, such as “on the rim of the lid”."),
        "channels": _("Through which shops or pages it was sold."),
        "feedback": _("How somebody who was harmed, or has a question, is heard."),
    }
    language = current_language()
    return [NoticeWords(name, BY_NAME[name].label(language), hints[name]) for name in NOTICE_TEXTS]
