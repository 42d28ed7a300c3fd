"""What the fields of forms and sheets are called in Chinese and English, and what belongs in each (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A field's name in both languages, and a sentence that says what belongs in it."""

    en: str
    zh: str
    belongs_en: str
    belongs_zh: str

    def name(self, language: Language) -> str:
        """What the field is called."""
        return self.zh if language == "zh" else self.en

    def belongs(self, language: Language) -> str:
        """What belongs in it."""
        return self.belongs_zh if language == "zh" else self.belongs_en


_GLN = ("The place's GLN: 13 digits.", "地点的全球位置码 GLN，13 位数字。")
_PARTY = (
    "The firm's unified social credit code (18 characters) or GLN (13 digits).",
    "企业的统一社会信用代码（18 位）或 GLN（13 位）。",
)
_MOMENT = (
    "Day, or day and time: 2026-11-22 or 2026-11-22 08:30, Beijing time unless a zone is given.",
    "日期，或日期加时间：2026-11-22 或 2026-11-22 08:30；未写时区按北京时间。",
)
_DAY = ("A day such as 2026-11-22.", "日期，例如 2026-11-22。")
_TEXT = ("Text of at most 2,000 characters.", "文字，不超过 2000 个字符。")
_CODE = ("The product's bar code number: 8, 12, 13 or 14 digits.", "商品条码数字：8、12、13 或 14 位。")

FIELDS: Mapping[str, FieldWords] = {
    "commodity_code": FieldWords("Commodity code", "商品条码", *_CODE),
    "gtin": FieldWords("Commodity code", "商品条码", *_CODE),
    "lot": FieldWords(
        "Lot",
        "批号",
        "The lot as printed on the pack: 1 to 20 letters, digits and signs, no blanks and no Chinese characters.",
        "包装上印的批号：1 至 20 个字母、数字或符号，不含空格和汉字。",
    ),
    "quantity": FieldWords(
        "Quantity", "数量", "A number above 0, such as 120 or 12.5.", "大于 0 的数，例如 120 或 12.5。"
    ),
    "uom": FieldWords(
        "Unit",
        "计量单位",
        "Empty for pieces; else a code such as KGM (kilograms) or LTR (litres).",
        "按件计数时留空；否则填代码，如 KGM（千克）、LTR（升）。",
    ),
    "produced_on": FieldWords("Produced on", "生产日期", *_DAY),
    "expires_on": FieldWords("Expires on", "到期日期", *_DAY),
    "location": FieldWords("Place (GLN)", "地点 GLN", *_GLN),
    "from": FieldWords("From (GLN)", "发货地 GLN", *_GLN),
    "to": FieldWords("To (GLN)", "收货地 GLN", *_GLN),
    "gln": FieldWords("GLN", "GLN", "The number of a place or firm: 13 digits.", "全球位置码，13 位数字。"),
    "uscc": FieldWords("Social credit code", "统一社会信用代码", "18 characters.", "18 位。"),
    "party": FieldWords("Firm", "企业", *_PARTY),
    "name": FieldWords("Name", "名称", *_TEXT),
    "name_en": FieldWords("English name", "英文名称", *_TEXT),
    "brand": FieldWords("Brand", "品牌", *_TEXT),
    "specification": FieldWords(
        "Specification", "规格", "Size and packing, such as 200 g.", "规格与包装，例如 200 g。"
    ),
    "kind": FieldWords(
        "Kind", "类型", "One of: plant, warehouse, outlet, other.", "填其中一种：工厂、仓库、门店、其他。"
    ),
    "region": FieldWords(
        "Region", "行政区划代码", "The 6 digits of GB/T 2260, such as 320106.", "GB/T 2260 的 6 位代码，例如 320106。"
    ),
    "address": FieldWords("Address", "地址", *_TEXT),
    "latitude": FieldWords("Latitude", "纬度", "Degrees from -90 to 90.", "-90 至 90 的度数。"),
    "longitude": FieldWords("Longitude", "经度", "Degrees from -180 to 180.", "-180 至 180 的度数。"),
    "phone": FieldWords("Telephone", "电话", *_TEXT),
    "email": FieldWords(
        "E-mail", "电子邮箱", "An address such as quality@firm.example.", "邮箱地址，例如 quality@firm.example。"
    ),
    "webhook": FieldWords("Webhook", "回调地址", "An address that begins with https://.", "以 https:// 开头的地址。"),
    "certificate": FieldWords(
        "Certificate", "合格证明", "The number or address of the certificate.", "合格证明的编号或网址。"
    ),
    "serials": FieldWords(
        "Serials", "序列号", "Each serial once, 1 to 20 characters.", "每个序列号写一次，1 至 20 个字符。"
    ),
    "sscc": FieldWords("SSCC", "物流单元码 SSCC", "The pallet's number: 18 digits.", "托盘或箱的编号，18 位数字。"),
    "document": FieldWords(
        "Document", "单据号", "The number of the delivery note that travels with the goods.", "随货单据的编号。"
    ),
    "reason": FieldWords("Reason", "原因", *_TEXT),
    "shipped_at": FieldWords("Shipped at", "发货时间", *_MOMENT),
    "received_at": FieldWords("Received at", "收货时间", *_MOMENT),
    "at": FieldWords("Time", "时间", *_MOMENT),
    "transformation_id": FieldWords(
        "Run",
        "生产批次单号",
        "The number of the production order: rows with the same one belong together.",
        "生产单编号；编号相同的行属于同一次加工。",
    ),
    "side": FieldWords("Input or output", "投入或产出", "One of: input, output.", "填“投入”或“产出”。"),
    "lines": FieldWords("Goods", "货物", "At least one line of goods.", "至少一行货物。"),
    "scope": FieldWords("Scope", "范围", "Which products and lots.", "哪些产品和批号。"),
    "title": FieldWords("Title", "标题", *_TEXT),
    "hazard": FieldWords("Hazard", "危害", "What is wrong, and what it can do.", "问题是什么，可能造成什么危害。"),
    "instructions": FieldWords("What to do", "怎么做", *_TEXT),
    "on_hand": FieldWords("On hand", "在库", "A number from 0 up.", "0 或以上的数。"),
    "quarantined": FieldWords(
        "Set apart", "已隔离", "Of those on hand, how many are set apart.", "在库数量中已隔离的部分。"
    ),
    "sold": FieldWords("Sold", "已售出", "A number from 0 up.", "0 或以上的数。"),
    "returned": FieldWords("Sent back", "已退回", "A number from 0 up.", "0 或以上的数。"),
    "destroyed": FieldWords("Destroyed", "已销毁", "A number from 0 up.", "0 或以上的数。"),
}


def field_of(pointer: str) -> str:
    """The name of the field to which an RFC 6901 pointer leads: `/lines/0/gtin` is `gtin`."""
    parts = [part for part in pointer.split("/") if part and not part.isdigit()]
    return parts[-1] if parts else ""
