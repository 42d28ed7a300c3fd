"""Processor time, which other programs on the machine disturb less than the clock."""

import os
import time
from pathlib import Path

from sqlalchemy import text

from trace.kit.db import Database


class ProcessorClock:
    """Reads the time that this process and PostgreSQL's on the other end of the connection have spent computing."""

    def __init__(self, database: Database) -> None:
        self.server: int | None = None
        if database.dialect == "postgresql":
            with database.write() as session:  # from here on it is the one connection in the pool
                self.server = session.scalar(text("SELECT pg_backend_pid()"))

    def seconds(self) -> float:
        """User and system time so far; where it begins does not matter, only differences do."""
        return time.process_time() + _seconds_of(self.server)


def _seconds_of(process: int | None) -> float:
    status = Path(f"/proc/{process}/stat")
    if process is None or not status.exists():
        return 0.0
    fields = status.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
