"""The last mile: cases go from a regional distributor to an outlet, and what then becomes of them."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from demo import bodies, books
from demo.story import Case, Story, count
from demo.values import Lot, Place

ORDINARY = (
    *("sold in part",) * 10,
    *("sold out",) * 5,
    *("late", "missing", "case back", "broken", "consumer", "loss"),
)
"""What may become of a delivery, as often as it stands here."""

STAGED = (
    *("sold out", "all back", "late", "missing", "over", "error"),
    *("consumer", "broken", "counted", "case back"),
)
"""What becomes of the first deliveries of the recalled yogurt, so that the recall shows every case."""


def deliver(story: Story, regional: Place, outlet: Place, cases: Sequence[Case], day: int, fate: str) -> None:
    """Ship ``cases`` of one lot to ``outlet`` on ``day`` and tell what becomes of them there.

    ``fate`` is a word of `ORDINARY` or `STAGED`. Cases that come or go closed are never sold from.
    """
    if fate == "over":
        _deliver_loose(story, regional, outlet, cases, day)
        return
    lot = cases[0].lot
    document = story.document(regional)
    story.tell(
        story.at(day, 5),
        bodies.shipped(regional, outlet, document, bodies.units(*(case.sscc for case in cases))),
        books.left(lot, count(cases), regional, outlet),
    )
    held_up = cases[-1:] if fate in ("late", "missing") else cases[:0]
    arriving = cases[: len(cases) - len(held_up)]
    if arriving:
        _receive(story, regional, outlet, arriving, day, document)
    if held_up and fate == "late":
        _receive(story, regional, outlet, held_up, day + 3, document)
        _sell_cases(story, outlet, held_up, day + 3, 0.5)
    going_back = {"all back": arriving, "case back": arriving[-1:]}.get(fate, arriving[:0])
    if going_back:
        _send_back(story, regional, outlet, going_back, day + 1)
    opened = arriving[: len(arriving) - len(going_back)]
    if opened:
        _use(story, outlet, opened, day, fate)


def _receive(story: Story, regional: Place, outlet: Place, cases: Sequence[Case], day: int, document: str) -> None:
    story.tell(
        story.at(day, 8, 110),
        bodies.received(regional, outlet, document, bodies.units(*(case.sscc for case in cases))),
        books.arrived(cases[0].lot, count(cases), outlet),
    )


def _send_back(story: Story, regional: Place, outlet: Place, cases: Sequence[Case], day: int) -> None:
    document = story.document(outlet, "RMA")
    goods = bodies.units(*(case.sscc for case in cases))
    lot, pieces = cases[0].lot, count(cases)
    story.tell(
        story.at(day, 15),
        bodies.shipped(outlet, regional, document, goods, "rma"),
        books.left(lot, pieces, outlet, regional),
    )
    story.tell(
        story.at(day + 1, 9),
        bodies.received(outlet, regional, document, goods, "rma"),
        books.arrived(lot, pieces, regional),
    )


def _use(story: Story, outlet: Place, cases: Sequence[Case], day: int, fate: str) -> None:
    lot = cases[0].lot
    if fate == "broken":
        _open(story, outlet, cases, day)
        _end(story, outlet, lot, 4, day)
        _sell(story, outlet, lot, int(count(cases)) - 4, day, 0.6)
    elif fate == "loss":
        _open(story, outlet, cases, day)
        story.tell(
            story.at(day, 19),
            bodies.here(outlet, "inspecting", "unknown", bodies.quantities([bodies.amount(lot, 1)]), "DELETE"),
            books.gone(lot, Decimal(1), outlet, "lost"),
        )
        _sell(story, outlet, lot, int(count(cases)) - 1, day, 0.6)
    elif fate == "consumer":
        sold = _sell_cases(story, outlet, cases, day, 0.7)
        _take_back(story, outlet, lot, min(2, sold), day + 3)
    elif fate == "error":
        _open(story, outlet, cases, day)
        _sell_in_error(story, outlet, lot, day)
        _sell(story, outlet, lot, int(count(cases)) - 12, day, 0.3)
    elif fate == "counted":
        sold = _sell_cases(story, outlet, cases, day, 0.5)
        _count(story, outlet, lot, int(count(cases)) - sold - 1, day + 4)
    else:
        share = 1.0 if fate == "sold out" else story.rng.uniform(0.45, 0.95)
        _sell_cases(story, outlet, cases, day, share)


def _sell_cases(story: Story, outlet: Place, cases: Sequence[Case], day: int, share: float) -> int:
    _open(story, outlet, cases, day)
    return _sell(story, outlet, cases[0].lot, int(count(cases)), day, share)


def _open(story: Story, outlet: Place, cases: Sequence[Case], day: int) -> None:
    for case in cases:
        story.tell(story.at(day, 10), bodies.emptied(outlet, case.sscc))


def _sell(story: Story, outlet: Place, lot: Lot, pieces: int, day: int, share: float) -> int:
    """Sell ``share`` of ``pieces`` over the day and the next, more the first day; return how many were sold in all."""
    wanted = round(pieces * share)
    first = round(wanted * 0.6)
    for later, sold in enumerate(part for part in (first, wanted - first) if part):
        story.tell(
            story.at(day + later, 20),
            bodies.here(outlet, "retail_selling", "retail_sold", bodies.quantities([bodies.amount(lot, sold)])),
            books.gone(lot, Decimal(sold), outlet, "sold"),
        )
    return wanted


def _end(story: Story, outlet: Place, lot: Lot, pieces: int, day: int) -> None:
    story.tell(
        story.at(day, 18),
        bodies.here(outlet, "destroying", "destroyed", bodies.quantities([bodies.amount(lot, pieces)]), "DELETE"),
        books.gone(lot, Decimal(pieces), outlet, "destroyed"),
    )


def _take_back(story: Story, outlet: Place, lot: Lot, pieces: int, day: int) -> None:
    story.tell(
        story.at(day, 11),
        bodies.here(outlet, "receiving", "returned", bodies.quantities([bodies.amount(lot, pieces)])),
        books.taken_back(lot, Decimal(pieces), outlet),
    )
    _end(story, outlet, lot, pieces, day)


def _count(story: Story, outlet: Place, lot: Lot, pieces: int, day: int) -> None:
    story.tell(
        story.at(day, 21),
        bodies.here(outlet, "stock_taking", "in_progress", bodies.quantities([bodies.amount(lot, pieces)])),
    )


def _sell_in_error(story: Story, outlet: Place, lot: Lot, day: int) -> None:
    """A sale of 12 is typed in as 120, found the next day, declared in error and corrected (RULES 3, 4)."""
    at, found = story.at(day, 19), story.at(day + 1, 9)

    def sale(pieces: int) -> bodies.Body:
        goods = bodies.quantities([bodies.amount(lot, pieces)])
        return bodies.here(outlet, "retail_selling", "retail_sold", goods)

    wrong = story.tell(at, sale(120))
    right = story.tell(at, sale(12), books.gone(lot, Decimal(12), outlet, "sold"), reported=found)
    declaration = {
        "declarationTime": found.isoformat(),
        "reason": "incorrect_data",
        "correctiveEventIDs": [right["eventID"]],
    }
    story.tell(at, {**wrong, "errorDeclaration": declaration}, reported=found + timedelta(minutes=1))


def _deliver_loose(story: Story, regional: Place, outlet: Place, cases: Sequence[Case], day: int) -> None:
    """A small shop takes loose pieces, and counts two more than the despatch advice says (RULES 16)."""
    case, lot = cases[0], cases[0].lot
    document, pieces = story.document(regional), Decimal(case.pieces)
    story.tell(story.at(day, 4), bodies.emptied(regional, case.sscc))
    story.tell(
        story.at(day, 5),
        bodies.shipped(regional, outlet, document, bodies.quantities([bodies.amount(lot, pieces)])),
        books.left(lot, pieces, regional, outlet),
    )
    story.tell(
        story.at(day, 8),
        bodies.received(regional, outlet, document, bodies.quantities([bodies.amount(lot, pieces + 2)])),
        books.arrived(lot, pieces, outlet),
        books.turned_up(lot, Decimal(2), outlet),
    )
    _sell(story, outlet, lot, case.pieces, day, 0.8)
