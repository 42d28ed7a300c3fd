"""The server killed in the middle of captures: nothing acknowledged is lost, nothing is half there (issue: bad input).

SIGKILL goes to the whole of gunicorn at random moments under load. `make campaign` does it hundreds of times.
"""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from tests.faults.gunicorn import Server
from tests.faults.load import Load, Sent
from trace.derivation.rebuild import find_differences
from trace.kit.auth import issue_key
from trace.kit.db import Database, chunked
from trace.models import Event

KILLS = 13  # on each database, so 26 a test run
CAMPAIGN_KILLS = int(os.environ.get("SUYUAN_KILLS", "200"))
MAX_SECONDS_ALIVE = 0.5


@pytest.fixture
def servers(database: Database, tmp_path: Path) -> Iterator[list[Server]]:
    """The servers that the test started; none outlives it."""
    started: list[Server] = []
    yield started
    for server in started:
        server.kill()


def test_nothing_acknowledged_is_lost_and_nothing_is_half_there(
    database: Database, servers: list[Server], tmp_path: Path
) -> None:
    _kill_again_and_again(database, servers, tmp_path, KILLS)


@pytest.mark.campaign
def test_the_same_over_hundreds_of_kills(database: Database, servers: list[Server], tmp_path: Path) -> None:
    _kill_again_and_again(database, servers, tmp_path, CAMPAIGN_KILLS)


def _kill_again_and_again(database: Database, servers: list[Server], folder: Path, kills: int) -> None:
    with database.write() as session:
        key = issue_key(session, "admin", None, "load")
    url = database.engine.url.render_as_string(hide_password=False)
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    load = Load()
    doubtful: list[Sent] = []
    cut_off = 0
    for _ in range(kills):
        server = Server(url, folder / "gunicorn.log")
        servers.append(server)
        states = {one.idempotency_key: _stored(database, one) for one in doubtful}  # meanwhile it starts
        server.wait()
        for one in doubtful:
            _send_again(server, key, one, states[one.idempotency_key])
        before = len(load.sent)
        threads = load.start(server, key)
        time.sleep(moments.uniform(0, MAX_SECONDS_ALIVE))
        server.kill()
        for thread in threads:
            thread.join(timeout=60)
            assert not thread.is_alive(), "a client still waits for a server that was killed"
        assert not load.unexpected, f"seed {seed}: {load.unexpected}"
        doubtful = [one for one in load.sent[before:] if one.answer is None]
        cut_off += len(doubtful)
    server = Server(url, folder / "gunicorn.log").wait()
    servers.append(server)
    for one in doubtful:
        _send_again(server, key, one, None)
    assert cut_off >= kills / 2, f"only {cut_off} requests were cut off by {kills} kills: that proves little"
    _check_everything(database, server, key, load)


def _stored(database: Database, one: Sent) -> int:
    """How many events of a document are there; all or none (a single statement sees one moment)."""
    with database.read() as session:
        found = sum(
            session.scalar(select(func.count()).where(Event.event_id.in_(some))) or 0 for some in chunked(one.event_ids)
        )
    assert found in (0, len(one.event_ids)), f"{found} of {len(one.event_ids)} events of {one.idempotency_key}"
    return found


def _send_again(server: Server, key: str, one: Sent, stored: int | None) -> None:
    """The same request with the same key answers as if nothing had happened, whether its work was done or not."""
    answer = one.send(server, key)
    assert answer.status in (201, 202), (one.idempotency_key, answer)
    if stored:
        assert answer.headers.get("idempotency-replayed") == "true", (one.idempotency_key, answer)
    if one.event_ids:
        assert answer.body.count(b'"captured"') >= len(one.event_ids) or b'"success":true' in answer.body, answer


def _check_everything(database: Database, server: Server, key: str, load: Load) -> None:
    refused = [one for one in load.sent if one.answer is None or one.answer.status not in (201, 202)]
    assert not refused, refused[:3]
    for one in load.sent[:: max(1, len(load.sent) // 50)]:
        first = one.answer
        again = one.send(server, key)
        assert first is not None
        assert (again.status, again.body) == (first.status, first.body)
    server.kill()
    for one in load.sent:
        assert _stored(database, one) == len(one.event_ids), one.idempotency_key
    expected = sum(len(one.event_ids) or 1 for one in load.sent)
    with database.write() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == expected  # each once, none of nobody
        if database.dialect == "sqlite":
            assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            assert not session.execute(text("PRAGMA foreign_key_check")).all()
        assert find_differences(session) == 0
        session.rollback()
