"""The worker as a command: rounds, stopping, several at once, and one that is killed in the middle."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from tests.kit.receiver import Receiver
from tests.processes import Command
from tests.trace.subscriptions.desk import POST, Clock, capture, deliver_all, event_id, subscribe, told
from tests.trace.web.firms import Firms
from trace.kit.db import Database
from trace.models import Subscription
from trace.worker import work

PATIENCE = 60.0


@pytest.fixture
def start(database: Database, tmp_path: Path) -> Iterator[Callable[..., Command]]:
    """Starts `flask worker`; none outlives the test."""
    started: list[Command] = []

    def start(*arguments: str) -> Command:
        environment = {
            "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
            "SECRET_KEY": "a key for tests",
            "WEBHOOKS_ALLOW_HTTP": "1",
            "WEBHOOKS_ALLOW_PRIVATE": "1",
        }
        log = tmp_path / f"worker-{len(started)}.log"
        started.append(Command("flask", ["worker", *arguments], environment, log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(timeout=10)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_one_round_ends_when_nothing_is_due(app: Flask, firms: Firms, receiver: Receiver) -> None:
    subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, range(150))
    before = signal.getsignal(signal.SIGTERM)
    result = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 0, result.output
    assert told(receiver) == [event_id(number) for number in range(150)]
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_goes_on_until_it_is_told_to_stop_and_finishes_what_it_does(
    firms: Firms, receiver: Receiver, start: Callable[..., Command], tmp_path: Path, how: signal.Signals
) -> None:
    subscribe(firms.dairy, receiver.url)
    process = start()
    capture(firms.dairy, [1])
    wait_until(lambda: told(receiver) == [event_id(1)] or process.poll() is not None)
    assert process.poll() is None, (tmp_path / "worker-0.log").read_text()
    receiver.meanwhile = lambda: process.send_signal(how)
    capture(firms.dairy, [2])
    assert process.wait(timeout=PATIENCE) == 0
    assert told(receiver) == [event_id(1), event_id(2)]
    log = (tmp_path / "worker-0.log").read_text()
    assert log.count("1 events, HTTP 204") == 2
    assert "Traceback" not in log
    assert start("--once").wait(timeout=PATIENCE) == 0
    assert len(receiver.requests) == 2  # the second was recorded before the worker ended


def test_an_unmigrated_database_ends_the_worker_with_what_to_do(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}", "SECRET_KEY": "x"}
    process = Command("flask", ["worker", "--once"], environment, tmp_path / "log")
    assert process.wait(timeout=PATIENCE) == 1
    assert "flask db upgrade" in process.log.read_text()


def test_two_workers_at_once_tell_everything_once_and_in_order(
    firms: Firms, database: Database, receiver: Receiver
) -> None:
    subscribers = 6
    for number in range(subscribers):
        subscribe(firms.dairy, f"{receiver.url}/{number}")
    receiver.answers = [500 if number % 5 == 2 else 204 for number in range(40)]
    clock = Clock.ahead()
    for first in range(0, 60, 10):
        capture(firms.dairy, range(first, first + 10))
        with ThreadPoolExecutor(2) as pool:  # each with threads of its own
            rounds = [pool.submit(work, database, POST, once=True, clock=clock) for _ in range(2)]
            assert all(one.result(timeout=PATIENCE) for one in rounds)
        clock.advance(minutes=1)
    deliver_all(database, Clock(clock.now + timedelta(hours=1)))
    assert len({one.headers["suyuan-delivery"] for one in receiver.accepted}) == len(receiver.accepted)
    for number in range(subscribers):
        path = f"/callback/{number}"
        mine = Receiver(requests=[one for one in receiver.accepted if one.path == path])
        mine.answers = []
        mine._statuses = [204] * len(mine.requests)
        assert told(mine) == [event_id(number) for number in range(60)]


def test_a_killed_worker_loses_nothing_and_what_it_repeats_can_be_told(
    firms: Firms, database: Database, receiver: Receiver, start: Callable[..., Command]
) -> None:
    subscribe(firms.dairy, receiver.url)
    captured = 0
    for kill_at in (1, 2):
        capture(firms.dairy, range(captured, captured + 150))  # two messages
        captured += 150
        process = start()
        seen = len(receiver.requests)
        receiver.meanwhile = lambda seen=seen, at=kill_at, process=process: (  # type: ignore[misc]
            process.kill() if len(receiver.requests) == seen + at else None
        )
        assert process.wait(timeout=PATIENCE) == -signal.SIGKILL
        receiver.meanwhile = lambda: None
        with database.write() as session:  # as if its claim had run out
            session.execute(update(Subscription).values(claimed_until=datetime.now(UTC) - timedelta(seconds=1)))
        assert start("--once").wait(timeout=PATIENCE) == 0
        assert told(receiver) == [event_id(number) for number in range(captured)]
    assert len(receiver.accepted) == 6, "each kill fell between an answer and its commit, so each repeats one message"


def test_a_delivery_that_breaks_off_is_logged_and_the_others_go_on(
    firms: Firms, database: Database, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    subscribe(firms.dairy, receiver.url + "/bad")
    subscribe(firms.dairy, receiver.url + "/good")
    capture(firms.dairy, [1])

    def send(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        if url.endswith("/bad"):
            raise ZeroDivisionError("a mistake of ours")
        return POST(url, body, headers)

    clock = Clock.ahead()
    with caplog.at_level(logging.ERROR):
        assert not work(database, send, once=True, clock=clock)
    assert "a task was broken off" in caplog.text
    assert [one.path for one in receiver.requests] == ["/callback/good"]
    clock.advance(minutes=3)
    assert work(database, POST, once=True, clock=clock)
    assert [one.path for one in receiver.requests] == ["/callback/good", "/callback/bad"]


def test_a_worker_stops_within_its_pause(database: Database) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(database, POST), kwargs={"stop": stop})
    thread.start()
    stop.set()
    thread.join(timeout=PATIENCE)
    assert not thread.is_alive()
