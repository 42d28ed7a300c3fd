"""What pictures say, in Chinese and English. Pure."""

from decimal import Decimal

from trace.kit.formats import Language, say_number
from trace.unit_words import say_unit

_WORDS: dict[str, tuple[str, str]] = {
    "out": ("货物尚在", "goods still out"),
    "sold": ("已售完", "sold out"),
    "back": ("已无存货", "none left"),
    "certain": ("有记录点名", "named by the records"),
    "derived": ("由召回批次制成", "made from recalled goods"),
    "possible": ("可能流入", "may have some"),
    "shipped": ("发出", "sent"),
    "received": ("收到", "received"),
    "produced": ("生产", "made"),
    "on_hand": ("在库", "on hand"),
    "in_transit": ("在途", "on the way"),
    "returned": ("退回", "sent back"),
    "consumed": ("投料", "used up"),
    "destroyed": ("销毁", "destroyed"),
    "lost": ("损失", "lost"),
    "sold_units": ("售出", "sold"),
    "sent_on": ("发出", "sent on"),
    "unaccounted": ("去向不明", "unaccounted for"),
    "at_least": ("至少", "at least"),
    "unknown": ("数量不详", "quantity unknown"),
    "maker": ("生产", "Makers"),
    "unreached": ("无来路记录", "No recorded way"),
    "from_nowhere": ("来处无记录", "Sender not recorded"),
    "to_nowhere": ("去处无记录", "Receiver not recorded"),
    "plant": ("工厂", "plants"),
    "warehouse": ("仓库", "warehouses"),
    "outlet": ("门店", "outlets"),
    "other": ("其他场所", "other places"),
    "supply": ("货物去向图", "Where the goods went"),
    "empty": ("此刻没有记录可画", "Nothing recorded to draw yet"),
    "made": ("生产", "made"),
    "used": ("投料", "used up"),
    "counted": ("盘点", "counted"),
    "life": ("批次经历", "Life of the batch"),
    "planned": ("计划召回", "planned"),
    "recovered": ("已收回", "recovered"),
    "deadline": ("期限", "deadline"),
    "progress": ("逐日收回进度", "Recovered day by day"),
    "map": ("各省受影响门店", "Affected outlets by province"),
    "no_region": ("地区不详", "Region unknown"),
    "step_shipped": ("发货", "shipped"),
    "step_received": ("收货", "received"),
    "step_sold": ("销售", "sold"),
    "step_returned": ("顾客退货", "brought back"),
    "step_made": ("生产", "made"),
    "step_used": ("投料", "used up"),
    "step_destroyed": ("销毁", "destroyed"),
    "step_lost": ("损失", "lost"),
    "step_counted": ("盘点", "counted"),
    "explains": ("可解释案例的", "explains"),
    "all_cases": ("可解释全部案例", "explains all cases"),
    "deliveries": ("次交货，最强者可解释", "deliveries, the strongest explains"),
    "towards_source": ("来源方向", "Towards the source"),
    "towards_cases": ("案例方向", "Towards the cases"),
    "sources": ("追溯来源图", "From cases back to a source"),
    "batch_depth": ("召回批次", "Recalled batches"),
}


def say(word: str, language: Language) -> str:
    """Return one of the words above."""
    return _WORDS[word][0 if language == "zh" else 1]


def say_units(units: Decimal | None, uom: str, language: Language, complete: bool = True) -> str:
    """Return an amount with its unit: 3,210 件, at least 3,210 pieces; what is unknown is said to be."""
    if units is None:
        return say("unknown", language)
    text = f"{say_number(units, language)} {say_unit(uom, language)}"
    return text if complete else f"{say('at_least', language)} {text}"


def say_share(share: Decimal | None, language: Language) -> str:
    """Return a share that is given in hundredths: 33.3 %."""
    return say("unknown", language) if share is None else f"{say_number(share, language)} %"


def say_tier(tier: int, language: Language) -> str:
    """Return the head of a column: how many hand-overs lie behind it."""
    if tier == 0:
        return say("maker", language)
    return f"第 {tier} 级" if language == "zh" else f"Tier {tier}"


def say_fold(members: int, kind: str, region: str, language: Language) -> str:
    """Return the name of a fold: 江苏 57 家门店; 57 outlets in Jiangsu. ``region`` may be empty."""
    noun = say(kind if kind in ("plant", "warehouse", "outlet") else "other", language)
    count = say_number(members, language)
    if language == "zh":
        return f"{region} {count} 家{noun}".strip()
    return f"{count} {noun}" + (f", {region}" if region else "")
