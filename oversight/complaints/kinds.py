"""The four kinds of matters that citizens bring."""

from oversight.complaints.bodies import COMPLAINT_BODIES, INQUIRY_BODIES, PRAISE_BODIES, REPORT_BODIES, without_contact
from oversight.complaints.effects import COMPLAINT_EFFECTS, INQUIRY_EFFECTS, PRAISE_EFFECTS, REPORT_EFFECTS
from oversight.complaints.flows import COMPLAINT, INQUIRY, PRAISE, REPORT
from oversight.complaints.messages import told_of
from oversight.matters.kinds import Kind
from oversight.matters.messages import telling

COMPLAINTS = (
    Kind(INQUIRY, INQUIRY_BODIES, telling(told_of(INQUIRY), INQUIRY_EFFECTS), without_contact),
    Kind(COMPLAINT, COMPLAINT_BODIES, telling(told_of(COMPLAINT), COMPLAINT_EFFECTS), without_contact),
    Kind(REPORT, REPORT_BODIES, telling(told_of(REPORT), REPORT_EFFECTS), without_contact),
    Kind(PRAISE, PRAISE_BODIES, telling(told_of(PRAISE), PRAISE_EFFECTS), without_contact),
)
