"""What the records say of the fields of a public notice, in each language; ``None`` where they say nothing. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from recalls.publication.regions import PROVINCES
from trace.kit.formats import say_list, say_number, say_period

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

Facts = Mapping[str, Any]
"""What the records say, as `recalls.publication.facts` writes it."""

Reader = Callable[[Facts, Language], str | None]

REMEDIES: Mapping[str, tuple[str, str]] = {
    "warning": ("警示", "a warning"),
    "repair": ("修理", "a repair"),
    "replacement": ("更换", "a replacement"),
    "return": ("退货", "take it back"),
    "refund": ("退款", "your money back"),
    "destruction": ("销毁", "destroy it"),
}

_UNITS: Mapping[str | None, tuple[str, str]] = {
    None: ("件", "pieces"),
    "KGM": ("千克", "kg"),
    "GRM": ("克", "g"),
    "TNE": ("吨", "t"),
    "LTR": ("升", "l"),
    "MLT": ("毫升", "ml"),
    "MTR": ("米", "m"),
}


def item_of(row: Facts) -> str:
    """Return the identifier of the product that a line of the scope, or a batch, is of."""
    uri: str = f"https://id.gs1.org/01/{row['gtin']}" if row["gtin"] else row["id"]
    return uri


def say_amount(amount: Any, uom: str | None, language: Language) -> str:
    """Return a quantity with its unit: 1,240 件."""
    zh, en = _UNITS.get(uom, (uom or "", uom or ""))
    return f"{say_number(amount, language)} {zh if language == 'zh' else en}"


def say_product(product: Mapping[str, Any], language: Language) -> str:
    """Return the name of a product: the Chinese one where there is no other, its number where it has no name."""
    named: str | None = product["name"] if language == "zh" else product["name_en"] or product["name"]
    return named or product["code"] or product["id"]


def _title(facts: Facts, language: Language) -> str | None:
    title: str | None = facts["title" if language == "zh" else "title_en"]
    return title


def _of_producers(key: str) -> Reader:
    def read(facts: Facts, language: Language) -> str | None:
        called = key if language == "zh" else key + "_en"
        return _all((row.get(called) or row.get(key) for row in facts["producers"]), language)

    return read


def _of_products(key: str) -> Reader:
    def read(facts: Facts, language: Language) -> str | None:
        wanted = "name_en" if key == "name" and language == "en" else key
        return _all((row.get(wanted) for row in facts["products"]), language)

    return read


def _all(values: Iterable[str | None], language: Language) -> str | None:
    """Return all different values in one text; ``None`` where there is none, or where one is not known."""
    found = list(dict.fromkeys(values))
    return None if not found or None in found else _say_each((str(one) for one in found), language)


def _say_each(texts: Iterable[str], language: Language) -> str:
    """Return texts that may have commas of their own."""
    return ("；" if language == "zh" else "; ").join(texts)


def _picture(facts: Facts, language: Language) -> str | None:
    """Where there is no photograph, the bar codes stand for the goods: they are drawn from their numbers."""
    codes = [row["code"] for row in facts["products"]]
    if not codes or None in codes:
        return None
    return ("条码 " if language == "zh" else "Bar code ") + say_list(codes, language)


def _batches(facts: Facts, language: Language) -> str | None:
    lots = [row["lot"] or row["id"] for row in facts["batches"]]
    left_out = facts["batches_in_all"] - len(lots)
    # lots that the scope names and of which nothing is recorded yet are recalled all the same
    lots += [lot for line in facts["lines"] if not line["exclude"] for lot in line["lots"] if lot not in lots]
    return _say_lots(lots, left_out, language) or None


def _say_lots(lots: Iterable[str], left_out: int, language: Language) -> str:
    """Return lots, and how many more batches there are."""
    said = say_list(lots, language)
    if not left_out:
        return said
    number = say_number(left_out, language)
    return f"{said}，另有 {number} 个批次" if language == "zh" else f"{said} and {number} more"


def _produced(facts: Facts, language: Language) -> str | None:
    if facts["produced"] is None:
        return None
    first, last = facts["produced"]
    return say_period(first, last, language)


def _units(key: str) -> Reader:
    def read(facts: Facts, language: Language) -> str | None:
        rows = facts["units"]
        if not rows or any(row[key] is None for row in rows):
            return None
        said = [say_amount(row[key], row["uom"], language) for row in rows]
        if len(rows) > 1:
            names = {row["id"]: say_product(row, language) for row in facts["products"]}
            colon = "：" if language == "zh" else ": "
            said = [f"{names[row['id']]}{colon}{one}" for row, one in zip(rows, said, strict=True)]
        return _say_each(said, language)

    return read


def _regions(facts: Facts, language: Language) -> str | None:
    names = [PROVINCES[code][0 if language == "zh" else 1] for code in facts["provinces"]]
    return say_list(names, language) or None


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
    return say_list((REMEDIES.get(one, (one, one))[at] for one in facts["remedies"]), language)


def _day(key: str) -> Reader:
    def read(facts: Facts, _language: Language) -> str | None:
        day: str | None = facts[key]
        return day

    return read


RECORDS: Mapping[str, Reader] = {
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
"""By the names of fields; what is not here the author alone can say."""
