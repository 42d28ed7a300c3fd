"""The life of a publication: nothing reaches the public by one person alone. Pure."""

from oversight.matters.flows import OPEN, Flow, Move

_DRAFTED = frozenset({OPEN, "revise", "correct"})

PUBLICATION = Flow(
    "publication",
    "FB",
    "drafted",
    {
        "drafted": {
            "revise": Move(None),
            "approve": Move("published", not_by=_DRAFTED),
            "discard": Move("discarded", reason=True),
        },
        "published": {
            "correct": Move("correction_drafted", reason=True),
            "propose-withdrawal": Move("withdrawal_proposed", reason=True),
        },
        "correction_drafted": {
            "approve": Move("published", not_by=_DRAFTED),
            "keep": Move("published", reason=True),
        },
        "withdrawal_proposed": {
            "withdraw": Move("withdrawn", reason=True, not_by=frozenset({"propose-withdrawal"})),
            "keep": Move("published", reason=True),
        },
        "discarded": {},
        "withdrawn": {},
    },
)
