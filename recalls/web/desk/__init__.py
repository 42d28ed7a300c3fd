"""The desk's pages about recalls, for firms and for authorities."""

from flask import Flask

from recalls.web.desk import (
    answer,
    case,
    case_notices,
    cases,
    checks,
    dashboard,
    drills,
    impact,
    inbox,
    launch,
    picture,
    progress,
    records,
    reports,
    trace_search,
    words,
)
from recalls.web.desk.desk import desk

__all__ = [
    "answer",
    "case",
    "case_notices",
    "cases",
    "checks",
    "dashboard",
    "desk",
    "drills",
    "impact",
    "inbox",
    "launch",
    "picture",
    "progress",
    "records",
    "register",
    "reports",
    "trace_search",
]


def register(app: Flask) -> None:
    """Serve them; the record's desk is there already."""
    words.register(app)
    for part in (cases, dashboard, drills, inbox, launch, records, trace_search):
        part.register(app)
    desk.register(app)
