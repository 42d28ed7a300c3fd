"""The lives of a sampling plan and of a sample. Pure."""

from oversight.matters.flows import AUTHORITY, FIRM, Flow, Move

PLAN = Flow(
    "sampling_plan",
    "CJ",
    "draft",
    {
        "draft": {
            "approve": Move("approved", not_by=frozenset({"open"})),
            "drop": Move("dropped", reason=True),
        },
        "approved": {"draw": Move("drawn"), "drop": Move("dropped", reason=True)},
        "drawn": {"complete": Move("completed")},
        "completed": {},
        "dropped": {},
    },
)

SAMPLE = Flow(
    "sample",
    "CY",
    "drawn",
    {
        "drawn": {"take": Move("taken"), "miss": Move("missed", reason=True)},
        "taken": {"send": Move("at_laboratory")},
        "at_laboratory": {"report": Move("reported")},
        # what a laboratory reported is confirmed by another person than the one who entered it
        "reported": {
            "pass": Move("passed", not_by=frozenset({"report"})),
            # two laws, two times to object: 产品质量法 15 and 食品安全法 88
            "fail": Move("failed", not_by=frozenset({"report"})),
            "fail-food": Move("failed", not_by=frozenset({"report"})),
        },
        "failed": {
            # a seller whom the sample was taken from objects through the office
            "object": Move("objected", FIRM | AUTHORITY, reason=True),
            "accept": Move("final_failed", FIRM),
            "conclude": Move("final_failed"),
        },
        "objected": {"send-retest": Move("at_retest")},
        "at_retest": {"report-retest": Move("retested")},
        # what the re-test says stands
        "retested": {
            "retest-pass": Move("passed", not_by=frozenset({"report-retest"})),
            "retest-fail": Move("final_failed", not_by=frozenset({"report-retest"})),
        },
        "final_failed": {
            "publish": Move(None),
            "stop-sale": Move(None, reason=True),
            "recall": Move(None, reason=True),
            "order-correction": Move("correcting", reason=True),
        },
        "correcting": {
            "corrected": Move("corrected", FIRM | AUTHORITY, reason=True),
            "publish": Move(None),
            "stop-sale": Move(None, reason=True),
            "recall": Move(None, reason=True),
        },
        "corrected": {
            "recheck-pass": Move("closed", reason=True),
            "recheck-fail": Move("final_failed", reason=True),
        },
        "missed": {},
        "passed": {},
        "closed": {},
    },
    shown_from=frozenset({"passed", "failed"}),
)
