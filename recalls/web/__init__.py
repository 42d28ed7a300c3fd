"""Recalls over HTTP: the contract's calls, and the public pages."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from recalls.web import (
    answer_page,
    api,
    api_checks,
    api_clocks,
    api_contacts,
    api_drills,
    api_impacts,
    api_notices,
    api_progress,
    api_public_notice,
    api_reports,
    api_responses,
    feeds,
    home,
    list_page,
    pages,
    product_page,
    sitemap,
)
from trace.kit import audit

__all__ = [
    "answer_page",
    "api",
    "api_checks",
    "api_clocks",
    "api_contacts",
    "api_drills",
    "api_impacts",
    "api_notices",
    "api_progress",
    "api_public_notice",
    "api_reports",
    "api_responses",
    "feeds",
    "home",
    "list_page",
    "pages",
    "product_page",
    "register",
    "sitemap",
]


def case_of(path: Mapping[str, Any], _query: Mapping[str, str]) -> str | None:
    """Return the number of the case that a call names."""
    number: str | None = path.get("number")
    return number


def register(app: Flask) -> None:
    """Serve the pages; the calls joined `/api/v1` when they were imported. Whoever writes here is on record."""
    audit.cover(app, "recalls", case_of, whole=True)
    app.register_blueprint(pages.pages)
    app.register_blueprint(answer_page.pages)
