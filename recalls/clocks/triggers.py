"""What happens in a case that starts or meets a duty, as words; the table of duties is written with them. Pure."""

import re
from collections.abc import Collection, Sequence

from recalls.stages import ENDS, STAGES

LEARNED = "learned"
"""The firm knows of the risk: it recalls by itself, or the authority has told it or ordered it."""
DRILL = "drill"
"""A drill was opened."""
EXTENDED = "extended"
"""The scope was extended: what restarts, restarts for what was added."""
TOLD = "told"
"""Every consignee acknowledged."""
REPORTED = "report"
"""A report was filed, whatever its form; ``report:<form>`` is one of that form."""
DRILL_REPORTED = "drill-report"
BY_TIME = "time"
"""What meets a duty that nothing else can meet, such as keeping the records."""

LEARNING: frozenset[str] = frozenset({"voluntary", "notified", "ordered"})
ENDINGS: frozenset[str] = frozenset(ENDS)

STARTS: tuple[str, ...] = (LEARNED, DRILL, *STAGES)
MEETS: tuple[str, ...] = (TOLD, REPORTED, DRILL_REPORTED, *STAGES)

_FORM = re.compile(r"report:[a-z][a-z0-9_]{0,39}")


def can_meet(word: str) -> bool:
    """Return whether a duty can be met by ``word``."""
    return word in MEETS or _FORM.fullmatch(word) is not None


def happenings(step: str, passed: Sequence[str], earlier: Collection[str], drill: bool) -> list[str]:
    """Return what a step brought about, in order: ``passed`` are the stages it reached, ``earlier`` those before."""
    found = [DRILL] if step == "open" and drill else []
    learned = not LEARNING.isdisjoint(earlier)
    for stage in passed:
        if stage in LEARNING and not learned:
            found.append(LEARNED)
            learned = True
        found.append(stage)
    return [*found, EXTENDED] if step == "extend" else found


def happened(stages: Collection[str], drill: bool) -> frozenset[str]:
    """Return all that can have started a clock in a case that was at ``stages``."""
    learned = () if LEARNING.isdisjoint(stages) else (LEARNED,)
    return frozenset((*stages, *learned, *((DRILL,) if drill else ())))


def widened(event: str) -> tuple[str, ...]:
    """Return the words that stand for ``event``: a report of a form is a report too."""
    return (event, REPORTED) if _FORM.fullmatch(event) else (event,)
