"""The regulator's desk over HTTP: the contract's calls, and the public pages."""

from flask import Flask

from oversight.web import api_jurisdictions, api_matters

__all__ = ["api_jurisdictions", "api_matters", "register"]


def register(_app: Flask) -> None:
    """The calls joined `/api/v1` when they were imported."""
