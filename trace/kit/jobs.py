"""What goes on without a request: jobs that packages add to the application, and `flask worker` runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask

from trace.kit.config import Settings
from trace.kit.db import Database

Clock = Callable[[], datetime]

_JOBS = "suyuan_jobs"


def utc_now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Work:
    """What a job works with. It opens its own transactions, and none while it waits for the network."""

    database: Database
    settings: Settings
    clock: Clock = utc_now


Job = Callable[[Work], bool]
"""Does one piece of what is due; False if nothing was. Any number of threads and processes call it at once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A job, and how many threads of a worker it gets: more than one for what waits for the network."""

    job: Job
    threads: int


def add_job(app: Flask, job: Job, threads: int = 1) -> None:
    """Have every worker of the application do `job` too."""
    app.extensions.setdefault(_JOBS, []).append(Standing(job, threads))


def jobs_of(app: Flask) -> Sequence[Standing]:
    """The jobs that were added."""
    return tuple(app.extensions.get(_JOBS, ()))
