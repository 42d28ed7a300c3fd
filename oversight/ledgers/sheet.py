"""The ledgers as sheets: a line a row, in the columns that the food law names."""

from oversight.ledgers.lines import Side, Word
from oversight.ledgers.rows import LedgerRow
from trace.documents import printed_number
from trace.sheet_columns import date_cell, goods_columns, in_language, uom_cell
from trace.sheets import Cell, Column, Language, Sheet, join_texts

WORDS: dict[Word, tuple[str, str]] = {
    "received": ("进货", "received"),
    "shipped": ("销货", "shipped"),
    "voided": ("作废", "taken back"),
    "diverted": ("改送", "arrived elsewhere"),
    "sold": ("零售", "sold"),
    "returned": ("退货", "returned"),
}
"""What each kind of line is called."""


def _word(row: LedgerRow, language: Language) -> Cell:
    return WORDS[row["word"]][0 if language == "zh" else 1]


def _missing(language: Language) -> str:
    return "未登记" if language == "zh" else "not on record"


def _name(row: LedgerRow, language: Language) -> Cell:
    if row["consumers"]:
        return "消费者" if language == "zh" else "consumers"
    contact = row["counterparty"]
    return (contact and (in_language(contact["party"], language) or in_language(contact, language))) or _missing(
        language
    )


def _code(row: LedgerRow, language: Language) -> Cell:
    contact = row["counterparty"]
    if contact is None:
        return None
    firm = contact["party"]
    return (firm and (firm["uscc"] or firm["gln"])) or contact["gln"] or contact["id"]


def _address(row: LedgerRow, language: Language) -> Cell:
    contact = row["counterparty"]
    return None if row["consumers"] else (contact and contact["address"]) or _missing(language)


def _contact(row: LedgerRow, language: Language) -> Cell:
    firm = row["counterparty"] and row["counterparty"]["party"]
    said = [one for one in (firm["phone"], firm["email"]) if one] if firm else []
    return None if row["consumers"] else join_texts(said) or _missing(language)


def _is_bound(row: LedgerRow, language: Language) -> Cell:
    return None if row["complete"] else "下限" if language == "zh" else "lower bound"


def _check(row: LedgerRow, language: Language) -> Cell:
    words = {"pass": ("可以收货", "pass"), "hold": ("单独存放", "hold"), "reject": ("不得收货", "reject")}
    return None if row["check"] is None else words[row["check"]][0 if language == "zh" else 1]


def _sheet(zh: str, en: str, other_zh: str, other_en: str, day: tuple[str, str]) -> Sheet[LedgerRow]:
    return Sheet(
        zh,
        en,
        (
            Column(*day, lambda row, _language: date_cell(row["date"]), 12),
            Column("类别", "Kind", _word, 10),
            *goods_columns(lambda row: row["product"]),
            Column("商品条码", "Commodity code", lambda row, _language: row["gtin"], 18),
            Column("生产批号", "Lot", lambda row, _language: row["lot"], 18),
            Column("生产日期", "Produced on", lambda row, _language: date_cell(row["produced_on"]), 12),
            Column("保质期至", "Use by", lambda row, _language: date_cell(row["expires_on"]), 12),
            Column("检验合格证号", "Inspection certificate", lambda row, _language: row["certificate"], 18),
            Column("数量", "Quantity", lambda row, _language: row["quantity"], 12),
            Column("数量是否下限", "Is it a lower bound", _is_bound, 12),
            Column("计量单位", "Unit", lambda row, language: uom_cell(row["uom"], language), 10),
            Column(f"{other_zh}名称", other_en, _name, 26),
            Column(f"{other_zh}代码", f"{other_en}: USCC or GLN", _code, 20),
            Column(f"{other_zh}地址", f"{other_en}: address", _address, 30),
            Column(f"{other_zh}联系方式", f"{other_en}: contact", _contact, 24),
            Column("本企业地点", "Own place", lambda row, _language: row["place_name"] or row["place"]["id"], 24),
            Column(
                "单据编号",
                "Documents",
                lambda row, _language: join_texts([printed_number(one["number"]) for one in row["documents"]]),
                24,
            ),
            Column("进货查验", "Purchase check", _check, 12),
            Column("记录保存至", "Keep until", lambda row, _language: date_cell(row["keep_until"]), 12),
            Column("事件标识", "Event", lambda row, _language: row["event_id"], 40),
            Column("批次标识", "Batch identifier", lambda row, _language: row["id"], 40),
        ),
    )


SHEETS: dict[Side, Sheet[LedgerRow]] = {
    "purchase": _sheet("进货台账", "Purchase ledger", "供货者", "Supplier", ("进货日期", "Received on")),
    "sale": _sheet("销售台账", "Sales ledger", "购货者", "Buyer", ("销售日期", "Sold on")),
}
"""The sheet of each ledger."""
