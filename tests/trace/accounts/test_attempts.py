"""Attempts are counted for everybody together: as many pass as are written down, however many come at once."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.gunicorn import Server
from trace.accounts.attempts import LIMITS, WINDOW, take_attempt
from trace.accounts.passwords import PasswordRefused, require_good
from trace.accounts.people import invite
from trace.accounts.second_factor import CodeRefused, secret_of, use_code
from trace.kit.accounts import User
from trace.kit.auth import Principal
from trace.kit.db import Database

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def take(database: Database, now: datetime = NOW) -> float:
    with database.write() as session:
        return take_attempt(session, "account", "somebody", now)


def test_as_many_pass_as_are_written_down(database: Database) -> None:
    """From two pools of connections, as two workers have them, at the same moment."""
    other = Database(database.engine.url.render_as_string(hide_password=False))
    passed: list[float] = []

    def try_often(one: Database) -> None:
        for _ in range(10):
            passed.append(take(one))

    threads = [threading.Thread(target=try_often, args=(one,)) for one in (database, other) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sum(wait == 0 for wait in passed) == LIMITS["account"]
    assert take(database, NOW + WINDOW - timedelta(seconds=1)) > 0
    assert take(database, NOW + WINDOW) == 0


def test_a_code_is_used_once_however_many_show_it_at_once(database: Database) -> None:
    """Whoever looked over a shoulder comes too late, in the same second."""
    import pyotp

    operator = Principal("admin", None, 0, "operator")
    with database.write() as session:
        user, _token = invite(session, operator, "boss@office.example", "Boss", "admin", None, False, NOW)
        number, secret = user.id, secret_of("key", user.totp_nonce)
    code = pyotp.TOTP(secret).at(NOW)
    taken: list[bool] = []

    def show() -> None:
        try:
            with database.write() as session:
                use_code(session, session.get_one(User, number), "key", code, NOW)
            taken.append(True)
        except CodeRefused:
            taken.append(False)

    threads = [threading.Thread(target=show) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 7 + [True]


@given(st.text(st.characters(codec="utf-8"), min_size=12, max_size=40))
def test_a_password_is_good_or_refused_with_its_reason(text: str) -> None:
    """Whatever it is made of."""
    pointers = ["/password"]
    try:
        require_good(text, "quality@dairy.example", "王小明")
    except PasswordRefused as refused:
        pointers = [error.pointer for error in refused.errors]
    assert pointers == ["/password"]


@pytest.mark.parametrize(
    "text", ["234567890123", "210987654321", "abababababab", "Quality2026", "quality@dairy.example"]
)
def test_runs_repeats_and_names_are_refused(text: str) -> None:
    """They are the first that anybody tries."""
    with pytest.raises(PasswordRefused):
        require_good(text, "quality@dairy.example", "Quality")


@pytest.mark.campaign
def test_a_thousand_wrong_passwords_over_two_servers(database: Database, tmp_path: Path) -> None:
    """Ten of them are looked at, as docs/accounts.md says; the right one is refused afterwards too."""
    import http.cookiejar
    import re
    import urllib.error
    import urllib.parse
    import urllib.request
    from collections import Counter
    from concurrent.futures import ThreadPoolExecutor

    from trace.accounts.passwords import hash_password
    from trace.accounts.people import set_password

    operator = Principal("admin", None, 0, "operator")
    with database.write() as session:
        user, _token = invite(session, operator, "boss@office.example", "Boss", "admin", None, False, datetime.now(UTC))
        set_password(session, user, hash_password("three blue cows dancing"), datetime.now(UTC))
    url = database.engine.url.render_as_string(hide_password=False)
    servers = [Server(url, tmp_path / f"{name}.log").wait() for name in ("a", "b")]

    def try_one(number: int) -> int:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        page = f"{servers[number % 2].url}/desk/sign-in"
        shown = opener.open(page).read().decode()
        found = re.search(r'name="csrf" value="(\w+)"', shown)
        assert found is not None
        password = "three blue cows dancing" if number == 1000 else f"wrong password {number}"
        form = {"email": "boss@office.example", "password": password, "csrf": found[1]}
        try:
            return int(opener.open(page, urllib.parse.urlencode(form).encode()).status)
        except urllib.error.HTTPError as refused:
            return refused.code

    try:
        with ThreadPoolExecutor(8) as pool:
            statuses = Counter(pool.map(try_one, range(1000)))
        assert statuses[422] <= LIMITS["account"]
        assert statuses == {422: LIMITS["account"], 429: 1000 - LIMITS["account"]}
        assert try_one(1000) == 429
    finally:
        for server in servers:
            server.kill()
