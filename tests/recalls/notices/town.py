"""A town of shops whose systems take webhooks, or do not: refuse, hang, reset, answer wrongly, take it and lose it."""

import random
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy.orm import Session

from recalls.models import RecallCase
from tests.recalls.chain import Chain
from tests.recalls.notices.world import announce, open_case
from trace.kit import strict_json
from trace.kit.auth import issue_key
from trace.kit.webhook import Policy, post

TROUBLES = ("refuse", "hang", "reset", "500", "429", "301", "lose")
POST = partial(post, policy=Policy(allow_http=True, allow_private=True), seconds=0.1)
"""Waits less long for an answer than the product does."""


class Killed(Exception):
    """A worker ended between the answer and its record."""


@dataclass
class Shop:
    """``heals`` is when its trouble ends, if it does; ``heard`` is what it was sent, as it came."""

    name: str
    url: str
    trouble: str | None
    heals: datetime | None
    party: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)

    def trouble_at(self, now: datetime) -> str | None:
        return None if self.heals is not None and now >= self.heals else self.trouble


@dataclass
class Town:
    """Shops by name, the time of their clocks, and the notices that their systems will acknowledge next."""

    shops: dict[str, Shop]
    now: datetime
    taken: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)

    def hear(self, name: str, body: bytes) -> str | None:
        """Remember what a shop is sent; its trouble, if it has any."""
        shop = self.shops[name]
        message = strict_json.loads(body)
        with self.lock:
            trouble = shop.trouble_at(self.now)
            shop.heard.append(message)
            if trouble is None:
                self.taken[message["notice_id"]] = name
        return trouble

    @property
    def heard(self) -> int:
        """How many messages have come to all shops."""
        return sum(len(shop.heard) for shop in self.shops.values())

    def take(self) -> dict[str, str]:
        """The notices that shops have taken since the last time."""
        with self.lock:
            found, self.taken = self.taken, {}
        return found


@contextmanager
def running_town(count: int, now: datetime, seed: int) -> Iterator[Town]:
    """So many shops at one port of loopback, three in ten of them with a trouble that half of them get over."""
    chance = random.Random(seed)
    town = Town({}, now)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            trouble = town.hear(self.path.strip("/"), body)
            if trouble == "hang":
                town.over.wait(0.3)
            elif trouble == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
            else:
                self.send_response(int(trouble) if trouble in ("500", "429", "301") else 200)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Tests are silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is part of the tests."""

    server = Server(("127.0.0.1", 0), Handler)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nowhere = closed.getsockname()[1]
    troubled = chance.sample(range(count), count * 3 // 10)
    for number in range(count):
        name = f"shop{number}"
        trouble = TROUBLES[troubled.index(number) % len(TROUBLES)] if number in troubled else None
        heals = now + timedelta(hours=chance.uniform(1, 20)) if trouble and chance.random() < 0.5 else None
        port = nowhere if trouble == "refuse" else server.server_address[1]
        town.shops[name] = Shop(
            name, f"http://127.0.0.1:{port}/{name}", trouble, None if trouble == "refuse" else heals
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield town
    finally:
        town.over.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def recall_in(session: Session, town: Town, recall_class: int) -> RecallCase:
    """Every shop gets goods of one lot from the dairy, which is then recalled; an authority listens."""
    chain = Chain(session)
    dairy, bureau = chain.party("dairy"), chain.party("bureau")
    issue_key(session, "regulator", bureau.id, "bureau")
    chain.place("dairy", "plant", dairy)
    chain.product("yogurt", dairy, "酸奶")
    chain.make("dairy", "yogurt", "L1", 10 * len(town.shops))
    for shop in town.shops.values():
        party = chain.party(shop.name)
        party.webhook, shop.party = shop.url, party.id
        chain.place(shop.name, "outlet", party)
        chain.ship("dairy", shop.name, "yogurt", "L1", 10, day=1)
    return announce(session, open_case(session, recall_class), town.now)


@dataclass
class Mortal:
    """A way to post that dies now and then after the answer has come, before anybody could record it."""

    chance: random.Random
    share: float
    deaths: int = 0

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        status = POST(url, body, headers)
        if self.chance.random() < self.share:
            self.deaths += 1
            raise Killed
        return status


def problems_of(town: Town) -> list[str]:
    """What a shop was told twice without being told that it is a repeat."""
    found = []
    for shop in town.shops.values():
        seen: dict[str, int] = {}
        for message in shop.heard:
            number, repeat = message["notice_id"], message["repeat"]
            if number not in seen and repeat == 0:
                seen[number] = 0
                continue
            if repeat <= seen.get(number, 0) or message["first_sent_at"] is None:
                found.append(f"{shop.name}: repeat {repeat} after {seen.get(number)}")
            seen[number] = repeat
    return found
