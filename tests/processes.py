"""Commands of the service as processes of their own, for tests: forked from one that has read every module already.

Reading them takes seconds, of which a test that starts a server a dozen times has none. Nothing else differs: a session
of its own, its own environment and log, signals and an exit code as any process has.
"""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from runpy import run_module

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.preloaded"])


class Command:
    """`python -m <module> <arguments>`; what it says goes to the end of ``log``."""

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        everything = {**os.environ, **environment}
        self._process = _forks.Process(target=_run, args=(module, list(arguments), everything, str(log)), daemon=False)
        self._process.start()

    @property
    def pid(self) -> int:
        """Its number, which is its group's too."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        self._process.join(0)
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """The exit code. Raises TimeoutExpired."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self.log.name, timeout)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it, and all that it started, at once."""
        if self.poll() is None:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:  # it has not yet a group of its own
                self._process.kill()


def _run(module: str, arguments: list[str], environment: Mapping[str, str], log: str) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    with open(log, "ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    random.seed()  # forks begin alike
    sys.argv = [module, *arguments]
    run_module(module, run_name="__main__", alter_sys=True)
