"""The program: `gunicorn wsgi:app`, `flask …`. The one place that knows all packages."""

import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

# `trace` is also a module of the standard library: ours must come first, wherever the server was started.
_HERE = str(Path(__file__).resolve().parent)
if sys.path[:1] != [_HERE]:
    sys.path.insert(0, _HERE)

from flask import Flask  # noqa: E402  (after the path is set)

from trace.holds import read_version_of  # noqa: E402
from trace.kit import front  # noqa: E402
from trace.kit.config import Settings  # noqa: E402
from trace.kit.db import Database  # noqa: E402
from trace.kit.garbage import look_seldom  # noqa: E402
from trace.kit.web import make_app  # noqa: E402
from trace.web.check import make_shortcut  # noqa: E402

PARTS = (
    *("trace.cli", "trace.users_cli", "trace.web", "trace.web.check_page", "trace.web.resolver", "trace.web.labels"),
    *("trace.web.desk", "recalls.cli", "recalls.web", "recalls.web.desk"),
    *("oversight.cli", "oversight.web", "oversight.web.desk", "demo.cli"),
)
"""Modules whose `register(app)` adds blueprints or commands, lower packages first."""


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """The whole service; settings come from the environment unless given."""
    settings = settings or Settings.from_env()
    database = database or Database(settings.database_url)
    app = make_app(settings, database)
    parts = [import_module(name) for name in PARTS]  # all declare their calls before the first is served
    for part in parts:
        part.register(app)
    shortcuts = {"/api/v1/check": make_shortcut(database, settings)}
    front.register(app, settings.repeat_seconds, lambda: read_version_of(database), shortcuts)
    look_seldom()
    return app


def _log_to_stderr() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


def __getattr__(name: str) -> Any:
    # Made when a server asks for it: a test that imports this file must not touch the real instance folder.
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _log_to_stderr()
    app = globals()["app"] = create_app()
    return app
