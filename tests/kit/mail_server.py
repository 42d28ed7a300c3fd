"""A real SMTP server on loopback that keeps every mail it is given."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Inbox:
    """``mails`` are pairs of recipient and message, oldest first; ``url`` is where to hand mail over."""

    def __init__(self) -> None:
        self.url = ""
        self.mails: list[tuple[str, EmailMessage]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails += [(address, mail) for address in envelope.rcpt_tos]  # type: ignore[misc]
        return "250 taken"

    def to(self, address: str) -> list[str]:
        """Return what was written to an address: subject and texts in all languages."""
        return [text_of(mail) for recipient, mail in self.mails if recipient == address]


def text_of(mail: EmailMessage) -> str:
    """Return the subject and every text of a mail."""
    texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(mail["subject"]), *texts])


def _knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"user", b"p@ss"))


class _Controller(Controller):
    def _trigger_server(self) -> None:
        # any free port was asked for: only the listening socket knows which it is
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running_mail_server(tls: ssl.SSLContext | None = None) -> Iterator[Inbox]:
    """An inbox that takes mail at its ``url`` until the end of the block; with ``tls``, from `user` by STARTTLS."""
    inbox = Inbox()
    secured: dict[str, Any] = {}
    if tls is not None:
        secured = {"tls_context": tls, "require_starttls": True, "auth_required": True, "authenticator": _knows}
    server = _Controller(inbox, hostname="127.0.0.1", port=0, **secured)
    server.start()
    who = "" if tls is None else "user:p%40ss@"
    inbox.url = f"smtp://{who}127.0.0.1:{server.port}"
    try:
        yield inbox
    finally:
        server.stop()
