"""Budgets for what costs much, by address: generous, shared by all workers, and forgotten with their window.

Cheap calls have none: behind one address may be a whole company, or a mobile carrier. What protects them is that the
public's readings have connections of their own and give up early (`trace.kit.db.Database.public`).
"""

import fcntl
import hashlib
import ipaddress
import math
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app, request

from trace.kit.errors import Problem


@dataclass(frozen=True, slots=True)
class Budget:
    """What one address may spend: ``burst`` at once, and ``per_second`` for ever."""

    per_second: float
    burst: float

    @property
    def window(self) -> float:
        """Seconds after which all is there again."""
        return self.burst / self.per_second


BUDGETS = {
    "photo": Budget(per_second=0.5, burst=60),  # processor seconds: about a hundred pictures, then one a second
    "paper": Budget(per_second=0.5, burst=60),  # processor seconds: what is drawn as PDF
    "complaint": Budget(per_second=0.02, burst=4),  # forms of 0.1 and their seconds: about 40, then one in 5 s
    "query_code": Budget(per_second=0.05, burst=6),  # guesses of 0.1: about 60, then one in 2 s
}
"""By what is done. A call takes `DEPOSIT` when it begins, and at its end what it really cost."""

DEPOSIT = 0.1


class TooManyRequests(Problem):
    """The budget of an address is spent; ``Retry-After`` says when there is some again."""

    status = 429

    def __init__(self, seconds: float) -> None:
        wait = math.ceil(seconds)
        super().__init__(
            f"Too much was asked for from this address. Try again in {wait} seconds.",
            headers={"Retry-After": str(wait), "Cache-Control": "no-store"},
        )


_SLOT = struct.Struct("<Qd")  # the mark of an address, and the moment when its budget is whole again
_WAYS = 8
_BUCKETS = 8192
_SIZE = _BUCKETS * _WAYS * _SLOT.size
_SWEPT = 16


class Ledger:
    """What addresses spent lately, in memory that all processes share by ``path`` (without: this process alone).

    An address is kept as a keyed mark of 64 bits, never itself. In a full table who recovers next is forgotten first.
    """

    def __init__(self, secret: str, path: Path | None = None) -> None:
        self._key = hashlib.sha256(secret.encode()).digest()
        self._lock = threading.Lock()
        self._file = None if path is None else _open(path)
        self._slots = mmap.mmap(-1 if self._file is None else self._file, _SIZE)
        self._swept = 0

    def take(self, what: str, who: str, cost: float, now: float) -> float:
        """Spend ``cost`` and return 0; or spend nothing, and return the seconds until it would be there."""
        budget = BUDGETS[what]
        with self._locked():
            place, mark, until = self._find(f"{what} {who}", now, budget)
            until += cost / budget.per_second
            if (wait := until - now - budget.window) > 0:
                return wait
            _SLOT.pack_into(self._slots, place, mark, until)
        return 0.0

    def add(self, what: str, who: str, cost: float, now: float) -> None:
        """Spend ``cost`` that has been caused already, whether it is there or not."""
        budget = BUDGETS[what]
        with self._locked():
            place, mark, until = self._find(f"{what} {who}", now, budget)
            _SLOT.pack_into(self._slots, place, mark, until + cost / budget.per_second)

    def marks(self) -> int:
        """How many addresses are remembered."""
        with self._locked():
            return sum(1 for mark, _ in _SLOT.iter_unpack(self._slots[:]) if mark)

    def _find(self, name: str, now: float, budget: Budget) -> tuple[int, int, float]:
        """Return where ``name`` is kept or may be, its mark, and when its budget is whole again."""
        mark = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8, key=self._key).digest(), "little") or 1
        bucket = mark % _BUCKETS
        self._swept = (self._swept + _SWEPT) % _BUCKETS
        for other in range(self._swept, self._swept + _SWEPT):
            self._forget(other, now)
        self._forget(bucket, now)
        slots = self._bucket(bucket)
        # a clock that was set back must not lock anybody out
        known = next(((place, until) for place, one, until in slots if one == mark), None)
        if known is not None:
            return known[0], mark, min(max(known[1], now), now + 2 * budget.window)
        return min(slots, key=lambda slot: slot[2])[0], mark, now

    def _bucket(self, bucket: int) -> list[tuple[int, int, float]]:
        begin = bucket * _WAYS * _SLOT.size
        places = range(begin, begin + _WAYS * _SLOT.size, _SLOT.size)
        return [(place, *_SLOT.unpack_from(self._slots, place)) for place in places]

    def _forget(self, bucket: int, now: float) -> None:
        for place, mark, until in self._bucket(bucket):
            if mark and until <= now:
                _SLOT.pack_into(self._slots, place, 0, 0.0)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock:  # threads of this process; the file's lock is for other processes
            if self._file is None:
                yield
                return
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    os.ftruncate(file, _SIZE)
    return file


def name_client(address: str | None) -> str:
    """Whom a budget is kept for: an IPv4 address, or the first 64 bits of an IPv6 address (one connection has them).

    >>> name_client("2001:db8:1:2:3:4:5:6"), name_client("::ffff:192.0.2.7")
    ('2001:db8:1:2::/64', '192.0.2.7')
    """
    try:
        known = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""  # a socket without addresses: they share one
    if known.version == 6 and known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(known) if known.version == 4 else str(ipaddress.ip_network((known, 64), strict=False))


_LEDGER = "suyuan_budgets"


def register(app: Flask, secret: str, path: Path | None) -> None:
    """Keep the budgets of `app` in ``path``."""
    app.extensions[_LEDGER] = Ledger(secret, path)


@contextmanager
def spending(what: str) -> Iterator[None]:
    """Charge the processor seconds of the block to the budget of who asks. Raises TooManyRequests (429) before it.

    >>> with spending("photo"):
    ...     found = read_photo(data)
    """
    ledger: Ledger = current_app.extensions[_LEDGER]
    who = name_client(request.remote_addr)
    wait = ledger.take(what, who, DEPOSIT, time.time())
    if wait:
        raise TooManyRequests(wait)
    begin = time.thread_time()
    try:
        yield
    finally:
        ledger.add(what, who, max(0.0, time.thread_time() - begin - DEPOSIT), time.time())
