"""A brute-force oracle of the fold: RULES.md with pencil and paper, written apart from the product code.

Plain lists and dicts, everything looked up by scanning. It shares with the product only the readers of documents and
identifiers (which have tests of their own). Where RULES are silent it follows the choices of docs/decisions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.oracle_matching import match
from trace.epcis.event import Event
from trace.gs1 import Identifier, Kind, canonical_uri, read_identifier

RANKS = ["make", "pack", "ship", "void", "receive", "unpack", "use", "destroy", "look"]
STEPS = {
    "shipping": "ship",
    "departing": "depart",
    "void_shipping": "void",
    "receiving": "receive",
    "accepting": "accept",
    "retail_selling": "sell",
    "dispensing": "sell",
}
RANK_OF = {
    "make": "make",
    "pack": "pack",
    "ship": "ship",
    "depart": "ship",
    "void": "void",
    "lose_under_way": "void",
    "receive": "receive",
    "accept": "receive",
    "unpack": "unpack",
    "transform": "use",
    "sell": "use",
    "take_back": "use",
    "destroy": "destroy",
    "retire": "destroy",
    "lose": "destroy",
    "count": "look",
    "nothing": "look",
}
MOVES = {"ship", "depart", "void", "lose_under_way", "receive", "accept"}
TIES = {"desadv", "bol", "po", "rma", "inv", None}
PIECES = {None, "", "C62", "H87", "EA"}


@dataclass
class Derived:
    """What RULES make of a history. Amounts are exact; places, batches are canonical URIs, pieces the empty unit.

    ``figures``: (batch, unit, figure, place or (from, to)) → amount, zeros left out.
    ``edges``: (from, to, batch, unit) → [shipped, received, lines shipped and received of unknown quantity].
    ``links``: (input batch, output batch). ``places``: (batch, place) that some event names.
    """

    figures: Counter[tuple[str, str, str, Any]] = field(default_factory=Counter)
    edges: dict[tuple[str | None, str | None, str, str], list[Any]] = field(default_factory=dict)
    links: set[tuple[str, str]] = field(default_factory=set)
    places: set[tuple[str, str]] = field(default_factory=set)

    def add(self, batch: str, uom: str, figure: str, where: Any, amount: Decimal | None) -> None:
        """Book an amount; unknown counts 0 (RULES 8)."""
        self.figures[batch, uom, figure, where] += amount or 0  # type: ignore[assignment]

    def name(self, batch: str, *places: str | None) -> None:
        """RULES 7: an event of the batch names these places."""
        self.places.update((batch, place) for place in places if place is not None)

    def edge(self, line: "Line", origin: str | None, destination: str | None) -> list[Any]:
        """The edge of the supply graph for a line's batch."""
        return self.edges.setdefault((origin, destination, line.batch, line.uom), [Decimal(0), Decimal(0), 0, 0])


@dataclass
class Line:
    """One amount of one batch in one event, with what matching wants to know."""

    verb: str
    time: Any
    origin: str | None
    destination: str | None
    documents: set[str]
    batch: str
    uom: str
    quantity: Decimal | None
    instance: str | None


def derive(events: Sequence[Event], captors: Sequence[Any] | None = None) -> Derived:
    """Fold ``events`` (in any order). ``captors`` tells who captured each; an operator is ``None``."""
    derived = Derived()
    counted = sorted(_effective(events, captors or [None] * len(events)), key=_order)
    lots = _lots(counted)
    boxes: dict[str, list[dict[str, Any]]] = {}
    lines: list[Line] = []
    for event in counted:
        verb = _verb(event)
        here = _place(event.biz_location) or _place(event.read_point)
        if verb == "unpack" and not event.epcs and not event.quantities:
            emptied = {"thing": read_identifier(event.parent_id or "").uri, "batch": None}
            for batch, *_ in _opened([emptied], boxes):
                derived.name(batch, here)
        _pack(event, verb, boxes, lots)
        if verb == "transform":
            _transform(event, counted, boxes, lots, derived)
        elif verb in MOVES:
            moved = _lines(event, verb, boxes, lots)
            lines += moved
            for line in moved:
                derived.name(line.batch, here)
        else:
            _at_one_place(verb, _lines(event, verb, boxes, lots), derived)
    for batch, uom in {(line.batch, line.uom) for line in lines}:
        match([line for line in lines if (line.batch, line.uom) == (batch, uom)], derived)
    derived.figures = Counter({key: amount for key, amount in derived.figures.items() if amount})
    derived.edges = {key: edge for key, edge in derived.edges.items() if any(edge)}
    return derived


