"""Every table of the record. Importing this package registers them all with the metadata."""

from trace.models.accounts import Invitation, RecoveryCode, SignInAttempts
from trace.models.announced import AnnouncedWrite
from trace.models.batches import Batch
from trace.models.check_index import Content, ProductionDay, SerialBatch
from trace.models.events import (
    CaptureJob,
    Conflict,
    Correction,
    Event,
    EventDocument,
    EventField,
    EventItem,
    EventReference,
    FieldName,
    Reference,
    Role,
    Void,
)
from trace.models.explanations import Explanation
from trace.models.genealogy import GenealogyEdge
from trace.models.holds import HeldBatch, Hold, HoldLine
from trace.models.identifiers import Identifier
from trace.models.master_data import Location, Party, Product
from trace.models.mixing import MixingPlace
from trace.models.permits import Permit, PermitCategory
from trace.models.postings import PackedPostings, Posting
from trace.models.queries import DeliveryAttempt, NamedQuery, Subscription
from trace.models.resolver import ResolverLink
from trace.models.sheets import SheetHeading, SheetImport, SheetRow
from trace.models.vocabulary import VocabularyElement

__all__ = [
    "AnnouncedWrite",
    "Batch",
    "CaptureJob",
    "Conflict",
    "Content",
    "Correction",
    "DeliveryAttempt",
    "Event",
    "EventDocument",
    "EventField",
    "EventItem",
    "EventReference",
    "Explanation",
    "FieldName",
    "GenealogyEdge",
    "HeldBatch",
    "Hold",
    "HoldLine",
    "Identifier",
    "Invitation",
    "Location",
    "MixingPlace",
    "NamedQuery",
    "PackedPostings",
    "Party",
    "Permit",
    "PermitCategory",
    "Posting",
    "Product",
    "ProductionDay",
    "RecoveryCode",
    "Reference",
    "ResolverLink",
    "Role",
    "SerialBatch",
    "SheetHeading",
    "SheetImport",
    "SheetRow",
    "SignInAttempts",
    "Subscription",
    "VocabularyElement",
    "Void",
]
