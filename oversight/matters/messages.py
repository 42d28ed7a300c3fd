"""Mails that steps lead to: queued with the step, written when they are sent, by the kind of the matter.

Whose address that is, and what it says, is looked up when it is sent: nothing personal waits in the queue.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.matters.kinds import Effect
from oversight.matters.steps import Actor
from oversight.models import Matter, MatterMessage
from recalls.notices.contacts import find_contacts
from trace.kit.accounts import User
from trace.kit.db import lock_writes
from trace.kit.jobs import Work
from trace.kit.mail import MailNotSent, MailServer, hand_over, write_plain

Audience = Literal["citizen", "firm", "seller", "handler"]
"""Who brought a matter, the firm that it concerns, the firm at which a sample was taken, who handles it."""

Told = Mapping[str, Collection[Audience]]
"""Of which steps who is told."""

WAITS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""How long a mail waits after each attempt that failed; after the last it is given up."""

GOOD_FOR = timedelta(days=3)
"""An older message is news to nobody."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody is told: in Chinese, then in English."""

    address: str
    subject: str
    body: str


Writer = Callable[[Session, Matter, MatterMessage, str], Letter | None]
"""Writes a message of a kind of matters: (session, matter, message, site); None if it has nobody to go to."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter that was taken from the queue, ready to be handed over."""

    message_id: int
    letter: Letter


def telling(told: Told, effects: Mapping[str, Effect]) -> Mapping[str, Effect]:
    """Return the effects of a flow's steps, each with the messages that the step leads to."""
    return {step: _told(step, told.get(step, ()), effects.get(step)) for step in {*effects, *told}}


def _told(step: str, audiences: Collection[Audience], effect: Effect | None) -> Effect:
    def both(session: Session, actor: Actor, matter: Matter, body: Any, now: datetime) -> Mapping[str, Any] | None:
        facts = None if effect is None else effect(session, actor, matter, body, now)
        for one in audiences:
            queue_message(session, matter, step, one, now)
        return facts

    return both


def queue_message(session: Session, matter: Matter, step: str, audience: Audience, now: datetime) -> None:
    """Have a mail sent by the worker, in the transaction of the step."""
    session.add(
        MatterMessage(matter_id=matter.id, step=step, audience=audience, queued_at=now, next_at=now, attempts=0)
    )


def send_next(work: Work, writers: Mapping[str, Writer]) -> bool:
    """Send one mail that is due, as a job of the worker; False if there was none, or no mail server is set."""
    url, sender = work.settings.smtp_url, work.settings.mail_from
    if url is None:
        return False
    with work.database.read() as session:
        if _find_due(session, work.clock()) is None:
            return False
    with work.database.write() as session:
        mail = claim_next(session, writers, work.settings.public_url, work.clock())
    if mail is None:
        return True
    address = mail.letter.address
    try:
        message = write_plain(sender, address, mail.letter.subject, mail.letter.body)
        hand_over(MailServer(url, sender), address, message)
        error = None
    except (MailNotSent, ValueError) as failed:
        error = str(failed)[:300].replace(address, "…")
    with work.database.write() as session:
        finish(session, mail.message_id, error, work.clock())
    return True


def claim_next(session: Session, writers: Mapping[str, Writer], site: str, now: datetime) -> Mail | None:
    """Take the mail that is due first; None where it has nobody to go to, is too old, or there is none."""
    lock_writes(session)
    row = _find_due(session, now)
    if row is None:
        return None
    matter = session.get_one(Matter, row.matter_id)
    letter = writers[matter.kind](session, matter, row, site)
    if letter is None or row.queued_at < now - GOOD_FOR:
        row.next_at, row.error = None, "no address" if letter is None else "too old"
        return None
    row.attempts += 1
    row.next_at = now + WAITS[row.attempts - 1] if row.attempts <= len(WAITS) else None
    return Mail(row.id, letter)


def finish(session: Session, message_id: int, error: str | None, now: datetime) -> None:
    """Note what came of a mail; one that failed is tried again at the time that its claim set."""
    row = session.get_one(MatterMessage, message_id)
    row.error = error
    if error is None:
        row.sent_at, row.next_at = now, None


def _find_due(session: Session, now: datetime) -> MatterMessage | None:
    due = select(MatterMessage).where(MatterMessage.next_at <= now)
    return session.scalar(due.order_by(MatterMessage.next_at, MatterMessage.id).limit(1))


def firm_address(session: Session, party_id: int | None) -> str | None:
    """Return the mail address of a firm's first contact that has one."""
    if party_id is None:
        return None
    contacts = find_contacts(session, [party_id]).get(party_id, [])
    return next((one.email for one in contacts if one.email), None)


def handler_address(session: Session, matter: Matter) -> str | None:
    """Return the mail address of who handles a matter."""
    return session.scalar(select(User.email).where(User.actor_id == matter.handler_id))
