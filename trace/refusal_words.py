"""What is said of a whole refusal, in English and Chinese (pure)."""

from trace.mistake_words import say

PROBLEMS = (
    say(r"This form is too old.*", None, "此页面打开时间过长，或表单不是本站发出的。请重新打开页面后再提交。"),
    say(r"You are not signed in.*", None, "您尚未登录或登录已失效。请登录后重新提交。"),
    say(r"This page is for administrators of a firm\.", None, "此页面仅供企业管理员使用。"),
    say(
        r"This page is for .*",
        "This page is for others. Ask your administrator.",
        "此页面不对您的角色开放。如有需要，请联系管理员。",
    ),
    say(
        r"The data value transmitted exceeds the capacity limit\.",
        "This is too large to be sent. A sheet may have 20 MB: divide it, or save it without pictures.",
        "内容太大，无法提交。表格文件最大 20 MB：请拆成几个，或去掉图片后再存。",
    ),
    say(
        r"Expected a key of role (?P<choice>.+), got (?P<got>\w+)\.",
        None,
        "此操作需要角色为{choice}的密钥，您的密钥角色为{got}。",
    ),
    say(r"An API key is needed: .*", None, "需要 API 密钥：请在请求头 Authorization 中填写“Bearer <密钥>”。"),
    say(r"The requested URL was not found on the server\. .*", "There is nothing at this address.", "没有这个地址。"),
    say(r"The method is not allowed for the requested URL\.", None, "这个地址不支持此请求方法。"),
    say(r"No (?P<what>[a-z ]+) (?P<got>\S+) is known(?: to you)?\.", None, "没有找到{what} {got}，或您无权查看。"),
    say(r"The database is busy.*", None, "系统正忙。什么都没有保存，请稍后再试。"),
    say(
        r"The service made a mistake; it is in the log under (?P<id>\w+)\.",
        None,
        "系统出错了，什么都没有保存。请把编号 {id} 告诉管理员。",
    ),
    say(
        r"(?P<count>\d+) fields are wrong\.",
        "{count} fields need mending. Each says how.",
        "有 {count} 处需要更正，各处写明了怎么改。",
    ),
    # -- files that cannot be read as sheets
    say(r"Expected a file, got none\.", "Choose a file first.", "请先选择文件。"),
    say(
        r"Expected a file of at most (?P<n>\d+) MB, got (?P<got>.+)\.",
        "The file has {got}; at most {n} MB are read. Divide it.",
        "文件有 {got}，最多 {n} MB。请拆成几个文件。",
    ),
    say(
        r"Expected \.xlsx or \.csv, got an old \.xls file or one with a password\.",
        "This is an old .xls file, or one with a password. Save it as .xlsx without a password.",
        "这是旧版 .xls 文件，或设有密码。请另存为不带密码的 .xlsx。",
    ),
    say(
        r"Expected \.xlsx or \.csv, got a PDF\.",
        "This is a PDF. Bring the sheet itself, as .xlsx or .csv.",
        "这是 PDF。请上传表格本身（.xlsx 或 .csv）。",
    ),
    say(
        r"Expected \.xlsx or \.csv, got a web page or XML\.",
        "This is a web page that only has a spreadsheet's name. Open it and save it as .xlsx.",
        "这其实是网页文件，只是名字像表格。请打开后另存为 .xlsx。",
    ),
    say(
        r"Expected \.xlsx or \.csv, got another kind of file\. .*",
        "This kind of file is not read. Save the sheet as .xlsx or .csv.",
        "不支持这种文件。请把表格另存为 .xlsx 或 .csv。",
    ),
    say(
        r"Expected text in UTF-8 or GBK, got something else\. .*",
        "The letters of this file cannot be read. Save the sheet as .xlsx, or as CSV in UTF-8 or GBK.",
        "无法识别文件的文字编码。请另存为 .xlsx，或 UTF-8、GBK 编码的 CSV。",
    ),
    say(
        r"Expected a sheet with rows, got an empty one\.",
        "The sheet is empty. Fill in rows below the headings.",
        "表格是空的。请在表头下填写数据。",
    ),
    say(
        r"Expected at most (?P<n>\d+) rows, got (?:more|(?P<got>\d+))\. Divide the sheet\.",
        "At most {n} rows go into one sheet. Divide it.",
        "一个表格最多 {n} 行，请拆成几个。",
    ),
    say(
        r"Expected at most (?P<n>\d+) rows and (?P<m>\d+) columns, got .*",
        "The sheet reaches too far: at most {n} rows and {m} columns. Delete the empty ones behind the last, and save.",
        "表格范围太大：最多 {n} 行、{m} 列。请删去末尾的空行空列后保存。",
    ),
    say(r"Expected at most (?P<n>\d+) columns, got (?P<got>\d+)\.", None, "最多 {n} 列，这里有 {got} 列。"),
    say(
        r"Expected a workbook of at most .*",
        "The workbook is too large when unpacked. Copy the rows into a new one, without pictures and formats.",
        "工作簿解开后太大。请把数据复制到新的工作簿，不带图片和格式。",
    ),
    say(
        r"Cannot read it as (?:a workbook|CSV): .*",
        "The file is damaged or was not made by a spreadsheet program. Open it there and save it as .xlsx.",
        "文件已损坏，或不是由表格软件保存的。请用表格软件打开后另存为 .xlsx。",
    ),
    say(r"No sheet .* of yours is known\.", "There is no such sheet of your firm.", "贵企业没有这个表格。"),
    say(
        r"Sheet \d+ is (?P<state>\w+).*",
        "This sheet has moved on meanwhile. Look at its page.",
        "这个表格的状态已变。请查看它的页面。",
    ),
    say(
        r"Expected no row to be wrong, got (?P<n>\d+): .*",
        "{n} rows are wrong. Mend them, or record the good ones alone.",
        "有 {n} 行有误。请更正，或只登记正确的行。",
    ),
    say(r"Expected rows that are new and right, got none\.", "There is no new row to record.", "没有可登记的新行。"),
    say(
        r"Expected each field of one column, got .*",
        "Two columns were chosen for the same thing. Choose one.",
        "有两列选了同一项，请只选一列。",
    ),
    say(
        r"Recall (?P<number>\S+) is of class 1: expected another .* to (?:announce|order) it, got the one that .*\.",
        "Recall {number} is of class 1: another person than the one who prepared it takes this step.",
        "召回 {number} 为一级召回，这一步须由准备者以外的人办理。",
    ),
    say(
        r"Expected at most (?P<most>\d+) drafts at a time: file or delete one first\.",
        "You keep {most} drafts already. File or delete one first.",
        "您已有 {most} 份草稿，请先备案或删除一份。",
    ),
)

STATUS_ZH = {
    400: "无法读懂这次提交。",
    401: "请先登录。",
    403: "您没有做这件事的权限。",
    404: "没有找到，或您无权查看。",
    409: "与已登记的内容不一致，没有保存。",
    413: "内容太大，没有保存。",
    415: "不支持这种文件。",
    422: "填写有误，没有保存。",
    429: "操作太频繁，请稍后再试。",
    503: "系统正忙，请稍后再试。",
}
"""A refusal for which there are no better words."""
