"""A network as rows of the service's tables, as a capture of its events would have left them.

An event each for every batch that is made, every shipment and every receipt (six hours later), in the order of time:
what they say in `body` is left out, as no reading of the ledger looks at it. Every unit arrives; nothing is sold.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from bench.bulk_rows import Block, insert_blocks, without_indexes
from bench.network import CONSIGNMENT, FIRST_NATIONAL, FIRST_OUTLET, HOUR, PLACES, Network
from trace.descent import transformation_node
from trace.fold.entries import Entry
from trace.fold.steps import RANKS, Verb
from trace.gs1.check_digits import check_digit
from trace.kit.bulk import insert_tuples
from trace.kit.db import Base, Database
from trace.models import Event, EventItem, GenealogyEdge, Identifier, Location, PackedPostings, Party, Posting, Role
from trace.postings import NOWHERE, ROW

Numbers: TypeAlias = NDArray[Any]
Wide: TypeAlias = NDArray[np.int64]

START = datetime(2025, 1, 1, tzinfo=UTC)
RECORDED = datetime(2027, 6, 1, tzinfo=UTC)
MICROSECONDS = 1_000_000
FIRST_BATCH = PLACES + 1
"""The identifiers of places are numbered from 1, those of batches from here."""
OUTLETS_OF_A_CHAIN = 20
ITEMS_PER_MAKER = 20
_CHUNK = 200_000
_BATCHES = 5_000
_PREFIX = "952"  # GS1's prefix for demonstrations

TABLES: tuple[type[Base], ...] = (Identifier, Location, Party, Event, EventItem, Posting, GenealogyEdge)


Extent: TypeAlias = Literal["all", "ledger", "packed"]
"""What is written of a network: everything, no events, or neither events nor the postings one by one."""


def fill(database: Database, network: Network, extent: Extent = "all") -> None:
    """Write ``network`` into empty, migrated tables.

    A recall reads packed postings and the genealogy; of events only those in whose postings a check finds something.
    The less is written, the sooner it is done.
    """
    unwritten = {"all": (), "ledger": (Event, EventItem), "packed": (Event, EventItem, Posting)}[extent]
    tables = [table for table in TABLES if table not in unwritten]
    with without_indexes(database, tables), database.write() as session:
        connection = session.connection()
        places = np.unique(np.concatenate([network.origin, network.destination, network.maker]))
        insert_blocks(connection, Identifier, [*_place_identifiers(places), *_batch_identifiers(network)])
        insert_blocks(connection, Party, _parties(database, places))
        insert_blocks(connection, Location, _locations(database, places))
        lines = make_lines(network)
        if Event in tables:
            insert_blocks(connection, Event, _events(database, network, lines))
            insert_blocks(connection, EventItem, _items(network, lines))
        if Posting in tables:
            insert_blocks(connection, Posting, _postings(network, lines))
        insert_blocks(connection, GenealogyEdge, _edges(lines))
        for some in _packed(network, lines):
            insert_tuples(session, PackedPostings, ("batch_id", "uom", "number", "rows"), some)


Number = TypeVar("Number", int, NDArray[Any])


def place_number(place: Number) -> Number:
    """Return the number of the identifier of a place of the network."""
    return place + 1


def batch_number(batch: int) -> int:
    """Return the number of the identifier of a batch of the network."""
    return FIRST_BATCH + batch


def _digits(numbers: Wide, width: int) -> NDArray[np.uint8]:
    """Return whole numbers as ASCII digits, one row each."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    found: NDArray[np.uint8] = (np.asarray(numbers, dtype=np.int64)[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    return found


def _texts(*parts: "str | NDArray[np.uint8]") -> NDArray[np.bytes_]:
    """Return texts that are constants and columns of ASCII side by side."""
    size = next(len(part) for part in parts if not isinstance(part, str))
    columns = [
        np.broadcast_to(np.frombuffer(part.encode(), np.uint8), (size, len(part))) if isinstance(part, str) else part
        for part in parts
    ]
    joined = np.ascontiguousarray(np.concatenate(columns, axis=1))
    return joined.view(f"S{joined.shape[1]}")[:, 0]


