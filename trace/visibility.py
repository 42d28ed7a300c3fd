"""Who may see what (CONTRACT: what a key may not see is 404): one function for every way of asking."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from trace.answers import describe_batches, describe_places
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.models import (
    Event,
    EventItem,
    EventReference,
    Identifier,
    Location,
    Party,
    Posting,
    Product,
    Reference,
    VocabularyElement,
)
from trace.postings import distinct
from trace.supply_graph import Supply, narrow
from trace.veil import Alias, Known

_ENDS = (Reference.SOURCE, Reference.DESTINATION)
_there = aliased(Event)


def own_places(session: Session, principal: Principal) -> set[int] | None:
    """Return the places of the key's own firm; ``None`` for keys that see everything (regulator, admin)."""
    return places_of_firm(session, _firm(principal)) if principal.role == "company" else None


def places_of_firm(session: Session, party: int) -> set[int]:
    """Return the places registered to a firm, and the one that has its own GLN."""
    registered = session.scalars(select(Location.id).where(Location.party_id == party))
    named = session.scalars(
        select(Identifier.id)
        .join(Party, Party.gln == Identifier.gln)
        .where(Party.id == party, Identifier.kind == "location")
    )
    return {*registered, *named}


def seen_events(principal: Principal) -> ColumnElement[bool]:
    """The condition for events that the key may see: all but for a company.

    A company sees what it captured itself, what names one of its places or itself as source or destination, and what
    an operator captured about its places. Every other event is for it as if it did not exist.
    """
    if principal.role != "company":
        return true()
    own = _own_identifiers(principal)
    # asked of each event, not listed for all: a firm may be named in many
    named = select(EventReference.event_id).where(
        EventReference.event_id == Event.id,
        EventReference.identifier_id.in_(own),
        EventReference.reference.in_(_ENDS),
    )
    return or_(
        Event.captured_by == _firm(principal),
        named.exists(),
        and_(Event.captured_by.is_(None), or_(Event.read_point_id.in_(own), Event.biz_location_id.in_(own))),
    )


def ways_to_see_events(session: Session, principal: Principal) -> list[ColumnElement[bool]]:
    """The same as `seen_events`, as conditions that each find their events by an index; an event may meet several.

    The firm's own identifiers are looked up before, since their number decides how the rest is best read.
    """
    if principal.role != "company":
        return [true()]
    own = list(session.scalars(_own_identifiers(principal)))
    named = select(EventReference.event_id).where(
        among(session, EventReference.identifier_id, own), EventReference.reference.in_(_ENDS)
    )
    # no plain comparison, so that not all that operators ever captured is read by its index
    by_operator = func.coalesce(_there.captured_by, 0) == 0
    about = [
        select(_there.id).where(by_operator, among(session, place, own))
        for place in (_there.read_point_id, _there.biz_location_id)
    ]
    return [Event.captured_by == _firm(principal), *(Event.id.in_(found) for found in (named, *about))]


def seen_master_data(principal: Principal | None) -> ColumnElement[bool]:
    """The condition for master data of documents that the key may use: a company its own and the operator's.

    A regulator uses all; ``None`` is what everybody may use: the operator's.
    """
    common = VocabularyElement.captured_by.is_(None)
    if principal is None:
        return common
    if principal.role != "company":
        return true()
    return or_(VocabularyElement.captured_by == _firm(principal), common)


def _firm(principal: Principal) -> int:
    """The key's firm. Without one it is 0, which none has: `NULL` would mean the operator."""
    return principal.party_id or 0


def _own_identifiers(principal: Principal) -> Select[tuple[int]]:
    """The places registered to the key's firm, and all that has its GLN or theirs.

    A GLN is one place however events write it: as location (414), with an extension (254), as party (417).
    """
    registered = select(Location.id).where(Location.party_id == principal.party_id)
    glns = (
        select(Location.gln)
        .where(Location.party_id == principal.party_id)
        .union_all(select(Party.gln).where(Party.id == principal.party_id))
    )
    named = select(Identifier.id).where(Identifier.gln.in_(glns), Identifier.kind.in_(("location", "party")))
    return registered.union_all(named)  # type: ignore[return-value]


