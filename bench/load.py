"""A client that asks many things at once over connections that stay open: as fast as it can, or at a given rate."""

import heapq
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

SILENCE = 30.0
"""Seconds without any answer after which a run ends with what it has."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: when it was due, when it was whole (seconds of one clock), its status and bytes; 0: none came."""

    target: str
    due: float
    done: float
    status: int
    body: bytes


@dataclass(slots=True)
class _Line:
    """One connection, and what is asked on it."""

    port: int
    socket: socket.socket
    target: str = ""
    due: float = 0.0
    heard: bytearray = field(default_factory=bytearray)

    def ask(self, target: str, due: float) -> None:
        """Send a request; a connection that the server closed meanwhile is opened anew."""
        self.target, self.due = target, due
        self.heard.clear()
        request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        try:
            self.socket.sendall(request)
        except OSError:
            self.open()
            self.socket.sendall(request)

    def open(self) -> None:
        """Connect."""
        self.socket.close()
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=SILENCE)

    def hear(self) -> Reply | None:
        """Read what came; the answer, if it is whole."""
        try:
            piece = self.socket.recv(1 << 16)
        except OSError:
            piece = b""
        if not piece:
            return Reply(self.target, self.due, time.perf_counter(), 0, b"")
        self.heard += piece
        head, mark, body = self.heard.partition(b"\r\n\r\n")
        if not mark:
            return None
        length = 0
        for line in head.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        if len(body) < length:
            return None
        return Reply(self.target, self.due, time.perf_counter(), int(head[9:12]), bytes(body))


def hammer(port: int, targets: Iterator[str], seconds: float, lines: int) -> list[Reply]:
    """Ask without a pause on so many connections; return the answers of that time."""
    end = time.perf_counter() + seconds
    return list(_run(port, lines, lambda now: next(targets) if now < end else None, lambda now: now))


def follow(port: int, plan: Iterable[tuple[float, str]], lines: int) -> list[Reply]:
    """Ask each target at its moment (seconds from the start); late ones count from when they were due."""
    start = time.perf_counter()
    waiting = deque((start + moment, target) for moment, target in plan)
    due: list[float] = []

    def take(now: float) -> str | None:
        if not waiting:
            return None
        moment, target = waiting[0]
        if moment > now:
            return ""
        waiting.popleft()
        due.append(moment)
        return target

    return list(_run(port, lines, take, lambda _now: due.pop()))


def _run(port: int, lines: int, take: Callable[[float], str | None], due: Callable[[float], float]) -> Iterator[Reply]:
    """Give every idle line what ``take`` says: a target, nothing yet (""), or that all is asked (None)."""
    selector = selectors.DefaultSelector()
    idle = [_Line(port, socket.create_connection(("127.0.0.1", port), timeout=SILENCE)) for _ in range(lines)]
    busy = 0
    asked_all = False
    last = time.perf_counter()
    while busy or not asked_all:
        now = time.perf_counter()
        while idle and not asked_all:
            target = take(now)
            if target is None:
                asked_all = True
            if not target:
                break
            line = idle.pop()
            line.ask(target, due(now))
            selector.register(line.socket, selectors.EVENT_READ, line)
            busy += 1
        for key, _ in selector.select(0.002):
            line = key.data
            reply = line.hear()
            if reply is None:
                continue
            selector.unregister(key.fileobj)
            if reply.status == 0:
                line.open()
            idle.append(line)
            busy -= 1
            last = reply.done
            yield reply
        if busy and time.perf_counter() - last > SILENCE:
            for key in list(selector.get_map().values()):
                yield Reply(key.data.target, key.data.due, time.perf_counter(), 0, b"")
            break
    for line in idle:
        line.socket.close()
    selector.close()


def quantile(replies: Iterable[Reply], share: float) -> float:
    """Return the seconds within which that share of the answers came."""
    taken = [reply.done - reply.due for reply in replies]
    slowest = heapq.nlargest(max(1, round(len(taken) * (1 - share))), taken)
    return slowest[-1] if slowest else float("nan")
