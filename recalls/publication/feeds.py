"""Feeds of announced recalls: Atom (RFC 4287) and JSON Feed 1.1. Pure: plain entries in, documents out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

ATOM = "application/atom+xml"
JSON_FEED = "application/feed+json"

_NAMESPACE = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""

NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries was last changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One recall as feeds tell it; ``url`` never changes and is its identity. Times are RFC 3339."""

    url: str
    paper: str | None
    title: str
    text: str
    author: str | None
    published: str
    updated: str
    language: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its own address, that of the page with the same recalls, and the entries, the newest first."""

    title: str
    url: str
    page: str
    language: str
    entries: Sequence[Entry]

    @property
    def updated(self) -> str:
        """Return when the newest change was."""
        return max((entry.updated for entry in self.entries), default=NEVER)


def write_atom(feed: Feed) -> bytes:
    """Return the feed in Atom; every text is plain text."""
    ElementTree.register_namespace("", _NAMESPACE)
    root = ElementTree.Element(f"{{{_NAMESPACE}}}feed", {"xml:lang": feed.language})
    _put(root, "title", feed.title)
    _put(root, "id", feed.page)
    _put(root, "updated", feed.updated)
    _put(root, "link", rel="self", href=feed.url, type=ATOM)
    _put(root, "link", rel="alternate", href=feed.page, type="text/html")
    _put(_put(root, "author"), "name", feed.title)
    for entry in feed.entries:
        node = _put(root, "entry")
        node.set("xml:lang", entry.language)
        _put(node, "title", entry.title)
        _put(node, "id", entry.url)
        _put(node, "published", entry.published)
        _put(node, "updated", entry.updated)
        _put(node, "link", rel="alternate", href=entry.url, type="text/html")
        if entry.paper is not None:
            _put(node, "link", rel="related", href=entry.paper, type="application/pdf")
        if entry.author is not None:
            _put(_put(node, "author"), "name", entry.author)
        _put(node, "content", entry.text, type="text")
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)


def _put(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    node = ElementTree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)
    node.text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text) or None
    return node


def write_json_feed(feed: Feed) -> Mapping[str, Any]:
    """Return the feed as the plain values of a JSON Feed."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "language": feed.language,
        "items": [
            {
                "id": entry.url,
                "url": entry.url,
                "title": entry.title,
                "content_text": entry.text,
                "date_published": entry.published,
                "date_modified": entry.updated,
                "language": entry.language,
                **({} if entry.author is None else {"authors": [{"name": entry.author}]}),
                **_attached(entry),
            }
            for entry in feed.entries
        ],
    }


def _attached(entry: Entry) -> Mapping[str, Any]:
    paper = entry.paper
    return {} if paper is None else {"attachments": [{"url": paper, "mime_type": "application/pdf"}]}
