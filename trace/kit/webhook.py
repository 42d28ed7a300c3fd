"""Posting to addresses that clients name, without lending them our place in the network.

A name is resolved once, every address is checked, and the connection goes to a checked address: what the name
resolves to a moment later makes no difference (DNS rebinding). Redirects are answers like any other, not followed.
"""

import hashlib
import hmac
import http.client
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECT_SECONDS = 5
TOTAL_SECONDS = 20
"""From the first packet to the last byte of the answer's head, however slowly it drips."""
MAX_URL = 2000
MAX_ANSWER = 64 * 1024
"""Bytes of the answer's body that are read, and thrown away, before the connection is closed."""

_VISIBLE = re.compile(r"[!-~]+")
_HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
"""From a host name and a port to the addresses in the order of preference. Raises OSError."""


class WebhookRefused(ValueError):
    """A URL that this installation does not post to, and why."""


class WebhookFailed(Exception):
    """No answer came, and why."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator allows: plain HTTP, and addresses of private networks and of this machine."""

    allow_http: bool = False
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart: where to connect, and what to ask for."""

    scheme: str
    host: str
    port: int
    resource: str

    @property
    def authority(self) -> str:
        """The `Host` header: the port is named only if it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


_PORTS = {"https": 443, "http": 80}


def read_target(url: str, policy: Policy) -> Target:
    """Take a URL apart. Raises WebhookRefused for what is no URL to post to, or one that the policy forbids.

    A host given as an address is checked here already; what a name resolves to is checked when it is posted to.
    """
    if not (_VISIBLE.fullmatch(url) and len(url) <= MAX_URL):
        raise WebhookRefused(f"Expected a URL of at most {MAX_URL} ASCII characters without spaces.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WebhookRefused(f"Expected a URL, got one that cannot be read: {error}.") from error
    schemes = ("https", "http") if policy.allow_http else ("https",)
    if parts.scheme not in schemes:
        raise WebhookRefused(f"Expected a URL that begins with {' or '.join(f'{one}://' for one in schemes)}.")
    if parts.username is not None or parts.password is not None:
        raise WebhookRefused("Expected a URL without user name and password.")
    if parts.fragment or url.endswith("#"):
        raise WebhookRefused("Expected a URL without a fragment (#…).")
    host = parts.hostname or ""
    address = _as_address(host)
    if address is None and not (_HOST.fullmatch(host) and len(host) <= 253):
        raise WebhookRefused("Expected a URL with a host name in ASCII (xn--… for others) or an address.")
    if port == 0:
        raise WebhookRefused("Expected a port from 1 to 65535, got 0.")
    if address is not None:
        _check_address(address, policy)
    resource = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or _PORTS[parts.scheme], resource)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's resolver. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def pin(target: Target, policy: Policy, resolve: Resolve = resolve) -> list[str]:
    """Resolve the host once and return its addresses if the policy allows every one of them.

    Raises WebhookRefused if not, WebhookFailed if the name is not known.
    """
    try:
        addresses = resolve(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise WebhookFailed(f"The host name cannot be resolved: {error}.") from error
    if not addresses:
        raise WebhookFailed("The host name has no address.")
    for text in addresses:
        _check_address(ipaddress.ip_address(text), policy)
    return addresses


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    policy: Policy,
    *,
    resolve: Resolve = resolve,
    tls: ssl.SSLContext | None = None,
    seconds: float = TOTAL_SECONDS,
) -> int:
    """Post ``body`` and return the status of the answer; anything but 2xx is for the caller to judge.

    Raises WebhookRefused and, if no answer came within ``seconds``, WebhookFailed.
    """
    target = read_target(url, policy)
    addresses = pin(target, policy, resolve)
    try:
        with _connected(addresses, target.port, seconds) as plain, _secured(plain, target, tls) as channel:
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = channel  # so that it does not resolve the name a second time
            sent = {"Host": target.authority, "Connection": "close", **headers}
            with suppress(BrokenPipeError, ConnectionResetError):  # who finds it too long may answer before its end
                connection.request("POST", target.resource, body, sent)
            with connection.getresponse() as response:
                with suppress(OSError, http.client.HTTPException):  # its status is all that we want
                    response.read(MAX_ANSWER)
                return response.status
    except TimeoutError as error:
        raise WebhookFailed(f"No answer within {seconds:g} seconds.") from error
    except (OSError, http.client.HTTPException) as error:
        raise WebhookFailed(f"No answer: {type(error).__name__}: {error}"[:300]) from error


def sign(token: str, delivery: str, moment: int, body: bytes) -> str:
    """The signature header of a message: its time (Unix seconds) and an HMAC-SHA-256 in hexadecimal digits.

    What is signed is ``<time>.<delivery>.<body>``, so that neither an old message nor one under another number passes.
    """
    signed = f"{moment}.{delivery}.".encode() + body
    return f"t={moment},sha256={hmac.new(token.encode(), signed, hashlib.sha256).hexdigest()}"


def _as_address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _check_address(address: Address, policy: Policy) -> None:
    """Raise WebhookRefused unless the policy allows the address.

    Link-local ones never are: cloud machines read their own secrets there.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped
        if inner is not None:
            _check_address(inner, policy)
            return
        if address.sixtofour is not None or address.teredo is not None or address.scope_id is not None:
            raise WebhookRefused("Expected an address without a tunnel or zone.")
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        raise WebhookRefused("Expected the address of one machine in a network, got a multicast or link-local one.")
    private = not address.is_global or address.is_reserved or getattr(address, "is_site_local", False)
    if private and not policy.allow_private:
        raise WebhookRefused("Expected a public address, got one of a private network or of this machine.")


@contextmanager
def _connected(addresses: list[str], port: int, seconds: float) -> Iterator[socket.socket]:
    """A connection to the first address that takes one; it ends at once when the time is over."""
    channel = _connect(addresses, port, min(CONNECT_SECONDS, seconds))
    channel.settimeout(seconds)
    handle = channel.dup()  # TLS takes the channel's own away
    over = threading.Event()

    def end() -> None:
        over.set()
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    # A peer that sends a byte now and then would never run into a timeout of single reads.
    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        yield channel
    except (OSError, http.client.HTTPException) as error:
        if over.is_set():
            raise TimeoutError from error
        raise
    finally:
        watch.cancel()
        handle.close()
        channel.close()


def _connect(addresses: list[str], port: int, seconds: float) -> socket.socket:
    trouble: OSError = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), seconds)
        except OSError as error:
            trouble = error
    raise trouble


@contextmanager
def _secured(plain: socket.socket, target: Target, tls: ssl.SSLContext | None) -> Iterator[socket.socket]:
    """The connection itself, or TLS over it with the certificate checked against the name that the client gave."""
    if target.scheme == "http":
        yield plain
        return
    context = tls or ssl.create_default_context()
    with context.wrap_socket(plain, server_hostname=target.host) as channel:
        yield channel
