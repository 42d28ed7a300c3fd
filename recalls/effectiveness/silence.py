"""Which notices are in which state at a moment, and which consignees did not acknowledge or answer."""

from collections import Counter
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.effectiveness.checks import Consigned, name_consignees
from recalls.effectiveness.standing import Standing, is_acknowledged, key_of
from recalls.models import Notice, RecallCase
from recalls.notices.policy import level_at
from trace.answers import describe_places, write_time
from trace.kit.bulk import among
from trace.models import Party

NoticeState = Literal["queued", "sent", "acknowledged", "escalated", "closed"]


class SilentRow(TypedDict):
    """A consignee that did not acknowledge, or did not answer, since when, and which contact is written to now."""

    consignee: str
    name: str | None
    name_en: str | None
    tier: int | None
    missing: Literal["notice", "acknowledgement", "answer"]
    since: str | None
    level: int | None
    escalated_at: str | None


def count_notices(standing: Standing) -> dict[str, int]:
    """Return how many notifications were in each state at the moment."""
    states = Counter(state_of(one, standing.as_of) for some in standing.notices.values() for one in some)
    return {state: states[state] for state in ("queued", "sent", "acknowledged", "escalated", "closed")}


def state_of(notice: Notice, as_of: datetime) -> NoticeState:
    """Return the state of a notice at ``as_of``: what a person acknowledged stays so; sent is only sent."""
    if is_acknowledged(notice, as_of):
        return "acknowledged"
    if notice.closed_at is not None and notice.closed_at <= as_of:
        return "closed"
    if notice.escalated_at is not None and notice.escalated_at <= as_of:
        return "escalated"
    return "sent" if notice.first_sent_at is not None and notice.first_sent_at <= as_of else "queued"


def find_silent(session: Session, case: RecallCase, standing: Standing) -> list[SilentRow]:
    """Return who did not acknowledge or answer, those who have been silent longest first."""
    silent: list[SilentRow] = []
    if case.announced_at is None or case.announced_at > standing.as_of:
        return silent
    names = {key_of(one): name for name, one in name_consignees(session, standing.consignees).items()}
    called = _names_of(session, standing)
    for one, told in zip(standing.consignees, standing.told, strict=True):
        if told.notified and told.responded:
            continue
        key = key_of(one)
        name, name_en = called[key]
        notices = standing.notices.get(key, ())
        waiting = [notice for notice in notices if not is_acknowledged(notice, standing.as_of)]
        heard = [notice.acknowledged_at for notice in notices if notice not in waiting]
        escalated = [notice.escalated_at for notice in waiting if state_of(notice, standing.as_of) == "escalated"]
        since = waiting[0].created_at if waiting else max(filter(None, heard), default=None)
        silent.append(
            {
                "consignee": names[key],
                "name": name,
                "name_en": name_en,
                "tier": one.tier,
                "missing": "answer" if told.notified else "acknowledgement" if waiting else "notice",
                "since": write_time(since),
                "level": level_at(case.recall_class, waiting[0].created_at, standing.as_of) if waiting else None,
                "escalated_at": write_time(min(filter(None, escalated), default=None)),
            }
        )
    return sorted(silent, key=lambda row: (row["since"] or "", row["consignee"]))


def _names_of(session: Session, standing: Standing) -> dict[Consigned, tuple[str | None, str | None]]:
    """Return what each consignee is called, in Chinese and English: the firm, or the place that stands for itself."""
    firms = {one.party_id for one in standing.consignees if one.party_id is not None}
    rows = session.execute(select(Party.id, Party.name, Party.name_en).where(among(session, Party.id, firms)))
    found: dict[Consigned, tuple[str | None, str | None]] = {
        (firm, None): (name, english) for firm, name, english in rows
    }
    places = describe_places(session, [one.places[0] for one in standing.consignees if one.party_id is None])
    return found | {(None, number): (place.name, place.name_en) for number, place in places.items()}
