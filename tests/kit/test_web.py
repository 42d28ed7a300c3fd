"""The application frame: health, headers, trouble with the database, the program itself."""

import sqlite3
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import OperationalError, ProgrammingError

import wsgi
from trace.kit import migrate
from trace.kit.config import ROOT, Settings
from trace.kit.db import Database
from trace.kit.errors import as_problem
from trace.kit.web import MAX_TARGET


def test_healthz_says_which_versions_run(client: FlaskClient, database: Database) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    health = answer.get_json()
    assert health["status"] == "ok"
    assert health["python"].startswith("3.")
    assert health["database"] == database.dialect
    assert health["journal_mode"] == database.journal_mode


def test_readyz_is_ready_once_the_database_is_migrated(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "ready": True,
        "revision": migrate.head(),
        "expected_revision": migrate.head(),
        "notices_lag_seconds": 0,
    }


def test_a_database_that_is_not_migrated_is_not_ready_and_says_what_to_do(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/deep/new.sqlite3")
    app = wsgi.create_app(Settings(database_url="", secret_key="x"), database)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["revision"] is None
    with pytest.raises(migrate.NotMigrated, match=r"got none\. Run `flask db upgrade`"):
        migrate.require_migrated(database)
    database.close()


def test_a_lost_database_is_503_and_says_when_to_try_again(tmp_path: Path) -> None:
    settings = Settings(database_url="postgresql://nobody@127.0.0.1:1/none", secret_key="x")
    answer = wsgi.create_app(settings).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert "127.0.0.1" not in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("x", {}, sqlite3.OperationalError("database is locked")), 503),
        (OperationalError("x", {}, sqlite3.OperationalError("no such table: events")), 503),
        (OperationalError("x", {}, sqlite3.OperationalError("no such column: nonsense")), 500),
        (OperationalError("x", {}, QueryCanceled("canceling statement due to statement timeout")), 503),
        (ProgrammingError("x", {}, sqlite3.ProgrammingError("Cannot operate on a closed database.")), 500),
    ],
)
def test_trouble_that_passes_is_503_and_a_defect_is_500(error: Exception, status: int) -> None:
    assert as_problem(error).status == status


def test_a_redirect_of_the_router_does_not_repeat_the_host_that_the_client_named(client: FlaskClient) -> None:
    answer = client.get("/recalls//2026-0001?lot=1", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/recalls/2026-0001?lot=1")
    assert "evil" not in answer.text


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/healthz", "/nothing"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_models_and_migrations_agree(database: Database) -> None:
    assert migrate.differences(database) == []


def test_the_command_migrates_an_empty_database(tmp_path: Path, database: Database) -> None:
    fresh = Database(f"sqlite:///{tmp_path}/command/new.sqlite3")
    app = wsgi.create_app(Settings(database_url="", secret_key="x"), fresh)
    for _ in range(2):
        result = app.test_cli_runner().invoke(args=["db", "upgrade"])
        assert result.exit_code == 0, result.output
        assert "SQLite" in result.output
    fresh.close()


def test_the_program_puts_its_own_folder_first() -> None:
    assert Path(sys.path[0]) == ROOT
    assert isinstance(wsgi.create_app(Settings(database_url="sqlite://", secret_key="x")), Flask)


@pytest.mark.parametrize("target", ["/healthz?a=%00", "/healthz%00", "/healthz?%00=a"])
def test_a_character_that_no_database_keeps_is_refused_at_the_door(client: FlaskClient, target: str) -> None:
    answer = client.get(target)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["type"] == "urn:suyuan:problem:nul-character"


def test_a_page_token_does_not_count_against_the_length_of_a_query(client: FlaskClient) -> None:
    query = "x" * (MAX_TARGET - 100)
    assert client.get(f"/healthz?q={query}&cursor={'t' * 200}").status_code == 200
    assert client.get(f"/healthz?q={query}&q2={'t' * 200}").status_code == 414
