"""Posting to addresses that others name: what is refused, what is pinned, what is signed."""

import hashlib
import hmac
import ssl
from collections.abc import Iterator

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from tests.kit.receiver import Receiver, running_receiver
from trace.kit.webhook import Policy, WebhookFailed, WebhookRefused, pin, post, read_target, sign

PUBLIC = Policy()
OPEN = Policy(allow_http=True, allow_private=True)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://client.example.com/", "https://"),
        ("ftp://client.example.com/", "https://"),
        ("//client.example.com/", "https://"),
        ("client.example.com", "https://"),
        ("", "URL"),
        ("https://", "host name"),
        ("https:///path", "host name"),
        ("https://user:secret@client.example.com/", "user name"),
        ("https://client.example.com/#part", "fragment"),
        ("https://client.example.com:0/", "port"),
        ("https://client.example.com:65536/", "cannot be read"),
        ("https://client.example.com:x/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
        ("https://client .example.com/", "spaces"),
        ("https://client.example.com/\r\nX-Header: 1", "spaces"),
        ("https://例子.example.com/", "ASCII"),
        ("https://client_%41.example.com/", "host name"),
        ("https://-client.example.com/", "host name"),
        ("https://client.example.com/" + "a" * 2000, "2000"),
        ("https://127.0.0.1/", "public"),
        ("https://[::1]/", "public"),
        ("https://[::ffff:127.0.0.1]/", "public"),
        ("https://169.254.169.254/latest", "link-local"),
    ],
)
def test_a_url_that_is_not_posted_to(url: str, said: str) -> None:
    with pytest.raises(WebhookRefused, match=said):
        read_target(url, PUBLIC)


def test_a_url_taken_apart() -> None:
    target = read_target("https://Client.Example.com:8443/a/b?c=d", PUBLIC)
    assert (target.host, target.port, target.resource) == ("client.example.com", 8443, "/a/b?c=d")
    assert target.authority == "client.example.com:8443"
    assert read_target("https://client.example.com", PUBLIC).authority == "client.example.com"
    assert read_target("https://[2606:4700::1]/", PUBLIC).authority == "[2606:4700::1]"


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.53", "100.64.0.1", "0.1.2.3", "240.0.0.1", "192.0.2.1"),
        *("::1", "fd00::1", "fec0::1", "::127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"),
        *("0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255", "169.254.169.254", "fe80::1"),
    ],
)
def test_a_name_that_leads_into_a_private_network_is_refused(address: str) -> None:
    target = read_target("https://client.example.com/", PUBLIC)
    with pytest.raises(WebhookRefused):
        pin(target, PUBLIC, lambda _host, _port: ["8.8.8.8", address])


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "224.0.0.1", "ff02::1", "169.254.169.254", "fe80::1"])
def test_some_addresses_are_refused_whatever_the_operator_allows(address: str) -> None:
    with pytest.raises(WebhookRefused):
        pin(read_target("https://client.example.com/", OPEN), OPEN, lambda _host, _port: [address])


@given(st.ip_addresses())
def test_whatever_is_not_global_is_refused(address: object) -> None:
    target = read_target("https://client.example.com/", PUBLIC)
    if not address.is_global:  # type: ignore[attr-defined]
        with pytest.raises(WebhookRefused):
            pin(target, PUBLIC, lambda _host, _port: [str(address)])


def test_a_name_is_resolved_once_and_the_connection_goes_where_it_led(receiver: Receiver) -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    url = f"http://rebinding.example.com:{receiver.port}/callback?x=1"
    assert post(url, b"{}", {"Content-Type": "application/json"}, OPEN, resolve=resolve) == 204
    assert asked == ["rebinding.example.com"]
    (request,) = receiver.requests
    assert request.path == "/callback?x=1"
    assert request.headers["host"] == f"rebinding.example.com:{receiver.port}"


