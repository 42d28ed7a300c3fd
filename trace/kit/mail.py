"""Mail through the operator's server: one message handed over within a time, encrypted where the server offers that."""

import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from socket import SHUT_RDWR, socket
from urllib.parse import unquote, urlsplit

SECONDS = 20.0
"""So long a mail server may take for all of it."""

_PORTS = {"smtp": 25, "smtps": 465}


class MailNotSent(Exception):
    """No server took the message; says why."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and in whose name."""

    url: str
    sender: str
    seconds: float = SECONDS


def write_plain(sender: str, address: str, subject: str, body: str) -> EmailMessage:
    """A message of one text. Raises ValueError for an address that is none."""
    message = EmailMessage(policy=MAIL_POLICY)
    message["From"] = read_address(sender)
    message["To"] = read_address(address)
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="base64")
    return message


def hand_over(server: MailServer, address: str, message: EmailMessage) -> None:
    """Give a message to the server. Raises MailNotSent."""
    try:
        with connected(server) as client:
            client.send_message(message, server.sender, [address])
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise MailNotSent(f"{type(error).__name__}: {error}"[:300]) from error


def read_address(text: str) -> Address:
    """Return one mail address. Raises ValueError for none, for several, and for what would end the header."""
    expected = "expected one mail address such as name@example.com"
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError) as error:
        raise ValueError(expected) from error
    if not address.domain or any(one.isspace() for one in text):
        raise ValueError(expected)
    return address


@contextmanager
def connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A session with the mail server, encrypted where it offers that; it is broken off when the time is over."""
    parts = urlsplit(server.url)
    port = parts.port or _PORTS[parts.scheme]
    each = server.seconds + 1  # longer than all together: it is the watch that ends what lasts too long
    host, tls = parts.hostname or "localhost", _tls(checked=parts.username is not None)
    client = smtplib.SMTP_SSL(timeout=each, context=tls) if parts.scheme == "smtps" else smtplib.SMTP(timeout=each)
    # whose certificate is asked for; only a constructor that connects at once would say it
    client._host = host  # type: ignore[attr-defined]
    over = threading.Event()

    def end() -> None:
        over.set()
        if client.sock is not None:  # until it is connected, its own timeout ends it
            with suppress(OSError):
                socket.shutdown(client.sock, SHUT_RDWR)  # TLS would take leave first

    watch = threading.Timer(server.seconds, end)
    watch.daemon = True
    watch.start()
    try:
        client.connect(host, port)
        client.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp" and client.has_extn("starttls"):
            client.starttls(context=tls)
            client.ehlo()
        if parts.username is not None:
            if not isinstance(client.sock, ssl.SSLSocket):  # whoever sits between can hide that TLS is offered
                raise smtplib.SMTPNotSupportedError("The mail server offers no TLS: no password is sent to it.")
            client.login(unquote(parts.username), unquote(parts.password or ""))
        yield client
        with suppress(OSError, smtplib.SMTPException):  # the message is taken, whatever follows
            client.quit()
    except (OSError, smtplib.SMTPException) as error:
        if over.is_set():
            raise TimeoutError from error
        raise
    finally:
        watch.cancel()
        client.close()


def _tls(*, checked: bool) -> ssl.SSLContext:
    """Who is given a password must prove who it is; any encryption is better than none otherwise."""
    context = ssl.create_default_context()
    if not checked:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
