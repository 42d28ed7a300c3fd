"""Whose ledger is asked for: a firm reads its own, an official that of any firm with a place in his jurisdiction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.credit.file import search_firms
from oversight.gb2260 import NATION
from oversight.jurisdictions import office_of
from oversight.ledgers.lines import LINES, Side
from oversight.ledgers.reading import Ledger
from trace.field_types import read_party_code
from trace.gs1 import IdentifierError
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.errors import Invalid, NotFound
from trace.master_data import PartyNotFound, find_party
from trace.models import Identifier, Location, Party
from trace.own_master_data import own_party
from trace.visibility import places_of_firm

LOOKED_AT = 200


class LedgerNotFound(NotFound):
    """There are two ledgers, and this is neither."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: days in China, a product (GTIN), who was dealt with (a firm's USCC or GLN, a place's GLN)."""

    since: date | None = None
    until: date | None = None
    gtin: str | None = None
    counterparty: str | None = None


def side_of(word: str) -> Side:
    """Return the ledger that a word means. Raises LedgerNotFound."""
    if word not in LINES:
        raise LedgerNotFound(f"Expected the ledger purchase or sale, got {word[:40]}.")
    return cast(Side, word)


def find_firm(session: Session, principal: Principal, code: str | None) -> Party:
    """Return the firm with this USCC or GLN; without one, the asker's own.

    Raises Invalid (422) for an official who names none and for what is no code, PartyNotFound (404) for a firm that he
    does not answer for, and for a firm that asks about another.
    """
    own = own_party(session, principal)
    if code is None:
        if own is None:
            raise Invalid.field("/party", "Expected the USCC or GLN of the firm whose ledger it is, got none.")
        return own
    try:
        found = find_party(session, read_party_code(code))
    except IdentifierError as error:
        raise Invalid.field("/party", str(error)) from error
    if found is None or not _may_read(session, principal, found):
        raise PartyNotFound(f"No firm {code} is known.")
    return found


def search_readable(session: Session, principal: Principal, words: str, most: int) -> list[Party]:
    """Return firms whose ledgers may be read, by USCC, GLN or a part of a name, among the first `LOOKED_AT` of it."""
    found = search_firms(session, words, LOOKED_AT)
    readable = _readable(session, principal, found)
    return [party for party in found if party.id in readable][:most]


def _may_read(session: Session, principal: Principal, party: Party) -> bool:
    if principal.role == "company":
        return party.id == principal.party_id
    return party.id in _readable(session, principal, [party])


def _readable(session: Session, principal: Principal, parties: Sequence[Party]) -> set[int]:
    """The firms with a place in an official's jurisdiction; one without any place is the country's."""
    office, numbers = office_of(session, principal), [party.id for party in parties]
    regions: dict[int, set[str]] = {number: set() for number in numbers}
    places = select(Location.party_id, Location.region).where(among(session, Location.party_id, numbers))
    for number, region in session.execute(places.distinct()):
        regions[number].add(region or NATION)
    return {number for number, some in regions.items() if any(office.covers(region) for region in some or {NATION})}


def open_ledger(session: Session, party: Party, side: Side, wanted: Wanted) -> Ledger:
    """Return a firm's ledger as far as it is wanted. Raises Invalid (422) where the days run backwards."""
    if wanted.since and wanted.until and wanted.until < wanted.since:
        raise Invalid.field("/to", f"Expected a day not before from ({wanted.since}), got {wanted.until}.")
    own = frozenset(places_of_firm(session, party.id))
    others = None if wanted.counterparty is None else _places_of(session, wanted.counterparty)
    return Ledger(side, own, wanted.since, wanted.until, wanted.gtin, others)


def _places_of(session: Session, code: str) -> frozenset[int]:
    """The places of whoever has this USCC or GLN; a code that nobody has is of no place, as one nobody dealt with."""
    party = find_party(session, code)
    registered = set() if party is None else places_of_firm(session, party.id)
    named = select(Identifier.id).where(Identifier.gln == code, Identifier.kind == "location")
    return frozenset({*registered, *session.scalars(named)})
