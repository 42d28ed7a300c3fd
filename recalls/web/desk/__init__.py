"""The desk's pages about recalls, for firms and for authorities."""

from flask import Flask

from recalls.web.desk import (
    case,
    case_notices,
    cases,
    checks,
    dashboard,
    impact,
    progress,
    records,
    reports,
    trace_search,
    words,
)
from recalls.web.desk.desk import desk

__all__ = [
    "case",
    "case_notices",
    "cases",
    "checks",
    "dashboard",
    "desk",
    "impact",
    "progress",
    "records",
    "register",
    "reports",
    "trace_search",
]


def register(app: Flask) -> None:
    """Serve them; the record's desk is there already."""
    words.register(app)
    for part in (cases, dashboard, records, trace_search):
        part.register(app)
    desk.register(app)
