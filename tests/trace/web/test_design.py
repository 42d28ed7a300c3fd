"""The stylesheet: contrast of every pair of colours in both themes, colour by tokens alone, classes that exist."""

import re

import pytest

from trace.kit.config import ROOT
from trace.web.shell import STATIC

CSS = (STATIC / "public.css").read_text("utf-8")
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)

TEXT = [
    *(("ink", "paper"), ("soft", "paper"), ("action", "paper"), ("wrong", "paper"), ("ink", "field")),
    *((f"on-{name}", name) for name in ("action", "stop", "wait", "clear", "unknown")),
]
"""Words and what they stand on: WCAG 2.2, 1.4.3, at least 4.5."""

MARKS = [("soft", "paper"), ("soft", "field"), ("action", "paper"), ("wrong", "field"), ("stop", "paper")]
"""Borders, focus rings and bands and what they stand on: WCAG 2.2, 1.4.11, at least 3."""


def tokens(theme: str) -> dict[str, str]:
    """The colours of `light`, or of `dark`, which names only what differs."""
    light, dark = re.findall(r":root \{(.*?)\}", RULES, re.DOTALL)[:2]
    named = [light] if theme == "light" else [light, dark]
    return {name: value for block in named for name, value in re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_guidelines_do() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (MARKS, 3.0)], ids=["text", "marks"])
def test_every_pair_of_colours_has_its_contrast(theme: str, pairs: list[tuple[str, str]], least: float) -> None:
    colours = tokens(theme)
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: got for pair, got in weak.items() if got < least} == {}


def test_both_themes_name_the_same_colours() -> None:
    light, dark = re.findall(r":root \{(.*?)\}", RULES, re.DOTALL)[:2]
    names = [set(re.findall(r"--([a-z-]+):", block)) for block in (light, dark)]
    assert names[0] == names[1]


def test_colours_are_written_as_tokens_alone() -> None:
    """Black and white are for paper and for the camera's picture."""
    rules = re.sub(r":root \{.*?\}", "", RULES, flags=re.DOTALL)
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)) <= {"#000000", "#ffffff"}
    assert not re.search(r"\b(?:rgb|hsl)a?\(|url\(|@import|!important(?!;? })", rules)


def test_every_class_of_the_design_note_is_styled_and_the_other_way_round() -> None:
    note = (ROOT / "docs" / "design.md").read_text("utf-8")
    note = re.sub(r"## The desk\n.*?(?=\n## )", "", note, flags=re.DOTALL)  # has a stylesheet of its own
    named = set(re.findall(r"`\.([a-z][a-z-]*)`", note))
    styled = set(re.findall(r"\.([a-z][a-z-]*)(?=[\s,{:.>\[)])", RULES))
    assert named == styled


def test_no_rule_is_left_over() -> None:
    templates = "".join(file.read_text("utf-8") for file in ROOT.glob("*/web/templates/*.html"))
    named = " ".join(re.findall(r'class="([^"]*)"', templates))
    used = set(re.findall(r"[a-z][a-z-]*", named)) | {"quick", "stop", "wait", "clear", "unknown"}  # by script, by tone
    assert set(re.findall(r"\.([a-z][a-z-]*)(?=[\s,{:.>\[)])", RULES)) - used == set()
