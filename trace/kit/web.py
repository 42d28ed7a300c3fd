"""The Flask application that every part joins: settings, database, errors, headers, health."""

import platform
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import flask
from flask import Flask, Response, current_app, request
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from trace.kit import audit, errors, i18n, limits, migrate, panels, strict_json
from trace.kit.config import ROOT, Settings
from trace.kit.db import Database

MAX_TARGET = 4096
MAX_BODY = 5 * 1024 * 1024

SECURITY_HEADERS = {
    "Content-Security-Policy": ("default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}

HSTS = "max-age=31536000"
"""Where the service is reached by https, browsers reach it by nothing else for a year."""

_DATABASE = "suyuan_database"
_SETTINGS = "suyuan_settings"
_GAUGES = "suyuan_gauges"

Gauge = Callable[[Session, datetime], int]
"""A number that operators watch, such as how far behind the outbox is."""

health = flask.Blueprint("health", __name__)


def make_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """An application without pages of its own but `/healthz` and `/readyz`; the caller adds blueprints.

    `database` takes the place of the one that `settings.database_url` names (tests share an engine).
    """
    settings = settings or Settings.from_env()
    app = Flask("suyuan", root_path=str(ROOT), static_folder=None)
    app.config.update(SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=MAX_BODY)
    app.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    app.config.update(SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"))
    app.extensions[_SETTINGS] = settings
    app.extensions[_DATABASE] = database or Database(settings.database_url)
    audit.register(app, app.extensions[_DATABASE])
    limits.register(app, settings.secret_key, settings.budgets)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    errors.register_error_handler(app)
    i18n.register_languages(app)
    panels.register(app)
    app.before_request(_refuse_long_target)
    app.before_request(_refuse_nul)
    app.before_request(_redirect_by_path)
    app.after_request(_add_security_headers)
    app.register_blueprint(health)
    return app


def current_database() -> Database:
    """The database of the application that handles this request or command."""
    database: Database = current_app.extensions[_DATABASE]
    return database


def current_settings() -> Settings:
    """The settings of the application that handles this request or command."""
    settings: Settings = current_app.extensions[_SETTINGS]
    return settings


def json_response(value: Any, status: int = 200) -> Response:
    """JSON with exact numbers."""
    return Response(strict_json.dumps(value), status, content_type="application/json")


class TargetTooLong(errors.Problem):
    status = 414


PAGE_MARKS = ("cursor", "nextPageToken")
"""Parameters that we give ourselves with the link to a next page: they do not count against a client's query."""


def raw_path() -> str:
    """The path of this request as it was sent: the server shows percent-encoded slashes as slashes otherwise."""
    sent: str = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or quote(request.path)
    return sent.partition("?")[0]


def _refuse_long_target() -> None:
    marks = sum(len(request.args.get(name, "")) for name in PAGE_MARKS)
    length = len(request.path.encode()) + len(request.query_string) - marks
    if length > MAX_TARGET:
        raise TargetTooLong(f"Expected a path and query of at most {MAX_TARGET} bytes, got {length}.")


class NulCharacter(errors.BadRequest):
    """U+0000, which no database keeps as text."""


def _refuse_nul() -> None:
    if "\0" in request.path or b"%00" in request.query_string:
        raise NulCharacter("Expected a path and query of characters, got U+0000.")


def _redirect_by_path() -> None:
    error = request.routing_exception
    if isinstance(error, RequestRedirect):
        error.new_url = "/" + error.new_url.split("/", 3)[3]  # the host is whatever the client named


def security_headers(settings: Settings) -> dict[str, str]:
    """The headers of every answer."""
    over_https = settings.public_url.startswith("https:")
    return {**SECURITY_HEADERS, "Strict-Transport-Security": HSTS} if over_https else SECURITY_HEADERS


def _add_security_headers(response: Response) -> Response:
    for name, value in security_headers(current_settings()).items():
        response.headers.setdefault(name, value)
    return response


@health.get("/healthz")
def healthz() -> Response:
    """The process lives; says which versions it runs, and touches no database server."""
    return json_response(
        {
            "status": "ok",
            "python": platform.python_version(),
            "flask": version("flask"),
            "sqlalchemy": version("sqlalchemy"),
            "sqlite": sqlite3.sqlite_version,
            "database": current_database().dialect,
            "journal_mode": current_database().journal_mode,
            "row_security": current_database().known_row_security,
        }
    )


def add_gauge(app: Flask, name: str, read: Gauge) -> None:
    """Have `/readyz` show a number under `name`; it says how things stand, not whether requests can be answered."""
    app.extensions.setdefault(_GAUGES, {})[name] = read


@health.get("/readyz")
def readyz() -> Response:
    """The database answers and is migrated; 503 otherwise."""
    with current_database().engine.connect() as connection:
        got = migrate.current(connection)
    ready = got == migrate.head()
    answer: dict[str, Any] = {"ready": ready, "revision": got, "expected_revision": migrate.head()}
    if ready:
        gauges: Mapping[str, Gauge] = current_app.extensions.get(_GAUGES, {})
        with current_database().read() as session:
            answer |= {name: read(session, datetime.now(UTC)) for name, read in gauges.items()}
    return json_response(answer, 200 if ready else 503)
