"""Receipts, voids and losses matched to the shipments they close (RULES 14-18), for one batch and unit of measure.

The consignments of the batch are replayed in the order of the fold. The state is the set of open *slots*: shipments
on the road, and receipts that nobody has recorded a shipment for. A replay may start in the middle, from the slots as
they stood then, so a new event costs what it touches and not what the batch has seen.

Where RULES 16 is silent (C):
- The first kind of tie that finds a shipment decides (instance, then document, then from + to + batch); what is left
  over on those shipments is an over-receipt, not taken from other goods on the road.
- A shipment dated after a receipt that shares its instance or document settles that receipt (skewed clocks).
- A named instance that arrives elsewhere than it was sent to is diverted: one consignment, not two.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import merge
from typing import NamedTuple

from trace.fold.entries import Entry
from trace.fold.order import OrderKey
from trace.fold.steps import Verb

SAME_CONSIGNMENT = 7 * 24 * 3600 * 1_000_000
"""How far apart (µs) two events about one consignment may lie when they come in an unexpected order or twice (C)."""


class Consignment(NamedTuple):
    """One line of one movement event: its two ends, quantity (``None`` unknown), instance and documents."""

    key: OrderKey
    event: int
    verb: Verb
    origin: int | None
    destination: int | None
    quantity: Decimal | None
    instance: int | None = None
    documents: frozenset[int] = frozenset()

    @property
    def moves_nothing(self) -> bool:
        """RULES 16: from a place to itself; a later step about the same goods is no repeat of it."""
        return self.verb in _COUNTERPARTS and self.origin is not None and self.origin == self.destination


@dataclass(slots=True, eq=False)
class Slot:
    """A posting that others may close. ``open`` is what is left of it; ``quantity`` ``None`` is unknown.

    ``posting`` is its stored id, ``None`` while it is new.
    """

    entry: Entry
    key: OrderKey
    event: int
    verb: Verb
    origin: int | None
    destination: int | None
    quantity: Decimal | None
    open: Decimal
    instance: int | None
    documents: frozenset[int]
    posting: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether something may still be taken from it; a shipment of unknown quantity always stays open."""
        return bool(self.open) or (self.quantity is None and self.entry is Entry.SHIPPED)


@dataclass(frozen=True, slots=True, eq=False)
class Posted:
    """A posting to be written; ``slot`` is the slot it opens, ``closes`` the one it takes from."""

    entry: Entry
    source: Consignment
    origin: int | None
    destination: int | None
    quantity: Decimal | None
    slot: Slot | None = None
    closes: Slot | None = None


class NeedsAllSlots(Exception):
    """A consignment has to look at open shipments of the batch that were not given."""


