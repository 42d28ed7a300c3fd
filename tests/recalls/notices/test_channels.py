"""The channels against real servers on loopback: taken, refused, silent, and what must never pass."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import trustme
from standardwebhooks.webhooks import Webhook

from recalls.notices.channels.mail import send_mail, write_message
from recalls.notices.channels.sending import Ways, send_everywhere
from recalls.notices.channels.sms import send_sms
from recalls.notices.channels.webhook import derive_secret, send_webhook
from recalls.notices.compose import Envelope
from recalls.notices.contacts import Contact
from tests.kit.mail_server import running_mail_server
from tests.kit.receiver import running_receiver
from tests.recalls.notices.letters import FIRST, letter
from trace.kit import strict_json
from trace.kit.mail import MailServer
from trace.kit.webhook import Policy, post

POST = partial(post, policy=Policy(allow_http=True, allow_private=True), seconds=2)
SENDER = "recalls@suyuan.example"


@contextmanager
def answering(lines: list[bytes]) -> Iterator[int]:
    """A server that says one line after each that it hears, then nothing more."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as heard:
                connection.sendall(lines[0])
                for line in lines[1:]:
                    heard.readline()
                    connection.sendall(line)
                while heard.readline():
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.close()
        thread.join(timeout=5)


def test_a_mail_arrives_in_both_languages_with_an_answer_address() -> None:
    with running_mail_server() as inbox:
        outcome = send_mail(MailServer(inbox.url, SENDER), "shop@example.com", letter())
        assert (outcome.accepted, outcome.status) == (True, 250)
        (mail,) = inbox.to("shop@example.com")
    assert mail.startswith("【一级 class 1 2026-0001】产品召回通知 Recall notice：草莓酸奶召回")
    assert "检出李斯特菌" in mail
    assert "Stop selling and shipping" in mail
    message = write_message(SENDER, "shop@example.com", letter(repeat=3, first_at=FIRST))
    parts = [(part["Content-Language"], part.get_content()) for part in message.iter_parts()]
    assert [language for language, _ in parts] == ["zh-CN", "en"]
    assert parts[0][1].startswith("产品召回通知")
    assert message["Reply-To"] == "recall@dairy.example"
    assert message["Message-ID"] == f"<{letter().notice_id}.3@suyuan.example>"
    assert message["References"] == f"<{letter().notice_id}.0@suyuan.example>"


def test_a_slip_in_the_address_for_answers_keeps_nobody_from_being_told() -> None:
    message = write_message(SENDER, "shop@example.com", letter({"runner_email": "a, b@example.com"}))
    assert message["Reply-To"] is None


@pytest.mark.parametrize(
    "address",
    ["a@example.com\r\nBcc: all@example.com", "a@example.com, b@example.com", "nobody", "a b@example.com", ""],
)
def test_an_address_that_is_more_than_one_is_refused_before_anything_is_sent(address: str) -> None:
    outcome = send_mail(MailServer("smtp://127.0.0.1:1", SENDER), address, letter())
    assert not outcome.accepted
    assert (outcome.error or "").startswith("Not an address")


def test_a_mail_server_that_refuses_is_quoted() -> None:
    lines = [b"220 here\r\n", b"250 hello\r\n", b"250 ok\r\n", b"550 no such person\r\n", b"250 ok\r\n"]
    with answering(lines) as port:
        outcome = send_mail(MailServer(f"smtp://127.0.0.1:{port}", SENDER), "gone@example.com", letter())
    assert (outcome.accepted, outcome.status, outcome.error) == (False, 550, "no such person")


@pytest.mark.parametrize("lines", [[b""], [b"220 here\r\n"], [b"220 here\r\n", b"250 hello\r\n", b"250 ok\r\n"]])
def test_a_mail_server_that_falls_silent_costs_its_time_and_no_more(lines: list[bytes]) -> None:
    with answering(lines) as port:
        outcome = send_mail(MailServer(f"smtp://127.0.0.1:{port}", SENDER, 0.2), "slow@example.com", letter())
    assert (outcome.accepted, outcome.error) == (False, "No answer within 0.2 seconds.")


