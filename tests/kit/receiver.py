"""An HTTP server on loopback in a thread: it remembers what it was sent and answers as it is told."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    """One request, whole."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """``answers`` are the statuses of the next requests, 0 for hanging up without one; after them it is 204."""

    url: str = ""
    port: int = 0
    requests: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    answer_headers: dict[str, str] = field(default_factory=dict)
    meanwhile: Callable[[], None] = lambda: None
    """What happens between the request and its answer."""
    drip: float = 0
    """Seconds between the bytes of the answer."""

    @property
    def accepted(self) -> list[Received]:
        """The requests that were answered with 2xx."""
        return [one for one, status in zip(self.requests, self._statuses, strict=True) if 200 <= status < 300]

    _statuses: list[int] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def receive(self, request: Received) -> int:
        """Remember the request; the status to answer."""
        with self._lock:
            status = self.answers.pop(0) if self.answers else 204
            self.requests.append(request)
            self._statuses.append(status)
            return status


@contextmanager
def running_receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that answers at ``url`` until the end of the block."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.receive(Received(self.path, headers, body))
            receiver.meanwhile()
            if status == 0:
                return
            lines = [f"HTTP/1.1 {status} Said", *(f"{k}: {v}" for k, v in receiver.answer_headers.items())]
            self._send("\r\n".join([*lines, "Content-Length: 0", "", ""]).encode())

        def _send(self, answer: bytes) -> None:
            try:
                for number in range(len(answer)) if receiver.drip else ():
                    self.wfile.write(answer[number : number + 1])
                    time.sleep(receiver.drip)
                if not receiver.drip:
                    self.wfile.write(answer)
            except OSError:
                self.close_connection = True  # the other side has had enough

        def log_message(self, format: str, *args: object) -> None:
            """Tests are silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is part of the tests."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{receiver.port}/callback"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
