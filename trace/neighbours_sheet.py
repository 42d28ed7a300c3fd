"""The sheet of a batch's neighbours: one row for each neighbour, own place and unit of measure."""

from collections.abc import Iterator
from typing import NamedTuple

from trace.descriptions import Firm
from trace.neighbours import Neighbour, Neighbours
from trace.sheet_columns import date_cell, document_types_cell, goods_columns, place_columns, uom_cell
from trace.sheets import Column, Language, Sheet, join_texts


class Line(NamedTuple):
    """One neighbour, and the answer that it stands in."""

    backward: bool
    row: Neighbour
    whole: Neighbours


def lines_of(found: Neighbours) -> Iterator[Line]:
    """The rows of the sheet: where the batch came from, then where it went."""
    for backward, rows in ((True, found["one_up"]), (False, found["one_down"])):
        yield from (Line(backward, row, found) for row in rows)


def _side(line: Line, language: Language) -> str:
    words = ("来自 (上一步)", "去往 (下一步)") if language == "zh" else ("from (one up)", "to (one down)")
    return words[0 if line.backward else 1]


def _uscc(line: Line, _language: Language) -> str | None:
    firm = _firm(line)
    return firm and firm["uscc"]


def _email(line: Line, _language: Language) -> str | None:
    firm = _firm(line)
    return firm and firm["email"]


def _firm(line: Line) -> Firm | None:
    contact = line.row["neighbour"]
    return contact and contact["party"]


SHEET: Sheet[Line] = Sheet(
    "上下游",
    "One up, one down",
    [
        Column("方向", "Direction", _side),
        Column("GTIN", "GTIN", lambda line, _: line.whole["batch"]["gtin"], 16),
        Column("批号", "Lot", lambda line, _: line.whole["batch"]["lot"]),
        Column("批次标识", "Batch identifier", lambda line, _: line.whole["batch"]["id"], 30),
        *goods_columns(lambda line: line.whole["product"]),
        *place_columns("对方", "Neighbour", lambda line: line.row["neighbour"]),
        Column("对方: 电子邮箱", "Neighbour: e-mail", _email, 24),
        Column("对方: 统一社会信用代码", "Neighbour: USCC", _uscc, 20),
        Column(
            "本方: GLN或标识",
            "Own place: GLN or identifier",
            lambda line, _: line.row["location"]["gln"] or line.row["location"]["id"],
            18,
        ),
        Column("本方: 地点名称", "Own place", lambda line, _: line.row["location_name"], 26),
        Column("发货数量 (空: 不详)", "Shipped (empty: unknown)", lambda line, _: line.row["shipped"]),
        Column("收货数量 (空: 不详)", "Received (empty: unknown)", lambda line, _: line.row["received"]),
        Column("单位", "Unit of measure", lambda line, language: uom_cell(line.row["uom"], language)),
        Column("首次发货", "First shipped", lambda line, _: date_cell(line.row["shipped_first"])),
        Column("末次发货", "Last shipped", lambda line, _: date_cell(line.row["shipped_last"])),
        Column("首次收货", "First received", lambda line, _: date_cell(line.row["received_first"])),
        Column("末次收货", "Last received", lambda line, _: date_cell(line.row["received_last"])),
        Column(
            "单据类型",
            "Document types",
            lambda line, language: document_types_cell((one["type"] for one in line.row["documents"]), language),
        ),
        Column(
            "单据编号",
            "Document numbers",
            lambda line, _: join_texts([one["number"] for one in line.row["documents"]]),
            24,
        ),
        Column("事件标识", "Event IDs", lambda line, _: join_texts(line.row["event_ids"]), 40),
    ],
)