def test_a_password_goes_to_the_server_that_proves_its_name_and_to_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with running_mail_server(context) as inbox:
        stranger = send_mail(MailServer(inbox.url, SENDER), "shop@example.com", letter())
        authority.cert_pem.write_to_path(tmp_path / "authority.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        known = send_mail(MailServer(inbox.url, SENDER), "shop@example.com", letter())
        elsewhere = MailServer(inbox.url.replace("127.0.0.1", "localhost"), SENDER)
        other_name = send_mail(elsewhere, "shop@example.com", letter())
        assert len(inbox.to("shop@example.com")) == 1
    assert (known.accepted, known.error) == (True, None)
    for refused in (stranger, other_name):
        assert "certificate verify failed" in (refused.error or "")


def test_a_password_is_not_sent_in_clear() -> None:
    lines = [b"220 here\r\n", b"250-hello\r\n250 AUTH PLAIN\r\n", b"235 in clear\r\n"]
    with answering(lines) as port:
        server = MailServer(f"smtp://user:secret@127.0.0.1:{port}", SENDER)
        outcome = send_mail(server, "shop@example.com", letter())
    assert not outcome.accepted
    assert "no password is sent" in (outcome.error or "")


def test_no_mail_server_at_all_is_an_outcome_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    outcome = send_mail(MailServer(f"smtp://127.0.0.1:{port}", SENDER), "shop@example.com", letter())
    assert not outcome.accepted
    assert "refused" in (outcome.error or "").lower()


def test_a_webhook_is_signed_so_that_the_firms_own_library_takes_it() -> None:
    secret = derive_secret("a key for tests", 7)
    assert secret != derive_secret("a key for tests", 8)
    with running_receiver() as receiver:
        outcome = send_webhook(POST, receiver.url, letter(repeat=1, first_at=FIRST), secret, datetime.now(UTC))
        assert (outcome.accepted, outcome.status) == (True, 204)
        (request,) = receiver.requests
    body = Webhook(secret).verify(request.body, dict(request.headers))
    assert request.headers["webhook-id"] == body["notice_id"] == letter().notice_id
    assert (body["type"], body["repeat"], body["first_sent_at"]) == ("recall.notice", 1, "2026-03-01T08:00:00Z")
    assert body["units"][0]["batch"]["lot"] == "L1"
    assert body["units"][0]["on_hand"] == 12.5
    assert body["links"]["answer"] == letter().link


@pytest.mark.parametrize(("answer", "status"), [(500, 500), (429, 429), (301, 301), (0, None)])
def test_anything_but_2xx_is_not_sent(answer: int, status: int | None) -> None:
    with running_receiver() as receiver:
        receiver.answers = [answer]
        outcome = send_webhook(POST, receiver.url, letter(), derive_secret("x", 1), datetime.now(UTC))
    assert (outcome.accepted, outcome.status) == (False, status)
    assert outcome.error


def test_a_text_message_goes_through_the_gateway_with_its_token() -> None:
    with running_receiver() as gateway:
        outcome = send_sms(POST, gateway.url, "token", "+86 10 5555 0101", letter())
        assert outcome.accepted
        (request,) = gateway.requests
    body = strict_json.loads(request.body)
    assert request.headers["authorization"] == "Bearer token"
    assert (body["to"], body["repeat"], body["id"]) == ("+86 10 5555 0101", 0, letter().notice_id)
    assert body["text"].endswith(letter().link)


def test_each_address_is_used_once_and_what_is_not_set_up_goes_to_the_console(
    caplog: pytest.LogCaptureFixture,
) -> None:
    contacts = (Contact(1, None, "a@example.com", "1234567"), Contact(2, None, "a@example.com", "7654321"))
    ways = Ways("x", POST, None, None)
    with caplog.at_level("INFO"):
        found = list(send_everywhere(ways, Envelope(letter(), contacts, 1), FIRST))
    assert [(rank, one.channel, one.address) for rank, one in found] == [
        (1, "console", "a@example.com"),
        (1, "console", "1234567"),
        (2, "console", "7654321"),
    ]
    assert "产品召回通知" in caplog.text


def test_without_any_address_nothing_is_sent_and_that_is_said() -> None:
    (found,) = send_everywhere(Ways("x", POST, None, None), Envelope(letter(), (), 1), FIRST)
    assert (found[1].channel, found[1].accepted, found[1].error) == ("none", False, "no address is on record")
