"""What people read of the mistakes in what citizens and stations send (pure)."""

from collections.abc import Mapping

from trace.field_words import FieldWords
from trace.mistake_words import say

SAYINGS = (
    say(
        r"Expected a number without blanks at its ends and control characters, got (?P<got>.*)\.",
        "Take the blanks from the ends of {got}.",
        "请去掉 {got} 首尾的空格。",
    ),
    say(r"Expected a name without blanks, got (?P<got>.*)\.", None, "{got} 中不得有空格。"),
    say(
        r"Expected one line without \| and without blanks at its ends, got (?P<got>.*)\.",
        "Write {got} as one line, without | in it.",
        "{got} 须写成一行，且不含“|”。",
    ),
    say(
        r"Expected at most (?P<most>\d+) parts in line (?P<line>\d+), got (?P<got>\d+)\.",
        "Line {line} has {got} parts; {most} are read, with | between them.",
        "第 {line} 行有 {got} 项，最多 {most} 项，用“|”分开。",
    ),
    say(
        r"Expected licensed categories \((?P<known>.*)\), got (?P<got>.*)\.",
        "{got} is no licensed category. There are: {known}.",
        "没有许可类别“{got}”。已登记的类别：{known}。",
    ),
    say(
        r"Expected each number once, got (?P<got>.*) in row (?P<row>\d+) too\.",
        "{got} stands in row {row} too. Each number comes once.",
        "{got} 与第 {row} 行重复，每个编号只能出现一次。",
    ),
    say(
        r"Expected the columns (?P<names>.*), got none of the name\.",
        "These columns are missing: {names}.",
        "表格缺少以下列：{names}。",
    ),
    say(
        r"Expected columns that the register has, got (?P<names>.*)\.",
        "The register has no such columns: {names}. Take them out, or mend their headings.",
        "登记簿没有以下列：{names}。请删去或更正表头。",
    ),
    say(
        r"Expected a sheet without mistakes, got (?P<n>\d+): nothing was entered\.",
        "{n} mistakes were found, so no row was entered. Mend them and bring the sheet again.",
        "发现 {n} 处错误，未登记任何一行。请更正后重新导入。",
    ),
    say(
        r"Expected an officer to keep a register, got .*",
        "Registers are kept by officers. Ask one of your office.",
        "监管登记由执法人员办理，请联系本机构执法人员。",
    ),
    say(
        r"Expected (?P<name>valid_to|until|needed_to) to be (?P<first>\S+) or later, got (?P<got>\S+)\.",
        "The last day ({got}) is before the first ({first}).",
        "截止日期 {got} 早于起始日期 {first}。",
    ),
    say(
        r"Expected a telephone or a mail address for a complaint, got neither\.",
        "Leave a telephone number or a mail address: a complaint is settled with you.",
        "请至少填写电话或电子邮箱，以便与您联系处理投诉。",
    ),
    say(
        r"Expected String should match pattern '\^\\\+\?\[0-9\].*",
        "A telephone number has digits, blanks, brackets and hyphens alone, such as 138 0013 8000.",
        "电话只能包含数字、空格、括号和连字符，例如 138 0013 8000。",
    ),
    say(
        r"Expected one mail address such as name@example\.com, got (?P<got>.*)\.",
        "{got} is no mail address. It looks like name@example.com.",
        "{got} 不是有效的电子邮箱，应类似 name@example.com。",
    ),
    say(
        r"Expected the code of the goods beside their lot or serial, got nothing\.",
        "A lot or serial says nothing by itself: type the number under the bar code too.",
        "只有批号或序列号无法识别商品，请同时填写条码下方的数字。",
    ),
    say(
        r"Expected the code of goods, got that of a logistic unit, .*",
        "This is the number of a pallet or case. Type the number on the goods themselves.",
        "这是托盘或箱子的编号，请填写商品本身的条码。",
    ),
    say(r"Expected a cause of .*", "Choose what it is about.", "请选择问题类别。"),
    say(
        r"Expected yuan with at most two decimals, below \d+, got (?P<got>.*)\.",
        "Write the sum in yuan, such as 128 or 128.50.",
        "金额以元为单位，最多两位小数，例如 128 或 128.50。",
    ),
    say(
        r"Expected a day up to (?P<day>.*), got (?P<got>.*)\.",
        "This day is still to come: {got}.",
        "{got} 尚未到来，请填写今天或之前的日期。",
    ),
    say(
        r"Expected no telephone, identity number or mail address of anybody here, got (?P<got>.*)\.",
        "This text stays on record, so it must name nobody: take out {got}.",
        "这段文字会留存在办理记录中，不得含有个人信息，请删去 {got}。",
    ),
    say(
        r"Matter .* names no firm: expected its goods, outlet or firm attached first\.",
        "Nobody knows yet which firm it is about. Attach the goods, the outlet or the firm first.",
        "尚不清楚涉及哪家经营者，请先补充商品、经营场所或经营者信息。",
    ),
    say(
        r"The firm has time to answer until (?P<until>.*); expected that to be over\.",
        "The firm has time to answer until {until}.",
        "经营者答复期限至 {until}，尚未届满。",
    ),
    say(
        r"Expected what was agreed in mediation, got nothing\.",
        "Write down what was agreed in mediation.",
        "请填写调解达成的内容。",
    ),
    say(
        r"Expected a satisfaction of who was reached, got .*",
        "Who was reached says how content he is; of somebody who was not reached there is no mark.",
        "接通回访的请填写满意度；未接通的请勿填写满意度。",
    ),
    say(r"Expected a satisfaction from 1 to 5, got .*", "Choose a mark from 1 to 5.", "满意度为 1 至 5 分。"),
    say(r"Expected at least one of name, .*", "Tick at least one.", "请至少勾选一项。"),
    say(
        r"Expected the member of .* to whom .* was assigned, got .*",
        "Only who handles this matter may see that. Have it assigned to you first.",
        "只有承办人可以查看。请先由负责人指派给您。",
    ),
    say(
        r"Matter .* is .*: expected one that has ended\.",
        "The matter still goes on; personal data are erased once it has ended.",
        "事项尚未办结，办结后方可删除个人信息。",
    ),
    say(
        r"No matter of this number has this query code\..*",
        "Number and query code do not belong together. Compare both with what you wrote down.",
        "编号与查询码不匹配，请核对您记下的编号和查询码。",
    ),
    say(
        r"Expected an officer to decide about a case, got a complaint station\.",
        "Whether a case is opened is decided by an officer. Hand the report over.",
        "是否立案由执法人员决定，请将举报移交执法人员办理。",
    ),
    say(
        r"Expected a registered place's GLN or whole name, got (?P<got>.*)\.",
        "No single registered place is called {got}. Type its GLN or its whole name.",
        "没有找到唯一的经营场所 {got}，请填写其 GLN 或完整名称。",
    ),
    say(
        r"Expected a registered firm's USCC or GLN, got (?P<got>.*)\.",
        "No registered firm has the code {got}.",
        "没有代码为 {got} 的登记经营者。",
    ),
    say(
        r"Expected a region within (?P<office>\d+), got (?P<got>\d+)\.",
        "{got} does not lie within your office, {office}.",
        "{got} 不在本机关（{office}）辖区内。",
    ),
    say(
        r"Expected another person to .* matter .* than the one who took .*\.",
        "You prepared this yourself: another person has to take this step.",
        "本步骤须由另一名工作人员办理，您是前一环节的经办人。",
    ),
    say(
        r"Matter \S+ is in the hands of (?P<code>\d+): .*",
        "Another office ({code}) has this in hand.",
        "该事项由其他机关（{code}）办理。",
    ),
    say(r"Expected a member of \d+, got .*", "Choose somebody of the office.", "请选择本机关人员。"),
    say(
        r"Expected another office than (?P<code>\d+), which has the matter in hand\.",
        "Choose another office: {code} has it in hand already.",
        "请选择其他机关，该事项已由 {code} 办理。",
    ),
    say(
        r"Expected a day from today on, got (?P<got>\S+): nobody is listed after the fact\.",
        "Choose today or a later day: nobody is listed after the fact.",
        "列入之日不得早于今日，请重新选择。",
    ),
    say(
        r"Expected a day after (?P<day>\S+), got (?P<got>\S+)\.",
        "Choose a day after {day}.",
        "请选择 {day} 之后的日期。",
    ),
    say(
        r"Expected a day up to today, got (?P<got>\S+)\.",
        "{got} is still to come: choose today or a day before.",
        "{got} 尚未到来，请选择今日或之前的日期。",
    ),
    say(
        r"Expected a firm without a listing under way or in force, got one with (?P<got>\S+)\.",
        "A listing of this firm is under way or in force already: {got}.",
        "该企业已有办理中或有效的列入事项：{got}。",
    ),
    say(
        r"Expected goods of this order that the place has or had, got others\.",
        "These goods are not of this order, or never were at this place.",
        "该货物不属于本指令，或从未在本场所。",
    ),
    say(
        r"Stop-sale order (?P<number>\S+) is \w+: nothing is to be confirmed any more\.",
        "Order {number} has ended: nothing is to be confirmed any more.",
        "指令 {number} 已结束，无需再确认。",
    ),
    say(
        r"Expected 0\.25 to 3 with two decimals, got (?P<got>.*)\.",
        "Write 0.25 to 3, with two decimals at most.",
        "请填写 0.25 至 3，最多两位小数。",
    ),
    say(
        r"Credit record \d+ was entered by (?P<code>\d+): .*",
        "This record was entered by office {code}: it, or an office above it, takes it back.",
        "该记录由 {code} 记入，须由该机关或其上级机关撤回。",
    ),
    say(
        r"This is being asked already, as (?P<got>\S+)\.",
        "You asked this already: {got}.",
        "您已就此提出申请：{got}。",
    ),
    say(
        r"Matter \S+ asks for nothing but a statement: expected note or refuse\.",
        "The firm asks for a statement alone: note it beside the entry, or refuse it.",
        "企业仅申请附注说明，请选择附注说明或不予同意。",
    ),
    say(
        r"Expected plain words about the danger, got '(?P<got>.*)' at \d+\.",
        "“{got}” makes the danger look smaller than it is: say it plainly.",
        "“{got}”淡化了危险，请直接说明。",
    ),
    say(
        r"Expected the firm whose grade is published, got nothing\.",
        "Give the firm whose grade is published.",
        "请填写公布信用等级的企业。",
    ),
    say(
        r"Expected the code of a registered product, got (?P<got>.*)\.",
        "No registered product has the code {got}.",
        "没有条码为 {got} 的登记产品。",
    ),
    say(
        r"Expected the office (?P<own>\d+) or one below it that is entered, got (?P<got>.*)\.",
        "Choose your own office ({own}) or one below it.",
        "请选择本机关（{own}）或下级机关。",
    ),
    say(
        r"Expected a day not before from \((?P<first>\S+)\), got (?P<got>\S+)\.",
        "The last day ({got}) is before the first ({first}).",
        "截止日期 {got} 早于起始日期 {first}。",
    ),
    say(
        r"Expected at most (?P<most>\d+) lines in one sheet, got more: .+",
        "One sheet holds at most {most} lines. Choose days or a product first.",
        "一张表格最多 {most} 行，请先选择期间或产品。",
    ),
    say(
        r"Expected at most (?P<most>\d+) sums, got more: .+",
        "At most {most} sums are shown. Choose days or a product first.",
        "最多显示 {most} 项合计，请先选择期间或产品。",
    ),
    say(
        r"Expected the USCC or GLN of the firm whose ledger it is, got none\.",
        "Say whose ledger it is: the firm's USCC or GLN.",
        "请填写企业的统一社会信用代码或 GLN。",
    ),
    say(
        r"Expected an officer to decide on a signal, got .*",
        "A signal is decided on by an officer. Hand it over.",
        "预警信号由执法人员决定，请移交执法人员办理。",
    ),
    say(
        r"Expected lots, or whole for the product whatever its lot, got neither\.",
        "The cases name no lot: write the lots, or tick that the product is meant whatever its lot.",
        "案例未涉及批号：请填写批号，或勾选不限批号。",
    ),
    say(
        r"Expected lots or whole, got both\.",
        "Empty the lots, or do not tick that the product is meant whatever its lot.",
        "批号与“不限批号”只能选一项，请清空批号或取消勾选。",
    ),
    say(
        r"Expected 1 to (?P<most>\d+) lots, got (?P<got>\d+)\.",
        "{got} lots are written here; {most} are read at most.",
        "此处有 {got} 个批号，应为 1 至 {most} 个。",
    ),
    say(
        r"Expected lots of (?P<gtin>\d+), got (?P<got>.*), of which none is known\.",
        "Nobody recorded {got} of {gtin}: the lots of the cases are of another product.",
        "商品 {gtin} 没有批号 {got} 的记录：案例中的批号属于另一商品。",
    ),
    say(
        r"Recall (?P<number>.*) of (?P<gtin>\d+) in (?P<country>\w+) is entered already\.",
        "This recall of this product is entered already.",
        "该商品的境外召回 {number}（{country}）已登记。",
    ),
    say(r"Expected the ledger purchase or sale, got (?P<got>.*)\.", None, "没有“{got}”台账，只有进货台账和销售台账。"),
)

