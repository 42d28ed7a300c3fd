"""Words that make a danger look smaller than it is: a public notice must not have them (RECALLS). Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_HARM_ZH = "(?:事故|伤害|伤亡|受伤|伤人|死亡|不良反应|投诉|病例|患病|中毒|不适|案例)"
_STAYS = r"(?:(?!可能|会|也|仍|应|须|请)[^，。；！？,.;!?]){0,20}?"
_HARM_EN = r"(?:accidents?|incidents?|injur(?:y|ies)|illness(?:es)?|deaths?|complaints?|adverse (?:events?|reactions?))"

_RARE = "cooked|meat|beef|steaks?|roast|earths?|diseases?|disorders?"
"""What is rare, or rarely done, without being a word about the danger."""

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # choosing or taking part of one's own free will is the consumer's right, and no description of the recall
        "自愿(?!选择|参加|接受|参与)",
        "主动(?:召回|回收|下架|撤回)",
        "预防性",
        "以防万一",
        "(?:出于|基于)(?:谨慎|审慎)|(?:谨慎|审慎)起见",
        # very small amounts may be the danger itself
        "极少(?!量)",
        "罕见(?!病)",
        "个别(?!包装|独立包装|联系|通知|告知)",
        f"(?:尚未|暂未|从未|未曾|未|没有|没)有?(?:收到|接到|接获|获悉|发现|发生|出现|造成|导致|引起|引发){_STAYS}{_HARM_ZH}",
        f"(?:尚无|暂无|并无|没有|无)(?:任何|相关|消费者|人员|人身|已知|安全|健康|质量|食品|严重|类似|报告|一起|一例)*{_HARM_ZH}",
        r"\bvoluntar(?:y|ily)\b",
        r"\bprecautionary\b|\bas a (?:simple |mere )?precaution\b|\bpurely (?:as )?a precaution\b",
        r"\b(?:out of|in) an? (?:over)?abundance of caution\b|\babundance of caution\b",
        rf"(?<!medium )(?<!cooked )\brare(?:ly)?\b(?!-| (?:{_RARE})\b)",
        r"\bisolated (?:\w+ )?(?:cases?|incidents?|events?|reports?|instances?|problems?|issues?)\b",
        rf"\b(?:no|without|zero) (?:\w+ ){{0,3}}?{_HARM_EN}\b",
        rf"\bnot (?:\w+ ){{0,2}}?(?:received|aware of|had|caused) (?:\w+ ){{0,4}}?{_HARM_EN}\b",
    )
)


@dataclass(frozen=True, slots=True)
class Softened:
    """A softening word as it is written, and the number of its first character (from 1)."""

    word: str
    at: int


def find_softening(text: str, names: Collection[str] = ()) -> list[Softened]:
    """Return the softening words of a text in Chinese or English, in their order.

    ``names`` are of firms and goods: what stands in one of them is no description of the danger. Blanks inside
    Chinese, letters of full width and invisible characters hide nothing.
    """
    plain, places = _plain(text)
    for name in names:
        bare, _ = _plain(name)
        if bare:
            plain = plain.replace(bare, "\n" * len(bare))
    found = {match.start(): match.group() for match in _matches(plain)}
    return [
        Softened(text[places[at] : places[at + len(word) - 1] + 1], places[at] + 1)
        for at, word in sorted(found.items())
    ]


def _matches(plain: str) -> Iterator[re.Match[str]]:
    for pattern in _PATTERNS:
        yield from pattern.finditer(plain)


def _plain(text: str) -> tuple[str, list[int]]:
    """Return a text in small letters without what hides words, and where each letter stood."""
    letters: list[str] = []
    places: list[int] = []
    for at, given in enumerate(text):
        if unicodedata.category(given) == "Cf":
            continue
        if given.isspace():
            if not letters or letters[-1] == " " or not letters[-1].isascii():
                continue
            given = " "
        for letter in unicodedata.normalize("NFKC", given).lower():
            if letters and letters[-1] == " " and not letter.isascii():
                letters.pop()
                places.pop()
            letters.append(letter)
            places.append(at)
    return "".join(letters), places
