"""The record over HTTP: EPCIS, the contract's calls, pages."""

from flask import Flask

from trace.web import api_batches, api_master_data, api_readings, api_reports, epcis
from trace.web.api import api

__all__ = ["api", "api_batches", "api_master_data", "api_readings", "api_reports", "register"]


def register(app: Flask) -> None:
    """Serve the record."""
    epcis.register(app)
    api.register(app)