_ANY = ("Text.", "文字。")

FIELDS: Mapping[str, FieldWords] = {
    "words": FieldWords("What happened", "情况说明", "What happened, in your own words.", "请用自己的话说明情况。"),
    "cause": FieldWords("What it is about", "问题类别", "One of the list.", "请从列表中选择。"),
    "kind": FieldWords("What you want", "事项类型", "One of the list.", "请从列表中选择。"),
    "summary": FieldWords("What the firm is told", "告知经营者的内容", *_ANY),
    "terms": FieldWords("Terms", "和解或调解内容", *_ANY),
    "remedy": FieldWords("Remedy", "解决方式", "One of the list.", "请从列表中选择。"),
    "answer": FieldWords("Answer", "答复内容", *_ANY),
    "case_number": FieldWords("Number of the case", "立案编号", *_ANY),
    "satisfaction": FieldWords("Satisfaction", "满意度", "1 to 5.", "1 至 5 分。"),
    "to": FieldWords("To whom", "转交单位", *_ANY),
    "phone": FieldWords("Telephone", "电话", "Such as 138 0013 8000.", "例如 138 0013 8000。"),
    "email": FieldWords("Mail address", "电子邮箱", "Such as name@example.com.", "例如 name@example.com。"),
    "claim": FieldWords("Sum asked for", "诉求金额", "In yuan, such as 128.50.", "以元为单位，例如 128.50。"),
    "bought_on": FieldWords("Bought on", "购买日期", "A day such as 2026-11-22.", "日期，例如 2026-11-22。"),
    "reason": FieldWords("Reason", "理由", *_ANY),
}
