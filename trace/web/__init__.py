"""The record over HTTP: EPCIS, the contract's calls, pages."""

from flask import Flask

from trace.web import api_batches, api_master_data, api_readings, api_reports, epcis_capture, epcis_events
from trace.web.api import api
from trace.web.epcis_binding import epcis

__all__ = [
    "api",
    "api_batches",
    "api_master_data",
    "api_readings",
    "api_reports",
    "epcis",
    "epcis_capture",
    "epcis_events",
    "register",
]


def register(app: Flask) -> None:
    """Serve the record."""
    epcis.register(app)
    api.register(app)
