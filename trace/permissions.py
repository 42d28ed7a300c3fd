"""Who may report what (CONTRACT, Master data): a company for its own GTINs and places, an operator for anybody."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.events.rows import ReadEvent
from trace.fold.steps import Verb
from trace.gs1 import read_identifier
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.models import Identifier, Location, Party, Product, Role


def reporting_party(principal: Principal) -> int | None:
    """The party that answers for what this key captures; ``None`` for an operator, who may write for anybody."""
    return None if principal.role == "admin" else principal.party_id


def find_refusals(session: Session, principal: Principal, events: Sequence[ReadEvent]) -> list[str | None]:
    """Say for each event why this key may not report it, ``None`` where it may.

    A company's event takes place at, leaves, or goes to a place of its own, or else names no place that is another
    firm's; and it makes no units of another firm's product.
    """
    if principal.role == "admin":
        return [None] * len(events)
    places = _owners_of_places(session, {place for read in events for place in _places(read)})
    own = _own_places(session, principal)
    products = _owners_of_products(session, {gtin for read in events for gtin in _made(read)})
    refusals: list[str | None] = []
    for read in events:
        owners = {principal.party_id if place in own else places.get(place) for place in _places(read)}
        others = owners - {principal.party_id, None}
        foreign = [gtin for gtin in _made(read) if products.get(gtin, principal.party_id) != principal.party_id]
        if others and principal.party_id not in owners:
            refusals.append("No place of this event is known to you.")
        elif foreign:
            refusals.append(f"No product {foreign[0]} is known to you.")
        else:
            refusals.append(None)
    return refusals


def _places(read: ReadEvent) -> set[str]:
    return {place for place in (read.step.origin, read.step.destination, read.step.place) if place is not None}


def _made(read: ReadEvent) -> set[str]:
    roles = {Verb.MAKE: Role.ITEM, Verb.TRANSFORM: Role.OUTPUT}
    role = roles.get(read.step.verb)
    return {item.identifier.gtin for item in read.items if item.role is role and item.identifier.gtin is not None}


def _owners_of_places(session: Session, uris: Collection[str]) -> dict[str, int]:
    owners: dict[str, int] = {}
    for some in chunked(sorted(uris)):
        rows = session.execute(
            select(Identifier.uri, Location.party_id)
            .join(Location, Location.id == Identifier.id)
            .where(Identifier.uri.in_(some))
        )
        owners.update((uri, party) for uri, party in rows)
    # By the GLN itself: whether anybody's event named the place before must make no difference.
    named: dict[str, list[str]] = {}
    for uri in uris:
        gln = read_identifier(uri).gln
        if gln is not None:
            named.setdefault(gln, []).append(uri)  # a place and parts of it have the GLN in common
    for some in chunked(sorted(named)):
        for number, party in session.execute(select(Party.gln, Party.id).where(Party.gln.in_(some))):
            for uri in named[str(number)]:
                owners.setdefault(uri, party)
    return owners


def _own_places(session: Session, principal: Principal) -> set[str]:
    """A firm's own GLN is a place of its own even before anybody registers it as a location."""
    gln = session.scalar(select(Party.gln).where(Party.id == principal.party_id))
    return set() if gln is None else {f"https://id.gs1.org/414/{gln}"}


def _owners_of_products(session: Session, gtins: Iterable[str]) -> dict[str, int]:
    owners: dict[str, int] = {}
    for some in chunked(sorted(gtins)):
        rows = session.execute(
            select(Product.gtin, Product.party_id).where(Product.gtin.in_(some), Product.party_id.is_not(None))
        )
        owners.update((gtin, party) for gtin, party in rows if party is not None)
    return owners
