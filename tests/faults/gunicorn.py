"""A real two-worker gunicorn over a database of its own, that can be killed at any moment (loopback only)."""

import http.client
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.processes import Command

START_SECONDS = 30
ANSWER_SECONDS = 40  # more than a writer waits for another (30 s), so that a silent server is told from a busy one


@dataclass(frozen=True)
class Answer:
    """What came back, whole: status, the headers in lower case, the bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Server:
    """`make serve` as the tests run it: a process group that this class started and ends by its number."""

    def __init__(self, database_url: str, log: Path) -> None:
        self.port = _free_port()
        self.log = log
        arguments = [
            *("--no-control-socket", "--worker-class", "gthread"),
            *("--workers", "2", "--threads", "8", "--bind", f"127.0.0.1:{self.port}", "wsgi:app"),
        ]
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {"DATABASE_URL": database_url, "SECRET_KEY": "a key for tests", "PUBLIC_URL": self.url}
        self.process = Command("gunicorn", arguments, environment, log)

    def wait(self) -> "Server":
        """Return when it answers; AssertionError with its log if it does not."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.call("GET", "/healthz").status == 200:
                    return self
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"gunicorn did not start:\n{self.log.read_text()[-4000:]}")

    def call(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """One request on a connection of its own. OSError or HTTPException if no whole answer comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, body or None, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def kill(self) -> None:
        """SIGKILL to the arbiter and both workers at once: nobody gets to tidy up."""
        self.process.kill()
        self.process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