# -- which events count ----------------------------------------------------------------------------------------------


def _uri(event: Event) -> str:
    return event.event_id or f"ni:///sha-256;{event.content_hash}?ver=CBV2.0"


def _effective(events: Sequence[Event], captors: Sequence[Any]) -> list[Event]:
    """RULES 3-5: each once, without the declared ones and the declarations.

    Firms that do not see each other's events may use one ID for two contents: then both count.
    """
    good: dict[tuple[str, str], Event] = {}
    for event, captor in zip(events, captors, strict=True):
        if event.error_declaration is not None:
            continue
        for other, declarer in zip(events, captors, strict=True):
            declared = other.error_declaration
            if declared is None or declarer not in (None, captor):
                continue
            if _uri(event) in declared.corrective_event_ids:
                continue
            if other.event_id == event.event_id if other.event_id else other.content_hash == event.content_hash:
                break
        else:
            good[_uri(event), event.content_hash] = event
    return list(good.values())


def _order(event: Event) -> tuple[Any, ...]:
    return event.event_time, RANKS.index(RANK_OF[_verb(event)]), event.content_hash, _uri(event)


def _verb(event: Event) -> str:
    if event.type == "TransformationEvent":
        return "transform"
    if event.type in ("AggregationEvent", "AssociationEvent") and event.action != "OBSERVE":
        if not event.parent_id or read_identifier(event.parent_id).kind is Kind.LOCATION:
            return "nothing"
        return "pack" if event.action == "ADD" else "unpack"
    if event.type == "TransactionEvent" and event.action == "DELETE":
        return "nothing"
    step = STEPS.get(event.biz_step or "")
    if step in ("receive", "accept") and event.disposition == "returned" and not event.sources:
        return "take_back"
    if step:
        return step
    if event.type == "ObjectEvent" and event.action == "ADD":
        return "make"
    if event.type == "ObjectEvent" and event.action == "DELETE":
        if event.disposition in ("stolen", "unknown"):
            return "lose_under_way" if event.destinations else "lose"
        return "retire" if event.biz_step == "decommissioning" else "destroy"
    return "count" if event.biz_step in ("cycle_counting", "stock_taking") else "nothing"


# -- places and goods ------------------------------------------------------------------------------------------------


def _place(text: str | None) -> str | None:
    if not text:
        return None
    found = read_identifier(text)
    return f"https://id.gs1.org/414/{found.gln}" if found.gln else found.uri


def _ends(event: Event, verb: str) -> tuple[str | None, str | None]:
    here = _place(event.biz_location) or _place(event.read_point)
    if verb not in MOVES:
        return here, here

    def end(named: Iterable[tuple[str, str]]) -> str | None:
        for wanted in ("location", "possessing_party", "owning_party"):
            for kind, text in named:
                if kind == wanted:
                    return _place(text)
        return None

    origin, destination = end(event.sources), end(event.destinations)
    if verb in ("receive", "accept"):
        return origin, destination or here
    return origin or _place(event.read_point) or here, destination


