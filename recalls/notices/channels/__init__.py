"""The ways to a firm: signed webhook, mail, telephone. Each takes a message and says what came of it."""

from dataclasses import dataclass

SECONDS = 20
"""The longest that one channel may take, however slowly the other side answers."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: ``status`` is what the other server answered, ``error`` why it was not taken.

    That it was taken means that it is sent, not that anybody of the firm knows of it (RECALLS).
    """

    channel: str
    address: str | None
    accepted: bool
    status: int | None = None
    error: str | None = None
