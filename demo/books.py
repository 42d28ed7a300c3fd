"""The generator's own books: what each batch and place must show, kept apart from the product's fold on purpose.

Each function that makes a `Move` names one thing that can happen to goods; `balances` and `at_places` add them up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from demo.values import Lot, Move, Place

Batch = tuple[str, str]

ZERO = Decimal(0)
FIGURES = ("produced", "on_hand", "in_transit", "sold", "consumed", "destroyed", "lost", "unaccounted")


@dataclass(slots=True)
class AtPlace:
    """What one place must show of one batch; ``received`` is gross (RULES 8)."""

    received: Decimal = ZERO
    on_hand: Decimal = ZERO
    in_transit: Decimal = ZERO
    sold: Decimal = ZERO


def created(lot: Lot) -> Move:
    """The whole lot is made where it is made."""
    return Move(lot.key, lot.quantity, ("produced", ""), ("on_hand", lot.place.gln))


def left(lot: Lot, quantity: Decimal, origin: Place, destination: Place) -> Move:
    """Shipped: under way to ``destination``."""
    return Move(lot.key, quantity, ("on_hand", origin.gln), ("in_transit", destination.gln))


def arrived(lot: Lot, quantity: Decimal, place: Place) -> Move:
    """Received of what was under way to ``place``."""
    return Move(lot.key, quantity, ("in_transit", place.gln), ("on_hand", place.gln))


def turned_up(lot: Lot, quantity: Decimal, place: Place) -> Move:
    """Received beyond what was shipped (RULES 16)."""
    return Move(lot.key, quantity, ("unaccounted", ""), ("on_hand", place.gln))


def lost_on_the_way(lot: Lot, quantity: Decimal, destination: Place) -> Move:
    """Under way, and lost."""
    return Move(lot.key, quantity, ("in_transit", destination.gln), ("lost", ""))


def gone(lot: Lot, quantity: Decimal, place: Place, where: str) -> Move:
    """Off the stock of ``place`` to ``sold``, ``consumed``, ``destroyed`` or ``lost``."""
    return Move(lot.key, quantity, ("on_hand", place.gln), (where, place.gln))


def taken_back(lot: Lot, quantity: Decimal, place: Place) -> Move:
    """Brought back by consumers."""
    return Move(lot.key, quantity, ("sold", place.gln), ("on_hand", place.gln))


def balances(moves: Iterable[Move]) -> dict[Batch, dict[str, Decimal]]:
    """Return every figure of `FIGURES` for each batch; ``unaccounted`` is signed as in RULES 8."""
    found: dict[Batch, dict[str, Decimal]] = {}
    for move in moves:
        figures = found.setdefault(move.batch, dict.fromkeys(FIGURES, ZERO))
        debit, credit = move.debit[0], move.credit[0]
        figures[debit] += move.quantity if debit == "produced" else -move.quantity
        figures[credit] += move.quantity
    return found


def at_places(moves: Iterable[Move]) -> dict[tuple[str, Batch], AtPlace]:
    """Return what each place (by GLN) must show of each batch that ever touched it."""
    found: dict[tuple[str, Batch], AtPlace] = {}
    for move in moves:
        for (account, gln), quantity in ((move.debit, -move.quantity), (move.credit, move.quantity)):
            if not gln or account not in ("on_hand", "in_transit", "sold"):
                continue
            figures = found.setdefault((gln, move.batch), AtPlace())
            setattr(figures, account, getattr(figures, account) + quantity)
        if move.credit[0] == "on_hand" and move.debit[0] in ("in_transit", "unaccounted"):
            found[(move.credit[1], move.batch)].received += move.quantity
    return found