def _lots(events: list[Event]) -> dict[str, str]:
    """RULES 2: the lot of each serial, by the first event in the order of the fold that names one."""
    lots: dict[str, str] = {}
    for event in events:
        verb = _verb(event)
        every = [(text, event.lot if verb == "make" else None) for text in event.epcs]
        every += [(text, None) for text in event.input_epcs]
        every += [(text, event.lot if verb == "transform" else None) for text in event.output_epcs]
        for text, lot in every:
            serial = read_identifier(text)
            batch = _named_batch(serial, lot)
            if batch is not None:
                lots.setdefault(serial.uri, batch)
    return lots


def _named_batch(goods: Identifier, lot: str | None) -> str | None:
    if goods.batch_uri:
        return goods.batch_uri
    return canonical_uri(goods.gtin, lot) if lot and goods.gtin and goods.kind in (Kind.INSTANCE, Kind.ITEM) else None


def _goods(
    epcs: Iterable[str], quantities: Iterable[Any], lots: dict[str, str], lot: str | None = None
) -> list[dict[str, Any]]:
    """An event's lists, one dict an entry: a thing (serial, container) or an amount of a class."""
    found: list[dict[str, Any]] = []
    for text in epcs:
        one = read_identifier(text)
        batch = _named_batch(one, lot) or lots.get(one.uri)
        if batch is None and one.kind is Kind.INSTANCE:
            batch = canonical_uri(one.gtin or "")
        if batch is None and one.kind in (Kind.BATCH, Kind.ITEM, Kind.OTHER):
            batch = one.uri
        count = Decimal(1) if one.kind in (Kind.BATCH, Kind.ITEM, Kind.INSTANCE, Kind.OTHER) else None
        found.append({"thing": one.uri, "batch": batch, "uom": "", "quantity": count, "gs1": one.kind is Kind.INSTANCE})
    for element in quantities:
        one = read_identifier(element.epc_class)
        uom = (element.uom or "").strip().upper()
        found.append(
            {
                "thing": None,
                "batch": _named_batch(one, lot) or one.uri,
                "uom": "" if uom in PIECES else uom,
                "quantity": element.quantity,
            }
        )
    return found


# -- containers (RULES 10-13) ----------------------------------------------------------------------------------------


def _pack(event: Event, verb: str, boxes: dict[str, list[dict[str, Any]]], lots: dict[str, str]) -> None:
    if verb == "make":  # commissioning a container's identifier: whatever it was before, it is empty now
        for entry in _goods(event.epcs, (), lots, event.lot):
            if entry["batch"] is None:
                boxes[entry["thing"]] = []
    if verb not in ("pack", "unpack"):
        return
    assert event.parent_id is not None
    parent = read_identifier(event.parent_id).uri
    children = _goods(event.epcs, event.quantities, lots)
    box = boxes.setdefault(parent, [])
    if verb == "unpack" and not children:
        box.clear()
    for child in children:
        if child["thing"] is not None:
            for other in boxes.values():
                if verb == "pack" or other is box:
                    other[:] = [entry for entry in other if entry["thing"] != child["thing"]]
            if verb == "pack":
                box.append(child)
            continue
        same = [e for e in box if e["thing"] is None and (e["batch"], e["uom"]) == (child["batch"], child["uom"])]
        if verb == "pack" and not same:
            box.append(dict(child))
        elif verb == "pack":
            both = (same[0]["quantity"], child["quantity"])
            same[0]["quantity"] = None if None in both else sum(both)
        elif same and child["quantity"] is None:
            box.remove(same[0])
        elif same and same[0]["quantity"] is not None:
            same[0]["quantity"] -= child["quantity"]
            if same[0]["quantity"] <= 0:
                box.remove(same[0])


def _contents(entry: dict[str, Any], boxes: dict[str, list[dict[str, Any]]], seen: set[str]) -> list[dict[str, Any]]:
    """The goods that a thing stands for: what is in it, and itself if it is goods."""
    if entry["thing"] in seen:
        return []
    seen.add(entry["thing"])
    inside = boxes.get(entry["thing"], [])
    found = [{**entry, "instance": entry["thing"]}] if entry["batch"] and (entry["gs1"] or not inside) else []
    found += [{**e, "instance": entry["thing"]} for e in inside if e["thing"] is None]
    for child in inside:
        if child["thing"] is not None:
            found += _contents(child, boxes, seen)
    return found


