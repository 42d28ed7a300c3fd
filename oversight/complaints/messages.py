"""What citizens, firms and handlers are told by mail of what citizens brought: that there is news, and where to look.

A mail says no more than the number and the step: who reads another's mail learns nothing of the matter.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.matters.flows import Flow
from oversight.matters.messages import Audience, Letter, Told, firm_address, handler_address
from oversight.models import Citizen, Matter, MatterMessage

_CITIZEN: tuple[Audience, ...] = ("citizen",)
_FIRM: tuple[Audience, ...] = ("firm",)

TOLD: Told = {
    **dict.fromkeys(("accept", "decline", "propose", "refuse", "lapse", "turn-into-report"), _CITIZEN),
    **dict.fromkeys(("tell", "answer", "refer"), _CITIZEN),
    **dict.fromkeys(("invite", "disagree", "pass-on"), _FIRM),
    **dict.fromkeys(("mediate", "agree", "end"), _CITIZEN + _FIRM),
}
"""Of which steps who is told; a firm never of a report."""

WORDS: Mapping[Audience, tuple[str, str]] = {
    "citizen": ("您反映的事项有新进展", "There is news of your matter"),
    "firm": ("监管部门有涉及贵企业的事项待处理", "A matter of the market regulator concerns your firm"),
    "handler": ("您承办的事项期限将至或已过", "A limit of your matter is near or has passed"),
}


def told_of(flow: Flow) -> Told:
    """Return who is told of a flow's steps: no firm, if no stage of it is shown to firms."""
    return {
        step: [one for one in audiences if one != "firm" or flow.shown_from]
        for step, audiences in TOLD.items()
        if step in flow.steps
    }


def write_letter(session: Session, matter: Matter, message: MatterMessage, site: str) -> Letter | None:
    """Return the number and the address of the page; None for somebody who left no mail address."""
    address = _address(session, matter, message.audience)
    if address is None:
        return None
    zh, en = WORDS[message.audience]  # type: ignore[index]  # written by queue_message alone
    path = f"/complaints/{matter.number}" if message.audience == "citizen" else f"/desk/matters/{matter.number}"
    body = f"{zh}：{matter.number}\n{en}: {matter.number}\n\n{site}{path}\n"
    return Letter(address, f"{matter.number} {zh} / {en}", body)


def _address(session: Session, matter: Matter, audience: str) -> str | None:
    if audience == "citizen":
        return session.scalar(select(Citizen.email).where(Citizen.matter_id == matter.id))
    return firm_address(session, matter.party_id) if audience == "firm" else handler_address(session, matter)
