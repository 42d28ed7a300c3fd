"""The levels of an identifier, from the most granular up to its primary key (Resolver Standard 1.2, 2.5.9)."""

from collections.abc import Iterator

from trace.gs1.digital_link import CANONICAL_BASE, Elements, build_path

_ITEM = (("21",), ("235",), ("22", "10"), ("10",), ("22",), ())
_SETS: dict[str, tuple[tuple[str, ...], ...]] = {
    "01": _ITEM,
    "8006": _ITEM,
    "414": (("254",), ("7040",), ()),
    "417": (("7040",), ()),
    "00": ((),),
}
"""Of which qualifiers links are kept, most granular first. A serial number is unique without the lot (rule 2)."""

SUPPORTED = tuple(sorted(_SETS))
"""Primary keys that are resolved, as the description file declares them."""


def find_levels(elements: Elements) -> list[Elements]:
    """The levels of a supported key with its qualifiers, then those of what it is a part of or another name for.

    A piece of a trade item (8006) is part of the item with its lot; the GLN of a firm (417) is the one of its
    place (414). Of a key that is not supported there are none.
    """
    (ai, value), *_ = elements
    found = list(_own_levels(elements))
    if ai == "8006":
        found += _own_levels((("01", value[:14]), *((name, one) for name, one in elements[1:] if name in ("22", "10"))))
    elif ai == "417":
        found += _own_levels((("414", value),))
    return found


def _own_levels(elements: Elements) -> Iterator[Elements]:
    key, values = elements[0], dict(elements[1:])
    for names in _SETS.get(key[0], ()):
        if values.keys() >= set(names):
            yield (key, *((name, values[name]) for name in names))


def canonical_level(elements: Elements) -> str:
    """The canonical URI under which links of a level are kept."""
    return CANONICAL_BASE + build_path(elements)


def is_level(elements: Elements) -> bool:
    """Whether links are kept of exactly this key with these qualifiers."""
    return elements in _own_levels(elements)