def _checked(body: list[str]) -> NDArray[np.uint8]:
    """Return GS1 keys with their check digits as ASCII."""
    return np.frombuffer("".join(key + str(check_digit(key)) for key in body).encode(), np.uint8).reshape(len(body), -1)


def _gln(places: Numbers) -> NDArray[np.uint8]:
    return _checked([f"{_PREFIX}{place:09d}" for place in places.tolist()])


def _place_identifiers(places: Numbers) -> Iterator[Block]:
    gln = _gln(places)
    yield {
        "id": place_number(places),
        "uri": _texts("https://id.gs1.org/414/", gln),
        "kind": "location",
        "gtin": None,
        "lot": None,
        "gln": _texts(gln),
        "problem": None,
    }


def _batch_identifiers(network: Network) -> Iterator[Block]:
    makers = int(network.maker.max()) + 1
    gtins = _checked([f"0{_PREFIX}{item:09d}" for item in range(makers * ITEMS_PER_MAKER)])
    for start in range(0, network.batches, _CHUNK):
        batches = np.arange(start, min(start + _CHUNK, network.batches))
        gtin = gtins[network.maker[batches] * ITEMS_PER_MAKER + batches % ITEMS_PER_MAKER]
        lot = _digits(batches, 7)
        yield {
            "id": FIRST_BATCH + batches,
            "uri": _texts("https://id.gs1.org/01/", gtin, "/10/L", lot),
            "kind": "batch",
            "gtin": _texts(gtin),
            "lot": _texts("L", lot),
            "gln": None,
            "problem": None,
        }


