"""Columns of the sheets that a firm's lists are exported as: batches, products, places, findings."""

from decimal import Decimal

from trace.batch_list import ListedBatch
from trace.findings_list import ListedFinding
from trace.models import Product
from trace.own_master_data import OwnPlace
from trace.sheet_columns import uom_cell
from trace.sheets import Cell, Column, Language, Sheet, join_texts

BANS = {"recall": ("已召回", "recalled"), "stop_sale": ("停止销售", "sale stopped")}
KINDS = {
    "plant": ("工厂", "plant"),
    "warehouse": ("仓库", "warehouse"),
    "outlet": ("门店", "outlet"),
    "other": ("其他", "other"),
}


def _word(words: dict[str, tuple[str, str]], key: str | None, language: Language) -> Cell:
    return words[key][0 if language == "zh" else 1] if key in words else key


def _stock(row: ListedBatch) -> Cell:
    return row.stock[0].quantity if len(row.stock) == 1 else None


def _stock_unit(row: ListedBatch, language: Language) -> Cell:
    """The unit of the stock; where a batch is counted in several, all of it in words, since no sum means anything."""
    if len(row.stock) == 1:
        return uom_cell(row.stock[0].uom, language)
    return join_texts([f"{one.quantity:f} {uom_cell(one.uom, language)}" for one in row.stock])


def _is_bound(row: ListedBatch, language: Language) -> Cell:
    if all(one.complete for one in row.stock):
        return None
    return "下限" if language == "zh" else "lower bound"


BATCHES: Sheet[ListedBatch] = Sheet(
    "批次",
    "Batches",
    (
        Column("商品条码", "Commodity code", lambda row, _language: row.gtin, 18),
        Column("批号", "Lot", lambda row, _language: row.lot, 22),
        Column("产品名称", "Product", lambda row, language: _in(row, language), 28),
        Column("生产日期", "Produced on", lambda row, _language: row.produced_on, 12),
        Column("到期日期", "Expires on", lambda row, _language: row.expires_on, 12),
        Column("登记生产数量", "Registered as made", lambda row, _language: row.made, 14),
        Column("计量单位", "Unit", lambda row, language: None if row.made is None else uom_cell(row.uom, language), 10),
        Column("本企业库存", "Stock here", lambda row, _language: _stock(row), 14),
        Column("库存单位", "Unit of the stock", _stock_unit, 14),
        Column("库存是否下限", "Is the stock a lower bound", _is_bound, 14),
        Column("状态", "Status", lambda row, language: _word(BANS, row.ban, language), 12),
        Column("标识", "Identifier", lambda row, _language: row.uri, 50),
    ),
)
"""The list of batches; quantities are numbers, codes and lots are text."""


def _in(row: ListedBatch, language: Language) -> str | None:
    return row.product_en or row.product if language == "en" else row.product


PRODUCTS: Sheet[Product] = Sheet(
    "产品",
    "Products",
    (
        Column("商品条码", "Commodity code", lambda row, _language: row.commodity_code, 18),
        Column("名称", "Name", lambda row, _language: row.name, 28),
        Column("英文名称", "English name", lambda row, _language: row.name_en, 28),
        Column("品牌", "Brand", lambda row, _language: row.brand),
        Column("规格", "Specification", lambda row, _language: row.specification, 20),
        Column("计量单位", "Unit", lambda row, language: uom_cell(row.uom, language), 10),
    ),
)

PLACES: Sheet[OwnPlace] = Sheet(
    "地点",
    "Places",
    (
        Column("GLN或标识", "GLN or identifier", lambda one, _language: one.row.gln or one.uri, 30),
        Column("名称", "Name", lambda one, _language: one.row.name, 28),
        Column("英文名称", "English name", lambda one, _language: one.row.name_en, 28),
        Column("类型", "Kind", lambda one, language: _word(KINDS, one.row.kind, language), 10),
        Column("行政区划代码", "Region (GB/T 2260)", lambda one, _language: one.row.region, 12),
        Column("地址", "Address", lambda one, _language: one.row.address, 30),
        Column("纬度", "Latitude", lambda one, _language: _degrees(one.row.latitude), 12),
        Column("经度", "Longitude", lambda one, _language: _degrees(one.row.longitude), 12),
    ),
)


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


FINDINGS: Sheet[ListedFinding] = Sheet(
    "异常",
    "Findings",
    (
        Column("商品条码", "Commodity code", lambda row, _language: row.batch["gtin"], 18),
        Column("批号", "Lot", lambda row, _language: row.batch["lot"], 22),
        Column("地点", "Place", lambda row, _language: _place(row), 28),
        Column("发现", "Finding", lambda row, language: _sentence(row, language), 50),
        Column("规则", "Rule", lambda row, _language: row.finding.rule, 22),
        Column("事件", "Event", lambda row, _language: row.finding.event_id, 40),
        Column("说明", "Explanation", lambda row, _language: row.explained[0].words if row.explained else None, 50),
        Column("说明人", "Explained by", lambda row, _language: row.explained[0].name if row.explained else None),
    ),
)


def _place(row: ListedFinding) -> str | None:
    return None if row.place is None else row.place.name or row.place.id


def _sentence(row: ListedFinding, language: Language) -> str:
    return row.finding.message_zh or row.finding.message if language == "zh" else row.finding.message
