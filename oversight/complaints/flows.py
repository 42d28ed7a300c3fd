"""The lives of what citizens bring: inquiry, complaint, report, praise or suggestion. Pure."""

from collections.abc import Mapping

from oversight.matters.flows import AUTHORITY, CITIZEN, FIRM, Flow, Move, Right

EVERYONE: frozenset[Right] = AUTHORITY | CITIZEN
"""An official writes down what the citizen said by telephone, or the citizen says it himself by his query code."""

CLOCK_ALONE: frozenset[Right] = frozenset()

REMIND, ESCALATE = "remind", "escalate"

_TOLD: Mapping[str, Move] = {REMIND: Move(None, CLOCK_ALONE), ESCALATE: Move(None, CLOCK_ALONE)}
_SAID: Mapping[str, Move] = {"add-words": Move(None, EVERYONE)}
_DISCLOSED: Mapping[str, Move] = {"disclose": Move(None, reason=True)}
_ENDED: Mapping[str, Move] = {
    "end": Move("ended", reason=True),
    "turn-into-report": Move("turned", reason=True),
    "withdraw": Move("withdrawn", EVERYONE),
}
_CALLED: Mapping[str, Move] = {"call-back": Move("closed"), "rate": Move("closed", CITIZEN)}
_AGAIN: Mapping[str, Move] = {"reopen": Move("accepted", EVERYONE)}

COMPLAINT = Flow(
    "complaint",
    "TS",
    "received",
    {
        "received": {
            "accept": Move("accepted"),
            "decline": Move("declined", reason=True),
            "attach": Move(None),
            "withdraw": Move("withdrawn", EVERYONE),
            **_SAID,
            **_TOLD,
        },
        "accepted": {
            "invite": Move("with_firm"),
            "mediate": Move("mediation"),
            "attach": Move(None),
            **_ENDED,
            **_SAID,
            **_TOLD,
        },
        "with_firm": {
            "propose": Move("proposed", FIRM | AUTHORITY),
            "refuse": Move("unsettled", FIRM | AUTHORITY, reason=True),
            "lapse": Move("unsettled", AUTHORITY),
            **_DISCLOSED,
            **_ENDED,
            **_SAID,
            **_TOLD,
        },
        "proposed": {
            "agree": Move("settled", EVERYONE),
            "disagree": Move("unsettled", EVERYONE),
            **_DISCLOSED,
            **_ENDED,
            **_SAID,
            **_TOLD,
        },
        "unsettled": {
            "mediate": Move("mediation"),
            "invite": Move("with_firm"),
            **_DISCLOSED,
            **_ENDED,
            **_SAID,
            **_TOLD,
        },
        "mediation": {"agree": Move("settled"), **_DISCLOSED, **_ENDED, **_SAID, **_TOLD},
        "settled": {**_CALLED, **_AGAIN, **_DISCLOSED, **_SAID, **_TOLD},
        "ended": {**_CALLED, **_AGAIN, **_SAID, **_TOLD},
        "closed": {**_AGAIN, **_SAID},
        "declined": {},
        "withdrawn": {},
        "turned": {},
    },
    shown_from=frozenset({"with_firm", "mediation"}),
    rests=frozenset({"closed"}),
)
"""Settlement first: the firm is asked, the citizen agrees or not; then mediation, or it becomes a report.

An agreement is ``settled``, all other ends of the office are ``ended``; both wait for the call back.
"""

REPORT = Flow(
    "report",
    "JB",
    "received",
    {
        "received": {
            "file-case": Move("filed"),
            "decline": Move("unfiled", reason=True),
            "extend": Move("extended", reason=True),
            "attach": Move(None),
            **_SAID,
            **_TOLD,
        },
        "extended": {
            "file-case": Move("filed"),
            "decline": Move("unfiled", reason=True),
            "attach": Move(None),
            **_SAID,
            **_TOLD,
        },
        "filed": {
            "tell": Move(None),
            "conclude": Move("concluded", reason=True, not_by=frozenset({"file-case"})),
            **_SAID,
            **_TOLD,
        },
        "unfiled": {"tell": Move("closed"), **_SAID, **_TOLD},
        "concluded": {"tell": Move("closed"), **_SAID, **_TOLD},
        "closed": {"reopen": Move("received", AUTHORITY, reason=True), "rate": Move(None, CITIZEN), **_SAID},
    },
    rests=frozenset({"closed"}),
)
"""Checked, then a case is opened or not; who decides the case is not who opened it. The firm never sees a report."""

INQUIRY = Flow(
    "inquiry",
    "ZX",
    "asked",
    {
        "asked": {"answer": Move("answered"), "refer": Move("referred", reason=True), **_SAID, **_TOLD},
        "answered": {
            "reopen": Move("asked", EVERYONE),
            "rate": Move(None, CITIZEN),
            "call-back": Move(None),
            **_SAID,
        },
        "referred": {},
    },
    rests=frozenset({"answered"}),
)

PRAISE = Flow(
    "praise",
    "BY",
    "received",
    {
        "received": {
            "pass-on": Move("passed_on"),
            "adopt": Move("adopted", reason=True),
            "note": Move("noted"),
            "attach": Move(None),
            **_SAID,
            **_TOLD,
        },
        "passed_on": {},
        "adopted": {},
        "noted": {},
    },
    shown_from=frozenset({"passed_on"}),
)
"""Praise is passed on to the firm, a suggestion adopted, and what is neither is noted."""

FLOWS: Mapping[str, Flow] = {flow.kind: flow for flow in (INQUIRY, COMPLAINT, REPORT, PRAISE)}
