"""Budgets of addresses: generous, shared by processes, forgotten with their window."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from trace.kit import limits
from trace.kit.config import ROOT
from trace.kit.errors import register_error_handler
from trace.kit.limits import BUDGETS, Ledger, name_client, register, spending

PHOTO = BUDGETS["photo"]
NOON = 1_790_000_000.0


def test_a_burst_passes_and_then_what_comes_back_by_the_second() -> None:
    ledger = Ledger("secret")
    assert [ledger.take("photo", "192.0.2.1", 1, NOON) for _ in range(60)] == [0.0] * 60
    assert ledger.take("photo", "192.0.2.1", 1, NOON) == pytest.approx(2.0)
    assert ledger.take("photo", "192.0.2.1", 1, NOON + 2) == 0.0
    assert ledger.take("photo", "192.0.2.1", 1, NOON + 3) > 0.0


def test_one_address_spends_nothing_of_anothers_and_one_thing_nothing_of_another() -> None:
    ledger = Ledger("secret")
    ledger.add("photo", "192.0.2.1", 500, NOON)
    assert ledger.take("photo", "192.0.2.1", 1, NOON) > 0
    assert ledger.take("photo", "192.0.2.2", 1, NOON) == 0
    assert ledger.take("paper", "192.0.2.1", 1, NOON) == 0


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 30)), max_size=60))
def test_nobody_spends_more_than_the_budget_gives(asked: list[tuple[float, float]]) -> None:
    ledger, now, spent = Ledger("secret"), NOON, 0.0
    for cost, pause in asked:
        now += pause
        if ledger.take("photo", "192.0.2.1", cost, now) == 0.0:
            spent += cost
    assert spent <= PHOTO.burst + (now - NOON) * PHOTO.per_second + 0.001


def test_what_was_spent_is_forgotten_when_the_window_is_over() -> None:
    ledger = Ledger("secret")
    for number in range(2000):
        ledger.take("photo", f"192.0.2.{number}", 1, NOON)
    assert 1900 < ledger.marks() <= 2000
    for _ in range(600):  # any calls at all sweep the table
        ledger.take("photo", "198.51.100.1", 0.01, NOON + PHOTO.window)
    assert ledger.marks() == 1


def test_a_full_table_forgets_who_recovers_first_and_refuses_nobody_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_BUCKETS", 64)
    ledger, rng = Ledger("secret"), random.Random(1)
    for _ in range(2_000):
        assert ledger.take("photo", str(rng.random()), 1, NOON) == 0.0
    assert 400 < ledger.marks() <= 8 * 64


def test_a_clock_that_was_set_back_locks_nobody_out_for_long() -> None:
    ledger = Ledger("secret")
    ledger.add("photo", "192.0.2.1", 60, NOON + 1_000_000)
    assert ledger.take("photo", "192.0.2.1", 1, NOON) <= PHOTO.window + 2


def test_processes_share_one_table(tmp_path: Path) -> None:
    ours = Ledger("secret", tmp_path / "budgets")
    theirs = (
        "import sys; from pathlib import Path; from trace.kit.limits import Ledger; "
        f"Ledger('secret', Path(sys.argv[1])).add('photo', '192.0.2.1', 100, {NOON})"
    )
    command = [sys.executable, "-c", theirs, str(tmp_path / "budgets")]
    subprocess.run(command, cwd=ROOT, check=True, timeout=30)
    assert ours.take("photo", "192.0.2.1", 1, NOON) > 0
    assert (tmp_path / "budgets").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        (None, ""),
        ("unix:", ""),
    ],
)
def test_a_client_is_an_ipv4_address_or_the_network_of_an_ipv6_address(address: str | None, named: str) -> None:
    assert name_client(address) == named


def test_over_http_the_answer_says_when_to_come_again() -> None:
    app = Flask("test")
    register(app, "secret", None)
    register_error_handler(app)

    @app.get("/work")
    def work() -> str:
        with spending("photo"):
            return "done"

    client = app.test_client()
    assert client.get("/work").status_code == 200
    app.extensions["suyuan_budgets"].add("photo", "127.0.0.1", 100, time.time())
    refused = client.get("/work")
    assert refused.status_code == 429
    assert refused.json is not None
    assert refused.json["type"] == "urn:suyuan:problem:too-many-requests"
    assert 60 < int(refused.headers["Retry-After"]) <= 90
    assert client.get("/work", environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 200