def _time(database: Database, moment: datetime) -> int | str:
    """Return a moment as the driver takes it in a block."""
    if database.dialect == "sqlite":
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    return int((moment - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds()) * MICROSECONDS


def _firms(places: Numbers) -> Numbers:
    """Return the firm of each place: makers and distributors are firms of their own, twenty outlets are a chain."""
    return np.where(places < FIRST_OUTLET, places, FIRST_OUTLET + (places - FIRST_OUTLET) // OUTLETS_OF_A_CHAIN)


def _parties(database: Database, places: Numbers) -> Iterator[Block]:
    firms = np.unique(_firms(places))
    yield {
        "id": firms + 1,
        "uscc": None,
        "gln": _texts(_gln(PLACES + firms)),
        "name": _texts("Firm ", _digits(firms, 6)),
        "registered_at": _time(database, START),
    }


def _locations(database: Database, places: Numbers) -> Iterator[Block]:
    kinds = {
        "plant": (0, FIRST_NATIONAL),
        "warehouse": (FIRST_NATIONAL, FIRST_OUTLET),
        "outlet": (FIRST_OUTLET, PLACES),
    }
    for kind, (first, end) in kinds.items():
        these = places[(places >= first) & (places < end)]
        yield {
            "id": place_number(these),
            "gln": _texts(_gln(these)),
            "name": _texts("Place ", _digits(these, 6)),
            "party_id": _firms(these) + 1,
            "kind": kind,
            "region": _texts("32", _digits(these % 10_000, 4)),
            "registered_at": _time(database, START),
        }


@dataclass(frozen=True, slots=True)
class Lines:
    """What each event says of one batch, in the order of the events; a transformation has a line for each input too.

    ``closes`` is the line (from 1) of the shipment that a receipt takes from, 0 for none; ``amount`` is in thousandths
    of a unit where the entry is CONSUMED.
    """

    event: Wide  # from 1
    position: Wide  # in its event
    entry: NDArray[np.int8]
    batch: NDArray[np.int32]
    origin: NDArray[np.int32]
    destination: NDArray[np.int32]
    amount: NDArray[np.int32]
    at: Wide  # µs since 1970
    closes: Wide
    mixed: NDArray[np.bool_]  # of a transformation


def make_lines(network: Network) -> Lines:
    """Return the lines of a network's events; the posting of a line has its number, counted from 1."""
    derived = np.zeros(network.batches, dtype=bool)
    derived[network.link_output] = True
    moved, links = len(network.batch), len(network.link_input)
    parts = (network.batches, moved, moved)  # makings, shipments, receipts: an event each
    at = np.concatenate([network.made_at + 2 * HOUR * derived, network.at, network.at + 6 * HOUR])
    event = np.empty(len(at), dtype=np.int64)
    event[np.argsort(at, kind="stable")] = np.arange(1, len(at) + 1)

    entries = (
        np.where(derived, Entry.YIELDED, Entry.MADE),
        *(np.full(moved, e) for e in (Entry.SHIPPED, Entry.RECEIVED)),
    )
    columns = {
        "event": (event, event[network.link_output]),
        "entry": (*entries, np.full(links, Entry.CONSUMED)),
        "batch": (np.arange(network.batches), network.batch, network.batch, network.link_input),
        "origin": (network.maker, network.origin, network.origin, network.link_place),
        "destination": (network.maker, network.destination, network.destination, network.link_place),
        "amount": (network.made, network.quantity, network.quantity, _consumed(network)),
        "at": (at, at[network.link_output]),
        "mixed": (derived, np.zeros(2 * moved, dtype=bool), np.ones(links, dtype=bool)),
    }
    lines = {name: np.concatenate(some) for name, some in columns.items()}
    order = np.argsort(lines["event"], kind="stable")
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(1, len(order) + 1)
    closes = np.zeros(len(order), dtype=np.int64)
    first = number[: sum(parts)][network.batches :]
    closes[first[moved:] - 1] = first[:moved]
    types = {"entry": np.int8, "batch": np.int32, "origin": np.int32, "destination": np.int32, "amount": np.int32}
    lines = {name: column[order].astype(types.get(name, column.dtype)) for name, column in lines.items()}
    starts = np.searchsorted(lines["event"], lines["event"])
    lines["at"] = lines["at"].astype(np.int64) * MICROSECONDS + int(START.timestamp()) * MICROSECONDS
    return Lines(**lines, position=np.arange(len(order)) - starts, closes=closes)


def _consumed(network: Network) -> Wide:
    """Return how much of its input each link takes, in thousandths: nearly all that is there, in equal parts."""
    stock = network.link_input.astype(np.int64) * PLACES + network.link_place
    _, which, uses = np.unique(stock, return_inverse=True, return_counts=True)
    found: Wide = (CONSIGNMENT * 1_000 // uses[which] - 1) | 1  # odd: as it is kept, without trailing zeros
    return found


def _line_blocks(network: Network, lines: Lines) -> Iterator[tuple[Entry, bool, NDArray[np.int64]]]:
    """Yield the lines by the hundred thousand: those of one entry, whether of ingredients, and which."""
    for start in range(0, len(lines.event), _CHUNK):
        some = slice(start, start + _CHUNK)
        groups = lines.entry[some] * np.int8(2) + network.ingredient[lines.batch[some]]
        for group in np.unique(groups):
            yield Entry(int(group) // 2), bool(group % 2), start + np.flatnonzero(groups == group)


def _postings(network: Network, lines: Lines) -> Iterator[Block]:
    for entry, ingredient, these in _line_blocks(network, lines):
        yield {
            "id": these + 1,
            "event_id": lines.event[these],
            "batch_id": FIRST_BATCH + lines.batch[these],
            "uom": _uom(ingredient),
            "entry": int(entry),
            "origin_id": None if entry in (Entry.MADE, Entry.YIELDED) else lines.origin[these] + 1,
            "destination_id": None if entry is Entry.CONSUMED else lines.destination[these] + 1,
            "amount": lines.amount[these],
            "scale": _scale(entry),
            "at": lines.at[these],
            "instance_id": None,
            "closes_id": lines.closes[these] if entry is Entry.RECEIVED else None,
            "is_open": False,
            "transformation_id": -lines.event[these] if entry in (Entry.YIELDED, Entry.CONSUMED) else None,
        }


def _uom(ingredient: bool) -> str:
    return "KGM" if ingredient else ""


def _scale(entry: Entry) -> int:
    return 3 if entry is Entry.CONSUMED else 0


def _items(network: Network, lines: Lines) -> Iterator[Block]:
    roles = {Entry.CONSUMED: Role.INPUT, Entry.YIELDED: Role.OUTPUT}
    for entry, ingredient, these in _line_blocks(network, lines):
        yield {
            "event_id": lines.event[these],
            "position": lines.position[these],
            "role": int(roles.get(entry, Role.ITEM)),
            "identifier_id": FIRST_BATCH + lines.batch[these],
            "batch_id": None,
            "is_class": True,
            "amount": lines.amount[these],
            "scale": _scale(entry),
            "uom": _uom(ingredient),
        }


def _edges(lines: Lines) -> Iterator[Block]:
    for entry in (Entry.CONSUMED, Entry.YIELDED):
        these = np.flatnonzero(lines.entry == entry)
        batch = FIRST_BATCH + lines.batch[these]
        node = np.array([transformation_node(-event) for event in lines.event[these].tolist()], dtype=np.int64)
        source, target = (batch, node) if entry is Entry.CONSUMED else (node, batch)
        yield {"source": source, "target": target, "event_id": lines.event[these], "at": lines.at[these]}


def _packed(network: Network, lines: Lines) -> Iterator[list[tuple[int, str, int, bytes]]]:
    """Yield the values of `PackedPostings`, one for each batch."""
    order = np.argsort(lines.batch, kind="stable")
    ends = np.searchsorted(lines.batch[order], np.arange(network.batches + 1))
    for start in range(0, network.batches, _BATCHES):
        stop = min(start + _BATCHES, network.batches)
        these = order[ends[start] : ends[stop]]
        entry = lines.entry[these]
        rows = np.empty(len(these), dtype=ROW)
        rows["event"] = lines.event[these]
        rows["origin"] = np.where(np.isin(entry, (Entry.MADE, Entry.YIELDED)), NOWHERE, lines.origin[these] + 1)
        rows["destination"] = np.where(entry == Entry.CONSUMED, NOWHERE, lines.destination[these] + 1)
        rows["amount"] = lines.amount[these]
        rows["at"] = lines.at[these]
        rows["entry"] = entry
        rows["scale"] = np.where(entry == Entry.CONSUMED, _scale(Entry.CONSUMED), 0)
        rows["known"], rows["sign"] = 1, 1
        bounds = (ends[start : stop + 1] - ends[start]).tolist()
        yield [
            (FIRST_BATCH + batch, _uom(bool(network.ingredient[batch])), 1, rows[begin:end].tobytes())
            for batch, begin, end in zip(range(start, stop), bounds, bounds[1:], strict=False)
        ]


_EVENTS: dict[Entry, tuple[str, str, str, Verb]] = {
    Entry.MADE: ("ObjectEvent", "ADD", "commissioning", Verb.MAKE),
    Entry.YIELDED: ("TransformationEvent", "", "commissioning", Verb.TRANSFORM),
    Entry.SHIPPED: ("ObjectEvent", "OBSERVE", "shipping", Verb.SHIP),
    Entry.RECEIVED: ("ObjectEvent", "OBSERVE", "receiving", Verb.RECEIVE),
}


def _events(database: Database, network: Network, lines: Lines) -> Iterator[Block]:
    recorded = _time(database, RECORDED)
    for entry, _, these in _line_blocks(network, lines):
        if entry is Entry.CONSUMED:
            continue
        kind, action, step, verb = _EVENTS[entry]
        here = (lines.destination if entry is Entry.RECEIVED else lines.origin)[these] + 1
        event = lines.event[these]
        yield {
            "id": event,
            "event_id": _texts("urn:uuid:00000000-0000-4000-8000-", _digits(event, 12)),
            "content_hash": _texts("ni:///sha-256;" + 52 * "0", _digits(event, 12), "?ver=CBV2.0"),
            "has_event_id": True,
            "declaration": None,
            "type": kind,
            "at": lines.at[these],
            "time_zone_offset": "+08:00",
            "record_time": recorded,
            "action": action or None,
            "biz_step": step,
            "disposition": None,
            "verb": int(verb),
            "rank": RANKS[verb],
            "origin_id": lines.origin[these] + 1,
            "destination_id": lines.destination[these] + 1,
            "place_id": here,
            "read_point_id": here,
            "biz_location_id": here,
            "transformation_id": None,
            "captured_by": None,
            "body": "{}",
            "context": "[]",
        }
