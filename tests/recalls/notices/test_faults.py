"""Delivery where three endpoints in ten fail and workers die, over 28 hours: nobody is silently untold."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from recalls.models import Notice, NoticeWatch
from recalls.notices import outbox
from recalls.notices.channels.sending import Ways
from recalls.notices.delivery import deliver_job, escalate_job
from recalls.notices.desk import state_of
from recalls.notices.reconciliation import reconcile_job
from tests.processes import Command
from tests.recalls.notices.town import Killed, Mortal, Town, problems_of, recall_in, running_town
from tests.recalls.notices.world import NOW, SETTINGS
from trace.kit.db import Database
from trace.kit.jobs import Job, Work

HOURS = 28
WORKERS = 4


def next_moment(database: Database) -> datetime:
    """When the next thing is due."""
    due = func.coalesce(Notice.claimed_until, Notice.due_at)  # nobody takes what a dead worker has claimed
    with database.read() as session:
        dues = [
            session.scalar(select(func.min(column)).where(Notice.acknowledged_at.is_(None)))
            for column in (due, Notice.escalate_at)
        ]
        looked = session.scalar(select(func.max(NoticeWatch.looked_at)))
    assert looked is not None
    return min(filter(None, [*dues, looked + timedelta(hours=1)])) + timedelta(seconds=1)


def go_on(job: Job, work: Work) -> None:
    """Do all that is due; who is killed leaves the rest to the others."""
    try:
        while job(work):
            pass
    except Killed:
        pass


def acknowledge_taken(database: Database, town: Town) -> None:
    taken = town.take()
    with database.write() as session:
        for number, name in taken.items():
            notice = outbox.find_notice(session, number)
            if notice is not None:
                outbox.acknowledge(session, notice, "api", name, town.now)


def run_forward(database: Database, town: Town, mortal: Mortal) -> tuple[str, int]:
    """Let 28 hours pass; the recipient whose row was deleted by hand on the way, and how often the clock was turned."""
    work = Work(database, SETTINGS, lambda: town.now)
    jobs = [deliver_job(Ways("a key for tests", mortal.send, None, None))] * WORKERS + [escalate_job, reconcile_job]
    end, lost, turns = NOW + timedelta(hours=HOURS), "", 0
    with ThreadPoolExecutor(len(jobs)) as pool:
        while town.now <= end:
            list(pool.map(lambda job: go_on(job, work), jobs))
            acknowledge_taken(database, town)
            if not lost and town.now > NOW + timedelta(hours=3):
                with database.write() as session:
                    row = session.scalars(select(Notice).where(Notice.sent > 0).order_by(Notice.id.desc())).first()
                    assert row is not None
                    lost = row.notice_id
                    session.execute(delete(Notice).where(Notice.id == row.id))
            town.now = max(town.now + timedelta(seconds=1), next_moment(database))
            turns += 1
    return lost, turns


def endure(database: Database, count: int, seed: int) -> None:
    mortal = Mortal(random.Random(seed), 0.03)
    with running_town(count, NOW, seed) as town:
        with database.write() as session:
            case = recall_in(session, town, recall_class=3)
        lost, turns = run_forward(database, town, mortal)
        assert mortal.deaths > 0
        assert turns > HOURS
        assert problems_of(town) == []
        with database.read() as session:
            told = {one.party_id: one for one in outbox.notices_of(session, case)}
            assert lost in {one.notice_id for one in told.values()}
            states = {shop.name: state_of(told[shop.party]) for shop in town.shops.values()}
    never = {shop.name for shop in town.shops.values() if shop.trouble and shop.heals is None}
    assert {name for name, state in states.items() if state != "acknowledged"} <= never
    assert {name: state for name, state in states.items() if state not in ("acknowledged", "escalated")} == {}
    assert all(town.shops[name].heard for name in states if town.shops[name].trouble != "refuse")


def test_nobody_is_silently_untold_where_endpoints_fail_and_workers_die(database: Database) -> None:
    endure(database, 24, seed=1)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", [1, 2])
def test_nor_among_a_thousand(database: Database, seed: int) -> None:
    endure(database, 1000, seed)


@pytest.fixture
def start(database: Database, tmp_path: Path) -> Iterator[Callable[[], Command]]:
    """Starts `flask worker`; none outlives the test."""
    started: list[Command] = []

    def start() -> Command:
        environment = {
            "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
            "SECRET_KEY": "a key for tests",
            "WEBHOOKS_ALLOW_HTTP": "1",
            "WEBHOOKS_ALLOW_PRIVATE": "1",
        }
        started.append(Command("flask", ["worker"], environment, tmp_path / f"worker-{len(started)}.log"))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(timeout=10)


def pass_hours(database: Database, hours: float) -> None:
    """Let hours pass for the workers' own clocks: everything that is written down happened so much earlier."""
    columns = ("created_at", "due_at", "claimed_until", "first_tried_at", "first_sent_at", "escalate_at")
    with database.write() as session:
        for notice in session.scalars(select(Notice)):
            for name in columns:
                moment = getattr(notice, name)
                if moment is not None:
                    setattr(notice, name, moment - timedelta(hours=hours))
        for watch in session.scalars(select(NoticeWatch)):
            watch.looked_at -= timedelta(hours=hours)
            watch.claimed_until = None


@pytest.mark.campaign
def test_workers_that_are_killed_as_processes_leave_nobody_untold(
    database: Database, start: Callable[[], Command]
) -> None:
    chance, now = random.Random(7), datetime.now(UTC)
    with running_town(300, now, seed=7) as town:
        with database.write() as session:
            case = recall_in(session, town, recall_class=1)
        for hour in range(HOURS):
            town.now = datetime.now(UTC) + timedelta(hours=hour)
            before = town.heard
            workers = [start(), start()]
            deadline = time.monotonic() + 30
            while town.heard == before and time.monotonic() < deadline:
                time.sleep(0.01)
            assert town.heard > before  # somebody who has a trouble is due every hour
            time.sleep(chance.uniform(0, 1))
            for process in workers:
                process.send_signal(signal.SIGKILL)
                process.wait(timeout=10)
            acknowledge_taken(database, town)
            pass_hours(database, 1)
        assert problems_of(town) == []
        with database.read() as session:
            states = {state_of(one) for one in outbox.notices_of(session, case) if one.party_id is not None}
    assert states <= {"acknowledged", "escalated"}
