"""Recalls over HTTP: the contract's calls, and the public pages."""

from flask import Flask

from recalls.web import api, pages

__all__ = ["api", "pages", "register"]


def register(app: Flask) -> None:
    """Serve the pages; the calls joined `/api/v1` when they were imported."""
    app.register_blueprint(pages.pages)
