"""How wide texts are, near enough to keep them apart. Pure."""

import unicodedata

_NARROW = 0.57


def width_of(text: str, size: float) -> float:
    """Return the width of a text in letters of ``size``: Chinese ones are square, others never wider than 0.6 of it."""
    return size * sum(
        1.0 if unicodedata.east_asian_width(one) in "WFA" or one in "MWmw@%" or one > "\u2fff" else _NARROW
        for one in text
    )


def shorten(text: str, size: float, room: float) -> str:
    """Return as much of a text as there is room for, with an ellipsis where it is cut."""
    text = clean(text)
    if width_of(text, size) <= room:
        return text
    kept = text
    while kept and width_of(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…" if kept else ""


def clean(text: str) -> str:
    """Return a text without controls and marks that turn its direction; line breaks are blanks."""
    letters = (" " if one in "\t\n\r" else one for one in text)
    return "".join(one for one in letters if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
