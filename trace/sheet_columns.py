"""Columns that several sheets have, in Chinese and English: goods, places with their contacts, papers, amounts."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import TypeVar

from trace.descriptions import Contact, Goods
from trace.sheets import Cell, Column, Language, join_texts
from trace.sources.periods import read_period

Row = TypeVar("Row")

DOCUMENT_TYPES = {
    "bol": ("提单", "bill of lading"),
    "cert": ("证明", "certificate"),
    "desadv": ("发货通知", "despatch advice"),
    "inv": ("发票", "invoice"),
    "pedigree": ("流通记录", "pedigree"),
    "po": ("采购订单", "purchase order"),
    "poc": ("采购订单确认", "purchase order confirmation"),
    "prodorder": ("生产订单", "production order"),
    "recadv": ("收货通知", "receiving advice"),
    "rma": ("退货许可", "return merchandise authorisation"),
    "testprd": ("检验程序", "test procedure"),
    "testres": ("检验结果", "test result"),
    "upevt": ("上游事件", "upstream event"),
}
"""The types of business transaction of CBV 2.0 §7.3."""


def goods_columns(read: Callable[[Row], Goods | None]) -> list[Column[Row]]:
    """A product description (21 CFR 1.1310): name, brand, specification."""

    def name(row: Row, language: Language) -> Cell:
        return in_language(read(row), language)

    def brand(row: Row, _language: Language) -> Cell:
        goods = read(row)
        return goods and goods["brand"]

    def specification(row: Row, _language: Language) -> Cell:
        goods = read(row)
        return goods and goods["specification"]

    return [
        Column("产品名称", "Product", name, 28),
        Column("品牌", "Brand", brand),
        Column("规格", "Packaging size and style", specification, 20),
    ]


def place_columns(zh: str, en: str, read: Callable[[Row], Contact | None]) -> list[Column[Row]]:
    """A location description (21 CFR 1.1310): the place, the firm that keeps it, its address and telephone."""

    def place(row: Row, language: Language) -> Cell:
        return in_language(read(row), language)

    def gln(row: Row, _language: Language) -> Cell:
        contact = read(row)
        return contact and (contact["gln"] or contact["id"])

    def address(row: Row, _language: Language) -> Cell:
        contact = read(row)
        return contact and contact["address"]

    def firm(row: Row, language: Language) -> Cell:
        contact = read(row)
        return contact and in_language(contact["party"], language)

    def phone(row: Row, _language: Language) -> Cell:
        contact = read(row)
        return contact["party"]["phone"] if contact and contact["party"] else None

    return [
        Column(f"{zh}: GLN或标识", f"{en}: GLN or identifier", gln, 18),
        Column(f"{zh}: 地点名称", f"{en}: place", place, 26),
        Column(f"{zh}: 企业", f"{en}: business name", firm, 26),
        Column(f"{zh}: 地址", f"{en}: address", address, 30),
        Column(f"{zh}: 电话", f"{en}: telephone", phone),
    ]


def in_language(described: Contact | Goods | object, language: Language) -> str | None:
    """The name of something described: in English if it has one there, and else as it is registered."""
    if not isinstance(described, dict):
        return None
    name: str | None = described["name"]
    return described["name_en"] or name if language == "en" else name


def uom_cell(uom: str | None, language: Language) -> str:
    """The code of a unit of measure; none is pieces."""
    return uom or ("件" if language == "zh" else "pieces")


def document_types_cell(types: Iterable[str | None], language: Language) -> str:
    """The types of several papers in words, in their order; a dash where none was said."""
    number = 0 if language == "zh" else 1
    return join_texts([DOCUMENT_TYPES.get(kind, (kind, kind))[number] if kind else "–" for kind in types])


@lru_cache(maxsize=4_096)  # a trade of years has few days
def date_cell(text: str | None) -> date | str | None:
    """A date that is known to the day; a month or a year stays text."""
    if text is None:
        return None
    period = read_period(text)
    return period.first if period.first == period.last else text
