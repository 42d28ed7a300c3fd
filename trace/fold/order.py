"""The order of the fold (RULES 6): event time in UTC, then rank of the step, then event hash, then event ID.

Order of arrival is not part of it, so it cannot matter.
"""

from typing import NamedTuple


class OrderKey(NamedTuple):
    """Sorts events as the fold takes them; ``at`` is microseconds since 1970 in UTC."""

    at: int
    rank: int
    content_hash: str
    event_id: str
