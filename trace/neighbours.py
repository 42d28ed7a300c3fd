"""One up, one down: from whom a batch came to a firm, and to whom it went on."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from trace.answers import BatchRef, Number, PlaceRef, describe_batches, exact_or_none, write_time
from trace.descriptions import Contact, Firm, Goods, read_contacts, read_goods, write_firm
from trace.documents import document_number
from trace.events.rows import microseconds
from trace.fold.contents import Unit
from trace.kit.auth import Principal
from trace.kit.errors import Invalid
from trace.ledger import read_postings
from trace.master_data import LocationNotFound, PartyNotFound, find_party
from trace.models import Identifier, Party
from trace.movements import Movement, tally_movements
from trace.readings import find_batch
from trace.sources.dates import read_dates
from trace.sources.periods import Period, as_partial, write_period
from trace.tracking_events import read_papers, read_tracked
from trace.visibility import own_places, places_of_firm


class Document(TypedDict):
    """A paper that an event names: its CBV type (null: not said) and its number."""

    type: str | None
    number: str


class Neighbour(TypedDict):
    """What came from, or went to, a neighbour at one of the firm's own places, in one unit of measure (null: pieces).

    ``neighbour`` is null where nobody recorded the other end. Quantities are null where they are unknown. Dates are a
    day, a month or a year, as exactly as was said; null where nothing was sent, received, or told of the date.
    """

    neighbour: Contact | None
    location: PlaceRef
    location_name: str | None
    uom: str | None
    shipped: Number | None
    received: Number | None
    shipped_first: str | None
    shipped_last: str | None
    received_first: str | None
    received_last: str | None
    documents: list[Document]
    event_ids: list[str]


class Neighbours(TypedDict):
    """One step backward (``one_up``) and forward (``one_down``) from a firm, or from one place."""

    batch: BatchRef
    product: Goods | None
    party: Firm | None
    location: PlaceRef | None
    one_up: list[Neighbour]
    one_down: list[Neighbour]
    as_of: str | None


Way = tuple[int | None, int | None, Unit]
"""(from, to, unit of measure)."""


@dataclass(slots=True)
class _Events:
    """The events behind a movement, by number."""

    shipped: set[int] = field(default_factory=set)
    received: set[int] = field(default_factory=set)


def read_neighbours(
    session: Session,
    principal: Principal,
    batch: str,
    *,
    party: str | None = None,
    place: str | None = None,
    as_of: datetime | None = None,
) -> Neighbours:
    """Return a firm's neighbours for a batch: those of ``party`` (USCC or GLN), of ``place`` (canonical URI), or of the
    key's own firm. What moved between places of the firm itself is no neighbour's.

    Raises BatchNotFound, PartyNotFound or LocationNotFound (404) for what the key may not ask about, which for a
    company is everybody else; Invalid (422) where both or, for an operator, neither are given; TooManyRows (413).
    """
    seed = find_batch(session, principal, batch)
    firm, location, here = _whose(session, principal, party, place)
    until = None if as_of is None else microseconds(as_of)
    movements = _read_movements(session, seed.id, here, until)
    ups = {way: movement for way, movement in movements.items() if way[0] not in here and way[1] in here}
    downs = {way: movement for way, movement in movements.items() if way[0] in here and way[1] not in here}
    write = _Writer(session, principal, seed.id, here, until, [*ups, *downs])
    return {
        "batch": describe_batches(session, [seed.id])[seed.id],
        "product": read_goods(session, principal, [seed.gtin])[seed.gtin] if seed.gtin else None,
        "party": write_firm(firm) if firm else None,
        "location": {"id": location.uri, "gln": location.gln} if location else None,
        "one_up": write.all(ups, upward=True),
        "one_down": write.all(downs, upward=False),
        "as_of": write_time(as_of),
    }


def _whose(
    session: Session, principal: Principal, party: str | None, place: str | None
) -> tuple[Party | None, Identifier | None, set[int]]:
    """Return the firm or the place that is asked about, and the places that are its own."""
    own = own_places(session, principal)
    if party is not None and place is not None:
        raise Invalid.field("/place", "Expected party or place, got both.")
    if place is not None:
        location = session.scalar(select(Identifier).where(Identifier.uri == place))
        if location is None or (own is not None and location.id not in own):
            raise LocationNotFound(f"No location {place} is known.")
        return None, location, {location.id}
    if party is not None:
        firm = find_party(session, party)
        if firm is None or (own is not None and firm.id != principal.party_id):
            raise PartyNotFound(f"No firm {party} is known.")
        return firm, None, places_of_firm(session, firm.id)
    if own is None:
        raise Invalid.field("/party", "Expected the party or the place whose neighbours are asked for, got neither.")
    return session.get(Party, principal.party_id) if principal.party_id else None, None, own


def _read_movements(session: Session, batch: int, here: Collection[int], until: int | None) -> dict[Way, Movement]:
    found = tally_movements(read_postings(session, [batch], until).at_places(here))
    return {(origin, destination, uom): movement for (origin, destination, _, uom), movement in found.items()}


class _Writer:
    """Writes movements as rows, with everything that stands behind them read at once."""

    def __init__(
        self,
        session: Session,
        principal: Principal,
        batch: int,
        here: Collection[int],
        until: int | None,
        ways: Collection[Way],
    ) -> None:
        self.behind: dict[Way, _Events] = {}
        self.ids: dict[int, str] = {}
        wanted = set(ways)
        for row in read_tracked(session, [batch], here, until):
            way = (row.origin, row.destination, row.uom)
            if way in wanted and row.kind in ("shipping", "receiving"):
                events = self.behind.setdefault(way, _Events())
                (events.shipped if row.kind == "shipping" else events.received).add(row.event)
                self.ids[row.event] = row.event_id
        self.dates = read_dates(session, self.ids)
        self.seen, self.papers = read_papers(session, principal, self.ids)
        places = {place for way in ways for place in way[:2] if place is not None}
        self.contacts = read_contacts(session, principal, places)

    def all(self, movements: Mapping[Way, Movement], upward: bool) -> list[Neighbour]:
        """The rows of one side."""
        rows = [self._write(way, movement, upward) for way, movement in movements.items()]
        return sorted(rows, key=_order)

    def _write(self, way: Way, movement: Movement, upward: bool) -> Neighbour:
        origin, destination, uom = way
        other, own = (origin, destination) if upward else (destination, origin)
        assert own is not None
        here = self.contacts[own]
        events = self.behind.get(way, _Events())
        both = events.shipped | events.received
        shipped_first, shipped_last = self._span(events.shipped)
        received_first, received_last = self._span(events.received)
        return {
            "neighbour": None if other is None else self.contacts[other],
            "location": {"id": here["id"], "gln": here["gln"]},
            "location_name": here["name"],
            "uom": uom or None,
            "shipped": exact_or_none(movement.shipped),
            "received": exact_or_none(movement.received),
            "shipped_first": shipped_first,
            "shipped_last": shipped_last,
            "received_first": received_first,
            "received_last": received_last,
            "documents": write_documents(paper for event in both for paper in self.papers.get(event, ())),
            "event_ids": sorted({self.ids[event] for event in both & self.seen}),
        }

    def _span(self, events: Iterable[int]) -> tuple[str | None, str | None]:
        periods = [period for event in events if (period := self.dates.get(event)) is not None]
        if not periods:
            return None, None
        return write_date(min(periods, key=lambda one: one.first)), write_date(max(periods, key=lambda one: one.last))


@lru_cache(maxsize=4_096)  # a trade of years has few days
def write_date(period: Period | None) -> str | None:
    """A day, month or year as ISO text; null for anything less exact."""
    partial = None if period is None else as_partial(period)
    return None if partial is None else write_period(partial)


def write_documents(papers: Iterable[tuple[str | None, str]]) -> list[Document]:
    """Documents in a fixed order, each once; a document that events name with and without its type has it."""
    types: dict[str, set[str]] = {}
    for kind, uri in papers:
        types.setdefault(uri, set()).add(kind or "")
    return [
        {"type": kind or None, "number": document_number(uri)}
        for uri, kinds in sorted(types.items())
        for kind in sorted(kinds - {""}) or [""]
    ]


def _order(row: Neighbour) -> tuple[str, str, str]:
    neighbour = row["neighbour"]
    return neighbour["id"] if neighbour else "", row["location"]["id"], row["uom"] or ""
