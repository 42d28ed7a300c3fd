"""A firm in all registers on a day: how it stands, what it holds, and what was found."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.registers.bodies import Standing
from oversight.registers.entries import Entry, EntryRow, entries_of, write_entries
from oversight.registers.findings import Found, FoundRow, find_findings, write_found
from oversight.registers.standing import standing_on
from trace.field_types import read_party_code
from trace.gs1 import IdentifierError
from trace.kit.auth import Principal
from trace.kit.errors import Invalid
from trace.master_data import PartyNotFound, find_party
from trace.models import Party


@dataclass(frozen=True, slots=True)
class FirmOn:
    """What the registers say of a firm on a day."""

    party: Party
    on: date
    standing: Standing
    decisions: list[Entry[Any]]
    licences: list[Entry[Any]]
    certificates: list[Entry[Any]]
    found: list[Found]


class FirmRow(TypedDict):
    """The same as it is answered."""

    party: str
    name: str
    on: str
    standing: Standing
    decisions: list[EntryRow]
    licences: list[EntryRow]
    certificates: list[EntryRow]
    findings: list[FoundRow]


def read_firm(session: Session, principal: Principal, code: str, on: date) -> FirmOn:
    """Return a firm by USCC or GLN; a firm reads of itself alone. Raises PartyNotFound, Invalid for what is neither."""
    try:
        party = find_party(session, read_party_code(code))
    except IdentifierError as error:
        raise Invalid.field("/code", str(error)) from error
    if party is None or (principal.role == "company" and party.id != principal.party_id):
        raise PartyNotFound(f"No firm {code} is known.")
    return FirmOn(
        party,
        on,
        standing_on(session, party.id, on),
        entries_of(session, "standing", party.id),
        entries_of(session, "licences", party.id),
        entries_of(session, "certificates", party.id),
        find_findings(session, party.id, on),
    )


def write_firm(session: Session, firm: FirmOn) -> FirmRow:
    """Return it as it is answered."""
    return {
        "party": firm.party.uscc or firm.party.gln or "",
        "name": firm.party.name,
        "on": firm.on.isoformat(),
        "standing": firm.standing,
        "decisions": write_entries(session, firm.decisions, firm.on),
        "licences": write_entries(session, firm.licences, firm.on),
        "certificates": write_entries(session, firm.certificates, firm.on),
        "findings": write_found(firm.found),
    }