def is_named(session: Session, principal: Principal, condition: ColumnElement[bool]) -> bool:
    """Whether an event that the key may see names an identifier that meets ``condition``."""
    numbers = select(Identifier.id).where(condition)
    if principal.role != "company":
        return session.scalar(numbers.limit(1)) is not None
    ways = (
        Event.id.in_(select(EventReference.event_id).where(EventReference.identifier_id.in_(numbers))),
        Event.id.in_(select(EventItem.event_id).where(EventItem.identifier_id.in_(numbers))),
        Event.read_point_id.in_(numbers),
        Event.biz_location_id.in_(numbers),
    )
    seen = select(Event.id).where(seen_events(principal)).limit(1)
    return any(session.scalar(seen.where(way)) is not None for way in ways)


def owns_product(session: Session, principal: Principal, gtin: str | None) -> bool:
    """Whether the product is registered to the key's own firm."""
    if gtin is None:
        return False
    owner = session.scalar(select(Product.party_id).where(Product.gtin == gtin))
    return owner is not None and owner == principal.party_id


def may_see_batch(session: Session, principal: Principal, batch: Identifier) -> bool:
    """A company sees batches of its own products, and those that were ever at, or sent to or from, its places."""
    places = own_places(session, principal)
    if places is None or owns_product(session, principal, batch.gtin):
        return True
    if not places:
        return False
    there = select(Posting.id).where(
        Posting.batch_id == batch.id, or_(Posting.origin_id.in_(places), Posting.destination_id.in_(places))
    )
    return session.scalar(there.limit(1)) is not None


def seen_by(session: Session, principal: Principal, supply: Supply) -> Supply:
    """Return the part of a supply graph that the key may see: for a company its own places, one up and one down."""
    places = own_places(session, principal)
    return supply if places is None else narrow(supply, places)


def names_seen(session: Session, principal: Principal, supply: Supply) -> Known | None:
    """Return what a company may read by name in a supply graph of its own goods; ``None`` for keys that see everything.

    Named are its own places, those that sent these goods to it or had them from it, the firms behind them, and the
    batches that were at its places. All other places have numbers instead, in the order in which they became known.
    """
    own = own_places(session, principal)
    if own is None:
        return None
    touching = supply.postings.at_places(own)
    near = own | set(touching.places)
    places = describe_places(session, {*near, *supply.places})
    firms = {principal.party_id, *(places[number].party_id for number in near)}
    codes = _codes_of(session, {place.party_id for place in places.values()} | firms)
    batches = describe_batches(session, supply.seeds | set(distinct(touching.batch).tolist())).values()
    named = {code for firm in firms for code in codes.get(firm or 0, ()) if code is not None}
    named.update(code for number in near for code in (places[number].id, places[number].gln) if code is not None)
    named.update(code for batch in batches for code in (batch["id"], batch["gtin"]) if code is not None)
    named.update(f"https://id.gs1.org/01/{batch['gtin']}" for batch in batches if batch["gtin"] is not None)
    aliases: dict[str, Alias] = {}
    for count, number in enumerate(sorted(supply.places - near), start=1):
        place, alias = places[number], Alias(count, places[number].kind == "outlet")
        for code in (place.id, place.gln, *codes.get(place.party_id or 0, ())):
            if code is not None:
                aliases.setdefault(code, alias)
    return Known(frozenset(named), frozenset(places[number].id for number in own), aliases)


def _codes_of(session: Session, firms: Collection[int | None]) -> dict[int, tuple[str | None, str | None]]:
    rows = session.execute(select(Party.id, Party.uscc, Party.gln).where(among(session, Party.id, firms)))
    return {number: (uscc, gln) for number, uscc, gln in rows}
