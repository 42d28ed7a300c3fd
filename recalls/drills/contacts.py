"""Whom a recall of the drilled batch would have to reach, and how: the contact list of a drill."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.consignees import Consignee, consignees_of
from recalls.models import RecallCase
from recalls.notices.contacts import Contact, find_contacts
from recalls.participants import participants_of
from trace.answers import describe_places
from trace.kit.bulk import among
from trace.models import Party, Product
from trace.supply_graph import Supply
from trace.visibility import places_of_firm

HIDDEN = "***"
"""Stands for an address that there is, and that a firm which does not deal with the other one is not told."""

Row = dict[str, Any]


def list_contacts(session: Session, case: RecallCase, supply: Supply, gtin: str | None) -> list[Row]:
    """Return every consignee with how to reach it; ``near`` marks those that the product's own firm sends goods to."""
    found = consignees_of(session, supply)
    parties = [one.party_id for one in found if one.party_id is not None]
    firms = {one.id: one for one in session.scalars(select(Party).where(among(session, Party.id, parties)))}
    addresses = find_contacts(session, parties)
    places = describe_places(session, {place for one in found for place in one.places})
    owner = session.scalar(select(Product.party_id).where(Product.gtin == gtin))
    near = set() if owner is None else _near(supply, places_of_firm(session, owner))
    taking_part = participants_of(case)
    return [
        {
            "party": _write_firm(firms.get(one.party_id or 0)),
            "places": [{"id": places[p].id, "gln": places[p].gln, "name": places[p].name} for p in one.places],
            "tier": one.tier,
            "evidence": one.evidence,
            "takes_part": one.party_id in taking_part,
            "near": not near.isdisjoint(one.places),
            "contacts": _write_contacts(one, addresses),
        }
        for one in found
    ]


def _near(supply: Supply, own: set[int]) -> set[int]:
    """Return the places themselves, and those next to them."""
    return own | {to for origin, to, _, _ in supply.movements if origin in own and to is not None}


def _write_firm(firm: Party | None) -> Row | None:
    return None if firm is None else {"uscc": firm.uscc, "gln": firm.gln, "name": firm.name, "name_en": firm.name_en}


def _write_contacts(one: Consignee, addresses: Mapping[int, Iterable[Contact]]) -> list[Row]:
    return [
        {name: getattr(contact, name) for name in ("rank", "name", "email", "phone", "webhook")}
        for contact in addresses.get(one.party_id or 0, ())
    ]


def hide(contact: Mapping[str, Any]) -> Row:
    """Leave only which ways there are."""
    ways = {way: contact[way] and HIDDEN for way in ("email", "phone", "webhook")}
    return {"rank": contact["rank"], "name": None, **ways}