def _opened(
    entries: list[dict[str, Any]], boxes: dict[str, list[dict[str, Any]]]
) -> list[tuple[str, str, Decimal | None, str | None]]:
    """(batch, unit, quantity, instance) of a list; a container and its contents listed together count once."""
    seen: set[str] = set()
    found = [
        (e["batch"], e["uom"], e["quantity"], e["instance"])
        for entry in entries
        if entry["thing"] is not None
        for e in _contents(entry, boxes, seen)
    ]
    listed: dict[tuple[str, str], Decimal | None] = {}
    for entry in entries:
        if entry["thing"] is None:
            which = entry["batch"], entry["uom"]
            both = (listed.get(which, Decimal(0)), entry["quantity"])
            listed[which] = None if None in both else sum(both)
    for (batch, uom), quantity in listed.items():
        contained = sum(q or 0 for b, u, q, _ in found if (b, u) == (batch, uom))
        if not contained:
            found.append((batch, uom, quantity, None))
        elif quantity is not None and quantity > contained:
            found.append((batch, uom, quantity - contained, None))
    return found


def _lines(event: Event, verb: str, boxes: dict[str, list[dict[str, Any]]], lots: dict[str, str]) -> list[Line]:
    entries = _goods(event.epcs, event.quantities, lots, event.lot if verb == "make" else None)
    origin, destination = _ends(event, verb)
    papers = {read_identifier(text).uri for kind, text in event.biz_transactions if kind in TIES}
    return [
        Line(verb, event.event_time, origin, destination, papers, *goods)
        for goods in _opened(entries, {} if verb in ("make", "retire") else boxes)
    ]


# -- what happens at one place ---------------------------------------------------------------------------------------


def _at_one_place(verb: str, lines: list[Line], derived: Derived) -> None:
    booked = {
        "make": [("on_hand", 1), ("produced", 1)],
        "sell": [("on_hand", -1), ("sold", 1)],
        "take_back": [("on_hand", 1), ("sold", -1)],
        "destroy": [("on_hand", -1), ("destroyed", 1)],
        "retire": [("on_hand", -1), ("destroyed", 1)],
        "lose": [("on_hand", -1), ("lost", 1)],
    }
    for line in lines:
        derived.name(line.batch, line.destination)
        for figure, sign in booked.get(verb, []):
            derived.add(line.batch, line.uom, figure, line.destination, sign * (line.quantity or Decimal(0)))


def _transform(
    event: Event, events: list[Event], boxes: dict[str, list[dict[str, Any]]], lots: dict[str, str], derived: Derived
) -> None:
    """RULES 7, 20: inputs end, outputs begin; all events of one transformation ID are one transformation."""
    _, here = _ends(event, "transform")
    for batch, uom, quantity, _ in _opened(_goods(event.input_epcs, event.input_quantities, lots), boxes):
        derived.name(batch, here)
        derived.add(batch, uom, "on_hand", here, -(quantity or Decimal(0)))
        derived.add(batch, uom, "consumed", here, quantity)
        derived.links.update((batch, made) for made in _made_with(event, events, lots))
    for batch, uom, quantity, _ in _opened(_goods(event.output_epcs, event.output_quantities, lots, event.lot), {}):
        derived.name(batch, here)
        derived.add(batch, uom, "on_hand", here, quantity)
        derived.add(batch, uom, "produced", here, quantity)


def _made_with(event: Event, events: list[Event], lots: dict[str, str]) -> set[str]:
    joined = [
        other
        for other in events
        if other is event or (event.transformation_id and other.transformation_id == event.transformation_id)
    ]
    return {
        batch
        for other in joined
        for batch, *_ in _opened(_goods(other.output_epcs, other.output_quantities, lots, other.lot), {})
    }
