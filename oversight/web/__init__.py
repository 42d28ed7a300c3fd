"""The regulator's desk over HTTP: the contract's calls, and the public pages."""

from flask import Flask

from oversight.web import (
    api_blacklist,
    api_complaints,
    api_credit,
    api_jurisdictions,
    api_ledgers,
    api_limits,
    api_matters,
    api_publications,
    api_purchases,
    api_registers,
    api_sampling,
    api_signals,
    api_withdrawals,
    blacklist_page,
    panels,
    publication_pages,
    services_page,
)
from oversight.web.complaint_pages import pages as complaint_pages
from oversight.web.public import pages

__all__ = [
    "api_blacklist",
    "api_complaints",
    "api_credit",
    "api_jurisdictions",
    "api_ledgers",
    "api_limits",
    "api_matters",
    "api_publications",
    "api_purchases",
    "api_registers",
    "api_sampling",
    "api_signals",
    "api_withdrawals",
    "blacklist_page",
    "panels",
    "publication_pages",
    "register",
    "services_page",
]


def register(app: Flask) -> None:
    """Serve the pages; the calls joined `/api/v1` when they were imported."""
    app.register_blueprint(pages)
    app.register_blueprint(complaint_pages)
    panels.register(app)
