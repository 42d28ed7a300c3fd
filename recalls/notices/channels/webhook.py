"""Notices as signed webhooks (Standard Webhooks): the firm's system knows ours by a secret of its own."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from standardwebhooks.webhooks import Webhook

from recalls.notices.channels import Outcome
from recalls.notices.letter import GoodsLine, Letter
from recalls.notices.words import DRILL
from trace.answers import exact, write_time
from trace.kit import strict_json
from trace.kit.webhook import WebhookFailed, WebhookRefused

TYPE = "recall.notice"

Send = Callable[[str, bytes, Mapping[str, str]], int]
"""From a URL, a body and headers to the status of the answer. Raises WebhookRefused or WebhookFailed."""


def derive_secret(secret_key: str, party_id: int) -> str:
    """Return the secret of a firm's webhook: it follows from ours, so that there is nothing to store or to leak."""
    digest = hmac.new(secret_key.encode(), f"notices of party {party_id}".encode(), hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(digest).decode()


def send_webhook(send: Send, url: str, letter: Letter, secret: str, now: datetime) -> Outcome:
    """Post the notice; ``webhook-id`` is the notice's, so that a repeat is known for one."""
    body = strict_json.dumps(write_body(letter))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": letter.notice_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(letter.notice_id, now.astimezone(UTC), body.decode()),
    }
    try:
        status = send(url, body, headers)
    except (WebhookRefused, WebhookFailed) as error:
        return Outcome("webhook", url, False, None, str(error))
    accepted = 200 <= status < 300
    return Outcome("webhook", url, accepted, status, None if accepted else f"HTTP {status}")


def write_body(letter: Letter) -> dict[str, Any]:
    """Return the notice as JSON values."""
    case = letter.case
    drill = DRILL if case.drill else ""
    return {
        "type": TYPE,
        "notice_id": letter.notice_id,
        "kind": letter.kind,
        "cause": letter.cause,
        "repeat": letter.repeat,
        "first_sent_at": write_time(letter.first_at),
        "adds_to_earlier_notice": letter.adds,
        "case": {
            "number": case.number,
            "title": drill + case.title,
            "title_en": None if case.title_en is None else drill + case.title_en,
            "kind": case.kind,
            "class": case.recall_class,
            "drill": case.drill,
            "hazard": case.hazard,
            "hazard_en": case.hazard_en,
            "instructions": case.instructions,
            "instructions_en": case.instructions_en,
            "remedy": list(case.remedies),
            "scope": list(case.scope),
        },
        "recipient": letter.recipient,
        "passed_on_by": letter.passed_on_by,
        "words": letter.words,
        "as_of": write_time(letter.as_of),
        "units": [_write_goods(line) for line in letter.goods],
        "unanswered": [
            {"name": one.name, "reason": one.reason, "since": write_time(one.created_at)} for one in letter.unanswered
        ],
        "links": {
            "answer": None if letter.kind == "escalation" else letter.link,
            "acknowledge": letter.acknowledge,
            "list": letter.link if letter.kind == "escalation" else None,
            "public_notice": case.page,
        },
    }


def _write_goods(line: GoodsLine) -> dict[str, Any]:
    return {
        "location": line.place_id,
        "gln": line.gln,
        "location_name": line.place,
        "batch": {"id": line.batch_id, "gtin": line.gtin, "lot": line.lot},
        "product": line.product,
        "uom": line.uom,
        "received": exact(line.received),
        "on_hand": exact(line.on_hand),
        "in_transit": exact(line.in_transit),
        "complete": line.complete,
    }
