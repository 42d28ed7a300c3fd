"""The public notice as a paper to print, in the order in which the page tells it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recalls.publication.fields import BY_NAME, Words, contact_of, described_in_text, tell
from recalls.publication.records import Facts, Language, item_of, say_product
from trace.kit.formats import say_day, say_list, say_number, say_period
from trace.pdf import Block, Heading, Paragraph, Picture, Symbols, Table
from trace.pdf import Facts as FactRows
from trace.symbols.linear import draw_gtin

MOST_SYMBOLS = 6

_NO_PICTURES: Mapping[str, bytes] = {}


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says beside the notice itself: which version of which recall it is, and where it stands."""

    number: str
    stage: str
    published: str
    version: int | None
    newest: bool


_SECTIONS: Sequence[tuple[str, str, Sequence[str]]] = (
    ("有什么危害", "The danger", ("defect", "consequence")),
    ("现在怎么做", "What to do now", ("what_to_do",)),
    ("补救措施", "Remedy", ("remedy", "starts_on", "ends_on")),
    (
        "数量与销售",
        "Units, and where and when they were sold",
        ("units_made", "units_recalled", "channels", "regions", "sold_from", "sold_to"),
    ),
    ("生产者与联系方式", "Producer and contacts", ("producer", "uscc")),
)

_CONTACTS = {"phone": ("电话", "Telephone"), "email": ("电子邮件", "E-mail"), "address": ("地址", "Address")}


def write_paper(
    words: Words, facts: Facts, paper: Paper, language: Language, pictures: Mapping[str, bytes] = _NO_PICTURES
) -> Iterable[Block]:
    """Yield the blocks of a notice, ``pictures`` being JPEGs by name; a field that nobody said is so called."""
    at = 0 if language == "zh" else 1

    def word(zh: str, en: str) -> str:
        return (zh, en)[at]

    def fact(name: str) -> tuple[str, str]:
        told = tell(name, words, facts, language)
        return BY_NAME[name].label(language), word("尚未说明", "not stated yet") if told is None else told.text

    title = tell("title", words, facts, language)
    yield Heading(f"{word('召回公告', 'Recall notice')} {paper.number}", 1)
    yield Paragraph(title.text if title else "", strong=True)
    version = "" if paper.version is None else f" · {word(f'第 {paper.version} 版', f'version {paper.version}')}"
    yield Paragraph(f"{paper.published} · {paper.stage}{version}")
    if not paper.newest:
        yield Paragraph(word("本公告已有更新的版本。", "There is a newer version of this notice."), strong=True)
    if len(facts["products"]) > 1:
        yield _write_products(facts, language)
    if described := described_in_text(facts):
        yield FactRows([fact(name) for name in described])
    if "picture" in pictures:
        yield Picture(pictures["picture"])
    codes = [product["gtin"] for product in facts["products"] if product["gtin"] is not None]
    yield Symbols([draw_gtin(gtin) for gtin in codes[:MOST_SYMBOLS]])
    yield Heading(word("我的产品在召回范围内吗？", "Is mine affected?"))
    yield FactRows([fact("lot_position")])
    if "lot_picture" in pictures:
        yield Picture(pictures["lot_picture"])
    yield _write_lines(facts, language)
    if facts["batches"]:
        yield _write_batches(facts, language)
    for zh, en, names in _SECTIONS:
        yield Heading(word(zh, en))
        if names == ("what_to_do",):
            yield Paragraph(fact("what_to_do")[1], strong=True)
        elif names[0] == "producer":
            contact = contact_of(words, facts)
            ways = [(_CONTACTS[name][at], text) for name, text in contact.items() if text]
            yield FactRows([fact(name) for name in names] + ways + [fact("feedback")])
        else:
            yield FactRows([fact(name) for name in names])


def _write_products(facts: Facts, language: Language) -> Table:
    rows = [
        (say_product(product, language), product["brand"] or "", product["specification"] or "", product["code"] or "")
        for product in facts["products"]
    ]
    heads = ("产品", "品牌", "规格", "条码") if language == "zh" else ("Product", "Brand", "Specification", "Bar code")
    return Table(heads, rows, widths=(4, 4, 2, 2))


def _write_lines(facts: Facts, language: Language) -> Table:
    names = {product["id"]: say_product(product, language) for product in facts["products"]}
    codes = {product["id"]: product["code"] for product in facts["products"]}
    rows = [
        (
            ("" if not line["exclude"] else "不含：" if language == "zh" else "not: ")
            + (names.get(item_of(line)) or line["id"]),
            codes.get(item_of(line)) or "",
            say_condition(line, language),
        )
        for line in facts["lines"]
    ]
    heads = ("产品", "条码", "召回的批次") if language == "zh" else ("Product", "Bar code", "What is affected")
    return Table(heads, rows, widths=(3, 2, 4))


def say_condition(line: Facts, language: Language) -> str:
    """Return which units of an item one line of a scope means."""
    zh = language == "zh"
    if line["gtin"] is None:
        return "该批次" if zh else "this batch"
    said = []
    if line["lots"]:
        what = "批号" if zh else "lot" if len(line["lots"]) == 1 else "lots"
        said.append(f"{what} {say_list(line['lots'], language)}")
    said.append(_say_range("批号" if zh else "lots", line["lot_from"], line["lot_to"], language))
    made = say_period(line["produced_from"], line["produced_to"], language)
    said.append(made and f"{'生产日期' if zh else 'made'} {made}")
    said.append(_say_range("序列号" if zh else "serial numbers", line["serial_from"], line["serial_to"], language))
    return ("；" if zh else "; ").join(filter(None, said)) or ("全部批次" if zh else "every lot")


def _say_range(what: str, first: str | None, last: str | None, language: Language) -> str:
    """Return which numbers are meant, both ends counted; the empty text where neither is named."""
    zh = language == "zh"
    if first and last:
        return f"{what} {first} 至 {last}" if zh else f"{what} {first} to {last}"
    if first:
        return f"{what} {first} 及以后" if zh else f"{what} from {first}"
    if last:
        return f"{what} {last} 及以前" if zh else f"{what} up to {last}"
    return ""


def _write_batches(facts: Facts, language: Language) -> Table:
    names = {product["id"]: say_product(product, language) for product in facts["products"]}
    rows = [
        (
            names.get(item_of(row)) or row["id"],
            row["lot"] or "",
            say_day(row["produced_on"], language) if row["produced_on"] else "",
            say_day(row["expires_on"], language) if row["expires_on"] else "",
        )
        for row in facts["batches"]
    ]
    left_out = facts["batches_in_all"] - len(rows)
    if left_out:
        number = say_number(left_out, language)
        rows.append((f"另有 {number} 个批次" if language == "zh" else f"and {number} more", "", "", ""))
    heads = (
        ("已知批次", "批号", "生产日期", "保质期至")
        if language == "zh"
        else ("Known batches", "Lot", "Made", "Expires")
    )
    return Table(heads, rows, widths=(4, 3, 2, 2))
