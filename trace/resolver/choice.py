"""Which link answers a request: by type and level, then by language, media type and context (Resolver Standard 2.6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trace.gs1.digital_link import Elements
from trace.resolver.link_types import DEFAULT_LINK, DEFAULT_LINK_MULTI

Preferences = tuple[tuple[str, float], ...]
"""Values of an Accept header with their qualities."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link. ``title_en`` is None where there is one title for all; no languages, type or contexts: for all."""

    link_type: str
    href: str
    title: str
    title_en: str | None = None
    languages: tuple[str, ...] = ()
    media_type: str | None = None
    contexts: tuple[str, ...] = ()

    def titled(self, language: str) -> str:
        """The title in a language of the pages."""
        return self.title_en if language == "en" and self.title_en else self.title


def split_words(text: str) -> tuple[str, ...]:
    """Languages or contexts of a link as they are kept: with commas between them, empty for none."""
    return tuple(text.split(",")) if text else ()


@dataclass(frozen=True, slots=True)
class Level:
    """An identifier and the links of exactly its granularity; one of them may be its default."""

    elements: Elements
    links: tuple[Link, ...]
    default: Link | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """All that is known of what was asked: levels from the asked one up to the key.

    ``first`` is the link that comes before all others, whatever was asked for: to a recall, or to what would tell
    whether there is one. ``fallback`` is the default where no owner set one.
    """

    levels: tuple[Level, ...]
    first: Link | None = None
    fallback: Link | None = None
    description: str | None = None
    description_en: str | None = None

    @property
    def default(self) -> Link:
        """The one default link; there is none only where nothing is known."""
        level = self._default_level()
        found = self.first or (level.default if level else None) or self.fallback
        if found is None:
            raise LookupError("expected a level with a default link, or one to fall back on")
        return found

    @property
    def alternatives(self) -> tuple[Link, ...]:
        """Links of the default's own type and level: a better answer for some (gs1:defaultLinkMulti, 2.5.8)."""
        level = None if self.first else self._default_level()
        if level is None or level.default is None:
            return ()
        kind = level.default.link_type
        found = tuple(link for link in level.links if link.link_type == kind)
        return found if len(found) > 1 else ()

    def of_type(self, link_type: str | None) -> tuple[Link, ...]:
        """Links of a type at the most granular level that has any."""
        for level in self.levels:
            found = tuple(link for link in level.links if link.link_type == link_type)
            if found:
                return found
        return ()

    def _default_level(self) -> Level | None:
        return next((level for level in self.levels if level.default is not None), None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client prefers; nothing given leaves every link as good as the others."""

    languages: Preferences = ()
    media_types: Preferences = ()
    context: str | None = None


def choose(found: Found, link_type: str | None, wanted: Wanted) -> tuple[Link, ...]:
    """The link to lead to; several where nothing in the request decides between them, none where no such link is.

    What comes first comes first for every link type. Without a link type there is always one.
    """
    if found.first is not None:
        return (found.first,)
    if link_type not in (None, DEFAULT_LINK, DEFAULT_LINK_MULTI):
        return _best(found.of_type(link_type), wanted)
    best = _best(found.alternatives, wanted)
    return best if len(best) == 1 else (found.default,)


def _best(links: Sequence[Link], wanted: Wanted) -> tuple[Link, ...]:
    """The links that none is better than: language decides before media type, and media type before context."""
    kept = tuple(links)
    for rank in (_by_language(wanted), _by_media_type(wanted), _by_context(wanted)):
        ranks = [rank(link) for link in kept]
        kept = tuple(link for link, one in zip(kept, ranks, strict=True) if one == max(ranks))
    return kept


Rank = tuple[float, int]
_NEUTRAL: Rank = (0.0, 0)
"""For a link that says nothing: after one that fits, before one that does not."""
_UNFIT: Rank = (-1.0, 0)


def _by_language(wanted: Wanted) -> Callable[[Link], Rank]:
    def rank(link: Link) -> Rank:
        if not wanted.languages or not link.languages:
            return _NEUTRAL
        return max((_language_rank(tag, wanted.languages) for tag in link.languages), default=_NEUTRAL)

    return rank


def _language_rank(tag: str, ranges: Preferences) -> Rank:
    """RFC 4647: a range fits its own tag best, then a wider (lookup) or narrower one (filtering), `*` any other."""
    parts = tag.lower().split("-")
    ranks = []
    for text, quality in ranges:
        asked = text.lower().replace("_", "-").split("-")
        common = min(len(parts), len(asked))
        if parts[:common] == asked[:common]:
            ranks.append((quality, 2 if parts == asked else 1) if quality > 0 else _UNFIT)
    ranks = ranks or [(quality, 0) for text, quality in ranges if text == "*" and quality > 0]
    return max(ranks, default=_UNFIT)


def _by_media_type(wanted: Wanted) -> Callable[[Link], Rank]:
    def rank(link: Link) -> Rank:
        if not wanted.media_types or link.media_type is None:
            return _NEUTRAL
        return _media_rank(link.media_type, wanted.media_types)

    return rank


def _media_rank(media_type: str, ranges: Preferences) -> Rank:
    """RFC 9110 §12.5.1: the most specific range that covers a type gives its quality."""
    main = media_type.partition("/")[0]
    for specific, text in ((2, media_type), (1, f"{main}/*"), (0, "*/*")):
        qualities = [quality for one, quality in ranges if one.lower().partition(";")[0].strip() == text]
        if qualities:
            return (max(qualities), specific) if max(qualities) > 0 else _UNFIT
    return _UNFIT


def _by_context(wanted: Wanted) -> Callable[[Link], Rank]:
    def rank(link: Link) -> Rank:
        if wanted.context is None or not link.contexts:
            return _NEUTRAL
        return (1.0, 0) if wanted.context.upper() in link.contexts else _UNFIT

    return rank
