"""What a public notice must carry (RECALLS), in its order, and what of it is there. Pure.

Two sources say it: the ``words`` of the author, and the ``facts`` that the records hold. Both are plain JSON values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from recalls.publication.regions import PROVINCES

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

Words = Mapping[str, Any]
"""What an author wrote: texts by the names of FIELDS (``_en`` in English), days as ISO dates, ``contact`` an object."""

Facts = Mapping[str, Any]
"""What the records say, as `recalls.publication.facts` writes it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One fact of a notice. ``both``: to be said in Chinese and in English; ``recorded``: the records have the word."""

    name: str
    zh: str
    en: str
    both: bool = False
    recorded: bool = False

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

CHECKED: Sequence[str] = (
    *("title", "product", "lot_position", "channels", "regions"),
    *("defect", "consequence", "what_to_do", "remedy", "feedback"),
)
"""Running text, in which no word may soften the danger."""

REMEDIES: Mapping[str, tuple[str, str]] = {
    "warning": ("警示", "a warning"),
    "repair": ("修理", "a repair"),
    "replacement": ("更换", "a replacement"),
    "return": ("退货", "take it back"),
    "refund": ("退款", "your money back"),
    "destruction": ("销毁", "destroy it"),
}

DAYS = frozenset({"sold_from", "sold_to", "starts_on", "ends_on"})
"""Fields that are days, kept as ISO dates."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_UNITS: Mapping[str | None, tuple[str, str]] = {
    None: ("件", "pieces"),
    "KGM": ("千克", "kg"),
    "GRM": ("克", "g"),
    "TNE": ("吨", "t"),
    "LTR": ("升", "l"),
    "MLT": ("毫升", "ml"),
    "MTR": ("米", "m"),
}


def say(name: str, words: Words, facts: Facts, language: Language) -> str | None:
    """Return what a notice says of a field in one language; ``None`` where nobody said it.

    Of what is ``recorded`` the records are believed before the author, of all else the author before the records.
    """
    field = BY_NAME[name]
    recorded = _RECORDS[name](facts, language) if name in _RECORDS else None
    if name == "contact":
        return say_contact(words, facts)
    if name == "picture":
        return picture_of(words) or recorded
    written = words.get(f"{name}_en" if field.both and language == "en" else name)
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


def say_day(day: str, language: Language) -> str:
    """Return an ISO date as people write it: 2026年11月22日, 22 Nov 2026."""
    year, month, number = (int(part) for part in day.split("-"))
    return f"{year}年{month}月{number}日" if language == "zh" else f"{number} {_MONTHS[month - 1]} {year}"


def contact_of(words: Words, facts: Facts) -> Mapping[str, str | None]:
    """Return ``phone``, ``email`` and ``address``: each as the author gave it, else as the producer registered it."""
    written = words.get("contact") or {}
    producer = (facts["producers"] or [{}])[0]
    return {name: written.get(name) or producer.get(name) for name in ("phone", "email", "address")}


def picture_of(words: Words) -> str | None:
    """Return the digest of the photograph that a notice shows; ``None`` where it has none."""
    digest: str | None = (words.get("picture") or {}).get("digest")
    return digest


def say_contact(words: Words, facts: Facts) -> str | None:
    """Return the ways of reaching the firm in one line; ``None`` where there is neither a phone nor an e-mail."""
    contact = contact_of(words, facts)
    reachable = contact["phone"] or contact["email"]
    return " · ".join(text for text in contact.values() if text) if reachable else None


def missing(words: Words, facts: Facts) -> list[str]:
    """Return the names of all fields that nobody said, in their order; those in English with ``_en``."""
    found = []
    for field in FIELDS:
        for language in LANGUAGES if field.both else LANGUAGES[:1]:
            if say(field.name, words, facts, language) is None:
                found.append(field.name if language == "zh" else f"{field.name}_en")
    return found


def contradicted(words: Words, facts: Facts) -> list[tuple[str, str]]:
    """Return (name, what the records say) of all that an author gave although the records have it otherwise."""
    found = []
    for field in FIELDS:
        for language in LANGUAGES if field.both else LANGUAGES[:1]:
            name = field.name if language == "zh" else f"{field.name}_en"
            recorded = _RECORDS[field.name](facts, language) if field.recorded else None
            if recorded and words.get(name) not in (None, recorded):
                found.append((name, recorded))
    return found


def item_of(row: Facts) -> str:
    """Return the identifier of the product that a line of the scope, or a batch, is of."""
    uri: str = f"https://id.gs1.org/01/{row['gtin']}" if row["gtin"] else row["id"]
    return uri


def described_in_text(facts: Facts) -> list[str]:
    """Return which of name, brand and specification are told by one text, and not product by product."""
    names = ("product", "brand", "specification")
    if len(facts["products"]) == 1:
        return list(names)
    return [name for name in names if _RECORDS[name](facts, "zh") is None]


