"""The desk's pages about recalls, for firms and for authorities."""

from flask import Flask

from recalls.web.desk.desk import desk

__all__ = ["desk", "register"]


def register(app: Flask) -> None:
    """Serve them; the record's desk is there already."""
    desk.register(app)
