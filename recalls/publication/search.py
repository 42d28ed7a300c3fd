"""What an announced recall is found by: one folded text, and marks by which lists are filtered. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from recalls.publication.fields import Words, say
from recalls.publication.records import LANGUAGES, Facts

MarkKind = Literal["product", "firm", "region", "lot"]

SEARCHED = ("title", "product", "brand", "specification", "producer", "uscc", "defect")
"""Fields of a notice that a search looks into, in both languages; of lots it knows only whole ones."""


_NUMBERS = re.compile("[0-9]+")
_SHORT_NUMBER = re.compile("[0-9]{1,5}")
"""Inside other numbers and bar codes there is nearly every one of them: nobody means those."""


class Mark(NamedTuple):
    """Something that recalls are found by: a GTIN, the name of a firm, two digits of a region, a folded lot."""

    kind: MarkKind
    value: str
    label: str | None = None
    label_en: str | None = None


@dataclass(frozen=True, slots=True)
class Indexed:
    """What lists show of a notice and find it by; ``marks`` are in the notice's order, each once."""

    title: str
    title_en: str | None
    text: str
    marks: tuple[Mark, ...]


def fold(text: str) -> str:
    """Return a text as it is compared: characters of full width and capitals like others, blanks as one."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def needle(term: str) -> str:
    """Return what of a folded word is looked for in an indexed text: of a short number only the whole number."""
    return f"#{term}#" if _SHORT_NUMBER.fullmatch(term) else term


def index_notice(number: str, words: Words, facts: Facts) -> Indexed:
    """Return what a version of the notice of recall ``number`` is found by.

    Of a batch that the notice does not name (it names 500) nothing is in it: whether a lot is recalled says the check.
    """
    told = [say(name, words, facts, language) for name in SEARCHED for language in LANGUAGES]
    codes = [code for row in facts["products"] for code in (row["gtin"], row["code"])]
    parts = dict.fromkeys(fold(part) for part in (number, *told, *codes) if part)
    numbers = dict.fromkeys(one for part in parts for one in _NUMBERS.findall(part) if _SHORT_NUMBER.fullmatch(one))
    title = say("title", words, facts, "zh") or number
    marks: dict[tuple[str, str], Mark] = {}
    for mark in _marks(facts):
        marks.setdefault((mark.kind, mark.value), mark)
    text = "\n".join([*parts, *(needle(one) for one in numbers)])
    return Indexed(title, say("title", words, facts, "en"), text, tuple(marks.values()))


def _marks(facts: Facts) -> Iterator[Mark]:
    for row in facts["products"]:
        if row["gtin"] is not None:
            yield Mark("product", row["gtin"], row["name"], row["name_en"])
    for row in facts["producers"]:
        if row["name"] is not None:
            yield Mark("firm", row["name"], row["name"], row.get("name_en"))
    for province in facts["provinces"]:
        yield Mark("region", province)
    for line in facts["lines"]:
        if not line["exclude"]:
            yield from (Mark("lot", fold(lot)) for lot in line["lots"])
    for batch in facts["batches"]:
        if batch["lot"] is not None:
            yield Mark("lot", fold(batch["lot"]))
