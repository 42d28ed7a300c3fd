"""The two READMEs say the same: headings, commands, files and links in one order, each in its own language."""

import re
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import pytest

from trace.kit.config import ROOT

ENGLISH, CHINESE = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"(?:^|\s+)# .*$", re.MULTILINE)
HAN = re.compile(r"[\u4e00-\u9fff]")


def prose(text: str) -> str:
    """What is not a block of code."""
    return BLOCK.sub("", text)


def headings(text: str) -> list[int]:
    """The levels of all headings in their order."""
    return [len(marks) for marks in re.findall(r"^(#+) ", prose(text), re.MULTILINE)]


def commands(text: str) -> list[str]:
    """The blocks of commands without their comments."""
    return [COMMENT.sub("", body) for language, body in BLOCK.findall(text) if language]


def drawings(text: str) -> list[list[str]]:
    """What stands before the words in each line of a drawing: the step and its file."""
    lines = [line for language, body in BLOCK.findall(text) if not language for line in body.splitlines()]
    return [re.split(r" {2,}|[,，] ?", line.strip())[:2] for line in lines if not line.strip().startswith("→")]


def links(text: str) -> list[str]:
    """Where links lead, apart from the two READMEs' to each other."""
    found: list[str] = re.findall(r"\]\(([^)]+)\)|<(http[^>]+)>|!\[[^\]]*\]\(([^)]+)\)", text)
    return [link for some in found for link in some if link and not link.startswith("README")]


def names(text: str) -> list[str]:
    """What stands in code marks inside running text and tables."""
    return re.findall(r"`([^`\n]+)`", prose(text))


@pytest.mark.parametrize("facts", [headings, commands, drawings, links, names])
def test_both_readmes_have_the_same_facts(facts: Callable[[str], list[Any]]) -> None:
    for number, (english, chinese) in enumerate(zip_longest(facts(ENGLISH), facts(CHINESE))):
        assert english == chinese, f"{facts.__name__} {number}"


def test_each_readme_leads_to_the_other_at_its_top() -> None:
    assert "(README.zh.md)" in "".join(ENGLISH.splitlines(keepends=True)[:6])
    assert "(README.md)" in "".join(CHINESE.splitlines(keepends=True)[:6])


def test_every_heading_and_paragraph_of_the_chinese_readme_is_chinese() -> None:
    for paragraph in re.split(r"\n\n|\n(?=[-|] ?)", prose(CHINESE)):
        words = re.sub(r"`[^`]*`|\[[^\]]*\]\([^)]*\)|<[^>]*>", "", paragraph)
        if re.search(r"[A-Za-z]{2} ", words):
            assert HAN.search(words), paragraph