def test_a_name_that_leads_to_loopback_is_not_connected_to(receiver: Receiver) -> None:
    policy = Policy(allow_http=True)
    with pytest.raises(WebhookRefused, match="public"):
        post(f"http://rebinding.example.com:{receiver.port}/", b"", {}, policy, resolve=lambda *_: ["127.0.0.1"])
    assert receiver.requests == []


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answers = [307]
    receiver.answer_headers = {"Location": receiver.url + "/elsewhere"}
    assert post(receiver.url, b"{}", {}, OPEN) == 307
    assert [one.path for one in receiver.requests] == ["/callback"]


def test_an_unknown_name_and_a_closed_port_are_no_answer(receiver: Receiver) -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(WebhookFailed, match="not known"):
        post("https://client.example.com/", b"", {}, PUBLIC, resolve=unknown)
    with pytest.raises(WebhookFailed, match="no address"):
        post("https://client.example.com/", b"", {}, PUBLIC, resolve=lambda *_: [])
    with pytest.raises(WebhookFailed, match="No answer"):
        post("http://127.0.0.1:1/", b"", {}, OPEN)


def test_who_hangs_up_gave_no_answer(receiver: Receiver) -> None:
    receiver.answers = [0]
    with pytest.raises(WebhookFailed, match="No answer"):
        post(receiver.url, b"{}", {}, OPEN)


def test_an_answer_that_drips_does_not_hold_the_sender(receiver: Receiver) -> None:
    receiver.drip = 0.2
    with pytest.raises(WebhookFailed, match="within"):
        post(receiver.url, b"{}", {}, OPEN, seconds=0.5)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def serving(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_the_certificate_is_checked_against_the_name_and_not_the_pinned_address(authority: trustme.CA) -> None:
    with running_receiver(serving(authority, "client.example.com")) as receiver:
        for name, trusted in (("client.example.com", True), ("other.example.com", False)):
            url = f"https://{name}:{receiver.port}/"
            arguments = {"resolve": lambda *_: ["127.0.0.1"], "tls": trusting(authority)}
            if trusted:
                assert post(url, b"{}", {}, Policy(allow_private=True), **arguments) == 204
            else:
                with pytest.raises(WebhookFailed, match="CERTIFICATE_VERIFY_FAILED"):
                    post(url, b"{}", {}, Policy(allow_private=True), **arguments)
        assert len(receiver.requests) == 1


def test_an_unknown_authority_is_not_trusted(authority: trustme.CA) -> None:
    with running_receiver(serving(authority, "127.0.0.1")) as receiver:
        with pytest.raises(WebhookFailed, match="CERTIFICATE_VERIFY_FAILED"):
            post(receiver.url, b"{}", {}, Policy(allow_private=True))
        assert receiver.requests == []


def test_tls_that_drips_does_not_hold_the_sender_either(authority: trustme.CA) -> None:
    with running_receiver(serving(authority, "127.0.0.1")) as receiver:
        receiver.drip = 0.2
        with pytest.raises(WebhookFailed, match="within"):
            post(receiver.url, b"{}", {}, Policy(allow_private=True), tls=trusting(authority), seconds=0.7)


def test_a_signature_is_checked_with_the_token_time_number_and_body() -> None:
    header = sign("s3cret", "delivery", 1_790_000_000, b'{"a": 1}')
    time_part, _, mac = header.partition(",sha256=")
    assert time_part == "t=1790000000"
    signed = b'1790000000.delivery.{"a": 1}'
    assert hmac.compare_digest(mac, hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest())
    for other in (
        sign("other", "delivery", 1_790_000_000, b'{"a": 1}'),
        sign("s3cret", "another", 1_790_000_000, b'{"a": 1}'),
        sign("s3cret", "delivery", 1_790_000_001, b'{"a": 1}'),
        sign("s3cret", "delivery", 1_790_000_000, b'{"a": 2}'),
    ):
        assert other.partition("sha256=")[2] != mac
