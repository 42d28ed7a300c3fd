"""What the ledger says a consignee has, or had, of what a case takes back: the other side of every answer."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from recalls.history import case_at
from recalls.holdings import find_holdings
from recalls.impact import load_scope
from recalls.models import RecallCase
from recalls.responses.figures import Counted, Recorded, record_of, units_above
from recalls.responses.stated import Consigned
from recalls.scope import find_seeds
from recalls.violations import EPOCH, microseconds
from recalls.ways_back import Stock, find_suppliers
from trace.answers import Place, describe_places
from trace.fold.contents import Unit
from trace.fold.entries import Entry
from trace.genealogy import read_closure
from trace.kit.bulk import among
from trace.ledger import postings_of
from trace.models import PackedPostings, Posting
from trace.movements import tally_movements
from trace.postings import Postings
from trace.visibility import places_of_firm

ZERO = Decimal(0)

Suppliers = Mapping[tuple[int, int], Collection[int]]
"""By (place, batch) the places from which the batch came there."""


@dataclass(frozen=True, slots=True)
class Units:
    """The affected places of a consignee, the batches in scope, and what the ledger has of each batch at each place."""

    places: Mapping[int, Place]
    batches: frozenset[int]
    recorded: Mapping[Stock, Recorded]
    suppliers: Suppliers

    def at(self, stock: Stock) -> Recorded:
        """Return what the ledger says of ``stock``: nothing at all of what never was there."""
        return self.recorded.get(stock, NOTHING)

    def units_of(self, place: int, batch: int) -> list[Unit]:
        """Return the units of measure in which the ledger counts a batch at a place."""
        return sorted(uom for at, which, uom in self.recorded if (at, which) == (place, batch))


NOTHING = Recorded(
    most=ZERO,
    arrived=ZERO,
    on_hand=ZERO,
    returned=ZERO,
    destroyed=ZERO,
    sold=ZERO,
    shipped_on=ZERO,
    lost=ZERO,
    complete=True,
)


def read_units(session: Session, case: RecallCase, consigned: Consigned, as_of: datetime) -> Units:
    """Return the units of a firm, or of a place, with the scope in force at ``as_of``.

    Reads the postings of the consignee's own places alone. Only for places where nothing in scope is named is the
    whole recall read, for goods that moved without a lot may have reached them.
    """
    until = microseconds(as_of)
    batches, _ = read_closure(session, find_seeds(session, case_at(case, as_of).scope), "forward", until)
    own = _own_places(session, consigned)
    here = or_(among(session, Posting.origin_id, own), among(session, Posting.destination_id, own))
    query = select(Posting.__table__).where(here, among(session, Posting.batch_id, batches), Posting.at <= until)
    postings = postings_of(session.execute(query))
    suppliers = find_suppliers(postings)
    recorded = {stock: one for stock, one in _record(postings, suppliers).items() if stock[0] in own}
    affected = postings.places
    if not own.keys() <= affected:
        affected = affected | _unnamed_places(session, case, as_of)
    places = {number: place for number, place in own.items() if number in affected}
    return Units(places, frozenset(batches), recorded, suppliers)


def read_all_units(session: Session, case: RecallCase, as_of: datetime) -> Units:
    """Return the units of every consignee, with the scope in force at ``as_of``."""
    supply = load_scope(session, case, as_of)
    places = describe_places(session, supply.places)
    suppliers = find_suppliers(supply.postings)
    return Units(places, frozenset(supply.depth), _record(supply.postings, suppliers), suppliers)


def loosen(session: Session, case: RecallCase, units: Units, stated: Mapping[Stock, Counted], as_of: datetime) -> Units:
    """Return the units without an upper limit where goods that no name tells may have come.

    The whole recall is read for it, and only if more was stated than is recorded as having come.
    """
    above = [stock for stock, one in stated.items() if units_above(one, units.at(stock)) > 0]
    unnamed = _unnamed_places(session, case, as_of) if above else frozenset()
    open_ended = {stock: replace(units.at(stock), most=None) for stock in above if stock[0] in unnamed}
    return replace(units, recorded={**units.recorded, **open_ended})


def list_stocks(session: Session, units: Units, stated: Iterable[Stock]) -> Iterator[Stock]:
    """Yield what a consignee has to answer for, in order: each batch that is recorded, or was stated, at a place.

    A place where nothing is named may have units of any batch in scope.
    """
    known: dict[int, set[Stock]] = {}
    for stock in (*units.recorded, *stated):
        known.setdefault(stock[0], set()).add(stock)
    every = units_of_batches(session, units.batches) if known.keys() < units.places.keys() else []
    for place in sorted(units.places):
        yield from sorted(known[place]) if place in known else ((place, *goods) for goods in every)


def _unnamed_places(session: Session, case: RecallCase, as_of: datetime) -> set[int]:
    return load_scope(session, case, as_of).possible.where


def first_unannounced(session: Session, place: int, supplier: int, batch: int) -> datetime | None:
    """Return when a supplier first received units back whose shipment nobody recorded: they had left by then."""
    way = (Posting.batch_id == batch, Posting.origin_id == place, Posting.destination_id == supplier)
    waiting = Posting.entry.in_((Entry.NOT_SHIPPED, Entry.OVER_RECEIVED)), Posting.is_open
    at = session.scalar(select(func.min(Posting.at)).where(*way, *waiting))
    return None if at is None else EPOCH + timedelta(microseconds=at)


def units_of_batches(session: Session, batches: Collection[int]) -> list[tuple[int, Unit]]:
    """Return the batches with each unit of measure in which the ledger counts them anywhere, in order."""
    columns = (PackedPostings.batch_id, PackedPostings.uom)
    rows = session.execute(select(*columns).where(among(session, PackedPostings.batch_id, batches)).distinct())
    return sorted((batch, uom) for batch, uom in rows)


def _record(postings: Postings, suppliers: Suppliers) -> dict[Stock, Recorded]:
    """All that was shipped to a supplier is returned, even more than came from it: none of it is captured again."""
    moved = tally_movements(postings.where(postings.known))
    found = {}
    for one in find_holdings(postings):
        ways = ((one.place, to, one.batch, one.uom) for to in suppliers.get((one.place, one.batch), ()))
        back = sum((moved[way].shipped or ZERO for way in ways if way in moved), ZERO)
        found[one.place, one.batch, one.uom] = record_of(one, back)
    return found


def _own_places(session: Session, consigned: Consigned) -> dict[int, Place]:
    """A place that two firms could claim belongs to the one that registered it, as in `find_consignees`."""
    party, place = consigned
    numbers = {place} if party is None else places_of_firm(session, party)
    described = describe_places(session, {number for number in numbers if number is not None})
    return {number: one for number, one in described.items() if one.party_id == party}
