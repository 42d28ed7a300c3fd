"""What is said of mistakes at a firm's desk: codes that were scanned, rows of serials, findings (pure)."""

from trace.mistake_words import say

FIRM_SAYINGS = (
    say(
        r"Expected a code with a commodity code \(GTIN\), got one of the form (?P<got>.+)\.",
        "This code names no product. Scan the bar code of the product, or the code of the batch.",
        "这个条码中没有商品条码。请扫描产品条码或批次条码。",
    ),
    say(
        r"Expected two serials that differ in the digits at their end, got (?P<got>.*) and (?P<last>.*)\.",
        "The first and the last serial have to differ in the digits at their end, as A001 and A120 do; "
        "typed were “{got}” and “{last}”.",
        "首个和末个序列号应只有末尾数字不同，例如 A001 和 A120；填的是“{got}”和“{last}”。",
    ),
    say(
        r"Expected a last serial that is not before the first, got (?P<got>.+) and (?P<last>.+)\.",
        "The last serial, “{last}”, comes before the first, “{got}”. Change them round.",
        "末个序列号“{last}”排在首个“{got}”之前，请对调。",
    ),
    say(
        r"Expected as many digits in both serials, got (?P<got>.+) and (?P<last>.+)\.",
        "“{got}” and “{last}” have different numbers of digits. Write both with all their zeros.",
        "“{got}”和“{last}”的位数不同，请写全前面的零。",
    ),
    say(
        r"Expected at most (?P<most>\d+) serials, got (?P<got>\d+)\.",
        "One batch takes at most {most} serials, these are {got}.",
        "一个批次最多 {most} 个序列号，这里有 {got} 个。",
    ),
    say(
        r"Expected a list of serials, or the first and the last of them, got both\.",
        "Give the serials as a list, or as the first and the last of a row, not both.",
        "序列号请逐个列出，或只填首个和末个，不要同时填写。",
    ),
    say(
        r"Expected a day and time such as \S+, got (?P<got>.+)\.",
        "“{got}” is no day and time. Write one like 2026-11-22T08:30.",
        "“{got}”不是日期时间，请按 2026-11-22T08:30 的格式填写。",
    ),
    say(
        r"Expected at most (?P<most>\d+) batches in one sheet, got more: .+",
        "One sheet holds at most {most} batches. Choose a product or days first, then export.",
        "一个表格最多 {most} 个批次。请先按产品或日期筛选，再导出。",
    ),
    say(
        r"No such batch is known: .+",
        "There is no such batch: the commodity code or the lot in the address cannot be read.",
        "没有这个批次：地址中的商品条码或批号无法识别。",
    ),
    say(
        r"The record has no such finding any more: .+",
        "This finding is gone: its figures changed, or it was corrected. Look at the list again.",
        "该异常已不存在：数字有变化，或已更正。请重新查看列表。",
    ),
    say(
        r"Findings are explained by the firm in whose records they are\.",
        None,
        "异常由记录所属的企业说明。",
    ),
)
