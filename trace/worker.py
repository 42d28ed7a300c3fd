"""What goes on without a request: deliveries to subscribers. Each of their transactions is opened here.

No transaction is open while the network is waited for. Any number of workers, and threads in each, share the work.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from functools import partial

from trace.kit.db import Database
from trace.kit.webhook import Policy, WebhookFailed, WebhookRefused, post
from trace.subscriptions.deliveries import (
    Message,
    Outcome,
    claim_due,
    find_due,
    finish_delivery,
    pass_over,
    prepare_message,
)

logger = logging.getLogger("suyuan.worker")

THREADS = 4
"""A receiver that is slow to answer holds one of them for 20 s at most, then less and less often."""
PAUSE_SECONDS = 1.0

_looking = threading.Lock()
"""Threads of a process look for work one after the other: that is work for its one core, only sending is waiting."""

Send = Callable[[str, bytes, Mapping[str, str]], int]
"""From a URL, a body and headers to the status of the answer. Raises WebhookRefused or WebhookFailed."""
Clock = Callable[[], datetime]


def sender(policy: Policy) -> Send:
    """What posts over the network, within what the operator allows."""
    return partial(post, policy=policy)


def utc_now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


def deliver_next(database: Database, send: Send, clock: Clock = utc_now) -> bool:
    """Make one delivery, or pass over streams that have nothing to tell; False if nothing was due."""
    now = clock()
    with _looking:
        with database.read() as session:
            due = find_due(session, now)
        if due is None:
            return False
        with database.write() as session:
            pass_over(session, due, now)
            claimed = claim_due(session, now) if due.something else None
    if claimed is None:
        return True
    with database.read() as session:
        message = prepare_message(session, claimed, clock())
    outcome = None if message is None else _attempt(message, send)
    with database.write() as session:
        finish_delivery(session, claimed, message, outcome, clock())
    return True


def _attempt(message: Message, send: Send) -> Outcome:
    try:
        return Outcome(send(message.dest, message.body, message.headers))
    except (WebhookRefused, WebhookFailed) as error:
        return Outcome(None, str(error))


def work(
    database: Database, send: Send, *, once: bool = False, stop: threading.Event | None = None, clock: Clock = utc_now
) -> bool:
    """Deliver until ``stop`` is set, with ``once`` until nothing is due; False if something unforeseen happened.

    What is unforeseen is logged; the delivery it befell is tried again when its claim has run out, the others go on.
    """
    ended = stop or threading.Event()
    sound = True
    drain = partial(_drain, database, send, once, ended, clock)
    with ThreadPoolExecutor(THREADS, "delivery") as pool:
        running: set[Future[None]] = {pool.submit(drain) for _ in range(THREADS)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for error in filter(None, (one.exception() for one in done)):
                sound = False
                logger.error("a delivery was broken off", exc_info=error)
                if not once and not ended.wait(PAUSE_SECONDS):
                    running.add(pool.submit(drain))
    return sound


def _drain(database: Database, send: Send, once: bool, stop: threading.Event, clock: Clock) -> None:
    while not stop.is_set():
        if deliver_next(database, send, clock):
            continue
        if once:
            return
        stop.wait(PAUSE_SECONDS)
