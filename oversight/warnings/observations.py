"""What early warning counts: something was observed of goods, by somebody, somewhere. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Sort = Literal["complaint", "sample", "return", "scan", "foreign"]
"""Complaints and reports, failed samples, consumers' returns, one serial in many places, recalls abroad."""

SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, slots=True)
class Observation:
    """One case: rows of the product, the batch and the place (None: unknown), who observed it, and the record of it.

    ``source`` tells observers apart, ``region`` is a GB/T 2260 code, ``record`` the number of a matter or the ID of an
    event, the same for all batches of which it tells. What one ``voice`` says in a week counts once; without one each
    observation counts.
    """

    at: datetime
    product_id: int
    batch_id: int | None
    source: str
    region: str | None
    record: str
    place_id: int | None = None
    voice: str | None = None

    @property
    def counted_as(self) -> str:
        """Two of these that are the same are counted once in a week."""
        return self.voice or f"{self.record} {self.batch_id}"
