"""The outbox: a notice is written in the transaction that makes it necessary, and waits there until it is answered.

A consignee is told of every batch in scope that its places have or had: a notice names the batches, and whatever none
of them names is still to be told. So an announcement, an extension, goods that move on and a row that was lost are
one question, `find_untold`. Nothing here imports `recalls.cases`, whose steps it follows.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from recalls.clocks import deadlines
from recalls.consignees import Consignee, find_consignees
from recalls.models import Notice, NoticeWatch, RecallCase
from recalls.notices.escalation import escalate
from recalls.notices.goods import batches_of, goods_of, read_goods
from recalls.notices.policy import ENDED_WITH_CASE, NoticeKind
from recalls.notices.queue import Customer, Entry, Reason, Recipient, batches_key, write_notices
from recalls.notices.widening import find_widened
from recalls.participants import participants_of
from recalls.responses.stated import confirmed
from recalls.stages import ENDS
from trace.kit.db import insert_ignore
from trace.models import Event

__all__ = ["Customer", "Entry", "Reason", "Recipient", "acknowledge", "find_notice", "notices_of", "queue_notice"]


def is_running(case: RecallCase) -> bool:
    """Whether firms are being told: from the announcement to the case's end."""
    return case.announced_at is not None and case.stage not in ENDS


def queue_notices(
    session: Session, case: RecallCase, kind: NoticeKind, entries: Sequence[Entry], reason: Reason, now: datetime
) -> list[Notice]:
    """Write the notices that are not there yet and return them; a drill writes only to those who take part.

    What cannot be addressed is on the authority's list at once.
    """
    written = write_notices(session, case, kind, reached(case, entries), reason, now)
    escalate(session, case, [one for one in written if one.escalate_at is not None and one.escalate_at <= now], now)
    return written


