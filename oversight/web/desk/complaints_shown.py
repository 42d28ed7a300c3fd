"""The four kinds of complaints at the desk: their words, what their steps ask for, and the panel of the citizen."""

from collections.abc import Mapping, Sequence
from typing import Any

from oversight.complaints.citizens import disclosed_to_firm, handles, list_looks, read_citizen
from oversight.complaints.flows import FLOWS
from oversight.complaints.reading import read_complaint
from oversight.models import Matter
from oversight.web.complaint_words import (
    channel_words,
    kind_names,
    outcome_words,
    remedy_words,
    stage_words,
    step_words,
)
from oversight.web.desk.shown import Ask, Shown
from trace.kit.desk import DeskCall
from trace.kit.i18n import _


def _asks(_call: DeskCall, matter: Matter) -> Mapping[str, Sequence[Ask]]:
    impersonal = _("It stays on record: no names, telephone numbers or addresses.")
    personal = _("Kept with the citizen's data, and erased with them.")
    marks = [(str(mark), str(mark)) for mark in range(5, 0, -1)]
    satisfaction = Ask("satisfaction", _("Satisfaction, 5 is best"), "choice", options=marks)
    return {
        "attach": [
            Ask("code", _("Code of the goods"), hint=_("Scanned, or the digits under the bar code.")),
            Ask("lot", _("Lot")),
            Ask("serial", _("Serial number")),
            Ask("outlet", _("Outlet: GLN or whole name")),
            Ask("firm", _("Firm: USCC or GLN")),
        ],
        "invite": [Ask("summary", _("What the firm is told"), "long", True, impersonal)],
        "pass-on": [Ask("summary", _("What the firm is told"), "long", True, impersonal)],
        "propose": [
            Ask("remedy", _("What is offered"), "choice", True, options=list(remedy_words().items())),
            Ask("amount", _("Sum in yuan"), "decimal"),
            Ask("terms", _("In words"), "long", True, impersonal),
        ],
        "agree": [Ask("terms", _("What was agreed"), "long", matter.stage == "mediation", impersonal)],
        "disclose": [
            Ask("name", _("Name"), "yes"),
            Ask("phone", _("Telephone"), "yes"),
            Ask("address", _("Address"), "yes"),
            Ask("email", _("Mail address"), "yes"),
        ],
        "call-back": [Ask("reached", _("Somebody answered the call"), "yes"), satisfaction],
        "reopen": [Ask("words", _("What the citizen says"), "long", hint=personal)],
        "add-words": [Ask("words", _("What the citizen says"), "long", True, personal)],
        "file-case": [Ask("case_number", _("Number of the case"), required=True)],
        "conclude": [
            Ask("upheld", _("What was reported is true"), "yes"),
            Ask("decision", _("Number of the decision")),
        ],
        "answer": [Ask("answer", _("Answer"), "long", True, impersonal)],
        "refer": [Ask("to", _("To whom"), required=True)],
    }


def _read(call: DeskCall, matter: Matter) -> Mapping[str, Any]:
    return {
        "complaint": read_complaint(call.session, matter),
        "citizen": read_citizen(call.session, call.principal, matter),
        "handles": handles(call.session, call.principal, matter),
        "disclosed": disclosed_to_firm(call.session, call.principal, matter),
        "looks": list_looks(call.session, call.principal, matter),
        "field_names": field_names(),
        "channels": channel_words(),
        "remedies": remedy_words(),
        "outcomes": outcome_words(),
    }


def field_names() -> Mapping[str, str]:
    """What is known of a citizen."""
    return {"name": _("Name"), "phone": _("Telephone"), "address": _("Address"), "email": _("Mail address")}


def _shown(kind: str) -> Shown:
    return Shown(
        name=lambda: kind_names()[kind],
        stages=lambda: stage_words(kind),
        steps=step_words,
        asks=_asks,
        template="desk/complaint.html",
        read=_read,
    )


COMPLAINTS_SHOWN: Mapping[str, Shown] = {kind: _shown(kind) for kind in FLOWS}
