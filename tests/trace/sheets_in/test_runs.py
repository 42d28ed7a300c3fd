"""Runs beside requests, on both databases: one at a time, seen by others, whole or not at all."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from trace.bodies import LocationIn, PartyIn, ProductIn
from trace.derivation.rebuild import find_differences
from trace.kit.auth import Principal
from trace.kit.config import ROOT
from trace.kit.db import Database
from trace.master_data import register_location, register_party, register_product
from trace.models import Batch, Event, SheetImport, SheetRow, Void
from trace.sheets_in import progress
from trace.sheets_in.imports import Seen, bring, claim, look_at, order, try_again
from trace.sheets_in.running import run

ADMIN = Principal("admin", None, 0, "test")
PLANT, GTIN = "9520000000011", "9520000000103"
KILLS = int(os.environ.get("SUYUAN_SHEET_KILLS", "60"))


@pytest.fixture
def firm(database: Database) -> Principal:
    """A maker with a plant and a product."""
    now = datetime.now(UTC)
    with database.write() as session:
        party, _ = register_party(session, ADMIN, PartyIn(gln=PLANT, name="x"), now)
        register_location(session, ADMIN, LocationIn(gln=PLANT, name="x", kind="plant", party=PLANT), now)
        product = {"commodity_code": GTIN, "name": "x", "party": PLANT}
        register_product(session, ADMIN, ProductIn.model_validate(product), now)
        return Principal("company", party.id, 0, "quality")


def brought(database: Database, firm: Principal, rows: int, kind: str = "batches", first: int = 0) -> int:
    """A sheet that was checked and is right."""
    head, line = {
        "batches": ("条码,批号,数量,生产日期,地点", f"{GTIN},L%d,9,2026-03-01,{PLANT}"),
        "sales": ("地点,时间,条码,批号,数量", f"{PLANT},2026-03-02 09:00,{GTIN},L%d,9"),
    }[kind]
    text = "\n".join([head, *(line % at for at in range(first, first + rows))])
    with database.write() as session:
        number = bring(session, firm, kind, "x.csv", text.encode("gbk"), datetime.now(UTC))[0].id
    run(database, number)
    assert seen(database, number).row.state == "checked"
    return number


def ordered(database: Database, number: int, mode: str = "all") -> None:
    """Have it taken by whoever runs next."""
    with database.write() as session:
        order(session.get_one(SheetImport, number), mode, datetime.now(UTC))


def seen(database: Database, number: int, later: timedelta = timedelta()) -> Seen:
    """What a page would show."""
    with database.read() as session:
        return look_at(database, session.get_one(SheetImport, number), datetime.now(UTC) + later)


def count(database: Database, model: type = Batch) -> int:
    """Rows of a table."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_sheet_is_checked_and_taken_as_one_by_one(database: Database, firm: Principal) -> None:
    """The ledger is what it is when derived anew."""
    number = brought(database, firm, 40)
    assert count(database) == 0
    ordered(database, number)
    run(database, number)
    assert (seen(database, number).row.state, count(database)) == ("taken", 40)
    sales = brought(database, firm, 40, "sales")
    ordered(database, sales)
    run(database, sales)
    assert (count(database, SheetRow), count(database, Event)) == (40, 41)  # one sale of one day at one place
    with database.write() as session:
        assert find_differences(session) == 0


def test_only_one_run_has_an_import(database: Database, firm: Principal) -> None:
    number = brought(database, firm, 1)
    ordered(database, number)
    with database.write() as session:
        assert claim(session, number, datetime.now(UTC)) is not None
    run(database, number)
    assert (seen(database, number).row.state, count(database)) == ("taking", 0)


def test_how_far_it_is_shows_in_other_processes(
    database: Database, firm: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the one transaction is open, another connection reads the signs of life; then they are gone."""
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0.01)
    number = brought(database, firm, 1)
    ordered(database, number)
    with database.write() as session:
        row = claim(session, number, datetime.now(UTC))
        assert row is not None
        mine = str(row.claim)
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with progress.tell(database, number, mine) as step, database.write() as session:
        session.connection()  # SQLite's one writer is here
        step.whole, step.done = 10, 4
        deadline = time.monotonic() + 10
        while (beat := seen(other, number).beat) is None or beat.done != 4:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert beat.whole == 10
    assert seen(other, number, timedelta(minutes=1)).interrupted
    other.close()


def _kill_in_the_middle(database: Database, firm: Principal, first: int, wait: float) -> None:
    rows = 400
    before = count(database)
    number = brought(database, firm, rows, first=first)
    ordered(database, number)
    url = database.engine.url.render_as_string(hide_password=False)
    script = (
        "import sys; from trace.kit.db import Database; from trace.sheets_in import prepared, progress, running\n"
        "progress.EVERY_SECONDS, prepared.CHUNK = 0.005, 20\n"
        "running.run(Database(sys.argv[1]), int(sys.argv[2]))"
    )
    child = subprocess.Popen([sys.executable, "-c", script, url, str(number)], cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while (beat := seen(database, number).beat) is None or beat.done <= rows:  # until rows are being written
            assert child.poll() is None, "it was over before it was killed"
            assert time.monotonic() < deadline
            time.sleep(0.002)
        time.sleep(wait)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    after = count(database)
    assert after in (before, before + rows), "half of a sheet"
    if after == before:
        assert seen(database, number).row.state == "taking"
        later = seen(database, number, timedelta(minutes=1))
        assert later.interrupted
        with database.write() as session:
            try_again(session.get_one(SheetImport, number), later, datetime.now(UTC))
        run(database, number)
    assert (seen(database, number).row.state, count(database)) == ("taken", before + rows)


def test_a_killed_process_leaves_nothing_half_imported(database: Database, firm: Principal) -> None:
    """And another one takes the sheet as a whole."""
    _kill_in_the_middle(database, firm, 0, 0.0)


@pytest.mark.campaign
def test_the_same_at_many_moments(database: Database, firm: Principal) -> None:
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    for number in range(KILLS):
        _kill_in_the_middle(database, firm, number * 1_000, moments.uniform(0, 0.8))
    with database.write() as session:
        assert find_differences(session) == 0, seed


def test_what_was_taken_back_may_come_again(database: Database, firm: Principal) -> None:
    """A row is there as long as its event counts."""
    sales = brought(database, firm, 1, "sales")
    ordered(database, sales)
    run(database, sales)
    with database.write() as session:
        session.execute(insert(Void).from_select(["event_id"], select(Event.id)))
    again = brought(database, firm, 1, "sales")
    assert seen(database, again).row.fresh == 1


def test_batches_that_are_registered_are_there(database: Database, firm: Principal) -> None:
    number = brought(database, firm, 2)
    ordered(database, number)
    run(database, number)
    again = brought(database, firm, 3)
    row = seen(database, again).row
    assert (row.fresh, row.there, row.wrong) == (1, 2, 0)
