"""The record over HTTP: EPCIS, the contract's calls, pages."""

from flask import Flask

from trace.kit import audit
from trace.web import (
    api_audit,
    api_batches,
    api_imports,
    api_labels,
    api_links,
    api_master_data,
    api_mixing,
    api_photo,
    api_problems,
    api_readings,
    api_reports,
    api_sheets,
    api_sources,
    epcis_capture,
    epcis_events,
    epcis_openapi,
    epcis_queries,
    epcis_resources,
)
from trace.web.api import api
from trace.web.epcis_binding import epcis

__all__ = [
    "api",
    "api_audit",
    "api_batches",
    "api_imports",
    "api_labels",
    "api_links",
    "api_master_data",
    "api_mixing",
    "api_photo",
    "api_problems",
    "api_readings",
    "api_reports",
    "api_sheets",
    "api_sources",
    "epcis",
    "epcis_capture",
    "epcis_events",
    "epcis_queries",
    "epcis_resources",
    "register",
]

api.include(lambda: (epcis_openapi.paths(epcis), epcis_openapi.components()))


def register(app: Flask) -> None:
    """Serve the record."""
    audit.cover(app, "trace", api_audit.batch_of)
    epcis.register(app)
    epcis_queries.register(app)
    api_problems.register(app, "/api/v1")
    api.register(app)
