"""Sending a notice by every way that its contacts have."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from recalls.notices import words
from recalls.notices.channels import Outcome
from recalls.notices.channels.mail import send_mail
from recalls.notices.channels.sms import send_sms
from recalls.notices.channels.webhook import Send, derive_secret, send_webhook
from recalls.notices.compose import Envelope
from recalls.notices.letter import Letter
from trace.kit.config import Settings
from trace.kit.mail import MailServer
from trace.kit.webhook import Policy, post

logger = logging.getLogger("suyuan.notices")

OWN_GATEWAY = Policy(allow_http=True, allow_private=True)
"""Where the gateway for text messages is, the operator says, not a client."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How notices leave: ``mail`` and ``sms`` None where the operator has set up none, and they go to the console."""

    secret_key: str
    webhook: Send
    mail: Callable[[str, Letter], Outcome] | None
    sms: Callable[[str, Letter], Outcome] | None


def ways_of(settings: Settings) -> Ways:
    """Return what the settings allow."""
    policy = Policy(settings.webhooks_allow_http, settings.webhooks_allow_private)
    mail = sms = None
    if settings.smtp_url is not None:
        mail = partial(send_mail, MailServer(settings.smtp_url, settings.mail_from))
    if settings.sms_gateway_url is not None:
        gateway = partial(post, policy=OWN_GATEWAY)
        sms = partial(send_sms, gateway, settings.sms_gateway_url, settings.sms_gateway_token)
    return Ways(settings.secret_key, partial(post, policy=policy), mail, sms)


def send_everywhere(ways: Ways, envelope: Envelope, now: datetime) -> Iterator[tuple[int, Outcome]]:
    """Send to every address of every contact, each address once; yield the contact's rank and what came of it."""
    used = set()
    for contact in envelope.contacts:
        letter = replace(envelope.letter, level=contact.rank)
        for channel, address in (("webhook", contact.webhook), ("mail", contact.email), ("sms", contact.phone)):
            if address is None or (channel, address) in used:
                continue
            used.add((channel, address))
            yield contact.rank, _send(ways, channel, address, envelope.party_id, letter, now)
    if not used:
        yield 1, Outcome("none", None, False, None, "no address is on record")


def _send(ways: Ways, channel: str, address: str, party_id: int | None, letter: Letter, now: datetime) -> Outcome:
    if channel == "webhook" and party_id is not None:
        return send_webhook(ways.webhook, address, letter, derive_secret(ways.secret_key, party_id), now)
    way = ways.mail if channel == "mail" else ways.sms
    if way is not None:
        return way(address, letter)
    logger.info("%s to %s: %s\n%s", channel, address, words.subject(letter), words.short(letter))
    return Outcome("console", address, True)
