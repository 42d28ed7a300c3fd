"""Notices as mail: one message with a part in Chinese and one in English, through the operator's mail server."""

import smtplib
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY

from recalls.notices import words
from recalls.notices.channels import Outcome
from recalls.notices.letter import Letter
from trace.kit.mail import MailServer, connected, read_address


def send_mail(server: MailServer, address: str, letter: Letter) -> Outcome:
    """Hand the notice to the mail server; that it takes it is only "sent"."""
    try:
        message = write_message(server.sender, address, letter)
    except (ValueError, UnicodeError) as error:
        return Outcome("mail", address, False, None, f"Not an address to write to: {error}")
    try:
        with connected(server) as client:
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
