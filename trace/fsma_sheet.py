"""The columns of the sortable sheet, and the words for its critical tracking events (21 CFR 1.1310, 1.1325-1.1350)."""

from trace.fsma import TrackingRow
from trace.sheet_columns import date_cell, document_types_cell, goods_columns, place_columns, uom_cell
from trace.sheets import Column, Language, Sheet, join_texts
from trace.tracking_events import Part, TrackingEvent

EVENTS: dict[tuple[TrackingEvent, Part | None], tuple[str, str]] = {
    ("harvesting", None): ("采收", "Harvesting"),
    ("initial_packing", None): ("初始包装", "Initial packing"),
    ("first_land_based_receiving", None): ("首次陆上接收", "First land-based receiving"),
    ("shipping", None): ("发货", "Shipping"),
    ("receiving", None): ("收货", "Receiving"),
    ("transformation", "used"): ("加工: 投入", "Transformation: food used"),
    ("transformation", "produced"): ("加工: 产出", "Transformation: food produced"),
}


def _event(row: TrackingRow, language: Language) -> str:
    return EVENTS[row["event"], row["part"]][0 if language == "zh" else 1]


SHEET: Sheet[TrackingRow] = Sheet(
    "关键追溯事件",
    "Critical tracking events",
    [
        Column("关键追溯事件", "Critical tracking event", _event, 26),
        Column("日期", "Date", lambda row, _: date_cell(row["date"]), 12),
        Column("追溯批次代码", "Traceability lot code", lambda row, _: row["traceability_lot_code"], 30),
        Column("GTIN", "GTIN", lambda row, _: row["gtin"], 16),
        Column("批号", "Lot", lambda row, _: row["lot"]),
        *goods_columns(lambda row: row["product"]),
        Column("数量 (空: 不详)", "Quantity (empty: unknown)", lambda row, _: row["quantity"]),
        Column("单位", "Unit of measure", lambda row, language: uom_cell(row["uom"], language)),
        *place_columns("发货地或上一来源", "Shipped from or immediate previous source", lambda row: row["origin"]),
        *place_columns(
            "下一收货方或收货、包装、上岸、加工地",
            "Immediate subsequent recipient, or where received, packed, landed or transformed",
            lambda row: row["destination"],
        ),
        *place_columns("批次代码来源", "Traceability lot code source", lambda row: row["tlc_source"]),
        Column(
            "单据类型",
            "Reference document type",
            lambda row, language: document_types_cell((one["type"] for one in row["documents"]), language),
            20,
        ),
        Column(
            "单据编号",
            "Reference document number",
            lambda row, _: join_texts([one["number"] for one in row["documents"]]),
            24,
        ),
        Column("时间", "Time", lambda row, _: row["time"], 24),
        Column("业务步骤", "Business step", lambda row, _: row["biz_step"]),
        Column("加工标识", "Transformation", lambda row, _: row["transformation"], 24),
        Column("事件标识", "Event ID", lambda row, _: row["event_id"], 40),
    ],
)
