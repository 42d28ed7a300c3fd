"""The life of a stop-sale order. Pure."""

from oversight.matters.flows import Flow, Move

ALL_CONFIRMED = "all-confirmed"
"""The step that follows when no place is left to confirm: nobody takes it by hand."""

WITHDRAWAL = Flow(
    "withdrawal",
    "TX",
    "in_force",
    {
        "in_force": {
            ALL_CONFIRMED: Move("confirmed", frozenset()),
            "propose-release": Move("release_proposed", reason=True),
            "recall": Move("recalled", reason=True),
        },
        "confirmed": {
            "propose-release": Move("release_proposed", reason=True),
            "recall": Move("recalled", reason=True),
        },
        # goods return to sale by the decision of a second person alone
        "release_proposed": {
            "release": Move("released", reason=True, not_by=frozenset({"propose-release"})),
            "refuse-release": Move("in_force", reason=True),
        },
        "released": {},
        "recalled": {},
    },
    shown_from=frozenset({"in_force"}),
)
