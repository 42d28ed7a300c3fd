"""The oracle's second half: receipts, voids and losses matched to shipments, by scanning lists (RULES 14-18)."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.oracle import Derived, Line

WEEK = timedelta(days=7)
TWIN = {"ship": "depart", "depart": "ship", "receive": "accept", "accept": "receive"}


def match(lines: "list[Line]", derived: "Derived") -> None:
    """Book the movements of one batch in one unit of measure; ``lines`` in the order of the fold."""
    shipments: list[dict[str, Any]] = []
    unmatched: list[dict[str, Any]] = []
    for index, line in enumerate(lines):
        derived.name(line.batch, line.origin, line.destination)
        if _moves_nothing(line):
            continue  # RULES 16: from a place to itself nothing moves
        if any(_is_twin(earlier, line) for earlier in lines[:index] if not _moves_nothing(earlier)):
            continue  # RULES 14: never both for one consignment
        if line.verb in ("ship", "depart"):
            _ship(line, shipments, unmatched, derived)
        elif line.verb in ("receive", "accept"):
            _receive(line, shipments, unmatched, derived)
        else:
            _take_off(line, shipments, derived)


def _moves_nothing(line: "Line") -> bool:
    return line.verb in TWIN and line.origin is not None and line.origin == line.destination


def _is_twin(earlier: "Line", line: "Line") -> bool:
    if TWIN.get(line.verb) != earlier.verb or earlier.destination != line.destination:
        return False
    if line.verb in ("ship", "depart") and earlier.origin != line.origin:
        return False
    if line.time - earlier.time > WEEK:
        return False
    if line.instance is not None and earlier.instance is not None:
        return line.instance == earlier.instance
    return bool(line.documents & earlier.documents) and line.quantity == earlier.quantity


def _ship(line: "Line", shipments: list[Any], unmatched: list[Any], derived: "Derived") -> None:
    edge = derived.edge(line, line.origin, line.destination)
    edge[0] += line.quantity or 0
    edge[2] += line.quantity is None
    derived.add(line.batch, line.uom, "on_hand", line.origin, -(line.quantity or Decimal(0)))
    derived.add(line.batch, line.uom, "in_transit", (line.origin, line.destination), line.quantity)
    shipment = {"line": line, "left": line.quantity or Decimal(0)}
    shipments.append(shipment)
    waiting = [
        receipt
        for receipt in unmatched
        if None in (receipt["line"].destination, line.destination) or receipt["line"].destination == line.destination
        if receipt["origin"] in (None, line.origin)
        if line.time - receipt["line"].time <= WEEK
        if receipt["left"]
    ]
    same = [one for one in waiting if line.instance is not None and one["line"].instance == line.instance]
    for receipt in same or [one for one in waiting if one["line"].documents & line.documents]:
        taken = min(receipt["left"], shipment["left"])
        receipt["left"] -= taken
        shipment["left"] -= taken
        derived.add(line.batch, line.uom, "in_transit", (line.origin, line.destination), -taken)
        derived.add(line.batch, line.uom, "unaccounted", None, taken)


def _receive(line: "Line", shipments: list[Any], unmatched: list[Any], derived: "Derived") -> None:
    found = _candidates(line, shipments)
    derived.add(line.batch, line.uom, "on_hand", line.destination, line.quantity)
    first = found[0]["line"].origin if found else line.origin
    if line.quantity is None:
        derived.edge(line, first, line.destination)[3] += 1
        return
    left = line.quantity
    for shipment in found:
        taken = min(left, shipment["left"])
        sent = shipment["line"]
        if not taken:
            continue
        shipment["left"] -= taken
        left -= taken
        derived.edge(line, sent.origin, line.destination)[1] += taken
        derived.add(line.batch, line.uom, "in_transit", (sent.origin, sent.destination), -taken)
        if sent.destination != line.destination:  # it arrived elsewhere: shipped there, not where it was sent to
            derived.edge(line, sent.origin, sent.destination)[0] -= taken
            derived.edge(line, sent.origin, line.destination)[0] += taken
    if not left:
        return
    unknown = [shipment["line"].origin for shipment in found if shipment["line"].quantity is None]
    origin = unknown[0] if unknown else first
    derived.edge(line, origin, line.destination)[1] += left
    derived.add(line.batch, line.uom, "unaccounted", None, -left)
    if not unknown:
        unmatched.append({"line": line, "origin": origin, "left": left})


def _take_off(line: "Line", shipments: list[Any], derived: "Derived") -> None:
    """RULES 17 and losses under way: off the road, back to the sender or for good."""
    left = line.quantity
    for shipment in _candidates(line, shipments):
        taken = shipment["left"] if left is None else min(left, shipment["left"])
        sent = shipment["line"]
        shipment["left"] -= taken
        left = None if left is None else left - taken
        derived.add(line.batch, line.uom, "in_transit", (sent.origin, sent.destination), -taken)
        if line.verb == "void":
            derived.edge(line, sent.origin, sent.destination)[0] -= taken
            derived.add(line.batch, line.uom, "on_hand", sent.origin, taken)
        else:
            derived.add(line.batch, line.uom, "lost", None, taken)


def _candidates(line: "Line", shipments: list[Any]) -> list[Any]:
    """RULES 16: by instance, else by document, else by from + to + batch. Oldest first."""

    def is_open(shipment: Any) -> bool:
        return bool(shipment["left"]) or shipment["line"].quantity is None

    def from_here(shipment: Any) -> bool:
        return line.origin is None or shipment["line"].origin == line.origin

    def to_here(shipment: Any) -> bool:
        return bool(shipment["line"].destination == line.destination)

    def may_arrive(shipment: Any) -> bool:
        return to_here(shipment) or None in (line.destination, shipment["line"].destination)

    named = [s for s in shipments if line.instance is not None and s["line"].instance == line.instance]
    for choice in (
        [s for s in named if is_open(s) and to_here(s) and from_here(s)],
        [s for s in named if is_open(s) and to_here(s)],
        [s for s in named if is_open(s) and not to_here(s)],
        [s for s in named if to_here(s) and from_here(s)],
    ):
        if choice:
            return choice
    papers = [s for s in shipments if line.documents & s["line"].documents and may_arrive(s)]
    papers = [s for s in papers if from_here(s)] or papers
    if papers:
        most = max(len(line.documents & s["line"].documents) for s in papers)
        return [s for s in papers if len(line.documents & s["line"].documents) == most]
    return [s for s in shipments if is_open(s) and may_arrive(s) and from_here(s)]
