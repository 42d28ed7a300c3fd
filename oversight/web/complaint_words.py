"""What complaints, reports, inquiries and praise are called on pages, public and at the desk."""

from collections.abc import Mapping

from trace.kit.i18n import _

Words = Mapping[str, str]


def kind_words() -> Words:
    """The four kinds, as a citizen chooses."""
    return {
        "complaint": _("Complaint: I want it settled with the seller"),
        "report": _("Report: I know of a violation"),
        "inquiry": _("Inquiry: I have a question"),
        "praise": _("Praise or suggestion"),
    }


def kind_names() -> Words:
    """The four kinds in a word."""
    return {
        "complaint": _("Complaint"),
        "report": _("Report of a violation"),
        "inquiry": _("Inquiry"),
        "praise": _("Praise or suggestion"),
    }


def channel_words() -> Words:
    """How it came."""
    return {
        "web": _("on the web"),
        "phone": _("by telephone"),
        "station": _("at the complaint station"),
        "letter": _("by letter"),
    }


def remedy_words() -> Words:
    """What a firm may offer."""
    return {
        "refund": _("Refund"),
        "replace": _("Replacement"),
        "repair": _("Repair"),
        "compensate": _("Compensation"),
        "apologise": _("Apology"),
        "other": _("Something else"),
    }


def outcome_words() -> Words:
    """What became of it, for statistics."""
    return {
        "settled": _("settled"),
        "ended": _("ended without agreement"),
        "withdrawn": _("withdrawn"),
        "declined": _("not accepted"),
        "turned": _("turned into a report"),
        "filed": _("case opened"),
        "not_filed": _("no case opened"),
        "upheld": _("found true"),
        "unfounded": _("found untrue"),
        "answered": _("answered"),
        "referred": _("referred elsewhere"),
        "passed_on": _("passed on to the firm"),
        "adopted": _("adopted"),
        "noted": _("noted"),
    }


def stage_words(kind: str) -> Words:
    """Where a matter of a kind stands."""
    return {
        "complaint": {
            "received": _("received by the office"),
            "accepted": _("accepted by the office"),
            "with_firm": _("the firm is asked"),
            "proposed": _("the firm has proposed"),
            "unsettled": _("not settled with the firm"),
            "mediation": _("in mediation"),
            "settled": _("settled"),
            "ended": _("ended without agreement"),
            "closed": _("closed"),
            "declined": _("not accepted"),
            "withdrawn": _("withdrawn"),
            "turned": _("turned into a report"),
        },
        "report": {
            "received": _("received by the office"),
            "extended": _("checking, time extended"),
            "filed": _("case opened"),
            "unfiled": _("no case opened"),
            "concluded": _("decided"),
            "closed": _("closed"),
        },
        "inquiry": {
            "asked": _("waiting for an answer"),
            "answered": _("answered"),
            "referred": _("referred elsewhere"),
        },
        "praise": {
            "received": _("received by the office"),
            "passed_on": _("passed on to the firm"),
            "adopted": _("adopted"),
            "noted": _("noted"),
        },
    }[kind]


def step_words() -> Words:
    """Steps of all four kinds."""
    return {
        "accept": _("Accept the complaint"),
        "decline": _("Do not accept it"),
        "attach": _("Attach goods, outlet or firm"),
        "withdraw": _("Withdraw"),
        "add-words": _("Add something"),
        "invite": _("Ask the firm to settle"),
        "mediate": _("Begin mediation"),
        "end": _("End without agreement"),
        "turn-into-report": _("Turn it into a report of a violation"),
        "propose": _("Propose a settlement"),
        "refuse": _("Refuse to settle"),
        "lapse": _("The firm did not answer in time"),
        "disclose": _("Tell the firm who the citizen is"),
        "agree": _("Agreed"),
        "disagree": _("Not agreed"),
        "call-back": _("Call back"),
        "rate": _("Say how content you are"),
        "reopen": _("Take it up again"),
        "file-case": _("Open a case"),
        "extend": _("Extend the check"),
        "tell": _("Tell who reported it"),
        "conclude": _("Decide the case"),
        "answer": _("Answer"),
        "refer": _("Refer elsewhere"),
        "pass-on": _("Pass it on to the firm"),
        "adopt": _("Adopt the suggestion"),
        "note": _("Take note"),
        "erase": _("Erase who the citizen is"),
        "remind": _("Reminded: a limit is near"),
        "escalate": _("Told upwards: a limit has passed"),
    }
