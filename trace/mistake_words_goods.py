"""What people read of refusals about goods that were scanned or counted (pure)."""

from trace.mistake_words import say

GOODS_SAYINGS = (
    say(
        r"Cannot read '(?P<got>.*)' as code: expected a GTIN of .*",
        "“{got}” is no code known here. Scan the bar code or the square code, or type the digits under the bars.",
        "“{got}”不是可以识别的编码。请扫条码或二维码，或输入条码下面的数字。",
    ),
    say(
        r"Expected a code of goods \(GTIN or SSCC\), got one of something else\.",
        "This code names no goods. Scan the code of a pack, a case or a pallet.",
        "这个码不是货物的编码。请扫单品、箱或托盘上的码。",
    ),
    say(
        r"Expected each logistic unit once, got (?P<got>\d+) twice\.",
        "The logistic unit {got} is in the list already.",
        "物流单元“{got}”已在列表中。",
    ),
    say(
        r"Expected every serial once, got '(?P<got>.*)' twice\.",
        "The serial {got} is in the list already.",
        "序列号“{got}”已在列表中。",
    ),
    say(
        r"Expected at most (?P<most>\d+) lines in one form: send these first\.",
        "One form takes {most} lines: send these first, then go on.",
        "一张表单最多 {most} 行，请先提交这些，再继续。",
    ),
    say(
        r"Expected a reason, because what was counted differs from what was stated\.",
        "Say why it differs: more or less came than was stated.",
        "清点数量与应到数量不符，请写明原因。",
    ),
    say(
        r"Expected missing to be to_come or lost, because less came than was stated\.",
        "Say whether the rest is still to come, or lost.",
        "到货少于应到数量，请选择余下的货物是之后会到，还是已损失。",
    ),
    say(
        r"This delivery is confirmed already: nothing of it is on the way any more\.",
        None,
        "此批到货已确认过，没有在途货物。",
    ),
    say(
        r"Somebody recorded a part of this delivery meanwhile: look at what is left of it\.",
        None,
        "期间已有人登记了其中一部分，请查看余下的货物再确认。",
    ),
    say(
        r"Expected at least one quantity above 0, or the missing goods declared lost; got neither\.",
        "There is nothing to record: type what came, or say that the rest is lost.",
        "没有可登记的内容：请填写到货数量，或将余下的货物申报为丢失。",
    ),
    say(
        r"The sender does not say how many were sent: expected what you counted\.",
        "The sender does not say how many were sent: type what you counted.",
        "发货方未注明数量，请填写实际清点的数量。",
    ),
    say(
        r"Expected a licence for (?P<en>.+) \((?P<zh>.+)\) that is valid on (?P<day>\S+) for the firm that makes .*",
        "{en} need a production licence. The firm had none that is valid on {day}: the batch is not registered.",
        "“{zh}”须取得生产许可。企业在 {day} 没有有效的生产许可，不能登记该批次。",
    ),
    say(
        r"No delivery to a place of yours is known by this event\.",
        None,
        "没有找到发往本企业的这批货物。",
    ),
)
"""They come before the general ones, which say more of codes than somebody with a scanner needs."""
