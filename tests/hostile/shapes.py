"""The shape of a page, a feed or a drawing: its elements with the names of their attributes, and its text."""

from collections import Counter
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree

LINES = frozenset({"p", "br", "li", "ol", "ul", "text"})
"""Elements of running text, `text` inside a drawing: a text of more lines may be shown in more of them."""

ADDRESSED = frozenset({"href", "src", "action", "formaction", "poster", "data", "xlink:href"})
SCHEMES = ("javascript:", "data:text", "vbscript:")


class Shape(NamedTuple):
    """Elements by (name, names of attributes), and all text between them."""

    elements: Counter[tuple[str, tuple[str, ...]]]
    text: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            if name in ADDRESSED:
                assert not (value or "").strip().lower().startswith(SCHEMES), (tag, name, value)
                assert "evil" not in urlsplit(value or "").netloc, (tag, name, value)
        if tag not in LINES:
            self.elements[tag, tuple(sorted(name for name, _ in attrs))] += 1

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def read_html(page: str) -> Shape:
    """The shape of a page; AssertionError where a script hides in an attribute."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return Shape(reader.elements, "".join(reader.texts))


def read_xml(data: bytes) -> Shape:
    """The shape of an XML document; raises etree.XMLSyntaxError if it is none, and takes no entity of its own."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    assert root.getroottree().docinfo.internalDTD is None
    elements: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for node in root.iter():
        assert isinstance(node.tag, str), node  # no comment, instruction or entity
        names = tuple(sorted(str(name) for name in node.attrib))
        assert not any(name.lower().startswith("on") for name in names), (node.tag, names)
        elements[node.tag, names] += 1
    return Shape(elements, "".join(str(text) for text in root.itertext()))


def squeeze(text: str) -> str:
    """The text without its white space, by which pages may break it differently."""
    return "".join(text.split())
