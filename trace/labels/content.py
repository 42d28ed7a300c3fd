"""What a label says: which symbol carries an item, with which data, and the words beside it. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from trace.gs1.digital_link import Elements, build_path, digital_link
from trace.gs1.element_strings import check_pairing
from trace.symbols.gs1_128 import MOST_MM, split_gs1_128
from trace.symbols.linear import draw_ean, draw_itf_14, gtin_kind
from trace.symbols.matrix import draw_datamatrix, draw_gs1_qr, draw_qr
from trace.symbols.symbol import Kind, Symbol, SymbolError

Choice = Literal["auto", "ean", "itf14", "gs1_128", "gs1_datamatrix", "qr", "gs1_qr"]
Language = Literal["zh", "en", "both"]

Carrier = Literal["ean", "itf14", "gs1_128", "gs1_datamatrix", "qr", "gs1_qr"]
"""A choice that was made."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that gets a label: a product, a batch, an instance, or a logistic unit with or without its content.

    Dates and names are those of the record; ``gtin`` has 14 digits, ``code`` is the same as it was registered.
    """

    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    sscc: str | None = None
    count: int | None = None
    produced_on: date | None = None
    expires_on: date | None = None
    code: str | None = None
    name: str | None = None
    name_en: str | None = None


class Fact(NamedTuple):
    """One line: what it is, in the languages of the label, and the value, which is never cut; ``long`` may have two."""

    name: str
    value: str
    long: bool = False


class Words(NamedTuple):
    """What stands beside the symbols: names of the goods, which may be cut, and facts."""

    names: tuple[str, ...]
    facts: tuple[Fact, ...]


_NAMES = {
    "code": ("商品条码", "GTIN"),
    "lot": ("批号", "Lot"),
    "serial": ("序列号", "Serial"),
    "produced_on": ("生产日期", "Produced"),
    "expires_on": ("保质期至", "Use by"),
    "count": ("内装件数", "Count"),
    "sscc": ("物流单元", "SSCC"),
    "check": ("扫码查召回", "Recalled? Check"),
}


def carrier_of(item: Item, choice: Choice) -> Carrier:
    """Return the symbol that an item gets.

    `auto`: bars for the till where only a product is named (EAN, UPC-A; ITF-14 for cases), GS1-128 for a logistic unit,
    and for a batch or an instance a QR Code, which any telephone opens. Raises SymbolError for one that cannot say it.
    """
    if choice == "auto":
        if item.sscc is not None:
            return "gs1_128"
        if item.lot is not None or item.serial is not None:
            return "qr"
        return "itf14" if gtin_kind(item.gtin or "") == "ITF-14" else "ean"
    if item.sscc is not None and choice in ("ean", "itf14"):
        raise SymbolError("Cannot draw an SSCC as EAN or ITF-14: expected gs1_128, gs1_datamatrix, qr or gs1_qr.")
    return choice


def kind_of(item: Item, carrier: Carrier) -> Kind:
    """Return the kind of symbol that a carrier is for an item."""
    kinds: dict[Carrier, Kind] = {
        "itf14": "ITF-14",
        "gs1_128": "GS1-128",
        "gs1_datamatrix": "GS1 DataMatrix",
        "qr": "QR Code",
        "gs1_qr": "GS1 QR Code",
    }
    return kinds.get(carrier) or gtin_kind(item.gtin or "")


def elements_of(item: Item, bars: bool = False) -> Elements:
    """Return AIs and values, those of predefined length first, which need no FNC1 after them.

    As ``bars``, where each value costs width, of two dates only the one until which the goods are good, and for a
    logistic unit none. Raises IdentifierError where the standard does not let them stand together.
    """
    dates = _dates(item)[-1:] if bars else _dates(item)
    if bars and item.sscc is not None:
        dates = []
    found: list[tuple[str, str | None]] = [("01", item.gtin), *dates, ("10", item.lot), ("21", item.serial)]
    if item.sscc is not None:
        # General Specifications §4.15: (02) and (37) say what a logistic unit holds
        count = None if item.count is None else str(item.count)
        found = [("00", item.sscc), ("02", item.gtin), *dates, ("37", count), ("10", item.lot)]
    elements = tuple((ai, value) for ai, value in found if value is not None)
    check_pairing(elements)
    return elements


def _dates(item: Item) -> list[tuple[str, str]]:
    days = (("11", item.produced_on), ("17", item.expires_on))
    return [(ai, f"{day:%y%m%d}") for ai, day in days if day is not None]


def link_of(item: Item, site: str) -> str:
    """Return the Digital Link that a telephone opens; lot and serial are in it, dates are the record's to tell."""
    if item.sscc is not None:
        return site.rstrip("/") + build_path((("00", item.sscc),))
    return digital_link(site, item.gtin or "", item.lot, item.serial)


def draw_symbols(item: Item, carrier: Carrier, site: str, x_mm: float, most_mm: float = MOST_MM) -> list[Symbol]:
    """Return the symbols of an item from top to bottom; only GS1-128 ever needs more than one.

    The SSCC of a logistic unit is the lowest, by itself (GS1 Logistic Label Guideline). Raises IdentifierError.
    """
    match carrier:
        case "ean":
            return [draw_ean(item.gtin or "", x_mm)]
        case "itf14":
            return [draw_itf_14(item.gtin or "", x_mm)]
        case "gs1_datamatrix":
            return [draw_datamatrix(elements_of(item), x_mm)]
        case "gs1_qr":
            return [draw_gs1_qr(elements_of(item), x_mm)]
        case "qr":
            return [draw_qr(link_of(item, site), x_mm)]
    elements = elements_of(item, bars=True)
    if item.sscc is None:
        return split_gs1_128(elements, x_mm, most_mm)
    content = split_gs1_128(elements[1:], x_mm, most_mm) if len(elements) > 1 else []
    return [*content, *split_gs1_128(elements[:1], x_mm, most_mm)]


def words_of(item: Item, carrier: Carrier, site: str, language: Language) -> Words:
    """Return what people read. Numbers that stand below the bars in any case are not said twice."""
    names = {"zh": (item.name,), "en": (item.name_en or item.name,), "both": (item.name, item.name_en)}[language]
    days = {"produced_on": item.produced_on, "expires_on": item.expires_on}
    values: dict[str, str | None] = {
        "code": item.code or item.gtin if carrier not in ("ean", "itf14") else None,
        "lot": item.lot,
        "serial": item.serial,
        **{name: None if day is None else day.isoformat() for name, day in days.items()},
        "count": None if item.count is None else str(item.count),
        "sscc": item.sscc,
        "check": site.partition("://")[2].rstrip("/") + "/check",
    }
    facts = tuple(
        Fact(_say(name, language), value, long=name == "check") for name, value in values.items() if value is not None
    )
    return Words(tuple(dict.fromkeys(name for name in names if name)), facts)


def _say(name: str, language: Language) -> str:
    chinese, english = _NAMES[name]
    return {"zh": chinese, "en": english, "both": f"{chinese} {english}"}[language]
