"""The sub-recall: a firm passes a notice on to its own customers of the goods, whom the graph knows, and no further."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recalls.consignees import consignees_of
from recalls.impact import load_scope
from recalls.models import Notice, RecallCase
from recalls.notices.desk import read_own_notice
from recalls.notices.goods import goods_of
from recalls.notices.outbox import is_running, queue_notices, reached
from recalls.notices.queue import Customer, Entry, Reason, Recipient
from recalls.ways_back import find_suppliers
from trace.kit.auth import Principal
from trace.kit.errors import Conflict, Invalid

PASSED_ON: frozenset[str] = frozenset({"notification", "sub_recall"})
MOST_NAMED = 1000
"""Customers that one firm may name itself in a case: a notice must not become a way to write to anybody."""


class NotToPassOn(Conflict):
    """The notice asks for something else, nobody is behind it, or its case has ended."""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """Notices that were written now, and how many customers had been told of this notice before."""

    written: Sequence[Notice]
    already: int


def pass_on(
    session: Session,
    principal: Principal,
    number: str,
    notice_id: str,
    now: datetime,
    note: str | None = None,
    customers: Sequence[Customer] = (),
) -> PassedOn:
    """Tell the customers whom the notice's firm supplied with goods in scope, and those that it names itself.

    Doing it again tells only those who came since. Raises RecallNotFound and NoticeNotFound (404), NotToPassOn (409),
    Invalid (422) above `MOST_NAMED` named ones.
    """
    notice = read_own_notice(session, principal, number, notice_id)
    case = session.get(RecallCase, notice.case_id)
    assert case is not None
    if notice.kind not in PASSED_ON or notice.party_id is None or not is_running(case):
        got = f"{notice.kind} of a case that is {case.stage}"
        raise NotToPassOn(f"Expected a firm's notification in a case that is under way, got a {got}.")
    _require_few(session, case, notice.party_id, customers)
    wanted = [
        *_own_customers(session, case, notice.party_id, now, notice.notice_id),
        *(Entry(Recipient(customer=one), dedupe=notice.notice_id) for one in customers),
    ]
    entries = reached(case, wanted)
    reason = Reason("passed_on", note, passed_on_by=notice.party_id)
    written = queue_notices(session, case, "sub_recall", entries, reason, now)
    return PassedOn(written, len({one.recipient.key for one in entries}) - len(written))


def _own_customers(session: Session, case: RecallCase, party: int, now: datetime, dedupe: str) -> list[Entry]:
    """One down from the firm's places: who got goods in scope from there; whoever only sent some back is none."""
    supply = load_scope(session, case, now)
    consignees = consignees_of(session, supply)
    own = {place for one in consignees if one.party_id == party for place in one.places}
    supplied = {
        stock for stock, suppliers in find_suppliers(supply.postings).items() if suppliers & own and stock[0] not in own
    }
    return [
        Entry(Recipient(one.party_id, one.place_id), goods, dedupe)
        for one in consignees
        if (goods := goods_of(holding for holding in one.holdings if (holding.place, holding.batch) in supplied))
    ]


def _require_few(session: Session, case: RecallCase, party: int, customers: Sequence[Customer]) -> None:
    named = (Notice.case_id == case.id) & (Notice.passed_on_by == party) & Notice.customer_name.is_not(None)
    count = session.scalar(select(func.count()).where(named)) or 0
    if count + len(customers) > MOST_NAMED:
        raise Invalid.field(
            "/customers", f"Expected at most {MOST_NAMED} customers of your own naming in a case, got {count} before."
        )
