"""Fonts and lines of PDF files: a font that has Chinese, and texts broken into lines that fit. Pure."""

import logging
import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

logger = logging.getLogger("suyuan")

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
_USUAL = ("wqy-microhei", "wqy-zenhei", "msyh", "simhei", "deng", "simsun", "stheiti", "droidsansfallback")
_PROBE = "召回公告批号条码数量，。"

NO_CHINESE = (
    "This system has no TrueType font with Chinese characters; each is printed as “?”. The setting is PDF_FONT."
)


@dataclass(frozen=True, slots=True)
class Font:
    """A font as it is known to the writer; ``chinese``: it is embedded and has Chinese characters."""

    name: str
    path: str | None
    chinese: bool


class FontRefused(ValueError):
    """A font file that cannot be embedded, or that has no Chinese characters."""


@lru_cache(maxsize=8)
def find_font(setting: str | None) -> Font:
    """Return the font of the setting, else the system's first one with Chinese characters, else a Latin one.

    The last has no Chinese: every paper says so on its first page, and the log says it once.
    """
    if setting is not None:
        try:
            return load_font(Path(setting))
        except FontRefused as error:
            logger.warning("PDF_FONT: %s", error)
    for path in _system_fonts():
        try:
            return load_font(path)
        except FontRefused:
            continue
    logger.warning(NO_CHINESE)
    return Font("Helvetica", None, chinese=False)


def _system_fonts() -> list[Path]:
    """Return TrueType files of the usual folders, those with Chinese by their name first."""
    found = {
        path
        for folder in map(Path, FOLDERS)
        for path in folder.expanduser().rglob("*")
        if path.suffix.lower() in (".ttf", ".ttc")
    }
    names = {path: path.name.lower() for path in found}

    def order(path: Path) -> tuple[int, str]:
        return next((at for at, name in enumerate(_USUAL) if names[path].startswith(name)), len(_USUAL)), str(path)

    return sorted(found, key=order)


def load_font(path: Path) -> Font:
    """Register a TrueType file, or the first fitting font of a collection. Raises FontRefused."""
    reason = "it has no Chinese characters"
    for index in range(4 if path.suffix.lower() == ".ttc" else 1):
        name = f"{path.stem}-{index}"
        try:
            font = TTFont(name, str(path), subfontIndex=index)
        except (TTFError, OSError) as error:  # the outlines of CFF fonts are among what cannot be embedded
            reason = str(error)
            break
        if all(ord(one) in font.face.charToGlyph for one in _PROBE):
            pdfmetrics.registerFont(font)
            return Font(name, str(path), chinese=True)
    raise FontRefused(f"Cannot use {path}: {reason}.")


def letters_of(font: Font) -> Collection[int] | None:
    """Return the characters that the font has."""
    if font.path is None:
        return frozenset(range(32, 127)) | frozenset(range(160, 256)) | {ord(one) for one in "–—‘’“”•…€"}
    letters: Collection[int] = pdfmetrics.getFont(font.name).face.charToGlyph
    return letters


_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean(text: str, font: Font, limit: int) -> str:
    """Return ``text`` without what is no letter (controls, marks that turn the direction), at most so long.

    What the font does not have is an empty box; line breaks stay.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    kept = (one for one in text.expandtabs(4) if one == "\n" or unicodedata.category(one) not in _UNPRINTED)
    letters, missing = letters_of(font), "□" if font.chinese else "?"
    return "".join(one if letters is None or one == "\n" or ord(one) in letters else missing for one in kept)


_CJK = r"\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_CLOSING = r"，。、；：！？）》」』】〉〕％"
_OPENING = r"（《「『【〈〔"
_PIECES = re.compile(
    rf"\s+|[{_OPENING}]*[{_CJK}][{_CLOSING}]*|[^\s{_CJK}]+[{_CLOSING}]*",
)


Measure = Callable[[str], float]


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Return the lines of ``text``, none wider than ``width`` as ``measure(part)`` tells.

    Chinese breaks between any two characters, but no line begins with a closing mark; other words stay whole where
    they fit.
    """
    lines: list[str] = []
    for given in text.split("\n"):
        line, room = "", width
        for piece in _PIECES.findall(given):
            wide = measure(piece)
            if wide <= room:
                line, room = line + piece, room - wide
                continue
            if line.strip():
                lines.append(line.rstrip())
            line, room = "", width
            if piece.isspace():
                continue
            *full, line = _split(piece, width, measure)
            lines += full
            room = width - measure(line)
        lines.append(line.rstrip())
    return lines


def _split(word: str, width: float, measure: Measure) -> list[str]:
    """Return a word in parts that fit; each has one letter at the least."""
    parts, part, room = [], "", width
    for letter in word:
        wide = measure(letter)
        if wide > room and part:
            parts.append(part)
            part, room = "", width
        part, room = part + letter, room - wide
    return [*parts, part]
