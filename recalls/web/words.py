"""How the public pages call stages, states, classes and kinds of recalls, in the language of the request."""

from collections.abc import Mapping

from trace.kit.i18n import _


def stage_words() -> Mapping[str, str]:
    """Return how the public reads a stage."""
    return {
        "announced": _("announced"),
        "executing": _("under way"),
        "scope_extended": _("under way, extended"),
        "completed": _("completed"),
        "summary_filed": _("completed"),
        "assessed": _("completed"),
        "terminated": _("closed; do not use what is still out"),
        "cancelled": _("cancelled"),
    }


def state_words() -> Mapping[str, str]:
    """Return what the states are called by which lists are filtered."""
    return {
        "open": _("under way"),
        "completed": _("completed"),
        "closed": _("closed"),
        "cancelled": _("cancelled"),
    }


def class_words() -> Mapping[int, str]:
    """Return what the classes of danger are called; the first is the gravest."""
    return {1: _("class 1 (gravest)"), 2: _("class 2"), 3: _("class 3")}


def kind_words() -> Mapping[str, str]:
    """Return what the kinds of recalls are called."""
    return {
        "voluntary": _("by the firm"),
        "notified": _("after a notice of the authority"),
        "ordered": _("ordered"),
        "recall": _("recall"),
        "withdrawal": _("withdrawal"),
        "safety_alert": _("safety alert"),
    }
