"""What firms are told by mail of samples of their goods: the result, and until when they may object."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from oversight.jurisdictions import find_jurisdiction
from oversight.matters.messages import Audience, Letter, Told, firm_address
from oversight.models import Matter, MatterMessage, Sample
from recalls.clocks.working_days import CHINA

Words = tuple[str, str]
"""In Chinese and in English."""

_FIRM: tuple[Audience, ...] = ("firm",)
_BOTH: tuple[Audience, ...] = ("firm", "seller")

TOLD: Told = {
    **dict.fromkeys(("pass", "fail", "fail-food", "retest-pass", "retest-fail"), _BOTH),
    **dict.fromkeys(("order-correction", "recheck-pass", "recheck-fail"), _FIRM),
}
"""The maker, whose matter a sample is, and who had the goods on sale; the latter objects through the office."""

FAILED = ("监督抽查检验结果不合格", "A sample of your goods failed")
SAID: Mapping[str, Words] = {
    "pass": ("监督抽查检验结果合格", "A sample of your goods passed"),
    "fail": FAILED,
    "fail-food": FAILED,
    "retest-pass": ("复检结果合格，以复检结果为准", "The re-test was passed; its result stands"),
    "retest-fail": ("复检结果不合格，以复检结果为准", "The re-test was failed; its result stands"),
    "order-correction": ("责令限期改正抽查发现的问题", "You are to correct what a sample showed"),
    "recheck-pass": ("改正情况复查合格", "Your correction was checked and found done"),
    "recheck-fail": ("改正情况复查不合格", "Your correction was checked and found wanting"),
}
OBJECT = ("对结果有异议的，请于 {until} 前提出", "If you object to the result, say so by {until}")
CORRECT = ("请于 {until} 前改正并报告", "Correct it and report it by {until}")
UNTIL: Mapping[str, tuple[str, Words]] = {
    "fail": ("object", OBJECT),
    "fail-food": ("object-food", OBJECT),
    "order-correction": ("correct", CORRECT),
}
"""Of steps that start a clock of the firm: the limit, and what is to be done by then."""


def write_letter(session: Session, matter: Matter, message: MatterMessage, site: str) -> Letter | None:
    """Return the result with the last minute in which the firm may object; None for a firm without a mail address."""
    seller_id = session.get_one(Sample, matter.id).seller_id
    if message.audience == "seller" and seller_id == matter.party_id:
        return None
    address = firm_address(session, matter.party_id if message.audience == "firm" else seller_id)
    if address is None:
        return None
    zh, en = SAID[message.step]
    lines = [f"{matter.number} {matter.title}", zh, en, *_until(matter, message.step)]
    if message.audience == "firm":
        lines += ["", f"{site}/desk/matters/{matter.number}"]
    else:
        office = find_jurisdiction(session, matter.code)
        lines += ["", f"经办机关 {office.name} {office.phone or ''}".strip()]
        lines += [f"The office in charge, to which you turn: {office.name_en} {office.phone or ''}".strip()]
    return Letter(address, f"{matter.number} {zh} / {en}", "\n".join(lines) + "\n")


def _until(matter: Matter, step: str) -> Sequence[str]:
    limit, words = UNTIL.get(step, ("", ("", "")))
    clock = next((one for one in reversed(matter.clocks) if one.limit.word == limit), None)
    if clock is None:
        return []
    # 24:00 of a day is written as its last minute, lest the next day be read
    until = f"{clock.due_at.astimezone(CHINA) - timedelta(minutes=1):%Y-%m-%d %H:%M}"
    return [one.format(until=until) for one in words]
