"""Whom to write to at a firm: its contacts by rank, the first being what it registered itself with."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from recalls.models import Notice, PartyContact
from trace.kit.auth import ApiKey, Principal
from trace.kit.bulk import among
from trace.kit.db import lock_writes
from trace.master_data import PartyNotFound, find_party
from trace.models import Party


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or system of a firm; ``rank`` 1 is written to first. Without any address it cannot be reached."""

    rank: int
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    webhook: str | None = None

    @property
    def reachable(self) -> bool:
        """Whether there is any address."""
        return any((self.email, self.phone, self.webhook))


def find_contacts(session: Session, parties: Collection[int]) -> dict[int, list[Contact]]:
    """Return the contacts of each firm that can be reached, first rank first; firms without any are left out."""
    found: dict[int, dict[int, Contact]] = {}
    firms = session.execute(
        select(Party.id, Party.name, Party.email, Party.phone, Party.webhook).where(among(session, Party.id, parties))
    )
    for party, *fields in firms:
        found[party] = {1: Contact(1, *fields)}
    for row in _newest(session, among(session, PartyContact.party_id, parties)):
        contact = Contact(row.rank, row.name, row.email, row.phone, row.webhook)
        if contact.reachable or row.rank != 1:  # one that ends the first rank brings back what was registered
            found[row.party_id][row.rank] = contact
    ranked = {party: [ranks[rank] for rank in sorted(ranks) if ranks[rank].reachable] for party, ranks in found.items()}
    return {party: contacts for party, contacts in ranked.items() if contacts}


def _newest(session: Session, condition: ColumnElement[bool]) -> Iterable[PartyContact]:
    newest = select(func.max(PartyContact.id)).where(condition).group_by(PartyContact.party_id, PartyContact.rank)
    return session.scalars(select(PartyContact).where(PartyContact.id.in_(newest)))


def owned_party(session: Session, principal: Principal, code: str) -> Party:
    """Return a firm by USCC or GLN for itself or an official. Raises PartyNotFound (404) for everybody else's."""
    party = find_party(session, code)
    if party is None or (principal.role == "company" and party.id != principal.party_id):
        raise PartyNotFound(f"No firm {code} is known to you.")
    return party


def own_party(session: Session, principal: Principal, code: str) -> Party:
    """Return the key's own firm by its USCC or GLN. Raises PartyNotFound (404) for any other."""
    party = find_party(session, code)
    if party is None or party.id != principal.party_id:
        raise PartyNotFound(f"Expected the code of this key's own firm, got {code}.")
    return party


def record_contact(session: Session, principal: Principal, code: str, contact: Contact, now: datetime) -> Party:
    """Add the newest contact of a rank; what the firm has not been reached with yet is due at once.

    Raises PartyNotFound (404).
    """
    lock_writes(session)
    party = owned_party(session, principal, code)
    session.add(
        PartyContact(
            party_id=party.id,
            rank=contact.rank,
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            webhook=contact.webhook,
            recorded_at=now,
            recorded_by=principal.key_id,
        )
    )
    session.flush()
    waiting = (Notice.party_id == party.id) & (Notice.due_at > now) & Notice.acknowledged_at.is_(None)
    unreached = (Notice.sent == 0) | (Notice.failures > 0) | Notice.escalated_at.is_not(None)
    session.execute(update(Notice).where(waiting, unreached).values(due_at=now))
    return party


def find_authorities(session: Session) -> dict[int, set[str]]:
    """Return the regulators that a notice can go to, those with a living key, and the names and codes of each."""
    keys = select(ApiKey.party_id).where(ApiKey.role == "regulator", ApiKey.revoked_at.is_(None))
    firms = session.execute(select(Party.id, Party.name, Party.uscc, Party.gln).where(Party.id.in_(keys)))
    return {party: set(filter(None, names)) for party, *names in firms}
