"""Addresses that owners' links may lead to: https, on hosts that the operator approved, and nothing else.

Browsers and libraries disagree on what odd addresses mean, so whatever needs interpretation is refused, and what
is taken has one reading (RFC 3986; WHATWG URL for what browsers forgive).
"""

import re
from collections.abc import Collection
from urllib.parse import unquote_plus

LONGEST = 2000

# No user name, no port, no backslash: host and path are what they look like to every reader.
_HREF = re.compile(r"https://([a-z0-9.-]+)((?:[/?#].*)?)")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_FOREIGN = re.compile(r"[^0-9A-Za-z._~:/?#\[\]@!$&'()*+,;=%-]")  # RFC 3986 §2
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AUTHORITY = re.compile(r"(?i:https)://([^/?#]*)(.*)", re.DOTALL)


def read_href(text: str, hosts: Collection[str]) -> str:
    """``text`` in its one spelling, its host in small ASCII letters (xn--… where it has others).

    Raises ValueError with what was expected, also for a host that is not among the approved ``hosts``.
    """
    if len(text) > LONGEST:
        raise ValueError(f"Expected an address of at most {LONGEST} characters, got {len(text)}.")
    parts = _AUTHORITY.fullmatch(text)
    if parts is None:
        raise ValueError("Expected an address that begins with https://.")
    authority, rest = parts.groups()
    if "@" in authority:
        raise ValueError("Expected an address without user name and password.")
    if ":" in authority:
        raise ValueError("Expected a host name without a port.")
    foreign = _FOREIGN.search(rest)
    if foreign is not None:
        raise ValueError(f"Expected {foreign[0]!r} behind the host name to be percent-encoded.")
    if _BAD_ESCAPE.search(rest):
        raise ValueError("Expected two hexadecimal digits after each '%'.")
    href = f"https://{_read_host(authority)}{rest or '/'}"
    if len(href) > LONGEST:
        raise ValueError(f"Expected an address of at most {LONGEST} characters, got {len(href)}.")
    if not is_approved(href, hosts):
        raise ValueError(f"Expected a host that the operator approved (LINK_HOSTS), got {host_of(href)}.")
    return href


def _read_host(text: str) -> str:
    try:
        host = text.encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    labels = host.split(".")
    # a last label of digits would make it an address of IPv4 (WHATWG URL, "ends in a number")
    if len(host) > 253 or len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1][0].isdigit():
        raise ValueError("Expected a host name such as www.example.com.")
    return host


def host_of(href: str) -> str | None:
    """The host of an address in its one spelling, None for any other text."""
    parts = _HREF.fullmatch(href)
    return None if parts is None or _FOREIGN.search(href) else parts[1]


def is_approved(href: str, hosts: Collection[str]) -> bool:
    """Whether the operator approves the host of an address: by its name, or below one with a dot before it."""
    host = host_of(href)
    return host is not None and any(host == one or (one.startswith(".") and host.endswith(one)) for one in hosts)


def add_query(href: str, query: str) -> str:
    """``href`` with the pairs of ``query`` behind its own, before its fragment."""
    if not query:
        return href
    address, hash_mark, fragment = href.partition("#")
    joint = "&" if "?" in address and not address.endswith(("?", "&")) else "" if "?" in address else "?"
    return f"{address}{joint}{query}{hash_mark}{fragment}"


def drop_names(query: str, names: Collection[str]) -> str:
    """``query`` without the pairs of these names, the others as they were."""
    return "&".join(pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) not in names)
