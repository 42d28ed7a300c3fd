"""Sitemaps (sitemaps.org 0.9) of the public pages, each address with its languages. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

LANGUAGES = ("zh", "en")
MOST_ADDRESSES = 50_000
"""A sitemap may have so many addresses, and a page is one for each language and one for both."""

PER_FILE = MOST_ADDRESSES // (len(LANGUAGES) + 1) - 10
"""So many recalls are in one file, which leaves room for the pages that are not of one recall."""

_OPEN = '<?xml version="1.0" encoding="UTF-8"?>'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_HREFLANG = {"zh": "zh-CN", "en": "en"}


class Place(NamedTuple):
    """A page without its language, and when it last changed (RFC 3339), where that is known."""

    url: str
    changed: str | None = None


def write_sitemap(places: Iterable[Place]) -> bytes:
    """Return a sitemap: of each page the address of each language and the one that chooses by the browser."""
    rows = [_OPEN, f"<urlset {_NAMESPACE} {_XHTML}>"]
    for place in places:
        address = escape(place.url)
        spoken = {_HREFLANG[one]: f"{address}?lang={one}" for one in LANGUAGES} | {"x-default": address}
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{one}" href="{other}"/>' for one, other in spoken.items()
        )
        changed = "" if place.changed is None else f"<lastmod>{escape(place.changed)}</lastmod>"
        rows += [f"<url><loc>{one}</loc>{changed}{links}</url>" for one in spoken.values()]
    return "\n".join([*rows, "</urlset>\n"]).encode()


def write_index(files: Sequence[str]) -> bytes:
    """Return the index of several sitemaps, by their addresses."""
    rows = [f"<sitemap><loc>{escape(one)}</loc></sitemap>" for one in files]
    return "\n".join([_OPEN, f"<sitemapindex {_NAMESPACE}>", *rows, "</sitemapindex>\n"]).encode()
