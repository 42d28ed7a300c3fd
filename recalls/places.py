"""Who is behind the affected places: the codes by which their firms are known, and which places have none."""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.answers import Place
from trace.kit.bulk import among
from trace.kit.db import chunked
from trace.models import Identifier, Location, Party


def find_party_codes(session: Session, places: Iterable[Place]) -> dict[int, str]:
    """Return the USCC, else the GLN, of the firm behind each place, by the firm's row number."""
    wanted = sorted({place.party_id for place in places if place.party_id is not None})
    found: dict[int, str] = {}
    for some in chunked(wanted):
        rows = session.execute(select(Party.id, Party.uscc, Party.gln).where(Party.id.in_(some)))
        found.update((number, uscc or gln or "") for number, uscc, gln in rows)
    return found


def find_unregistered(session: Session, places: Collection[int]) -> dict[int, str]:
    """Return the canonical identifiers of those places that nobody registered, and whose GLN is no firm's."""
    registered = select(Location.id).where(Location.id == Identifier.id).exists()
    of_a_firm = select(Party.id).where(Party.gln == Identifier.gln).exists()
    rows = session.execute(
        select(Identifier.id, Identifier.uri).where(among(session, Identifier.id, places), ~registered, ~of_a_firm)
    )
    return {number: uri for number, uri in rows}  # noqa: C416  (a Result is no mapping)
