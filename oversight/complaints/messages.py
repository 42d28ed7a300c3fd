"""Mails that steps lead to: the citizen, the firm and the handler learn that something happened, and where to look.

A mail says no more than the number and the step: who reads another's mail learns nothing of the matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.matters.flows import Flow
from oversight.matters.kinds import Effect
from oversight.matters.steps import Actor
from oversight.models import Citizen, ComplaintMessage, Matter
from trace.kit.accounts import User
from trace.kit.db import lock_writes
from trace.kit.jobs import Work
from trace.kit.mail import MailNotSent, MailServer, hand_over, write_plain
from trace.models import Party

Audience = Literal["citizen", "firm", "handler"]

TOLD: Mapping[str, tuple[Audience, ...]] = {
    **dict.fromkeys(("accept", "decline", "propose", "refuse", "lapse", "turn-into-report"), ("citizen",)),
    **dict.fromkeys(("tell", "answer", "refer"), ("citizen",)),
    **dict.fromkeys(("invite", "disagree", "pass-on"), ("firm",)),
    **dict.fromkeys(("mediate", "agree", "end"), ("citizen", "firm")),
}
"""Of which steps who is told; a firm never of a report."""

WORDS: Mapping[Audience, tuple[str, str]] = {
    "citizen": ("您反映的事项有新进展", "There is news of your matter"),
    "firm": ("监管部门有涉及贵企业的事项待处理", "A matter of the market regulator concerns your firm"),
    "handler": ("您承办的事项期限将至或已过", "A limit of your matter is near or has passed"),
}

WAITS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""How long a mail waits after each attempt that failed; after the last it is given up."""

GOOD_FOR = timedelta(days=3)
"""An older message is news to nobody."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message with its address, ready to be handed over."""

    message_id: int
    address: str
    subject: str
    body: str


def telling(flow: Flow, effects: Mapping[str, Effect]) -> Mapping[str, Effect]:
    """Return the effects of a flow's steps, each with the messages that the step leads to."""
    return {step: _told(step, flow, effects.get(step)) for step in {*effects, *(flow.steps & TOLD.keys())}}


def _told(step: str, flow: Flow, effect: Effect | None) -> Effect:
    audiences = [one for one in TOLD.get(step, ()) if one != "firm" or flow.shown_from]

    def both(session: Session, actor: Actor, matter: Matter, body: Any, now: datetime) -> Mapping[str, Any] | None:
        facts = None if effect is None else effect(session, actor, matter, body, now)
        for one in audiences:
            queue_message(session, matter, step, one, now)
        return facts

    return both


def queue_message(session: Session, matter: Matter, step: str, audience: Audience, now: datetime) -> None:
    """Have a mail sent by the worker, in the transaction of the step."""
    session.add(
        ComplaintMessage(matter_id=matter.id, step=step, audience=audience, queued_at=now, next_at=now, attempts=0)
    )


def send_next(work: Work) -> bool:
    """Send one mail that is due, as a job of the worker; False if there was none, or no mail server is set."""
    url, sender = work.settings.smtp_url, work.settings.mail_from
    if url is None:
        return False
    with work.database.read() as session:
        if _find_due(session, work.clock()) is None:
            return False
    with work.database.write() as session:
        mail = claim_next(session, work.settings.public_url, work.clock())
    if mail is None:
        return True
    try:
        message = write_plain(sender, mail.address, mail.subject, mail.body)
        hand_over(MailServer(url, sender), mail.address, message)
        error = None
    except (MailNotSent, ValueError) as failed:
        error = str(failed)[:300].replace(mail.address, "…")
    with work.database.write() as session:
        finish(session, mail.message_id, error, work.clock())
    return True


def claim_next(session: Session, site: str, now: datetime) -> Mail | None:
    """Take the mail that is due first; None where it has nobody to go to, is too old, or there is none."""
    lock_writes(session)
    row = _find_due(session, now)
    if row is None:
        return None
    matter = session.get_one(Matter, row.matter_id)
    address = _address(session, matter, row.audience)
    if address is None or row.queued_at < now - GOOD_FOR:
        row.next_at, row.error = None, "no address" if address is None else "too old"
        return None
    row.attempts += 1
    row.next_at = now + WAITS[row.attempts - 1] if row.attempts <= len(WAITS) else None
    zh, en = WORDS[row.audience]  # type: ignore[index]  # written by queue_message alone
    path = f"/complaints/{matter.number}" if row.audience == "citizen" else f"/desk/matters/{matter.number}"
    body = f"{zh}：{matter.number}\n{en}: {matter.number}\n\n{site}{path}\n"
    return Mail(row.id, address, f"{matter.number} {zh} / {en}", body)


def finish(session: Session, message_id: int, error: str | None, now: datetime) -> None:
    """Note what came of a mail; one that failed is tried again at the time that its claim set."""
    row = session.get_one(ComplaintMessage, message_id)
    row.error = error
    if error is None:
        row.sent_at, row.next_at = now, None


def _find_due(session: Session, now: datetime) -> ComplaintMessage | None:
    due = select(ComplaintMessage).where(ComplaintMessage.next_at <= now)
    return session.scalar(due.order_by(ComplaintMessage.next_at, ComplaintMessage.id).limit(1))


def _address(session: Session, matter: Matter, audience: str) -> str | None:
    if audience == "citizen":
        return session.scalar(select(Citizen.email).where(Citizen.matter_id == matter.id))
    if audience == "firm":
        return session.scalar(select(Party.email).where(Party.id == matter.party_id))
    return session.scalar(select(User.email).where(User.actor_id == matter.handler_id))
