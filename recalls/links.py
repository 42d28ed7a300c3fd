"""Links by which a consignee answers without an account: one notice, signed, for a number of days. Pure but its clock.

A link is short enough for a text message: 56 characters hold the notice, when the link was made, and the signature.
"""

import re
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, Signer

from trace.kit.errors import NotFound, Problem

PURPOSE = "answer link"
"""What a signature is for: nothing else signed with the same secret opens an answer, nor the other way round."""

# The last character of a signature carries four bits: any other would be a second spelling of the same link.
_TOKEN = re.compile(r"([A-Za-z0-9_-]{28})\.[A-Za-z0-9_-]{26}[AEIMQUYcgkosw048]")

_ID_BYTES, _TIME_BYTES = 16, 5


class LinkNotFound(NotFound):
    """No such link: damaged, made by somebody else, or of no notice that is known."""


class LinkExpired(Problem):
    """The link was good once; a new one has to be asked for."""

    status = 410


def make_token(secret: str, notice_id: str, now: datetime | None = None) -> str:
    """Return the token for a notice (its UUID as text), made ``now``."""
    made = int((now or datetime.now(UTC)).timestamp())
    content = uuid.UUID(notice_id).bytes + made.to_bytes(_TIME_BYTES, "big")
    return _signer(secret).sign(urlsafe_b64encode(content)).decode()


def read_token(secret: str, token: str, days: int, now: datetime | None = None) -> str:
    """Return the notice's ID. Raises LinkNotFound (404), and LinkExpired (410) more than ``days`` after it was made."""
    if _TOKEN.fullmatch(token) is None:
        raise LinkNotFound("This link is not complete or not one of ours.")
    try:
        content = urlsafe_b64decode(_signer(secret).unsign(token))
    except BadSignature as error:
        raise LinkNotFound("This link is not complete or not one of ours.") from error
    made = datetime.fromtimestamp(int.from_bytes(content[_ID_BYTES:], "big"), UTC)
    if (now or datetime.now(UTC)) > made + timedelta(days=days):
        raise LinkExpired(
            f"This link was good for {days} days, since {made.date()}. Ask the recalling firm for a new one."
        )
    return str(uuid.UUID(bytes=content[:_ID_BYTES]))


def answer_url(site: str, token: str) -> str:
    """Return the address of the page on which the consignee answers."""
    return f"{site}/answer/{token}"


def _signer(secret: str) -> Signer:
    return Signer(secret, salt=PURPOSE)