@dataclass(slots=True)
class Matcher:
    """Replays consignments over slots: those that share an instance or document with one of them, and open ones.

    Of the open shipments that anything replayed may take from, ``slots`` holds all that are dated before
    ``known_until`` (µs since 1970; ``None``: all there are). ``seen`` are earlier consignments that share an instance
    or document with one that is replayed (RULES 14).
    """

    slots: list[Slot]
    seen: list[Consignment] = field(default_factory=list)
    known_until: int | None = None
    posted: list[Posted] = field(default_factory=list)
    by_instance: dict[int, list[Slot]] = field(default_factory=dict)
    by_document: dict[int, list[Slot]] = field(default_factory=dict)
    by_destination: dict[int | None, deque[tuple[int, Slot]]] = field(default_factory=dict)
    seen_by_tie: dict[tuple[str, int], list[Consignment]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.slots.sort(key=lambda slot: slot.key)
        for number, slot in enumerate(self.slots):
            self._index(number, slot)
        for consignment in self.seen:
            self._remember(consignment)

    def replay(self, consignments: Iterable[Consignment]) -> list[Posted]:
        """Return the postings of ``consignments``, taken in the order of the fold; lines of one event as they come."""
        for consignment in sorted(consignments, key=lambda one: one.key):
            first = len(self.posted)
            if consignment.moves_nothing:
                self._post(Entry.SELF_SHIPPED, consignment)
                continue
            if consignment.verb in (Verb.SHIP, Verb.DEPART):
                self._ship(consignment)
            elif consignment.verb in (Verb.RECEIVE, Verb.ACCEPT):
                self._receive(consignment)
            elif consignment.verb is Verb.VOID:
                self._take_off(consignment, Entry.VOIDED, Entry.NOTHING_TO_VOID)
            else:
                self._take_off(consignment, Entry.LOST_IN_TRANSIT, Entry.NOTHING_TO_LOSE)
            self._name_places(consignment, self.posted[first:])
            self._remember(consignment)
        return self.posted

    # -- each kind of step ---------------------------------------------------------------------------------------

    def _ship(self, one: Consignment) -> None:
        if self._is_repeat(one):
            self._post(Entry.REPEATED, one)
            return
        slot = self._open(Entry.SHIPPED, one, one.origin, one.destination, one.quantity)
        for receipt in self._receipts_waiting_for(one):
            taken = min(slot.open, receipt.open)
            if taken:
                slot.open -= taken
                receipt.open -= taken
                self._post(Entry.SETTLED, one, one.origin, one.destination, taken, closes=slot)
                self._post(Entry.RECONCILED, one, receipt.origin, one.destination, taken, closes=receipt)

    def _receive(self, one: Consignment) -> None:
        if self._is_repeat(one):
            self._post(Entry.REPEATED, one)
            return
        shipments = self._shipments_for(one)
        if not shipments:
            self._open(Entry.NOT_SHIPPED, one, one.origin, one.destination, one.quantity)
            return
        first = shipments[0]
        if one.quantity is None:
            self._post(Entry.RECEIVED, one, first.origin, one.destination, None, closes=first)
            return
        left = one.quantity
        for slot in shipments:
            taken = min(left, slot.open)
            if taken:
                self._divert(one, slot, taken)
                slot.open -= taken
                left -= taken
                self._post(Entry.RECEIVED, one, slot.origin, one.destination, taken, closes=slot)
        unknown = next((slot for slot in shipments if slot.quantity is None), None)
        if left and unknown is not None:
            self._post(Entry.RECEIVED_UNKNOWN, one, unknown.origin, one.destination, left, closes=unknown)
        elif left:
            self._open(Entry.OVER_RECEIVED, one, first.origin, one.destination, left)

    def _take_off(self, one: Consignment, entry: Entry, nothing: Entry) -> None:
        shipments = [slot for slot in self._shipments_for(one) if slot.is_open]
        left = one.quantity
        for slot in shipments:
            taken = slot.open if left is None else min(left, slot.open)
            if taken:
                slot.open -= taken
                left = None if left is None else left - taken
                self._post(entry, one, slot.origin, slot.destination, taken, closes=slot)
        if left or (left is None and not shipments):
            self._post(nothing, one, one.origin, one.destination, left)

    # -- ties ----------------------------------------------------------------------------------------------------

    def _shipments_for(self, one: Consignment) -> list[Slot]:
        """RULES 16: by instance, else by a shared document, else by from + to + batch; oldest first."""
        tied = self._shipments(self.by_instance.get(one.instance, ()) if one.instance is not None else ())
        here = [slot for slot in tied if slot.destination == one.destination]
        own = [slot for slot in here if _same_origin(slot, one)]
        for choice in (
            [slot for slot in own if slot.is_open],
            # the instance is better evidence than what its two reports call the sender
            [slot for slot in here if slot.is_open],
            [slot for slot in tied if slot.is_open and slot.destination != one.destination],
            own,
        ):
            if choice:
                return choice
        tied = [slot for slot in self._shipments(self._sharing_documents(one)) if _may_arrive(slot, one)]
        if tied:
            tied = [slot for slot in tied if _same_origin(slot, one)] or tied
            most = max(len(slot.documents & one.documents) for slot in tied)  # its own advice before its order
            return [slot for slot in tied if len(slot.documents & one.documents) == most]
        return self._oldest_first(one)

    def _oldest_first(self, one: Consignment) -> list[Slot]:
        """Return open shipments from + to, as far as they can matter: until they cover the quantity."""
        found: list[Slot] = []
        left = one.quantity
        for slot in self._open_toward(one.destination):
            if not _same_origin(slot, one):
                continue
            if self.known_until is not None and (slot.posting is None or slot.key.at >= self.known_until):
                raise NeedsAllSlots
            found.append(slot)
            if left is not None:
                left -= slot.open
                if left <= 0:
                    return found
            elif one.verb in (Verb.RECEIVE, Verb.ACCEPT):
                return found  # an unknown quantity is put down to the oldest
        if self.known_until is not None:
            raise NeedsAllSlots
        return found

    def _open_toward(self, destination: int | None) -> Iterator[Slot]:
        """Yield the open shipments that may arrive at ``destination``, in the order of ``slots``."""
        places = list(self.by_destination) if destination is None else [destination, None]
        roads = [self.by_destination[place] for place in places if place in self.by_destination]
        for road in roads:
            while road and not road[0][1].is_open:  # nothing opens a shipment again within one replay
                road.popleft()
        for _, slot in roads[0] if len(roads) == 1 else merge(*roads):
            if slot.is_open:
                yield slot

    def _receipts_waiting_for(self, one: Consignment) -> list[Slot]:
        """Return the unmatched receipts that this shipment explains: of its instance, else of its documents."""
        by_instance = self.by_instance.get(one.instance, ()) if one.instance is not None else ()
        for tied in (by_instance, self._sharing_documents(one)):
            waiting = [
                slot
                for slot in tied
                if slot.entry is not Entry.SHIPPED
                and slot.is_open
                and _may_arrive(slot, one)
                and slot.origin in (None, one.origin)
                and one.key.at - slot.key.at <= SAME_CONSIGNMENT
            ]
            if waiting:
                return waiting
        return []

    def _shipments(self, slots: Iterable[Slot]) -> list[Slot]:
        return [slot for slot in slots if slot.entry is Entry.SHIPPED]

    def _sharing_documents(self, one: Consignment) -> list[Slot]:
        found = {id(slot): slot for document in one.documents for slot in self.by_document.get(document, ())}
        return sorted(found.values(), key=lambda slot: slot.key)

    def _is_repeat(self, one: Consignment) -> bool:
        """RULES 14: shipping or departing, receiving or accepting; never both for one consignment."""
        return any(
            earlier.verb is _COUNTERPARTS[one.verb]
            and earlier.destination == one.destination
            and (earlier.origin == one.origin or one.verb in (Verb.RECEIVE, Verb.ACCEPT))
            and one.key.at - earlier.key.at <= SAME_CONSIGNMENT
            and _same_goods(earlier, one)
            for tie in _ties(one)
            for earlier in self.seen_by_tie.get(tie, ())
        )

    # -- state ---------------------------------------------------------------------------------------------------

    def _name_places(self, one: Consignment, posted: Sequence[Posted]) -> None:
        """Keep every place that the event names in the list, and every event in the ledger.

        A receipt matched to another sender's shipment, or a void of one to another place, is still an event of the
        places that it names (RULES 7); and an event without a posting would not be found when it is to be replayed.
        """
        named = {place for row in posted for place in (row.origin, row.destination)}
        if not posted or {one.origin, one.destination} - named - {None}:
            self._post(Entry.NAMED, one, one.origin, one.destination)

    def _divert(self, one: Consignment, slot: Slot, taken: Decimal) -> None:
        if slot.destination != one.destination:
            self._post(Entry.DIVERTED_OUT, one, slot.origin, slot.destination, taken)
            self._post(Entry.DIVERTED_IN, one, slot.origin, one.destination, taken)

    def _open(
        self,
        entry: Entry,
        one: Consignment,
        origin: int | None,
        destination: int | None,
        quantity: Decimal | None,
    ) -> Slot:
        slot = Slot(
            entry, one.key, one.event, one.verb, origin, destination, quantity, quantity or Decimal(0),
            one.instance, one.documents,
        )  # fmt: skip
        self._index(len(self.slots), slot)
        self.slots.append(slot)
        self._post(entry, one, origin, destination, quantity, slot=slot)
        return slot

    def _post(
        self,
        entry: Entry,
        one: Consignment,
        origin: int | None = None,
        destination: int | None = None,
        quantity: Decimal | None = None,
        *,
        slot: Slot | None = None,
        closes: Slot | None = None,
    ) -> None:
        if entry in (Entry.SELF_SHIPPED, Entry.REPEATED):
            origin, destination, quantity = one.origin, one.destination, one.quantity
        self.posted.append(Posted(entry, one, origin, destination, quantity, slot, closes))

    def _index(self, number: int, slot: Slot) -> None:
        if slot.entry is Entry.SHIPPED:
            self.by_destination.setdefault(slot.destination, deque()).append((number, slot))
        if slot.instance is not None:
            self.by_instance.setdefault(slot.instance, []).append(slot)
        for document in slot.documents:
            self.by_document.setdefault(document, []).append(slot)

    def _remember(self, one: Consignment) -> None:
        for tie in _ties(one):
            self.seen_by_tie.setdefault(tie, []).append(one)


_COUNTERPARTS = {
    Verb.SHIP: Verb.DEPART,
    Verb.DEPART: Verb.SHIP,
    Verb.RECEIVE: Verb.ACCEPT,
    Verb.ACCEPT: Verb.RECEIVE,
}


def _may_arrive(slot: Slot, one: Consignment) -> bool:
    return slot.destination is None or one.destination is None or slot.destination == one.destination


def _same_origin(slot: Slot, one: Consignment) -> bool:
    return one.origin is None or slot.origin == one.origin


def _same_goods(earlier: Consignment, one: Consignment) -> bool:
    if earlier.instance is not None and one.instance is not None:
        return earlier.instance == one.instance
    return earlier.quantity == one.quantity


def _ties(one: Consignment) -> list[tuple[str, int]]:
    instance = [("instance", one.instance)] if one.instance is not None else []
    return instance + [("document", document) for document in one.documents]
