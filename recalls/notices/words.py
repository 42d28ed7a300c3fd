"""The words of notices, in Chinese and English (RECALLS, Messages to firms). Pure.

They stand in pairs, side by side: what one language says, the other says too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from recalls.notices.letter import CaseFacts, GoodsLine, Letter, Unanswered
from trace.kit.formats import Language, say_list, say_moment

Pair = tuple[str, str]
"""(Chinese, English)."""

MOST_LINES = 100
"""Of goods, or of names, in one text; the rest is behind the link."""
SUBJECT_LENGTH = 200

DRILL = "【演习 DRILL】"
_LANGUAGES: tuple[Language, Language] = ("zh", "en")

_HEADINGS: dict[str, Pair] = {
    "notification": ("产品召回通知", "Recall notice"),
    "sub_recall": ("产品召回转告", "Recall notice passed on to you"),
    "removal_confirmation": ("请确认召回产品已下架并处置", "Please confirm that the recalled goods are removed"),
    "closeout": ("召回结束", "Recall closed"),
    "reminder": ("召回事项提醒", "Recall reminder"),
    "escalation": ("召回通知未获确认", "Recall notices without acknowledgement"),
}
_BY_CASE: dict[str, Pair] = {
    "withdrawal": ("产品撤回通知", "Product withdrawal notice"),
    "safety_alert": ("产品安全警示", "Product safety alert"),
}
"""What a notification is called, by the kind of its case, where that is no recall from consumers."""
_BY_CAUSE: dict[str, Pair] = {
    "cancelled": ("召回取消", "Recall cancelled"),
    "deadline_missed": ("召回期限已过", "Recall deadline missed"),
}
_CLASSES: dict[int, Pair] = {1: ("一级", "class 1"), 2: ("二级", "class 2"), 3: ("三级", "class 3")}
_REMEDIES: dict[str, Pair] = {
    "warning": ("警示", "warning"),
    "repair": ("修理", "repair"),
    "replacement": ("更换", "replacement"),
    "return": ("退货", "return"),
    "refund": ("退款", "refund"),
    "destruction": ("销毁", "destruction"),
}
_REASONS: dict[str, Pair] = {
    "no_firm": ("该地点无人登记所属企业", "no firm is registered for the place"),
    "no_address": ("该企业没有任何联系方式", "the firm has no address on record"),
    "not_acknowledged": ("未确认收悉", "not acknowledged"),
}
_CAUSES: dict[str, Pair] = {
    "extended": ("召回范围已扩大。", "The scope of the recall was extended."),
    "new_consignee": (
        "系统记录显示，召回产品在公告之后到过贵方。",
        "The records show that recalled goods reached you after the announcement.",
    ),
}

_GOODS_HEAD: Pair = ("系统记录中贵方的召回产品，截至 {at}：", "Recalled goods at your places on record (as of {at}):")
_MORE: Pair = ("……另有 {n} 行，请打开链接查看。", "… and {n} more; open the link to see them.")
_DO_NOTIFICATION: tuple[Pair, ...] = (
    ("立即停止销售和发货，并将产品隔离。", "Stop selling and shipping these goods now, and quarantine them."),
    (
        "立即通知已向其供货的客户（转告召回）。",
        "Tell the customers whom you supplied with them at once (sub-recall).",
    ),
)
_DO_REMOVAL: tuple[Pair, ...] = (
    (
        "请确认上述产品已全部下架，并填报退回、销毁、在库（隔离）等数量。",
        "Please confirm that all these goods are removed, and state what was returned, destroyed or is quarantined.",
    ),
)
_CLOSED: Pair = (
    "本次召回已终止。终止不等于可以再次销售：仍在外的召回产品不得销售或食用。",
    "This recall is closed. Closed does not mean released for sale: recalled goods still out must not be sold or used.",
)
_CALLED_OFF: Pair = (
    "本次召回已取消。在收到召回企业书面说明之前，请勿恢复销售。",
    "This recall was cancelled. Do not sell the goods again before the recalling firm has told you so in writing.",
)
_SHORT: dict[str, str] = {
    "notification": "请立即停售、隔离并确认 stop sale and confirm: ",
    "sub_recall": "请立即停售、隔离并确认 stop sale and confirm: ",
    "closeout": "请勿恢复销售 do not sell the goods again: ",
}
"""What to do, in a text message: an end must not sound like a release for sale there either."""


@dataclass(frozen=True, slots=True)
class Text:
    """A message in one language."""

    heading: str
    body: str


def subject(letter: Letter) -> str:
    """Return one line with class, number, title and, of a repeat, its count, in both languages."""
    case = letter.case
    title = case.title if case.title_en is None else f"{case.title} / {case.title_en}"
    return " ".join(f"{_opening(letter)}：{title}".split())[:SUBJECT_LENGTH]


def chinese(letter: Letter) -> Text:
    """Return the message in Chinese."""
    return _write(letter, 0)


def english(letter: Letter) -> Text:
    """Return the message in English."""
    return _write(letter, 1)


def short(letter: Letter) -> str:
    """Return the message for a telephone: what it is, what to do, the link."""
    case = letter.case
    act = _SHORT.get(letter.kind, "")
    title = " ".join(case.title.split())[:60]
    return f"{_opening(letter)}：{title} {act}{letter.link}"


def _opening(letter: Letter) -> str:
    case, heading, level = letter.case, _heading(letter), _CLASSES[letter.case.recall_class]
    drill = DRILL if case.drill else ""
    repeat = f"（第{letter.repeat}次重发 repeat {letter.repeat}）" if letter.repeat else ""
    return f"{drill}【{level[0]} {level[1]} {case.number}】{heading[0]} {heading[1]}{repeat}"


def _heading(letter: Letter) -> Pair:
    of_case = _BY_CASE.get(letter.case.kind) if letter.kind == "notification" else None
    return _BY_CAUSE.get(letter.cause) or of_case or _HEADINGS[letter.kind]


def _write(letter: Letter, at: int) -> Text:
    drill = f"{DRILL} " if letter.case.drill else ""
    return Text(drill + _heading(letter)[at], "\n".join(_lines(letter, at)) + "\n")


def _lines(letter: Letter, at: int) -> Iterator[str]:
    case = letter.case
    if case.drill:
        yield ("这是一次演习，不涉及真实产品风险。", "This is an exercise; no goods are unsafe.")[at]
    yield from _standing(letter, at)
    yield ""
    yield _fact(("致", "To"), (letter.recipient, letter.recipient_en or letter.recipient)[at], at)
    yield _fact(("召回编号", "Recall"), _with_class(case, at), at)
    yield _fact(("事项", "What"), (case.title, case.title_en or case.title)[at], at)
    yield from (_fact(("范围", "Scope"), one, at) for one in case.scope[:MOST_LINES])
    if letter.words:
        yield _fact(("附言", "Note"), letter.words, at)
    if letter.kind == "escalation":
        yield from _unanswered(letter, at)
    elif letter.kind == "closeout":
        yield (_CALLED_OFF if letter.cause == "cancelled" else _CLOSED)[at]
    elif letter.kind != "reminder":
        yield from _request(letter, at)
    yield ""
    yield from _ways_back(letter, at)


def _standing(letter: Letter, at: int) -> Iterator[str]:
    if letter.repeat and letter.first_at is not None:
        yield (
            f"这是第 {letter.repeat} 次重发，首次发出时间：{_moment(letter.first_at, at)}。如已收到，请确认收悉。",
            f"This is repeat no. {letter.repeat} of a message first sent on {_moment(letter.first_at, at)}. "
            "If you have it already, please acknowledge it.",
        )[at]
    if letter.adds and letter.kind == "sub_recall":
        yield ("此前已就本次召回通知过贵方。", "You were written to about this recall before.")[at]
    elif letter.adds:
        yield (
            "此前已就本次召回通知过贵方，本通知补充以下产品。",
            "We wrote to you about this recall before; this notice adds the goods below.",
        )[at]
    if letter.level > 1:
        yield (
            "贵方尚无人确认收悉，故同时发给您。",
            "Nobody of your firm has acknowledged it so far, so it goes to you as well.",
        )[at]
    if letter.passed_on_by:
        yield (f"由{letter.passed_on_by}转告。", f"Passed on by {letter.passed_on_by}.")[at]
    if letter.cause in _CAUSES:
        yield _CAUSES[letter.cause][at]
    yield (
        "本通知同时发往贵方登记的全部联系方式。",
        "This notice goes to all the addresses that are on record for you.",
    )[at]


def _request(letter: Letter, at: int) -> Iterator[str]:
    case = letter.case
    yield _fact(("危害", "Hazard"), (case.hazard, case.hazard_en or case.hazard)[at], at)
    yield ("请立即：", "Do this now:")[at]
    steps = [one[at] for one in (_DO_REMOVAL if letter.kind == "removal_confirmation" else _DO_NOTIFICATION)]
    steps.append((case.instructions, case.instructions_en or case.instructions)[at])
    remedies = say_list((_REMEDIES.get(one, (one, one))[at] for one in case.remedies), _LANGUAGES[at])
    steps.append((f"处理方式：{remedies}", f"Remedy: {remedies}")[at])
    yield from (f"{number}. {step}" for number, step in enumerate(steps, 1))
    if letter.goods:
        yield ""
        yield _GOODS_HEAD[at].format(at=_moment(letter.as_of, at))
        yield from (_goods(line, at) for line in letter.goods[:MOST_LINES])
        if len(letter.goods) > MOST_LINES:
            yield _MORE[at].format(n=len(letter.goods) - MOST_LINES)


def _goods(line: GoodsLine, at: int) -> str:
    product = (line.product, line.product_en or line.product)[at]
    batch = line.batch_id if line.lot is None else (f"批次 {line.lot}", f"lot {line.lot}")[at]
    unit = f" {line.uom}" if line.uom else ""
    least = "" if line.complete else ("至少 ", "at least ")[at]
    figures = (
        f"收到 {least}{_number(line.received)}，在库 {least}{_number(line.on_hand)}，在途 {_number(line.in_transit)}",
        f"received {least}{_number(line.received)}, on hand {least}{_number(line.on_hand)}, "
        f"under way {_number(line.in_transit)}",
    )[at]
    place = (line.place, line.place_en or line.place)[at]
    return f"- {place} | {product} | {batch} | {figures}{unit}"


def _unanswered(letter: Letter, at: int) -> Iterator[str]:
    yield (
        f"下列 {letter.unanswered_count} 个收件方尚未确认收悉，或无法送达。对其发送仍在继续。",
        f"Not acknowledged, or not to be reached: {letter.unanswered_count}. Attempts go on.",
    )[at]
    yield from (_name(one, at) for one in letter.unanswered[:MOST_LINES])
    if letter.unanswered_count > min(len(letter.unanswered), MOST_LINES):
        yield _MORE[at].format(n=letter.unanswered_count - min(len(letter.unanswered), MOST_LINES))


def _name(one: Unanswered, at: int) -> str:
    address = f" | {one.address}" if one.address else ""
    return f"- {one.name}{address} | {_REASONS[one.reason][at]} | {_moment(one.created_at, at)}"


def _ways_back(letter: Letter, at: int) -> Iterator[str]:
    case = letter.case
    if letter.kind == "escalation":
        yield _fact(("名单", "The list"), letter.link, at)
        yield _fact(("确认收悉（凭密钥 POST）", "Acknowledge (POST, with a key)"), letter.acknowledge, at)
    elif letter.kind not in ("closeout", "reminder"):
        yield _fact(
            ("确认收悉并填报数量（无需账号）", "Acknowledge and answer here (no account needed)"), letter.link, at
        )
    if case.page:
        yield _fact(("公告", "Public notice"), case.page, at)
    contact = ("，", ", ")[at].join(filter(None, (case.runner, case.runner_phone, case.runner_email)))
    if contact:
        yield _fact(("召回企业", "Recalling firm"), contact, at)


def _with_class(case: CaseFacts, at: int) -> str:
    level = _CLASSES[case.recall_class][at]
    return (f"{case.number}（{level}）", f"{case.number} ({level})")[at]


def _fact(label: Pair, value: str, at: int) -> str:
    return f"{label[at]}{('：', ': ')[at]}{value}"


def _number(amount: Decimal) -> str:
    plain = f"{amount:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _moment(at: datetime, language: int) -> str:
    return say_moment(at, _LANGUAGES[language])