def reached(case: RecallCase, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return those that may be written: in a drill the ones to firms that take part."""
    if not case.drill:
        return entries
    taking_part = participants_of(case)
    return [one for one in entries if one.recipient.party_id in taking_part]


def queue_notice(
    session: Session,
    case: RecallCase,
    kind: NoticeKind,
    recipient: Recipient,
    cause: str,
    now: datetime,
    words: str | None = None,
    dedupe: str = "",
) -> Notice | None:
    """Write one notice; ``None`` if it is there already, or a drill does not reach the recipient.

    ``words`` is added to what its kind says; a ``reminder`` says nothing else.
    """
    found = queue_notices(session, case, kind, [Entry(recipient, (), dedupe)], Reason(cause, words), now)
    return found[0] if found else None


def find_notice(session: Session, notice_id: str) -> Notice | None:
    """Return the notice with this UUID."""
    return session.scalar(select(Notice).where(Notice.notice_id == notice_id))


def notices_of(session: Session, case: RecallCase, kind: NoticeKind | None = "notification") -> list[Notice]:
    """Return a case's notices of one kind, or all of them, the oldest first."""
    listed = select(Notice).where(Notice.case_id == case.id).order_by(Notice.id)
    return list(session.scalars(listed if kind is None else listed.where(Notice.kind == kind)))


def acknowledge(session: Session, notice: Notice, via: str, who: str, now: datetime, note: str | None = None) -> None:
    """Note that ``who`` (a person or system of the firm) knows of it; the first acknowledgement stands."""
    session.flush()
    session.refresh(notice, with_for_update=True)  # two may come at once, and a round may just be ending
    if notice.acknowledged_at is not None:
        return
    notice.acknowledged_at, notice.acknowledged_via = now, via
    notice.acknowledged_by, notice.acknowledged_note = who, note
    notice.due_at = notice.escalate_at = None
    session.flush()
    case = session.get(RecallCase, notice.case_id)
    assert case is not None
    _note_all_told(session, case, now)


def _note_all_told(session: Session, case: RecallCase, now: datetime) -> None:
    """Meet the duty to tell everybody once every notification is acknowledged: sent is only sent (RECALLS)."""
    if case.announced_at is None:
        return
    silent = select(Notice.id).where(
        Notice.case_id == case.id,
        Notice.kind == "notification",
        Notice.acknowledged_at.is_(None),
        Notice.closed_at.is_(None),
    )
    if session.scalar(silent.limit(1)) is None:
        deadlines.meet(session, case, "told", now)


def follow_step(session: Session, case: RecallCase, step: str, now: datetime) -> None:
    """Write what a step makes necessary: notifications, requests to confirm the removal, closeouts."""
    if case.stage in ENDS:
        _close(session, case, "terminated" if step == "terminate" else "cancelled", now)
    elif case.announced_at is None:
        return
    elif step in ("announce", "extend"):
        cause = "announced" if step == "announce" else "extended"
        tell_untold(session, case, find_consignees(session, case, now), cause, now)
        _watch(session, case, now)
    elif step == "complete":
        _ask_for_confirmation(session, case, now)


def find_untold(session: Session, case: RecallCase, consignees: Iterable[Consignee]) -> Sequence[Entry]:
    """Return what consignees have not been told yet: all who have no notification, and batches that none names.

    One of which further serial numbers are taken back is named only by those written since.
    """
    widened = find_widened(session, case)
    told: dict[str, set[int]] = {}
    rows = select(Notice.recipient, Notice.version, Notice.goods).where(
        Notice.case_id == case.id, Notice.kind == "notification"
    )
    for key, version, known_goods in session.execute(rows):
        named = batches_of(read_goods(known_goods))
        told.setdefault(key, set()).update(batch for batch in named if version >= widened.get(batch, 0))
    untold = []
    for one in consignees:
        recipient = Recipient(one.party_id, one.place_id)
        known = told.get(recipient.key)
        goods = [row for row in goods_of(one.holdings) if known is None or row.batch not in known]
        if known is None or goods:
            again = max((widened.get(row.batch, 0) for row in goods), default=0)
            untold.append(Entry(recipient, goods, batches_key(goods) + (f" v{again}" if again else "")))
    return reached(case, untold)


def tell_untold(
    session: Session, case: RecallCase, consignees: Sequence[Consignee], cause: str, now: datetime
) -> list[Notice]:
    """Write a notification to every consignee that is not told of all its goods; returns the new ones.

    A place whose firm has been registered meanwhile is told as the firm; its own notice is closed.
    """
    written = queue_notices(session, case, "notification", find_untold(session, case, consignees), Reason(cause), now)
    for notice in find_superseded(session, case, consignees):
        _end(notice, now)
    session.flush()
    _note_all_told(session, case, now)
    return written


def find_superseded(session: Session, case: RecallCase, consignees: Iterable[Consignee]) -> list[Notice]:
    """Return the open notices to places whose firm has been registered meanwhile."""
    registered = {place for one in consignees if one.party_id is not None for place in one.places}
    orphans = (Notice.case_id == case.id) & Notice.place_id.is_not(None) & Notice.closed_at.is_(None)
    return [notice for notice in session.scalars(select(Notice).where(orphans)) if notice.place_id in registered]


def _ask_for_confirmation(session: Session, case: RecallCase, now: datetime) -> None:
    """Ask all who have not confirmed that the goods are removed; once more if the case is completed once more."""
    time = sum(step.to_stage == "completed" for step in case.steps)
    done = confirmed(session, case)
    asked = [
        Entry(Recipient(one.party_id, one.place_id), goods_of(one.holdings), str(time))
        for one in find_consignees(session, case, now)
        if (one.party_id, one.place_id) not in done
    ]
    queue_notices(session, case, "removal_confirmation", asked, Reason("completed"), now)


def _close(session: Session, case: RecallCase, cause: str, now: datetime) -> None:
    """End what is still open, and tell everybody who was reached that the case has ended."""
    known = {}
    for notice in notices_of(session, case, None):
        if notice.kind in ("notification", "sub_recall") and (notice.sent or notice.acknowledged_at is not None):
            customer = None
            if notice.customer_name is not None:
                customer = Customer(notice.customer_name, notice.customer_email, notice.customer_phone)
            known[notice.recipient] = Recipient(notice.party_id, notice.place_id, customer)
        if notice.kind in ENDED_WITH_CASE and notice.closed_at is None:
            _end(notice, now)
    session.flush()
    queue_notices(session, case, "closeout", [Entry(one) for one in known.values()], Reason(cause), now)


def _end(notice: Notice, now: datetime) -> None:
    notice.closed_at = now
    notice.due_at = notice.escalate_at = None


def _watch(session: Session, case: RecallCase, now: datetime) -> None:
    """Begin to look for consignees that come later (`recalls.notices.reconciliation`)."""
    newest = session.scalar(select(func.max(Event.id))) or 0
    row = {"case_id": case.id, "looked_to": newest, "looked_at": now, "due_at": now, "claimed_until": None}
    if not insert_ignore(session, NoticeWatch.__table__, [row], ["case_id"]):
        seen = {"looked_to": newest, "looked_at": now, "due_at": now}
        session.execute(update(NoticeWatch).where(NoticeWatch.case_id == case.id).values(seen))
