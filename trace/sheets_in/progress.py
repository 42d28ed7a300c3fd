"""Signs of life of a run: how far it is, told while its one transaction is open (docs/decisions/0045).

On PostgreSQL they stand in the import's row, written by a connection of their own. SQLite has one writer, and that is
the run itself: there they stand in a small file beside the database, which all workers of the machine read.
"""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from trace.kit.db import Database
from trace.models import SheetImport

EVERY_SECONDS = 1.0
SILENT = timedelta(seconds=30)
"""A run of which nothing was heard for so long was interrupted."""


@dataclass(slots=True)
class Step:
    """How much of the work is done."""

    done: int = 0
    whole: int = 0

    def add(self, more: int) -> None:
        """Say that more is done."""
        self.done += more


@dataclass(frozen=True, slots=True)
class Beat:
    """The newest sign of life."""

    done: int
    whole: int
    at: datetime


@contextmanager
def tell(database: Database, number: int, claim: str) -> Iterator[Step]:
    """Tell every second how far the work is, until it ends."""
    step = Step()
    over = threading.Event()

    def beat() -> None:
        while True:
            _write(database, number, claim, step)
            if over.wait(EVERY_SECONDS):
                return

    ticker = threading.Thread(target=beat, daemon=True)
    ticker.start()
    try:
        yield step
    finally:
        over.set()
        ticker.join()
        path = _path(database, number)
        if path is not None:
            path.unlink(missing_ok=True)


def read_beat(database: Database, row: SheetImport) -> Beat | None:
    """Return the newest sign of life of the run that claims an import."""
    path = _path(database, row.id)
    if path is None:
        return None if row.beat_at is None else Beat(row.done, row.whole, row.beat_at)
    try:
        told = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return Beat(told["done"], told["whole"], datetime.fromisoformat(told["at"])) if told["claim"] == row.claim else None


def is_silent(row: SheetImport, beat: Beat | None, now: datetime) -> bool:
    """Whether the run that claims an import has died."""
    heard = max(row.changed_at, beat.at) if beat else row.changed_at
    return now - heard > SILENT


def _write(database: Database, number: int, claim: str, step: Step) -> None:
    now = datetime.now(UTC)
    path = _path(database, number)
    if path is None:
        with database.writer.begin() as connection:
            mine = (SheetImport.id == number) & (SheetImport.claim == claim)
            values = {"done": step.done, "whole": step.whole, "beat_at": now}
            connection.execute(update(SheetImport).where(mine).values(values))
        return
    draft = Path(f"{path}.new")
    draft.write_text(json.dumps({"done": step.done, "whole": step.whole, "at": now.isoformat(), "claim": claim}))
    os.replace(draft, path)


def _path(database: Database, number: int) -> Path | None:
    if database.dialect != "sqlite":
        return None
    return Path(f"{database.engine.url.database}.import-{number}")
