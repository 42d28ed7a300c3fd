"""What an event does to units: its verb, its rank in the order of the fold, and the places between which it acts.

RULES 3-19. An event is read from its own fields alone, so the reading never depends on what was captured before.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from trace.epcis.event import Event
from trace.gs1 import Kind, read_identifier


class Verb(IntEnum):
    """What an event does. The numbers are stored; never reuse one."""

    NOTHING = 0
    MAKE = 1
    PACK = 2
    SHIP = 3
    DEPART = 4
    VOID = 5
    LOSE_IN_TRANSIT = 6
    RECEIVE = 7
    ACCEPT = 8
    UNPACK = 9
    TRANSFORM = 10
    SELL = 11
    TAKE_BACK = 12  # from a consumer
    DESTROY = 13
    LOSE = 14
    COUNT = 15
    RETIRE = 16  # a DELETE that takes an identifier out of use; what a container still holds is not touched


RANKS: dict[Verb, int] = {  # RULES 6: create, pack, ship, void, receive, unpack, use/sell, destroy
    Verb.MAKE: 0,
    Verb.PACK: 1,
    Verb.SHIP: 2,
    Verb.DEPART: 2,
    Verb.VOID: 3,
    Verb.LOSE_IN_TRANSIT: 3,
    Verb.RECEIVE: 4,
    Verb.ACCEPT: 4,
    Verb.UNPACK: 5,
    Verb.TRANSFORM: 6,
    Verb.SELL: 6,
    Verb.TAKE_BACK: 6,
    Verb.DESTROY: 7,
    Verb.LOSE: 7,
    Verb.RETIRE: 7,
    Verb.COUNT: 8,
    Verb.NOTHING: 8,
}

MOVEMENTS = frozenset({Verb.SHIP, Verb.DEPART, Verb.VOID, Verb.LOSE_IN_TRANSIT, Verb.RECEIVE, Verb.ACCEPT})
PACKINGS = frozenset({Verb.PACK, Verb.UNPACK})

_STEP_VERBS = {
    "shipping": Verb.SHIP,
    "departing": Verb.DEPART,
    "void_shipping": Verb.VOID,
    "receiving": Verb.RECEIVE,
    "accepting": Verb.ACCEPT,
    "retail_selling": Verb.SELL,
    "dispensing": Verb.SELL,
}
_COUNTING_STEPS = frozenset({"cycle_counting", "stock_taking"})
_LOSSES = frozenset({"stolen", "unknown"})


@dataclass(frozen=True, slots=True)
class Reading:
    """An event as the fold sees it; places are canonical URIs, ``None`` where the event names none.

    ``place`` is where it happened, which for a movement need not be one of its ends.
    """

    verb: Verb
    rank: int
    origin: str | None
    destination: str | None
    place: str | None


def read_step(event: Event) -> Reading:
    """Return what ``event`` does and where.

    For movements ``origin`` and ``destination`` are the two ends (RULES 14); for everything else both are the place
    where it happened.
    """
    verb = _verb(event)
    here = _place(event.biz_location) or _place(event.read_point)
    if verb not in MOVEMENTS:
        return Reading(verb, RANKS[verb], here, here, here)
    origin = _end(event.sources)
    destination = _end(event.destinations)
    if verb in (Verb.RECEIVE, Verb.ACCEPT):
        destination = destination or here
    else:
        origin = origin or _place(event.read_point) or here
    return Reading(verb, RANKS[verb], origin, destination, here)


def _verb(event: Event) -> Verb:
    if event.type == "TransformationEvent":
        return Verb.TRANSFORM
    if event.type in ("AggregationEvent", "AssociationEvent") and event.action != "OBSERVE":
        if event.parent_id is None or _is_place(event.parent_id):  # RULES 10: a parent that is a location moves nothing
            return Verb.NOTHING
        return Verb.PACK if event.action == "ADD" else Verb.UNPACK
    if event.type == "TransactionEvent" and event.action == "DELETE":
        return Verb.NOTHING  # only the tie to the document ends
    verb = _STEP_VERBS.get(event.biz_step or "")
    if verb in (Verb.RECEIVE, Verb.ACCEPT) and event.disposition == "returned" and not event.sources:
        return Verb.TAKE_BACK
    if verb is not None:
        return verb
    if event.type == "ObjectEvent" and event.action == "ADD":
        return Verb.MAKE
    if event.type == "ObjectEvent" and event.action == "DELETE":
        return _ending(event)
    return Verb.COUNT if event.biz_step in _COUNTING_STEPS else Verb.NOTHING


def _ending(event: Event) -> Verb:
    if event.disposition in _LOSSES:
        return Verb.LOSE_IN_TRANSIT if event.destinations else Verb.LOSE
    return Verb.RETIRE if event.biz_step == "decommissioning" else Verb.DESTROY


def _end(ends: tuple[tuple[str, str], ...]) -> str | None:
    """RULES 14: the location, else the possessing party, else the owning party."""
    by_kind = dict(reversed(ends))
    for kind in ("location", "possessing_party", "owning_party"):
        if kind in by_kind:
            return _place(by_kind[kind])
    return None


def _place(text: str | None) -> str | None:
    """Return the canonical place of a location or party identifier.

    A GLN is one place whether it stands as a location (414) or as a party (417), and a sub-location (254) belongs to
    its GLN: documents name all three for the same door.
    """
    return _canonical_place(text) if text else None


@lru_cache(maxsize=16_384)
def _canonical_place(text: str) -> str:
    identifier = read_identifier(text)
    if identifier.kind in (Kind.LOCATION, Kind.PARTY):
        return f"https://id.gs1.org/414/{identifier.gln}"
    return identifier.uri


def _is_place(text: str) -> bool:
    return read_identifier(text).kind is Kind.LOCATION
