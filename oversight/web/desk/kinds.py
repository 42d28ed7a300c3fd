"""What every kind of matter looks like at the desk, by its name; one line a kind."""

from collections.abc import Mapping

from oversight.web.desk.board import SHOWN_INCIDENT
from oversight.web.desk.complaints_shown import COMPLAINTS_SHOWN
from oversight.web.desk.credit import SHOWN_REPAIR
from oversight.web.desk.listings import SHOWN_LISTING
from oversight.web.desk.publications import SHOWN_PUBLICATION
from oversight.web.desk.sampling import SHOWN_PLAN, SHOWN_SAMPLE
from oversight.web.desk.shown import Shown
from oversight.web.desk.signals import SHOWN_SIGNAL
from oversight.web.desk.withdrawals import SHOWN_WITHDRAWAL

SHOWN: Mapping[str, Shown] = {
    **COMPLAINTS_SHOWN,
    "credit_repair": SHOWN_REPAIR,
    "incident": SHOWN_INCIDENT,
    "listing": SHOWN_LISTING,
    "publication": SHOWN_PUBLICATION,
    "sample": SHOWN_SAMPLE,
    "sampling_plan": SHOWN_PLAN,
    "signal": SHOWN_SIGNAL,
    "withdrawal": SHOWN_WITHDRAWAL,
}
