"""A drill's report as a paper (PDF), in one language."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from recalls.drills.words import (
    PARTS,
    code_of,
    name_of,
    say,
    ways_of,
    write_percent,
    write_quantity,
    write_sum,
    write_unit,
    yes_no,
)
from trace.pdf import Block, Facts, Heading, Paragraph, Table, find_font, write_pdf
from trace.sheets import Language

Row = Mapping[str, Any]


def write_paper(target: BinaryIO, report: Row, language: Language, font: str | None) -> None:
    """Write the whole report; ``font`` is the setting PDF_FONT."""
    title = say((f"追溯演练报告 {report['number']}", f"Report of trace exercise {report['number']}"), language)
    footer = f"{title} · {report['run'][:16]}"
    write_pdf(target, title, _blocks(report, title, language), find_font(font), footer, _TAGS[language])


_TAGS = {"zh": "zh-CN", "en": "en"}


def _blocks(report: Row, title: str, language: Language) -> Iterator[Block]:
    batch, back, forward = report["batch"], report["backward"], report["forward"]

    def both(zh: str, en: str) -> str:
        return say((zh, en), language)

    yield Heading(title, 1)
    yield Facts(
        [
            (both("批次", "Batch"), f"{batch['gtin'] or batch['id']} {batch['lot'] or ''}"),
            (both("开始", "Started"), report["started_at"]),
            (both("时限", "Limit"), both(f"{report['hours']} 小时", f"{report['hours']} h") + f", {report['due_at']}"),
            (both("完成", "Reported"), report["finished_at"]),
            (both("按时", "In time"), yes_no(report["in_time"], language)),
            (both("冻结影响", "Frozen impact"), report["run"]),
        ]
    )
    yield Heading(both("各部分用时", "How long each part took"))
    yield Facts([(say(PARTS[one["part"]], language), f"{one['milliseconds']} ms") for one in report["parts"]])
    yield Heading(both("向上追溯", "Traced back"))
    yield Paragraph(
        both(
            f"由 {len(back['batches'])} 个批次制成，"
            f"经 {len(back['places'])} 个地点之间的 {back['movements']} 次移动而来。",
            f"Made from {len(back['batches'])} batches, which came by {back['movements']} movements "
            f"between {len(back['places'])} places.",
        )
    )
    if back["batches"]:
        heads = (both("商品", "Item"), both("批号", "Lot"), both("距离", "Distance"))
        yield Table(heads, [(one["gtin"] or one["id"], one["lot"] or "", str(one["depth"])) for one in back["batches"]])
    yield Heading(both("向下追踪", "Traced forward"))
    yield Paragraph(
        both(
            f"{len(forward['batches'])} 个批次，{forward['places']} 个地点，其中门店 {forward['outlets']} 家。",
            f"{len(forward['batches'])} batches, {forward['places']} places, {forward['outlets']} of them outlets.",
        )
    )
    yield Heading(both("物料平衡", "Mass balance"))
    for row in report["balance"]:
        yield from _balance(row, language)
    yield Heading(both("联系名单", "Contact list"))
    yield Table(
        (both("企业", "Firm"), both("代码", "Code"), both("层级", "Tier"), both("联系方式", "How to reach")),
        [
            (name_of(one, language), code_of(one), "" if one["tier"] is None else str(one["tier"]), ways_of(one))
            for one in report["contacts"]
        ],
    )


def _balance(row: Row, language: Language) -> Iterator[Block]:
    kind = say(("由其制成", "made from it") if row["derived"] else ("演练批次", "the batch itself"), language)
    yield Heading(f"{row['gtin'] or row['id']} · {kind} · {write_unit(row['uom'], language)}", 3)
    yield Facts(
        [
            (say(("生产", "Made"), language), write_quantity(row["produced"])),
            (
                say(("有据可查", "Accounted for"), language),
                f"{write_quantity(row['accounted'])} = {write_sum(row, language)}",
            ),
            (say(("比例", "Accounted %"), language), write_percent(row["accounted_percent"], language)),
            (say(("差异", "Difference"), language), write_quantity(row["difference"])),
            (say(("未能解释", "Unexplained"), language), write_quantity(row["unexplained"])),
        ]
    )
    if row["differences"]:
        yield Table(
            [say(pair, language) for pair in (("数量", "Quantity"), ("地点", "Place"), ("说明", "Explanation"))],
            [
                (
                    write_quantity(one["quantity"]),
                    one["place"]["name"] or one["place"]["id"],
                    (one["message_zh"] if language == "zh" else one["message"]) or "",
                )
                for one in row["differences"]
            ],
            right={0},
        )
