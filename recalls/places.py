"""Who is behind the affected places: the codes by which their firms are known."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.answers import Place
from trace.kit.db import chunked
from trace.models import Party


def find_party_codes(session: Session, places: Iterable[Place]) -> dict[int, str]:
    """Return the USCC, else the GLN, of the firm behind each place, by the firm's row number."""
    wanted = sorted({place.party_id for place in places if place.party_id is not None})
    found: dict[int, str] = {}
    for some in chunked(wanted):
        rows = session.execute(select(Party.id, Party.uscc, Party.gln).where(Party.id.in_(some)))
        found.update((number, uscc or gln or "") for number, uscc, gln in rows)
    return found
