"""What early warning counts: something was observed of goods, by somebody, somewhere. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Observation:
    """One case: rows of the product and the batch (None: unknown), who observed it, where, and the record that says so.

    ``source`` tells observers apart, ``region`` is a GB/T 2260 code, ``record`` the number of a matter or an event.
    """

    at: datetime
    product_id: int
    batch_id: int | None
    source: str
    region: str | None
    record: str
