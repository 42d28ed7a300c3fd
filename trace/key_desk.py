"""API keys for firms, as the operator issues them at the command line."""

from datetime import datetime

from sqlalchemy.orm import Session

from trace.field_types import read_party_code
from trace.gs1 import IdentifierError
from trace.kit.auth import Role, issue_key
from trace.kit.db import lock_writes
from trace.master_data import find_party
from trace.models import Party

GLN_LENGTH = 13


class KeyRefused(ValueError):
    """A key that cannot be issued, and why."""


def issue_party_key(
    session: Session, role: Role, code: str | None, name: str, party_name: str | None, now: datetime
) -> str:
    """Issue a key to the firm with this USCC or GLN and return it.

    A regulator, operator or auditor that is not registered is, under ``party_name``; a company has to be. Only an
    operator's key needs no firm. Raises KeyRefused.
    """
    return issue_key(session, role, party_of_role(session, role, code, party_name, now), name)


def party_of_role(session: Session, role: Role, code: str | None, party_name: str | None, now: datetime) -> int | None:
    """Return the row number of the firm for whom somebody of this role acts; an operator may act for none.

    Raises KeyRefused as `issue_party_key` does.
    """
    if code is None:
        if role != "admin":
            raise KeyRefused(f"Expected --party for the role {role}.")
        return None
    try:
        code = read_party_code(code)
    except IdentifierError as error:
        raise KeyRefused(str(error)) from error
    lock_writes(session)
    party = find_party(session, code)
    if party is None:
        if role == "company":
            raise KeyRefused(f"Expected a registered firm, got {code}: register it first (POST /api/v1/parties).")
        if party_name is None:
            raise KeyRefused(f"Expected --party-name for {code}, which is not registered.")
        party = _add_party(session, code, party_name, now)
    return party.id


def _add_party(session: Session, code: str, name: str, now: datetime) -> Party:
    is_gln = len(code) == GLN_LENGTH
    party = Party(gln=code if is_gln else None, uscc=None if is_gln else code, name=name, registered_at=now)
    session.add(party)
    session.flush()
    return party
