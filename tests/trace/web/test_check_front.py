"""The check under load: what is answered without Flask or again is what Flask answers, and a recall cuts through."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.test import create_environ, run_wsgi_app

from tests.recalls.chain import START, Chain, gtin_of
from trace.holds import Condition, place_hold
from trace.kit import db, front
from trace.kit.config import Settings
from trace.kit.db import Database
from trace.web import check
from wsgi import create_app

GTIN = gtin_of("yogurt")
ASK = "/api/v1/check"


class Clock(datetime):
    """A noon that stays."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def served(database: Database, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A recalled lot and a free one, behind the front."""
    with database.write() as session:
        chain = Chain(session)
        chain.product("yogurt", chain.party("乳品厂"), "原味酸奶")
        for lot in ("L1", "L2"):
            chain.make("dairy", "yogurt", lot, 100)
            chain.batch("yogurt", lot, "dairy")
        recall(database, "L1", session)
    monkeypatch.setattr(check, "datetime", Clock)
    url = database.engine.url.render_as_string(hide_password=False)
    return create_app(Settings(database_url=url, secret_key="a key for tests"), database)


def recall(database: Database, lot: str, session: Any = None) -> None:
    """Announce a recall of a lot."""
    if session is None:
        with database.write() as session:
            recall(database, lot, session)
        return
    line = Condition(GTIN, lot=lot)
    place_hold(session, f"2026-{lot}", "recall", [line], START, "酸奶召回", "Yogurt recall", "请停止食用。")


def ask(app: Any, target: str, **environ: str) -> tuple[bytes, str, list[tuple[str, str]]]:
    """What a WSGI application answers to a GET: body, status and headers as they are sent."""
    path, _, query = target.partition("?")
    asked = create_environ(path, "http://localhost", query_string=query) | {"RAW_URI": target} | environ
    parts, status, headers = run_wsgi_app(app, asked, buffered=True)
    return b"".join(parts), status, list(headers)


def forget(app: Flask) -> Any:
    """The front, as after a start; and what is behind it."""
    before: Any = app.wsgi_app
    before._kept = {}
    return before


WORDS = st.sampled_from(
    [GTIN, "L1", "L2", "l1", "(01)", "(10)", "(21)S1", "x", "", "%", "%00", "%ff", "é", "酸", "+", " "]
)
VALUES = st.lists(WORDS, max_size=5).map("".join)
QUERIES = st.lists(st.tuples(st.sampled_from(["code", "lot", "serial", "c"]), VALUES), max_size=4)


def test_an_answer_without_flask_is_flasks_answer(served: Flask, database_kind: str) -> None:
    @settings(
        max_examples=30 if database_kind == "sqlite" else 6,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(QUERIES, st.booleans())
    @example([("code", GTIN), ("lot", "L1")], False)
    @example([("code", f"(01){GTIN}(10)L2")], True)
    @example([("code", "x" * 2001)], False)
    def one(pairs: list[tuple[str, str]], quoted: bool) -> None:
        write = quote if quoted else (lambda word: word.encode().decode("latin-1"))
        target = ASK + "?" + "&".join(f"{name}={write(word)}" for name, word in pairs)
        before = forget(served)
        assert ask(served, target) == ask(before._app, target)

    one()


def test_an_answer_that_is_repeated_is_the_same(served: Flask) -> None:
    before = forget(served)
    first = ask(served, f"{ASK}?code={GTIN}&lot=L2")
    assert first[1] == "200 OK"
    assert dict(first[2])["Cache-Control"] == "public, max-age=5, must-revalidate"
    before._app = None  # whatever is asked now is not asked of Flask
    before._shortcuts = {}
    assert ask(served, f"{ASK}?code={GTIN}&lot=L2") == first
    tag = dict(first[2])["ETag"]
    body, status, headers = ask(served, f"{ASK}?code={GTIN}&lot=L2", HTTP_IF_NONE_MATCH=tag)
    assert (body, status) == (b"", "304 NOT MODIFIED")
    assert dict(headers)["ETag"] == tag


def test_the_tag_changes_with_what_is_said_and_not_with_the_moment(
    served: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"{ASK}?code={GTIN}&lot=L2"
    tags = [dict(ask(served, target)[2])["ETag"]]
    monkeypatch.setattr(check, "datetime", datetime)
    forget(served)
    tags.append(dict(ask(served, target)[2])["ETag"])
    recall(database, "L2")
    forget(served)
    tags.append(dict(ask(served, target)[2])["ETag"])
    assert tags[0] == tags[1] != tags[2]


class Time:
    """The seconds that the front counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(front, "monotonic", lambda: self.now)


def test_a_recall_shows_in_every_process_when_the_next_second_begins(
    served: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Time(monkeypatch)
    other = create_app(Settings(database_url=database.engine.url.render_as_string(False), secret_key="x"), database)
    target = f"{ASK}?code={GTIN}&lot=L2"
    for app in (served, other):
        assert b'"no_recall_known"' in ask(app, target)[0]
    recall(database, "L2")
    clock.now += 1.0
    for app in (served, other):
        assert b'"recalled"' in ask(app, target)[0]


@pytest.fixture
def broken(served: Flask, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The same after an answer was given, with a database that a second later is out of reach."""
    clock = Time(monkeypatch)
    assert b'"no_recall_known"' in ask(served, f"{ASK}?code={GTIN}&lot=L2")[0]
    with database.write() as session:
        session.execute(text("ALTER TABLE holds RENAME TO away"))
    clock.now += 1.0
    yield served
    with database.write() as session:
        session.execute(text("ALTER TABLE away RENAME TO holds"))


def test_an_old_no_recall_is_never_repeated_when_the_database_is_out_of_reach(broken: Flask) -> None:
    body, status, headers = ask(broken, f"{ASK}?code={GTIN}&lot=L1")
    assert status.startswith("503")
    assert b"cannot be determined now" in body
    assert dict(headers)["Retry-After"] == "2"
    assert "Cache-Control" not in dict(headers) or "no-store" in dict(headers)["Cache-Control"]


def test_while_somebody_keeps_the_database_to_himself_nothing_can_be_told(
    served: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "PATIENCE_SECONDS", 1)
    ask(served, f"{ASK}?code={GTIN}&lot=L2")
    forget(served)
    assert database._public is not None
    database._public.dispose()
    database._public = None  # connections of less patience, for the test's sake
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        names = "holds, hold_lines, products, identifiers"
        sqlite = database.dialect == "sqlite"
        driver.execute("BEGIN EXCLUSIVE" if sqlite else f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        try:
            targets = (f"{ASK}?code={GTIN}&lot=L2", f"/check?code={GTIN}&lot=L2", f"/01/{GTIN}/10/L2")
            answers = [ask(served, one, HTTP_ACCEPT="text/html", HTTP_ACCEPT_LANGUAGE="en") for one in targets]
        finally:
            driver.execute("ROLLBACK")
    for body, status, headers in answers:
        assert status.startswith("503")
        assert int(dict(headers)["Retry-After"]) > 0
        assert b"no_recall_known" not in body
