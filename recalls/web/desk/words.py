"""What the desk calls stages, steps, clocks and figures of a recall, in the language of the request."""

from collections.abc import Mapping

from flask import Flask

from recalls.case_list import Group
from recalls.publication.regions import PROVINCES
from recalls.reports.words import WORDS
from trace.kit.i18n import _, current_language


def say_word(word: str | None) -> str:
    """A word of the record (a stage, a state, a kind) as readers say it; one that is not known stands for itself."""
    if not word:
        return ""
    more = _words().get(word)
    return more if more is not None else WORDS.get(word, (word, word))[0 if current_language() == "zh" else 1]


def say_region(code: str | None) -> str:
    """A province by its two digits."""
    at = 0 if current_language() == "zh" else 1
    return PROVINCES[code][at] if code is not None and code in PROVINCES else _("region not registered")


def say_either(zh: str | None, en: str | None) -> str:
    """A text that is kept in both languages: in the reader's, else the one that there is."""
    return (zh or en if current_language() == "zh" else en or zh) or ""


def step_words() -> Mapping[str, str]:
    """What is pressed to take a step."""
    return {
        "investigate": _("Begin the investigation"),
        "close": _("Close: no defect was found"),
        "notify": _("Notify the firm to recall"),
        "object": _("Object to the notice"),
        "order": _("Order the recall"),
        "volunteer": _("The firm recalls by itself"),
        "file-plan": _("File the plan"),
        "announce": _("Announce the recall"),
        "execute": _("Carry out the recall"),
        "extend": _("Extend the scope"),
        "complete": _("The recall is completed"),
        "file-summary": _("File the summary"),
        "assess": _("Assess the effect"),
        "terminate": _("End the recall"),
        "cancel": _("Cancel the case"),
    }


def step_meanings() -> Mapping[str, str]:
    """What each step does, in a sentence."""
    return {
        "investigate": _("The signal is looked into; nothing is held yet."),
        "close": _("The case ends here. Nothing was held."),
        "notify": _("The firm is to file a plan, or to object."),
        "object": _("The firm says why it does not accept the notice; the authority decides."),
        "order": _("The firm has to recall. The goods are held from now on."),
        "volunteer": _("The firm takes its goods back by its own decision."),
        "file-plan": _("What is taken back, how and by when is on file. The goods are held from now on."),
        "announce": _("The public reads the notice, and every consignee is told at once."),
        "execute": _("The goods are being taken back."),
        "extend": _("More batches are taken back: they are held, and their consignees are told at once."),
        "complete": _("The firm has taken back what can be taken back; papers follow."),
        "file-summary": _("The firm's summary is on file and waits to be assessed."),
        "assess": _("The authority says whether the recall took effect."),
        "terminate": _("The case ends here. Nobody is reminded any more."),
        "cancel": _("The case ends without a recall. Goods that were held for it alone are free again."),
    }


def group_words() -> Mapping[Group, str]:
    """What the groups of stages are called by which cases are sorted."""
    return {
        "signals": _("Signals"),
        "deciding": _("To be decided"),
        "running": _("Goods still out"),
        "finishing": _("Papers still out"),
        "ended": _("Over"),
    }


def _words() -> Mapping[str, str]:
    return {
        "open": _("running"),
        "met": _("met in time"),
        "late": _("met too late"),
        "missed": _("missed"),
        "dropped": _("no longer applies"),
        "queued": _("to be sent"),
        "sent": _("sent, not acknowledged"),
        "acknowledged": _("acknowledged"),
        "escalated": _("with the authority"),
        "closed": _("closed without an acknowledgement"),
        "holding": _("has goods"),
        "inbound": _("goods are under way"),
        "sold_through": _("sold out"),
        "returned": _("all sent back"),
        "cleared": _("nothing left"),
        "certain": _("certain"),
        "derived": _("made from it"),
        "possible": _("possible"),
        "outlet": _("outlet"),
        "warehouse": _("warehouse"),
        "plant": _("plant"),
        "other": _("other"),
        "unknown": _("not registered"),
        "effective": _("effective"),
        "ineffective": _("not effective"),
        "notification": _("notice"),
        "reminder": _("reminder"),
        "status_request": _("status request"),
        "open_case": _("opened"),
    }


TONES: Mapping[str, tuple[str, str]] = {
    "met": ("clear", "●"),
    "late": ("wait", "▲"),
    "missed": ("stop", "■"),
    "open": ("unknown", "◆"),
    "dropped": ("unknown", "◆"),
    "acknowledged": ("clear", "●"),
    "sent": ("wait", "▲"),
    "queued": ("unknown", "◆"),
    "escalated": ("stop", "■"),
    "closed": ("unknown", "◆"),
    "holding": ("stop", "■"),
    "inbound": ("wait", "▲"),
    "sold_through": ("unknown", "◆"),
    "returned": ("clear", "●"),
    "cleared": ("clear", "●"),
    "signal": ("unknown", "◆"),
    "under_investigation": ("unknown", "◆"),
    "closed_no_defect": ("unknown", "◆"),
    "cancelled": ("unknown", "◆"),
    "terminated": ("unknown", "◆"),
    "error": ("stop", "■"),
    "warning": ("wait", "▲"),
    "info": ("unknown", "◆"),
}
"""Colour and shape of a status; what is not here is about goods that are held."""


def tone_of(word: str | None) -> tuple[str, str]:
    """The class and the shape that a status is shown with."""
    return TONES.get(word or "", ("wait", "▲"))


def register(app: Flask) -> None:
    """Give them to the templates."""
    app.jinja_env.filters["say_word"] = say_word
    app.jinja_env.filters["say_region"] = say_region
    app.jinja_env.globals["say_either"] = say_either
    app.jinja_env.globals["tone_of"] = tone_of
