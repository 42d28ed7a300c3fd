"""Link sets: RFC 9264 documents in the shape of the Resolver Standard (2.10), and the `Link` header (RFC 8288)."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from trace.gs1.digital_link import build_path
from trace.resolver.choice import Found, Level, Link
from trace.resolver.link_types import DEFAULT_LINK, DEFAULT_LINK_MULTI, LINKSET, link_relation

LINKSET_JSON = "application/linkset+json"
CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"
LONGEST_HEADER = 4000
"""Characters of a `Link` header: servers in between take 8 KiB for all headers of an answer."""

JSON_LD_CONTEXT: dict[str, Any] = {
    "@context": {
        "@version": 1.1,
        "@vocab": "http://www.iana.org/assignments/relation/",  # registered relations; the others are URIs
        "dcterms": "http://purl.org/dc/terms/",
        "linkset": "@graph",
        "anchor": "@id",
        "href": "@id",
        "title": "dcterms:title",
        "itemDescription": "dcterms:description",
        "type": {"@id": "dcterms:format"},
        "hreflang": {"@id": "dcterms:language", "@container": "@set"},
        "context": {"@id": "dcterms:spatial", "@container": "@set"},
    }
}
"""What the members of a link set mean as JSON-LD (RFC 9264, appendix A)."""


def write_linkset(found: Found, site: str, language: str) -> dict[str, Any]:
    """All links by the identifier that each is about, the asked one first; exactly one is the default.

    The default link stands with its own type too, and has nothing but its address and title (2.5.8).
    """
    shown = [level for level in found.levels if level.links or level is found.levels[0]]
    return {"linkset": [_write_level(found, level, site, language) for level in shown]}


def _write_level(found: Found, level: Level, site: str, language: str) -> dict[str, Any]:
    asked = level is found.levels[0]
    written: dict[str, Any] = {"anchor": site + build_path(level.elements)}
    description = found.description_en if language == "en" and found.description_en else found.description
    if asked and description:
        written["itemDescription"] = description
    for link in level.links:
        written.setdefault(link_relation(link.link_type), []).append(write_link(link, language))
    if asked:
        default = found.default
        written[link_relation(DEFAULT_LINK)] = [{"href": default.href, "title": default.titled(language)}]
        if found.alternatives:
            multi = [write_link(link, language) for link in found.alternatives]
            written[link_relation(DEFAULT_LINK_MULTI)] = multi
    return written


def write_link(link: Link, language: str) -> dict[str, Any]:
    """One link as a target object."""
    written: dict[str, Any] = {"href": link.href, "title": link.titled(language)}
    if link.media_type is not None:
        written["type"] = link.media_type
    if link.languages:
        written["hreflang"] = list(link.languages)
    if link.contexts:
        written["context"] = list(link.contexts)
    return written


def write_choices(links: Iterable[Link], anchor: str, language: str) -> dict[str, Any]:
    """A link set of those links alone between which the client has to choose (300)."""
    written: dict[str, Any] = {"anchor": anchor}
    for link in links:
        written.setdefault(link_relation(link.link_type), []).append(write_link(link, language))
    return {"linkset": [written]}


def write_header(found: Found, site: str, language: str, compressed: bool) -> str:
    """The `Link` header of a redirect: where the link set is, and the links themselves as long as there is room.

    For a compressed request it says first what the uncompressed Digital Link is.
    """
    anchor = site + build_path(found.levels[0].elements)
    parts = [f'<{anchor}>; rel="owl:sameAs"'] if compressed else []
    parts.append(f'<{anchor}?linkType={LINKSET}>; rel="linkset"; type="{LINKSET_JSON}"')
    default = f'<{found.default.href}>; rel="{link_relation(DEFAULT_LINK)}"{_title(found.default, language)}'
    links = [_header_link(link, level, site, language) for level in found.levels for link in level.links]
    whole = ", ".join([*parts, default, *links])
    return whole if len(whole) <= LONGEST_HEADER else ", ".join(parts)


def _header_link(link: Link, level: Level, site: str, language: str) -> str:
    text = f'<{link.href}>; rel="{link_relation(link.link_type)}"{_title(link, language)}'
    text += f'; anchor="{site}{build_path(level.elements)}"'
    text += f'; type="{link.media_type}"' if link.media_type else ""
    return text + "".join(f'; hreflang="{tag}"' for tag in link.languages)


def _title(link: Link, language: str) -> str:
    """A title of ASCII letters as it is, any other as RFC 8187 writes it: headers have no other characters."""
    title = link.titled(language)
    if title.isascii() and title.isprintable() and not set(title) & set('"\\'):
        return f'; title="{title}"'
    return f"; title*=UTF-8''{quote(title, safe='')}"
