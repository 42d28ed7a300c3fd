"""Notices as mail: one message with a part in Chinese and one in English, through the operator's mail server."""

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

from recalls.notices import words
from recalls.notices.channels import SECONDS, Outcome
from recalls.notices.letter import Letter

_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and in whose name."""

    url: str
    sender: str
    seconds: float = SECONDS


def send_mail(server: MailServer, address: str, letter: Letter) -> Outcome:
    """Hand the notice to the mail server; that it takes it is only "sent"."""
    try:
        message = write_message(server.sender, address, letter)
    except (ValueError, UnicodeError) as error:
        return Outcome("mail", address, False, None, f"Not an address to write to: {error}")
    try:
        with _connected(server) as client:
            client.send_message(message, server.sender, [address])
    except smtplib.SMTPRecipientsRefused as error:
        return _refused(address, *error.recipients[address])
    except smtplib.SMTPResponseException as error:
        return _refused(address, error.smtp_code, error.smtp_error)
    except TimeoutError:
        return Outcome("mail", address, False, None, f"No answer within {server.seconds:g} seconds.")
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return Outcome("mail", address, False, None, f"{type(error).__name__}: {error}"[:300])
    return Outcome("mail", address, True, 250)


def _refused(address: str, code: int, said: bytes | str) -> Outcome:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return Outcome("mail", address, False, code, text[:300])


def write_message(sender: str, address: str, letter: Letter) -> EmailMessage:
    """Return the message. Raises ValueError for an address that is none, or that would add a header.

    A round has a ``Message-ID`` of its own and names the first one, so that mail programs put repeats together.
    """
    message = EmailMessage(policy=MAIL_POLICY)
    domain = sender.rpartition("@")[2]
    message["From"] = read_address(sender)
    message["To"] = read_address(address)
    with suppress(ValueError):  # a slip in the firm's own address must keep nobody from being told
        message["Reply-To"] = read_address(letter.case.runner_email or "")
    message["Subject"] = words.subject(letter)
    message["Message-ID"] = f"<{letter.notice_id}.{letter.repeat}@{domain}>"
    if letter.repeat:
        message["References"] = f"<{letter.notice_id}.0@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    chinese, english = words.chinese(letter), words.english(letter)
    message.set_content(f"{chinese.heading}\n\n{chinese.body}", cte="base64")
    message.add_attachment(f"{english.heading}\n\n{english.body}", disposition="inline", cte="base64")
    for part, language in zip(message.iter_parts(), ("zh-CN", "en"), strict=True):
        part["Content-Language"] = language
    return message


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
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
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
