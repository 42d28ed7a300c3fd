"""Notices as text messages, through any gateway that takes a JSON body over HTTP."""

from recalls.notices import words
from recalls.notices.channels import Outcome
from recalls.notices.channels.webhook import Send
from recalls.notices.letter import Letter
from trace.kit import strict_json
from trace.kit.webhook import WebhookFailed, WebhookRefused


def send_sms(send: Send, gateway: str, token: str | None, phone: str, letter: Letter) -> Outcome:
    """Post ``{id, repeat, to, text}`` to the gateway, with ``token`` as bearer; 2xx means that it took the message."""
    body = {"id": letter.notice_id, "repeat": letter.repeat, "to": phone, "text": words.short(letter)}
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    try:
        status = send(gateway, strict_json.dumps(body), headers)
    except (WebhookRefused, WebhookFailed) as error:
        return Outcome("sms", phone, False, None, str(error))
    accepted = 200 <= status < 300
    return Outcome("sms", phone, accepted, status, None if accepted else f"HTTP {status}")
