"""Notices of a case as a key may read them: the firm that recalls reads no names of strangers (`trace.veil`)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from recalls.models import Notice, RecallCase
from recalls.notices.answers import NoticeRow, WholeNoticeRow, write_notices
from recalls.notices.desk import Listed, see_case
from recalls.seen import as_seen_by, names_of_case
from trace.kit.auth import Principal
from trace.veil import veil


def show_notices(session: Session, principal: Principal, number: str, listed: Sequence[Listed]) -> list[NoticeRow]:
    """Return notices of the case ``number``. A consignee reads its own as they are. Raises RecallNotFound (404)."""
    case, whole = see_case(session, principal, number)
    rows = write_notices(session, listed)
    return as_seen_by(session, principal, case, rows) if whole else rows


def show_notice(session: Session, principal: Principal, notice: Notice, row: WholeNoticeRow) -> WholeNoticeRow:
    """Return a whole notice. To whom it was not sent, its words are shown if all places that they name may be."""
    if notice.party_id is not None and notice.party_id == principal.party_id:
        return row
    known = names_of_case(session, principal, session.get_one(RecallCase, notice.case_id))
    if known is None:
        return row
    shown: WholeNoticeRow = veil(row, known)
    if any(known.hides(one["location"]["id"]) for one in row["units"]):
        shown["text"] = {"subject": row["text"]["subject"], "zh": "", "en": ""}
    return shown
