"""What is said of a mistake: each detail that operations give, with its sentence in English and Chinese (pure).

The details themselves are made for programs: "Expected a date like 2026-03-01, got "3月1日".". What people read says
the same and how to mend it. A sentence may use the groups of its pattern, and `{field}` and `{belongs}`.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saying:
    """A kind of detail, and its sentences; English without one stays as it came."""

    pattern: re.Pattern[str]
    en: str | None
    zh: str


WORDS = {
    "commodity code": "商品条码",
    "GTIN": "商品条码",
    "GLN": "GLN",
    "SSCC": "SSCC",
    "lot": "批号",
    "serial": "序列号",
    "USCC": "统一社会信用代码",
    "organisation code": "组织机构代码",
    "pieces": "件",
    "none": "无",
    "company": "企业",
    "regulator": "监管人员",
    "admin": "运营者",
    "auditor": "审计人员",
    "batch": "批次",
    "registered batch": "已登记批次",
    "product": "产品",
    "location": "地点",
    "firm": "企业",
    "event": "事件",
    "recall": "召回",
    "drill": "演练",
    "notice": "通知",
    "report": "报告",
    "test report": "检验报告",
    "matter": "事项",
    "office": "机关",
    "publication": "公开信息",
    "credit record": "信用记录",
    "photograph": "照片",
    "picture": "图片",
    "rule": "规则",
    "limit": "期限",
    "duty": "义务",
    "link": "链接",
    "draft": "草稿",
    "sheet": "表格",
    "blank": "空格",
    "full-width blank": "全角空格",
    "newline": "换行",
    "carriage return": "换行",
    "tab": "制表符",
    "hyphen": "连字符",
}
"""Words within details that have a Chinese one."""


def say(pattern: str, en: str | None, zh: str) -> Saying:
    return Saying(re.compile(pattern, re.DOTALL), en, zh)


_READ = r"Cannot read '(?P<got>.*)' as (?P<what>[^:]+): "
_ZERO_EN = (
    " If it begins with 0, the spreadsheet may have dropped the zero: format the column as text and type it anew."
)
_ZERO_ZH = "如果编码以 0 开头，表格可能去掉了前面的 0：请把该列设为文本格式后重填。"

SAYINGS = (
    say(
        r"Expected plain words, got '(?P<word>.*)' at character (?P<at>\d+): it makes the danger look smaller\.",
        "“{word}” at character {at} makes the danger look smaller: say plainly what is wrong.",
        "第 {at} 个字起的“{word}”会淡化危害，请直接写明问题。",
    ),
    say(
        r"Expected at most (?P<most>\d+) photographs, got \d+\.",
        "At most {most} photographs can be sent with one answer.",
        "一次回复最多附 {most} 张照片。",
    ),
    say(
        r"Expected a PNG or JPEG picture, got something that cannot be read as one\.",
        "This file cannot be read as a picture. Choose a JPEG or PNG.",
        "无法作为图片读取，请选择 JPEG 或 PNG 图片。",
    ),
    say(r"Expected this field, got nothing\.", "Fill in “{field}”. {belongs}", "请填写“{field}”。{belongs}"),
    say(r"No such field is known here\.", None, "这里没有“{field}”这一项，请删去。"),
    # -- codes
    say(
        _READ + r"check digit should be (?P<a>\d), got (?P<b>\d)\.",
        "The {what} {got} has a wrong digit: the last one should be {a}, not {b}. Compare it with the pack or paper.",
        "{what}“{got}”有误：末位校验码应为 {a}，填的是 {b}。请对照包装或单据逐位核对。",
    ),
    say(
        _READ + r"check character should be (?P<a>.), got (?P<b>.)\.",
        "The code {got} has a wrong character: the last one should be {a}, not {b}. Compare it with the licence.",
        "{what}“{got}”有误：末位应为 {a}，填的是 {b}。请对照营业执照逐位核对。",
    ),
    say(
        _READ + r"expected 8, 12, 13 or 14 digits, got (?P<count>\d+)\.",
        "The {what} {got} has {count} digits; expected 8, 12, 13 or 14." + _ZERO_EN,
        "{what}“{got}”有 {count} 位，应为 8、12、13 或 14 位。" + _ZERO_ZH,
    ),
    say(
        _READ + r"expected (?P<n>\d+) digits, got (?P<count>\d+)\.",
        "The {what} {got} has {count} digits; expected {n}." + _ZERO_EN,
        "{what}“{got}”有 {count} 位，应为 {n} 位。" + _ZERO_ZH,
    ),
    say(
        _READ + r"expected (?P<n>\d+) characters, got (?P<count>\d+)\.",
        "The code {got} has {count} characters; expected {n}.",
        "{what}“{got}”有 {count} 个字符，应为 {n} 个。",
    ),
    say(_READ + r"expected 1 to \d+ characters, got 0\.", "Fill in “{field}”. {belongs}", "请填写“{field}”。{belongs}"),
    say(
        _READ + r"expected 1 to (?P<n>\d+) characters, got (?P<count>\d+)\.",
        "The {what} {got} has {count} characters; at most {n} fit into a bar code. Write it as it is printed.",
        "{what}“{got}”有 {count} 个字符，条码中最多 {n} 个。请按包装上印的写。",
    ),
    say(
        _READ + r"(?P<sign>[^;]+) at position (?P<at>\d+); expected ASCII digits\.",
        "The {what} {got} has a {sign} at place {at}; only the digits 0 to 9 belong here.",
        "{what}“{got}”的第 {at} 个字符是{sign}，这里只能填数字 0 至 9。",
    ),
    say(
        _READ + r"(?P<sign>[^;]+) at position (?P<at>\d+); expected GS1 character set 82.*",
        "The {what} {got} has a {sign} at place {at}; letters, digits and signs belong here, no blanks.",
        "{what}“{got}”的第 {at} 个字符是{sign}。这里只能填字母、数字和半角符号，不含空格和汉字。",
    ),
    say(_READ + r"expected a number, got only zeros\.", None, "{what}“{got}”全是 0，请填写真实编码。"),
    say(
        _READ + r"'(?P<sign>.)' at position (?P<at>\d+) is not one of .*",
        "The code {got} has “{sign}” at place {at}, which such codes never have. Compare it with the licence.",
        "{what}“{got}”的第 {at} 个字符“{sign}”不会出现在这种代码里。请对照营业执照核对。",
    ),
    say(
        _READ + r"registration authority should be .*",
        None,
        "{what}“{got}”的第一位不是登记管理部门代码。请对照营业执照核对。",
    ),
    say(_READ + r"region \(positions 3 to 8\).*", None, "{what}“{got}”的第 3 至 8 位应为数字。请对照营业执照核对。"),
    say(
        r"Cannot take '(?P<got>.*)' as commodity code: .*restricted circulation\.",
        "{got} is a number for use inside one shop or region; a product needs a GTIN that is unique everywhere.",
        "“{got}”是店内码，只在店内或区域内使用；产品须使用全球唯一的商品条码。",
    ),
    say(
        r"(?:Expected a GLN or a URI|Expected a place), got (?P<got>.+)\.",
        "Expected the place's GLN (13 digits), got {got}.",
        "这里应填地点的 GLN（13 位数字），填的是{got}。",
    ),
    say(
        r"Expected a UN/ECE Recommendation 20 code such as KGM, got (?P<got>.+)\.",
        "Expected a unit's code such as KGM (kilograms) or LTR (litres), got {got}. Leave it empty for pieces.",
        "计量单位应填代码，如 KGM（千克）、LTR（升），填的是{got}。按件计数时请留空。",
    ),
    say(
        r"Expected a GB/T 2260 code of 6 digits, got (?P<got>.+)\.",
        None,
        "行政区划代码应为 6 位数字（GB/T 2260），填的是{got}。",
    ),
    # -- numbers
    say(
        r"Expected a number above 0, got (?P<got>.+)\.",
        "Expected more than 0, got {got}. Leave the row out where there is nothing.",
        "应大于 0，填的是{got}。没有数量的行请删去。",
    ),
    say(r"Expected a number from 0 up, got (?P<got>.+)\.", None, "应为 0 或更大的数，填的是{got}。"),
    say(
        r"Expected a number of at most (?P<n>\d+) digits, got (?P<got>.+)\.",
        None,
        "数字最多 {n} 位，填的是{got}。",
    ),
    say(
        r"Expected a (?:finite )?number, got (?P<got>.+)\.",
        "Expected a number such as 120 or 12.5, got {got}.",
        "应填数字，例如 120 或 12.5，填的是{got}。",
    ),
    say(r"Expected a whole number.*, got (?P<got>.+)\.", None, "应填整数，填的是{got}。"),
    say(r"Expected degrees from -(?P<n>\d+) to \d+, got (?P<got>.+)\.", None, "应为 -{n} 至 {n} 的度数，填的是{got}。"),
    # -- days and times
    say(
        r"Expected a date like 2026-03-01, got (?P<got>.+)\.",
        "Expected a day such as 2026-03-01, got {got}.",
        "应填日期，例如 2026-03-01，填的是{got}。",
    ),
    say(
        r"Expected a (?:date|time) that exists, got (?P<got>.+)\.",
        "There is no such day or time: {got}.",
        "没有这样的日期或时间：{got}。",
    ),
    say(
        r"Expected a time like 2026-03-01T08:30:00\+08:00, got (?P<got>.+)\.",
        "Expected a day and time such as 2026-03-01 08:30, got {got}.",
        "应填日期和时间，例如 2026-03-01 08:30，填的是{got}。",
    ),
    say(r"Expected a time with a zone.*, got (?P<got>.+)\.", None, "时间要写明时区（例如 +08:00），填的是{got}。"),
    say(
        r"Expected a day not before produced_on \((?P<day>.+)\), got (?P<got>.+)\.",
        "It cannot expire ({got}) before it is made ({day}). One of the two days is wrong.",
        "到期日期 {got} 早于生产日期 {day}，其中一个写错了。",
    ),
    say(
        r"Expected a time not in the future, got (?P<got>.+)\.",
        "{got} is still to come. Only what has happened is recorded.",
        "{got} 还没有到。这里只登记已经发生的事。",
    ),
    say(
        r"(?:Cannot take .+ time: expected|Expected) a time at most .+ after now \(.+\)(?:, got (?P<got>.+))?\.",
        "{got} is still to come. Only what has happened is recorded.",
        "{got} 还没有到。这里只登记已经发生的事。",
    ),
    # -- words
    say(
        r"Expected 'plant', 'warehouse', 'outlet' or 'other', got (?P<got>.+)\.",
        "Expected plant, warehouse, outlet or other, got {got}.",
        "类型应为工厂、仓库、门店或其他，填的是{got}。",
    ),
    say(r"Expected the reason to .+, got nothing\.", "Give the reason.", "请填写理由。"),
    say(r"Expected '(?P<choice>.+)', got (?P<got>.+)\.", None, "只能选其中一项：{choice}；填的是{got}。"),
    say(r"Expected a valid string, got (?P<got>.+)\.", "Expected text, got {got}.", "应填文字，填的是{got}。"),
    say(
        r"Expected String should have at least 1 character, got .*",
        "Fill in “{field}”. {belongs}",
        "请填写“{field}”。{belongs}",
    ),
    say(
        r"Expected String should have at most (?P<n>\d+) characters?, got .*",
        "At most {n} characters fit here. Make it shorter.",
        "最多 {n} 个字符，请写短一些。",
    ),
    say(
        r"Expected String should match pattern '\\S', got .*",
        "Fill in “{field}”: it has only blanks.",
        "“{field}”里只有空格，请填写。",
    ),
    say(
        r"Expected String should match pattern '\^\[\^@.*', got (?P<got>.+)\.",
        "Expected an e-mail address, got {got}.",
        "应填邮箱地址，填的是{got}。",
    ),
    say(
        r"Expected String should match pattern '\^https.*', got (?P<got>.+)\.",
        "Expected an address that begins with http:// or https://, got {got}.",
        "应填以 http:// 或 https:// 开头的地址，填的是{got}。",
    ),
    say(r"Expected List should have at least 1 item.*", "Expected at least one line.", "至少要有一行。"),
    say(r"Expected List should have at most (?P<n>\d+) items?.*", "At most {n} lines fit here.", "最多 {n} 行。"),
    # -- goods
    say(
        r"Expected one of sscc, gtin and id, got none\.",
        "Say which goods: fill in a commodity code, or the SSCC of a pallet.",
        "请写明是什么货物：填商品条码，或托盘的 SSCC。",
    ),
    say(
        r"Expected one of sscc, gtin and id, got .+ and .+\.",
        "Fill in either the commodity code or the SSCC of a pallet, not both.",
        "商品条码和托盘 SSCC 只填其中一项。",
    ),
    say(
        r"Expected lot and serials with a gtin only\.",
        "A lot needs the commodity code beside it.",
        "填了批号，还要填商品条码。",
    ),
    say(
        r"Expected (?P<n>\d+) pieces or no quantity, got .+\.",
        "A pallet or single pieces are counted by themselves ({n}): leave quantity and unit empty.",
        "托盘或单件按自身计数（{n} 件）：请把数量和单位留空。",
    ),
    say(r"Expected every serial once, got '(?P<got>.+)' twice\.", None, "序列号“{got}”写了两次，每个只写一次。"),
    say(r"Expected one serial a piece, got (?P<got>.+)\.", None, "一件一个序列号，数量与序列号的个数不符（{got}）。"),
    say(
        r"Expected inputs and outputs.*",
        "A run needs what went in and what came out: at least one row of each.",
        "一次加工既要有投入，也要有产出：各至少一行。",
    ),
    # -- what is registered
    say(
        r"Expected a registered product, got (?P<got>\d+), which nobody registered\.",
        "The product {got} is not registered. Register it first, or compare the number with the pack.",
        "产品 {got} 尚未登记。请先登记产品，或对照包装核对条码。",
    ),
    say(
        r"No product (?P<got>\d+) (?:of yours is known|is known to you)\.",
        "No product {got} of your firm is known. Compare the number with the pack.",
        "贵企业没有产品 {got}。请对照包装核对条码。",
    ),
    say(
        r"Expected a registered location, got (?:\S*/414/)?(?P<got>\S+), which nobody registered\.",
        "The place {got} is not registered. Register it first, or compare the number.",
        "地点 {got} 尚未登记。请先登记地点，或核对号码。",
    ),
    say(
        r"No location (?:\S*/414/)?(?P<got>\S+) of yours is known\.",
        "No place {got} of your firm is known. Compare the number, or register the place first.",
        "贵企业没有地点 {got}。请核对号码，或先登记地点。",
    ),
    say(
        r"No place of this event is known to you\.",
        "None of these places is your firm's. A firm reports what happens at its own places.",
        "这里没有贵企业的地点。企业只登记自己地点发生的事。",
    ),
    say(
        r"Expected a registered firm, got (?P<got>\S+), which nobody registered\.",
        "The firm {got} is not registered. Compare the code; the operator registers new firms.",
        "企业 {got} 尚未登记。请核对代码；新企业由运营方登记。",
    ),
    say(
        r"(?:Expected a firm of this key's own: .*|This key does not write for (?P<got>\S+)\.)",
        "A firm registers itself alone; others are registered by the operator.",
        "企业只能登记自己；其他企业由运营方登记。",
    ),
    say(
        r"Expected the USCC or GLN of the firm that keeps the place, got nothing\.",
        "Say which firm keeps the place: its social credit code or GLN.",
        "请写明该地点属于哪家企业：填统一社会信用代码或 GLN。",
    ),
    say(
        r"Expected uscc or gln, got neither\.",
        "Fill in the social credit code, the GLN, or both.",
        "统一社会信用代码和 GLN 至少填一项。",
    ),
    say(r"Expected either gln or id\.", "Fill in the place's GLN.", "请填写地点的 GLN。"),
    say(
        r"Expected latitude and longitude, got one of them\.",
        "Fill in latitude and longitude, or neither.",
        "纬度和经度要么都填，要么都不填。",
    ),
    say(r"GLN (?P<got>\d+) is another firm's own\.", None, "GLN {got} 属于另一家企业。"),
    say(
        r"USCC .+ and GLN .+ are registered to two firms\.",
        None,
        "这个统一社会信用代码和 GLN 分别登记在两家企业名下，请核对。",
    ),
    say(
        r"Batch \S+ is registered with another (?P<other>\w+)\.",
        "This batch is registered already, with another {other}. Compare both; what is registered stays.",
        "该批次已登记，但{other}不同。请核对；已登记的内容不会被改动。",
    ),
    say(
        r"Captured events made (?P<made>.+) of batch (?P<lot>.+), this registration says (?P<got>.+)\. Correct .*",
        "Production of batch {lot} is recorded as {made}, this says {got}. Compare both.",
        "批次 {lot} 的生产记录为 {made}，这里填的是{got}。请核对。",
    ),
    say(
        r"The (?:firm|location|product) (?P<got>\S+) is registered with another (?P<other>\w+)\.",
        "{got} is registered already, with another {other}. Compare both; what is registered stays.",
        "{got} 已登记，但{other}不同。请核对；已登记的内容不会被改动。",
    ),
    # -- sheets
    say(
        r"Digits of (?P<got>.+) were lost: the cell is a number\.",
        "Digits were lost: the spreadsheet keeps {got} as a rounded number. Make the column text and type it anew.",
        "编码的部分数字已丢失：表格把它存成了数值 {got}。请把该列设为文本格式，重新填写编码。",
    ),
    say(
        r"Expected a lot, got the day (?P<got>.+): the spreadsheet changed it\.",
        "The spreadsheet turned this lot into a date ({got}). Format the column as text and type the lot anew.",
        "表格把批号变成了日期（{got}）。请把该列设为文本格式，重新填写批号。",
    ),
    say(
        r"Expected at most (?P<n>\d+) characters in a cell, got (?P<count>\d+)\.",
        "A cell takes at most {n} characters, this one has {count}.",
        "一个单元格最多 {n} 个字符，这里有 {count} 个。",
    ),
    say(
        r"Expected text, got a control character\.",
        "There is an invisible control character in this cell. Type it anew.",
        "单元格里有看不见的控制字符，请重新填写。",
    ),
    say(
        r"Expected each (?P<key>.+) once, got it in row (?P<row>\d+) with other content\.",
        "Row {row} has the same one with other content. Keep the right row alone.",
        "第 {row} 行已有同一项，但内容不同。请只保留正确的一行。",
    ),
    say(
        r"Row (?P<row>\d+) of the same document is wrong\.",
        "This row is right, but row {row} of the same document is not. Rows of one document go in together.",
        "这一行没有问题，但同一单据的第 {row} 行有误。同一单据的各行须一起登记。",
    ),
    say(
        r"A part of this run is recorded already\.",
        "A part of this run was recorded before. A run is recorded whole: give the rest a run number of its own.",
        "这次加工的一部分此前已登记。一次加工须整体登记：其余部分请另用一个单号。",
    ),
    say(
        r"Expected String should match pattern '.*', got (?P<got>.*)\.",
        None,
        "“{field}”不能填{got}。{belongs}",
    ),
)
