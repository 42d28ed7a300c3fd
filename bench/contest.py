"""One way of `bench.contenders` in a process of its own, so that its time and memory are its own.

`python -m bench.contest build|ask|stages NAME FOLDER URL EXTENT [RECALLS]` prints as JSON what it took: `build`
makes what stays on disk, `ask` opens it and takes back each recall several times, the first answer told apart, and
`stages` tells where our own time goes.
"""

import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

from bench import stages
from bench.contenders import CONTENDERS, Where, units_of
from bench.network_rows import Extent

Recalls: TypeAlias = Mapping[int, Sequence[int]]
"""Batches taken back, by about how many movements they reach."""

PATIENCE = 1_800
"""Seconds that a process may take."""
_ENOUGH = 10.0
_RUNS = 9


class TooLong(RuntimeError):
    """A process was not done in time."""


def run(step: str, name: str, where: Where, recalls: Recalls | None = None, patience: int = PATIENCE) -> dict[str, Any]:
    """Return what the process printed; raises TooLong, and RuntimeError where it failed."""
    arguments = [sys.executable, "-m", "bench.contest", step, name, str(where.folder), where.url, where.extent]
    if recalls is not None:
        arguments.append(json.dumps(recalls))
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired as error:
        raise TooLong(f"{name}: not done in {patience} s.") from error
    if done.returncode:
        raise RuntimeError(f"{name} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def build(name: str, where: Where) -> dict[str, Any]:
    """Build what stays on disk; return the seconds it took and the most memory."""
    make = CONTENDERS[name].build
    start = time.perf_counter()
    if make is not None:
        make(where)
    return {"seconds": time.perf_counter() - start, "memory": _memory()}


def ask(name: str, where: Where, recalls: Recalls) -> dict[str, Any]:
    """Open a way and ask it; return seconds to open, memory, and for each recall its times and a digest."""
    start = time.perf_counter()
    question = CONTENDERS[name].open(where)
    opened = time.perf_counter() - start
    found = {}
    for size, batches in recalls.items():
        begin = time.perf_counter()
        answer = question(batches)
        first = time.perf_counter() - begin
        times: list[float] = []
        while len(times) < _RUNS and (sum(times) < _ENOUGH or not times):
            begin = time.perf_counter()
            answer = question(batches)
            times.append(time.perf_counter() - begin)
        found[size] = {"first": first, "median": statistics.median(times), **digest(units_of(answer))}
    return {"opened": opened, "memory": _memory(), "recalls": found}


def digest(units: Mapping[int, int]) -> dict[str, Any]:
    """Return how many outlets and units there are, and a digest by which answers are compared."""
    text = json.dumps(sorted(units.items()))
    return {"outlets": len(units), "units": sum(units.values()), "digest": hashlib.sha256(text.encode()).hexdigest()}


def _memory() -> int:
    """The most memory that this process has had, in bytes (getrusage would count its parent's)."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def main(arguments: Sequence[str]) -> None:
    """Do one step and print its result."""
    step, name, folder, url, extent, *rest = arguments
    where = Where(Path(folder), url, cast(Extent, extent))
    if step == "build":
        print(json.dumps(build(name, where)))
    else:
        recalls = {int(size): batches for size, batches in json.loads(rest[0]).items()}
        print(json.dumps(ask(name, where, recalls) if step == "ask" else stages.measure(where, recalls)))
    sys.stdout.flush()
    os._exit(0)  # taking a graph of ten million edges apart takes longer than it is worth


if __name__ == "__main__":
    main(sys.argv[1:])
