"""The four kinds of matters that citizens bring."""

from oversight.complaints.bodies import COMPLAINT_BODIES, INQUIRY_BODIES, PRAISE_BODIES, REPORT_BODIES
from oversight.complaints.effects import COMPLAINT_EFFECTS, INQUIRY_EFFECTS, PRAISE_EFFECTS, REPORT_EFFECTS
from oversight.complaints.flows import COMPLAINT, INQUIRY, PRAISE, REPORT
from oversight.matters.kinds import Kind

COMPLAINTS = (
    Kind(INQUIRY, INQUIRY_BODIES, INQUIRY_EFFECTS),
    Kind(COMPLAINT, COMPLAINT_BODIES, COMPLAINT_EFFECTS),
    Kind(REPORT, REPORT_BODIES, REPORT_EFFECTS),
    Kind(PRAISE, PRAISE_BODIES, PRAISE_EFFECTS),
)
