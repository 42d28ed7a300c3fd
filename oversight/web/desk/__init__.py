"""The desk's pages of market regulation, for authorities and the firms concerned."""

from flask import Flask

from oversight.web.desk import kinds, matters, shown
from oversight.web.desk.desk import desk

__all__ = ["desk", "kinds", "matters", "register", "shown"]


def register(app: Flask) -> None:
    """Serve them; the desks of the record and of recalls are there already."""
    matters.register(app)
    desk.register(app)
