"""What the registers say in a quality-credit file on a day: standing, goods without a licence, lapsed certificates."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from oversight.credit.entries import CreditEntry
from oversight.registers.certificates import certificates_on
from oversight.registers.findings import find_findings
from oversight.registers.standing import standing_on
from recalls.clocks.working_days import CHINA


def credit_entries(session: Session, party_id: int, until: datetime) -> list[CreditEntry]:
    """Return what holds on the day; each counts as long as it holds, so it is dated by the day that is asked about."""
    return list(_find(session, party_id, until))


def _find(session: Session, party_id: int, until: datetime) -> Iterable[CreditEntry]:
    day = until.astimezone(CHINA).date()
    state = standing_on(session, party_id, day)
    for one in find_findings(session, party_id, day):
        if one.rule == "standing" and state in ("suspended", "revoked"):
            yield CreditEntry(day, state, one.record, one.message_zh, one.message)
        elif one.rule == "licence_missing":
            yield CreditEntry(day, "licence_lapsed", one.record, one.message_zh, one.message)
    certificates = certificates_on(session, party_id, None, day)
    valid = {(one.scheme, one.product_id) for one in certificates if one.state == "valid"}
    for held in certificates:
        if held.state in ("valid", "pending") or (held.scheme, held.product_id) in valid:
            continue
        zh, en = f"{held.scheme} 证书 {held.number} 已失效", f"Certificate {held.scheme} {held.number} is not valid"
        yield CreditEntry(day, "certificate_lapsed", f"certificates/{held.entry_id}", zh, en)