def names_of(facts: Facts) -> list[str]:
    """Return the names of firms, goods and brands: what they are called is no description of the danger."""
    rows = (*facts["producers"], *facts["products"])
    return [row[key] for row in rows for key in ("name", "name_en", "brand") if row.get(key)]


def say_amount(amount: Any, uom: str | None, language: Language) -> str:
    """Return a quantity with its unit: 1,240 件."""
    zh, en = _UNITS.get(uom, (uom or "", uom or ""))
    return f"{amount:,} {zh if language == 'zh' else en}"


def say_product(product: Mapping[str, Any], language: Language) -> str:
    """Return the name of a product: the Chinese one where there is no other, its number where it has no name."""
    named: str | None = product["name"] if language == "zh" else product["name_en"] or product["name"]
    return named or product["code"] or product["id"]


def _title(facts: Facts, language: Language) -> str | None:
    title: str | None = facts["title" if language == "zh" else "title_en"]
    return title


def _of_producers(key: str) -> Any:
    def read(facts: Facts, language: Language) -> str | None:
        called = key if language == "zh" else key + "_en"
        return _all(row.get(called) or row.get(key) for row in facts["producers"])

    return read


def _of_products(key: str) -> Any:
    def read(facts: Facts, language: Language) -> str | None:
        wanted = "name_en" if key == "name" and language == "en" else key
        return _all(row.get(wanted) for row in facts["products"])

    return read


def _all(values: Iterable[str | None]) -> str | None:
    """Return all different values in one text; ``None`` where there is none, or where one is not known."""
    found = list(dict.fromkeys(values))
    return None if not found or None in found else "; ".join(str(one) for one in found)


def _picture(facts: Facts, language: Language) -> str | None:
    """Where there is no photograph, the bar codes stand for the goods: they are drawn from their numbers."""
    codes = [row["code"] for row in facts["products"]]
    if not codes or None in codes:
        return None
    return ("条码 " if language == "zh" else "Bar code ") + ", ".join(codes)


def _batches(facts: Facts, _language: Language) -> str | None:
    lots = [row["lot"] or row["id"] for row in facts["batches"]]
    left_out = facts["batches_in_all"] - len(lots)
    # lots that the scope names and of which nothing is recorded yet are recalled all the same
    lots += [lot for line in facts["lines"] if not line["exclude"] for lot in line["lots"] if lot not in lots]
    return ", ".join([*lots, *([f"… (+{left_out})"] if left_out else [])]) or None


def _produced(facts: Facts, language: Language) -> str | None:
    if facts["produced"] is None:
        return None
    first, last = (say_day(day, language) for day in facts["produced"])
    return first if first == last else f"{first} – {last}"


def _units(key: str) -> Any:
    def read(facts: Facts, language: Language) -> str | None:
        rows = facts["units"]
        if not rows or any(row[key] is None for row in rows):
            return None
        said = [say_amount(row[key], row["uom"], language) for row in rows]
        if len(rows) > 1:
            names = {row["id"]: say_product(row, language) for row in facts["products"]}
            said = [f"{names[row['id']]}: {one}" for row, one in zip(rows, said, strict=True)]
        return "; ".join(said)

    return read


def _regions(facts: Facts, language: Language) -> str | None:
    names = [PROVINCES[code][0 if language == "zh" else 1] for code in facts["provinces"]]
    return ("、" if language == "zh" else ", ").join(names) or None


def _defect(facts: Facts, language: Language) -> str | None:
    return facts["hazard"] if language == "zh" else None


def _consequence(facts: Facts, language: Language) -> str | None:
    return facts["consequence"] if language == "zh" else None


def _what_to_do(facts: Facts, language: Language) -> str | None:
    return facts["instructions"] if language == "zh" else None


def _remedy(facts: Facts, language: Language) -> str | None:
    known = all(word in REMEDIES for word in facts["remedies"])
    if language == "en" and not known:
        return None
    at = 0 if language == "zh" else 1
    return ("、" if language == "zh" else ", ").join(REMEDIES.get(one, (one, one))[at] for one in facts["remedies"])


def _day(key: str) -> Any:
    def read(facts: Facts, _language: Language) -> str | None:
        day: str | None = facts[key]
        return day

    return read


_RECORDS: Mapping[str, Any] = {
    "title": _title,
    "producer": _of_producers("name"),
    "uscc": _of_producers("uscc"),
    "product": _of_products("name"),
    "brand": _of_products("brand"),
    "specification": _of_products("specification"),
    "picture": _picture,
    "batches": _batches,
    "produced": _produced,
    "units_made": _units("made"),
    "units_recalled": _units("recalled"),
    "regions": _regions,
    "defect": _defect,
    "consequence": _consequence,
    "what_to_do": _what_to_do,
    "remedy": _remedy,
    "starts_on": _day("starts_on"),
    "ends_on": _day("ends_on"),
}
