"""The life of a listing. An end is always a decision: no date takes anybody off the list. Pure."""

from collections.abc import Mapping

from oversight.matters.flows import AUTHORITY, FIRM, OPEN, Flow, Move

_DECIDE: Mapping[str, Move] = {
    "list": Move("listed", reason=True, not_by=frozenset({OPEN})),
    "drop": Move("dropped", reason=True),
}

LISTING = Flow(
    "listing",
    "HM",
    "proposed",
    {
        "proposed": {"notify": Move("notified"), "drop": Move("dropped", reason=True)},
        "notified": {
            "state-case": Move("heard", FIRM | AUTHORITY, reason=True),
            "waive": Move("heard", FIRM | AUTHORITY, reason=True),
            "drop": Move("dropped", reason=True),
        },
        "heard": {**_DECIDE},
        "listed": {
            "review": Move(None, reason=True),
            "ask-removal": Move("removal_asked", FIRM | AUTHORITY, reason=True),
            "appeal": Move("appealed", FIRM | AUTHORITY, reason=True),
        },
        "removal_asked": {
            "recommend-removal": Move("removal_proposed", reason=True),
            "keep": Move("listed", reason=True),
        },
        "removal_proposed": {
            "remove": Move("removed", reason=True, not_by=frozenset({"recommend-removal"})),
            "keep": Move("listed", reason=True),
        },
        "appealed": {
            "uphold": Move("listed", reason=True),
            "revoke": Move("revoked", reason=True, not_by=frozenset({"list"})),
        },
        "dropped": {},
        "removed": {},
        "revoked": {},
    },
    shown_from=frozenset({"notified"}),
)
