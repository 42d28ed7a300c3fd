"""The desk's pages of market regulation, for authorities and the firms concerned."""

from flask import Flask

from oversight.web.desk import (
    board,
    complaints,
    credit,
    hub,
    kinds,
    ledgers,
    limits,
    listings,
    matters,
    offices,
    publications,
    purchases,
    registers,
    shown,
    signals,
    withdrawals,
)
from oversight.web.desk.desk import desk

__all__ = [
    "board",
    "complaints",
    "credit",
    "desk",
    "hub",
    "kinds",
    "ledgers",
    "limits",
    "listings",
    "matters",
    "offices",
    "publications",
    "purchases",
    "register",
    "registers",
    "shown",
    "signals",
    "withdrawals",
]


def register(app: Flask) -> None:
    """Serve them; the desks of the record and of recalls are there already."""
    hub.register(app)
    complaints.register(app)
    withdrawals.register(app)
    credit.register(app)
    signals.register(app)
    purchases.register(app)
    desk.register(app)
