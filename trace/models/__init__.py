"""Every table of the record. Importing this package registers them all with the metadata."""

from trace.models.batches import Batch
from trace.models.events import CaptureJob, Conflict, Correction, Event, EventDocument, EventItem, Role, Void
from trace.models.holds import HeldBatch, Hold, HoldLine
from trace.models.identifiers import Identifier
from trace.models.master_data import Location, Party, Product
from trace.models.postings import Posting

__all__ = [
    "Batch",
    "CaptureJob",
    "Conflict",
    "Correction",
    "Event",
    "EventDocument",
    "EventItem",
    "HeldBatch",
    "Hold",
    "HoldLine",
    "Identifier",
    "Location",
    "Party",
    "Posting",
    "Product",
    "Role",
    "Void",
]
