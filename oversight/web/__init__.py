"""The regulator's desk over HTTP: the contract's calls, and the public pages."""

from flask import Blueprint, Flask

from oversight.web import api_complaints, api_jurisdictions, api_matters, api_withdrawals
from oversight.web.complaint_pages import pages as complaint_pages

__all__ = ["api_complaints", "api_jurisdictions", "api_matters", "api_withdrawals", "register"]


pages = Blueprint("oversight", __name__, template_folder="templates")


def register(app: Flask) -> None:
    """Serve the pages; the calls joined `/api/v1` when they were imported."""
    app.register_blueprint(pages)
    app.register_blueprint(complaint_pages)
