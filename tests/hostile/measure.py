"""What each hostile request costs: processor time and memory, in a process of its own that was warm before."""

import os
import pickle
import resource
import time
from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask

from tests.hostile.attacks import Attack, attacks

MOST_SECONDS, MOST_MEGABYTES = 0.2, 50.0


class Cost(NamedTuple):
    """One request: its status, seconds of processor time, and by how much the process grew at its height."""

    name: str
    status: int
    seconds: float
    megabytes: float


def measure(app: Flask) -> Iterator[Cost]:
    """Each request in a fork of this process, after a warm-up; the dearest of costs is the one at the height."""
    for attack in [*attacks()][::10]:
        attack.send(app.test_client())
    for attack in attacks():
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writing, pickle.dumps(_spend(app, attack)))
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as told:
            cost: Cost = pickle.loads(told.read())
        os.waitpid(child, 0)
        yield cost


def _spend(app: Flask, attack: Attack) -> Cost:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    answer = attack.send(app.test_client())
    seconds = time.process_time() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return Cost(attack.name, answer.status_code, seconds, grown / 1024)
