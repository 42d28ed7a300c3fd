"""What a public notice must carry (RECALLS), in its order, and what of it is there. Pure.

Two sources say it: the ``words`` of the author, and the ``facts`` that the records hold. Both are plain JSON values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from recalls.publication.records import LANGUAGES, RECORDS, Facts, Language
from trace.kit.formats import say_day

Words = Mapping[str, Any]
"""What an author wrote: texts by the names of FIELDS (``_en`` in English), days as ISO dates, ``contact`` an object."""

ENGLISH = "_en"
"""Ends the name of a text in English."""


@dataclass(frozen=True, slots=True)
class Field:
    """One fact of a notice. ``both``: to be said in Chinese and in English; ``recorded``: the records have the word."""

    name: str
    zh: str
    en: str
    both: bool = False
    recorded: bool = False

    def called(self, language: Language) -> str:
        """Return the name under which an author says it in one language."""
        return self.name + ENGLISH if self.both and language == "en" else self.name

    def label(self, language: Language) -> str:
        """Return what the fact is called."""
        return self.zh if language == "zh" else self.en


FIELDS: Sequence[Field] = (
    Field("title", "标题", "Title", both=True),
    Field("producer", "生产者", "Producer", recorded=True),
    Field("uscc", "统一社会信用代码", "Unified social credit code", recorded=True),
    Field("contact", "联系方式", "Contact"),
    Field("product", "产品", "Product", both=True, recorded=True),
    Field("brand", "品牌", "Brand", recorded=True),
    Field("specification", "规格", "Specification", recorded=True),
    Field("picture", "图片", "Picture"),
    Field("batches", "批次", "Batches", recorded=True),
    Field("produced", "生产日期", "Production dates", recorded=True),
    Field("lot_position", "批号位置", "Where to find the lot", both=True),
    Field("units_made", "生产数量", "Units made", recorded=True),
    Field("units_recalled", "召回数量", "Units recalled", recorded=True),
    Field("channels", "销售渠道", "Sold through", both=True),
    Field("regions", "销售地区", "Regions", both=True, recorded=True),
    Field("sold_from", "开始销售日期", "Sold from"),
    Field("sold_to", "停止销售日期", "Sold until"),
    Field("defect", "缺陷", "Defect", both=True),
    Field("consequence", "可能的后果", "What it can do", both=True),
    Field("what_to_do", "现在怎么做", "What to do now", both=True),
    Field("remedy", "补救措施", "Remedy", both=True),
    Field("starts_on", "召回开始日期", "Recall begins"),
    Field("ends_on", "召回结束日期", "Recall ends"),
    Field("feedback", "意见反馈", "How to be heard", both=True),
)

BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}

DAYS = frozenset({"sold_from", "sold_to", "starts_on", "ends_on"})
"""Fields that are days, kept as ISO dates."""


def say(name: str, words: Words, facts: Facts, language: Language) -> str | None:
    """Return what a notice says of a field in one language; ``None`` where nobody said it.

    Of what is ``recorded`` the records are believed before the author, of all else the author before the records.
    """
    field = BY_NAME[name]
    recorded = RECORDS[name](facts, language) if name in RECORDS else None
    if name == "contact":
        return say_contact(words, facts)
    if name == "picture":
        return pictures_of(words).get("picture") or recorded
    written = words.get(field.called(language))
    return (recorded or written) if field.recorded else (written or recorded)


class Told(NamedTuple):
    """A text as a reader gets it, and the language that it is really in."""

    text: str
    language: Language


def tell(name: str, words: Words, facts: Facts, language: Language) -> Told | None:
    """Return what a notice says of a field for a reader: in Chinese where it is not said in English, days in words."""
    for spoken in dict.fromkeys((language, LANGUAGES[0])):
        text = say(name, words, facts, spoken)
        if text is not None:
            return Told(say_day(text, language) if name in DAYS else text, spoken)
    return None


def contact_of(words: Words, facts: Facts) -> Mapping[str, str | None]:
    """Return ``phone``, ``email`` and ``address``: each as the author gave it, else as the producer registered it."""
    written = words.get("contact") or {}
    producer = (facts["producers"] or [{}])[0]
    return {name: written.get(name) or producer.get(name) for name in ("phone", "email", "address")}


def tell_consumer(words: Words, facts: Facts) -> dict[str, str | None]:
    """Return what a consumer who scanned the goods is told at once (`trace.holds.HoldNotice`)."""
    return {
        "instructions": say("what_to_do", words, facts, "zh"),
        "instructions_en": say("what_to_do", words, facts, "en"),
        "hazard": say("defect", words, facts, "zh"),
        "hazard_en": say("defect", words, facts, "en"),
        "lot_position": say("lot_position", words, facts, "zh"),
        "lot_position_en": say("lot_position", words, facts, "en"),
        "phone": contact_of(words, facts)["phone"],
    }


PICTURES = ("picture", "lot_picture")
"""Photographs that a notice may show: the goods, and where on the pack the lot stands."""


def pictures_of(words: Words) -> Mapping[str, str]:
    """Return the digests of the photographs that a notice shows, by their names in PICTURES."""
    return {name: words[name]["digest"] for name in PICTURES if "digest" in (words.get(name) or {})}


def say_contact(words: Words, facts: Facts) -> str | None:
    """Return the ways of reaching the firm in one line; ``None`` where there is neither a phone nor an e-mail."""
    contact = contact_of(words, facts)
    reachable = contact["phone"] or contact["email"]
    return " · ".join(text for text in contact.values() if text) if reachable else None


def missing(words: Words, facts: Facts) -> list[str]:
    """Return the names of all fields that nobody said, in their order; those in English with ``_en``."""
    return [name for field, language, name in _spoken() if say(field.name, words, facts, language) is None]


def contradicted(words: Words, facts: Facts) -> list[tuple[str, str]]:
    """Return (name, what the records say) of all that an author gave although the records have it otherwise."""
    found = []
    for field, language, name in _spoken():
        recorded = RECORDS[field.name](facts, language) if field.recorded else None
        if recorded and words.get(name) not in (None, recorded):
            found.append((name, recorded))
    return found


def own_texts(words: Words, facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of all that describes the danger; names of goods and regions are the records'."""
    for field, language, name in _spoken():
        text = words.get(name) if field.recorded else say(field.name, words, facts, language)
        if text is not None and field.both:
            yield name, text


def _spoken() -> Iterator[tuple[Field, Language, str]]:
    """Yield every field in every language that it has to be said in, with the name under which an author says it."""
    for field in FIELDS:
        for language in LANGUAGES if field.both else LANGUAGES[:1]:
            yield field, language, field.called(language)


def described_in_text(facts: Facts) -> list[str]:
    """Return which of name, brand and specification are told by one text, and not product by product."""
    names = ("product", "brand", "specification")
    if len(facts["products"]) == 1:
        return list(names)
    return [name for name in names if RECORDS[name](facts, "zh") is None]


def names_of(facts: Facts) -> list[str]:
    """Return the names of firms, goods and brands: what they are called is no description of the danger."""
    rows = (*facts["producers"], *facts["products"])
    return [row[key] for row in rows for key in ("name", "name_en", "brand") if row.get(key)]
