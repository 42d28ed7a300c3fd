"""What the blacklist says in a quality-credit file."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.credit.entries import CreditEntry
from oversight.models import ListedParty, Matter
from recalls.clocks.working_days import CHINA


def _end(ended_on: date | None, today: date) -> date | None:
    return None if ended_on is None or ended_on > today else ended_on


def credit_entries(session: Session, party_id: int, until: datetime) -> list[CreditEntry]:
    """Return the listings of a firm up to a moment; one that ended later lasted then."""
    today = until.astimezone(CHINA).date()
    rows = session.execute(
        select(ListedParty, Matter.number)
        .join(Matter, Matter.id == ListedParty.matter_id)
        .where(ListedParty.party_id == party_id, ListedParty.starts_on <= today)
    )
    return [
        CreditEntry(row.starts_on, "listed", number, row.ground, row.ground_en, _end(row.ended_on, today))
        for row, number in rows
        if row.starts_on is not None
    ]
