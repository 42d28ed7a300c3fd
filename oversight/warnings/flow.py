"""The life of a signal. Pure."""

from oversight.matters.flows import Flow, Move

GREW = "grew"
"""The step by which further cases of the same goods join an open signal: nobody takes it by hand."""

_GREW = Move(None, frozenset())
_DISMISS = Move("dismissed", reason=True)
_INSPECT = Move("inspecting")
_HOLD = Move("held", reason=True)
_RECALL = Move("recalled", reason=True)

SIGNAL = Flow(
    "signal",
    "YJ",
    "raised",
    {
        "raised": {GREW: _GREW, "inspect": _INSPECT, "hold": _HOLD, "recall": _RECALL, "dismiss": _DISMISS},
        "inspecting": {GREW: _GREW, "inspect": _INSPECT, "hold": _HOLD, "recall": _RECALL, "dismiss": _DISMISS},
        "held": {GREW: _GREW, "inspect": Move(None), "recall": _RECALL, "close": Move("closed", reason=True)},
        "dismissed": {},
        "recalled": {},
        "closed": {},
    },
)

CONFIRMED = frozenset({"held", "recalled", "closed"})
"""An officer found that something was wrong: such cases are no part of what is usual."""
