"""The life of an incident. Pure."""

from oversight.matters.flows import Flow, Move

INCIDENT = Flow(
    "incident",
    "SJ",
    "open",
    {
        "open": {
            "task": Move(None),
            "report": Move(None, reason=True),
            "contain": Move("contained", reason=True),
            "close": Move("closed", reason=True),
        },
        "contained": {
            "task": Move(None),
            "report": Move(None, reason=True),
            "reopen": Move("open", reason=True),
            "close": Move("closed", reason=True),
        },
        "closed": {},
    },
)
