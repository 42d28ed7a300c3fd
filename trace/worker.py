"""What goes on without a request: deliveries to subscribers, and the jobs that other packages add (`trace.kit.jobs`).

No transaction is open while the network is waited for. Any number of workers, and threads in each, share the work.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial

from trace.kit.db import Database
from trace.kit.jobs import Clock, utc_now
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
Task = Callable[[], bool]
"""Does one piece of what is due; False if nothing was."""


def sender(policy: Policy) -> Send:
    """What posts over the network, within what the operator allows."""
    return partial(post, policy=policy)


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
    database: Database,
    send: Send,
    *,
    once: bool = False,
    stop: threading.Event | None = None,
    clock: Clock = utc_now,
    others: Sequence[Task] = (),
) -> bool:
    """Deliver until ``stop`` is set, with ``once`` until nothing is due; False if something unforeseen happened.

    ``others`` is what else there is to do, each in a thread of its own. What is unforeseen is logged; what it befell
    is tried again when its claim has run out, the others go on.
    """
    ended = stop or threading.Event()
    deliver: Task = partial(deliver_next, database, send, clock)
    tasks = [*[deliver] * THREADS, *others]
    with ThreadPoolExecutor(len(tasks), "worker") as pool:
        while True:
            busy, sound = _run(pool, tasks, once, ended)
            # what one task did may have made another's due
            if not (once and busy and sound) or ended.is_set():
                return sound


def _run(pool: ThreadPoolExecutor, tasks: Sequence[Task], once: bool, ended: threading.Event) -> tuple[bool, bool]:
    """Have every task go on to its end; whether any found something to do, and whether all ended as foreseen."""
    busy, sound = False, True
    running: dict[Future[bool], Task] = {pool.submit(_drain, task, once, ended): task for task in tasks}
    while running:
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            task, error = running.pop(future), future.exception()
            if error is None:
                busy |= future.result()
                continue
            sound = False
            logger.error("a task was broken off", exc_info=error)
            if not once and not ended.wait(PAUSE_SECONDS):
                running[pool.submit(_drain, task, once, ended)] = task
    return busy, sound


def _drain(task: Task, once: bool, stop: threading.Event) -> bool:
    """Go on until told to stop, with ``once`` until nothing is due; whether there was anything to do."""
    busy = False
    while not stop.is_set():
        if task():
            busy = True
        elif once:
            break
        else:
            stop.wait(PAUSE_SECONDS)
    return busy
