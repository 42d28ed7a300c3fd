"""The four kinds of matters that citizens bring."""

from oversight.complaints.bodies import COMPLAINT_BODIES, INQUIRY_BODIES, PRAISE_BODIES, REPORT_BODIES, without_contact
from oversight.complaints.effects import COMPLAINT_EFFECTS, INQUIRY_EFFECTS, PRAISE_EFFECTS, REPORT_EFFECTS
from oversight.complaints.flows import COMPLAINT, INQUIRY, PRAISE, REPORT
from oversight.complaints.messages import telling
from oversight.matters.kinds import Kind

COMPLAINTS = (
    Kind(INQUIRY, INQUIRY_BODIES, telling(INQUIRY, INQUIRY_EFFECTS), without_contact),
    Kind(COMPLAINT, COMPLAINT_BODIES, telling(COMPLAINT, COMPLAINT_EFFECTS), without_contact),
    Kind(REPORT, REPORT_BODIES, telling(REPORT, REPORT_EFFECTS), without_contact),
    Kind(PRAISE, PRAISE_BODIES, telling(PRAISE, PRAISE_EFFECTS), without_contact),
)
