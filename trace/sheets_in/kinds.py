"""What sheets there are: of each kind its columns, and the body that its rows become.

Templates, reading, the list of mistakes and the page all follow from these declarations.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from trace.bodies import BatchIn, LocationIn, PartyIn, ProductIn, Receipt, Report, Shipment, Transformation
from trace.field_words import FIELDS, Language
from trace.reports import receipt_event, sale_event, shipment_event, transformation_event
from trace.sheets_in.cells import (
    Read,
    read_amount,
    read_code,
    read_day,
    read_list,
    read_lot,
    read_moment,
    read_text,
    word_reader,
)
from trace.sheets_in.tables import MAX_ROWS

Word = Literal["batches", "shipments", "receipts", "sales", "transformations", "products", "locations", "parties"]

PLACE_KINDS = {word: word for word in ("plant", "warehouse", "outlet", "other")} | {
    "工厂": "plant",
    "车间": "plant",
    "仓库": "warehouse",
    "仓": "warehouse",
    "门店": "outlet",
    "店铺": "outlet",
    "超市": "outlet",
    "其他": "other",
    "其它": "other",
}
SIDES = {"input": "inputs", "output": "outputs", "投入": "inputs", "产出": "outputs", "in": "inputs", "out": "outputs"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field of the body that it fills, how its cells are read, and what a template says of it.

    `field` is the path within the body (`contact/phone`), or within a line of goods where `line` is set.
    """

    field: str
    read: Read
    example: str
    required: bool = False
    line: bool = False
    aliases: tuple[str, ...] = ()
    width: int = 16

    @property
    def name(self) -> str:
        """The field's own name."""
        return self.field.rpartition("/")[2]

    def heading(self, language: Language) -> str:
        """What stands above the column in a template."""
        return FIELDS[self.name].name(language)

    def belongs(self, language: Language) -> str:
        """What belongs in it."""
        return FIELDS[self.name].belongs(language)


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of sheet.

    `keys` are the fields that name one thing, which may come once. `document` is the field by which rows are one
    document: they go in together or not at all. `own` is the place that must be the firm's own. `event` builds the
    event of a body; without it a row is registered.
    """

    word: Word
    zh: str
    en: str
    lead_zh: str
    lead_en: str
    model: type[BaseModel]
    columns: tuple[Column, ...]
    keys: tuple[tuple[str, ...], ...] = ()
    own: str = ""
    document: str = ""
    event: Callable[[Any, datetime], dict[str, Any]] | None = None
    most_rows: int = MAX_ROWS
    for_operators: bool = False

    def title(self, language: Language) -> str:
        """What the kind is called."""
        return self.zh if language == "zh" else self.en

    def lead(self, language: Language) -> str:
        """What such a sheet is for."""
        return self.lead_zh if language == "zh" else self.lead_en

    @property
    def by_field(self) -> Mapping[str, Column]:
        """The columns by their fields."""
        return {column.field: column for column in self.columns}


def _code(field: str, *aliases: str, example: str, **more: Any) -> Column:
    return Column(field, read_code, example, aliases=aliases, width=18, **more)


def _text(field: str, *aliases: str, example: str = "", width: int = 20, **more: Any) -> Column:
    return Column(field, read_text, example, aliases=aliases, width=width, **more)


_GTIN = ("gtin", "条码", "产品条码", "商品编码", "barcode", "bar code", "ean", "货品条码")
_LOT = ("批次", "批次号", "生产批号", "lot number", "batch", "batch number", "lotno", "lot no")
_QUANTITY = ("件数", "qty", "amount", "产量", "发货数量", "收货数量", "销售数量")
_UOM = ("单位", "uom", "unit of measure")
_PLACE = ("地点", "地点gln", "gln", "place", "location", "生产地点", "门店gln", "工厂gln")
_TIME = ("时间", "日期", "date", "time", "when", "at")

_GOODS = (
    _code("gtin", *_GTIN, example="9520000000103", line=True),
    Column("lot", read_lot, "L20261101", line=True, aliases=_LOT),
    Column("quantity", read_amount, "120", line=True, aliases=_QUANTITY, width=12),
    Column("uom", read_text, "", line=True, aliases=_UOM, width=10),
)
_SSCC = _code("sscc", "托盘号", "箱号", "pallet", "logistic unit", example="", line=True)

_KINDS = (
    SheetKind(
        "batches",
        "批次",
        "Batches",
        "登记生产的批次；登记后可打印标签。",
        "Register what was made; labels can be printed afterwards.",
        BatchIn,
        (
            _code("commodity_code", *_GTIN, example="9520000000103", required=True),
            Column("lot", read_lot, "L20261101", required=True, aliases=_LOT),
            Column("quantity", read_amount, "1200", required=True, aliases=_QUANTITY, width=12),
            Column("uom", read_text, "", aliases=_UOM, width=10),
            Column("produced_on", read_day, "2026-11-01", aliases=("生产日", "制造日期", "production date", "made on")),
            Column(
                "expires_on",
                read_day,
                "2027-04-30",
                aliases=(
                    "有效期",
                    "有效期至",
                    "保质期至",
                    "失效日期",
                    "expiry",
                    "expiry date",
                    "best before",
                    "use by",
                ),
            ),
            _code("location", *_PLACE, example="9520000000011", required=True),
            Column("serials", read_list, "", aliases=("serial numbers",)),
            _text("certificate", "合格证", "检验报告", "coa"),
        ),
        keys=(("commodity_code", "lot"),),
    ),
    SheetKind(
        "shipments",
        "发货",
        "Shipments",
        "登记发出的货物；同一单据的多行作为一次发货。",
        "Report goods that left; rows of one document are one shipment.",
        Shipment,
        (
            _text(
                "document", "单号", "发货单号", "送货单号", "delivery note", "document number", example="FH-20261122-01"
            ),
            Column(
                "shipped_at", read_moment, "2026-11-22 08:30", required=True, aliases=("发货日期", "出库时间", *_TIME)
            ),
            _code("from", "发货地", "发货方", "发货方gln", "from", "sender", example="9520000000011", required=True),
            _code("to", "收货地", "收货方", "收货方gln", "to", "recipient", example="9520000000028", required=True),
            *_GOODS,
            _SSCC,
        ),
        own="from",
        document="document",
        event=shipment_event,
    ),
    SheetKind(
        "receipts",
        "收货",
        "Receipts",
        "登记收到的货物；同一单据的多行作为一次收货。",
        "Report goods that arrived; rows of one document are one receipt.",
        Receipt,
        (
            _text(
                "document", "单号", "收货单号", "送货单号", "delivery note", "document number", example="FH-20261122-01"
            ),
            Column(
                "received_at", read_moment, "2026-11-23 09:00", required=True, aliases=("收货日期", "入库时间", *_TIME)
            ),
            _code("from", "发货地", "发货方", "发货方gln", "from", "sender", example="9520000000011"),
            _code("to", "收货地", "收货方", "收货方gln", "to", "recipient", example="9520000000028", required=True),
            *_GOODS,
            _SSCC,
        ),
        own="to",
        document="document",
        event=receipt_event,
    ),
    SheetKind(
        "sales",
        "销售",
        "Sales",
        "登记售给消费者的货物。",
        "Report goods sold to consumers.",
        Report,
        (
            _code("location", *_PLACE, "门店", "store", example="9520000000028", required=True),
            Column("at", read_moment, "2026-11-24 21:00", required=True, aliases=("销售日期", "销售时间", *_TIME)),
            *_GOODS,
        ),
        own="location",
        event=sale_event,
    ),
    SheetKind(
        "transformations",
        "加工",
        "Transformations",
        "登记加工：哪些批次投入，产出哪些批次。",
        "Report what was made from what: input batches and output batches.",
        Transformation,
        (
            _text(
                "transformation_id",
                "加工单号",
                "生产单号",
                "单号",
                "run number",
                example="SC-20261101-1",
                required=True,
            ),
            Column("at", read_moment, "2026-11-01 10:00", required=True, aliases=("加工日期", "加工时间", *_TIME)),
            _code("location", *_PLACE, example="9520000000011", required=True),
            Column(
                "side",
                word_reader(SIDES),
                "投入",
                required=True,
                line=True,
                aliases=("方向", "投入产出", "side", "direction"),
            ),
            *_GOODS,
            _SSCC,
        ),
        own="location",
        document="transformation_id",
        event=transformation_event,
    ),
    SheetKind(
        "products",
        "产品",
        "Products",
        "登记产品；先登记产品，再登记它的批次。",
        "Register products; a product comes before its batches.",
        ProductIn,
        (
            _code("commodity_code", *_GTIN, example="9520000000103", required=True),
            _text(
                "name", "产品名称", "品名", "product", "product name", example="原味酸奶 200 g", required=True, width=28
            ),
            _text("name_en", "英文品名", "english product name", example="Plain yogurt 200 g", width=28),
            _text("brand", "商标", example="晨露"),
            _text("specification", "规格型号", "packing", example="200 g × 24"),
            _code("party", "所属企业", "企业代码", "owner", example=""),
            Column("uom", read_text, "", aliases=_UOM, width=10),
        ),
        keys=(("commodity_code",),),
        most_rows=20_000,
    ),
    SheetKind(
        "locations",
        "地点",
        "Places",
        "登记工厂、仓库和门店。",
        "Register plants, warehouses and outlets.",
        LocationIn,
        (
            _code("gln", "地点gln", "地点", "place", "location", example="9520000000011", required=True),
            _text("name", "地点名称", "门店名称", "place name", example="晨露一厂", required=True, width=28),
            _text("name_en", "英文地点名称", example="Plant 1", width=28),
            _code("party", "所属企业", "企业代码", "owner", example=""),
            Column("kind", word_reader(PLACE_KINDS), "工厂", required=True, aliases=("地点类型", "type"), width=10),
            _code("region", "区划代码", "地区代码", "region code", example="320106"),
            _text("address", "详细地址", example="南京市鼓楼区中山路 1 号", width=30),
            Column("latitude", read_amount, "32.06", aliases=("lat",), width=10),
            Column("longitude", read_amount, "118.78", aliases=("lon", "lng"), width=10),
        ),
        keys=(("gln",),),
        most_rows=20_000,
    ),
    SheetKind(
        "parties",
        "企业",
        "Firms",
        "登记企业；由运营方使用。",
        "Register firms; for operators.",
        PartyIn,
        (
            _code("uscc", "信用代码", "社会信用代码", "social credit code", example="91320106MA1XXXXXXE"),
            _code("gln", "企业gln", example="9520000000011"),
            _text(
                "name", "企业名称", "公司名称", "firm", "company", example="晨露乳业有限公司", required=True, width=28
            ),
            _text("name_en", "企业英文名称", example="Morning Dew Dairy", width=28),
            _text("contact/phone", "联系电话", "手机", "phone", example="025-5550 0100"),
            _text("contact/email", "邮箱", "email", example="quality@chenlu.example", width=24),
            _text("contact/address", "企业地址", example="南京市鼓楼区中山路 1 号", width=30),
        ),
        keys=(("uscc",), ("gln",)),
        most_rows=20_000,
        for_operators=True,
    ),
)

KINDS: Mapping[str, SheetKind] = {kind.word: kind for kind in _KINDS}


def kinds_for(role: str) -> Sequence[SheetKind]:
    """The kinds that somebody of a role brings: firms are registered by operators."""
    return [kind for kind in _KINDS if role == "admin" or not kind.for_operators]
