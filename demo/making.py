"""From cow and cane to pallet: what the farms, the mill, the dairy, the ice-cream factory and its packer do."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from demo import bodies, books
from demo.story import Case, Pallet, Story
from demo.values import Lot, Place, Product

SAMPLES = 12
"""Cups of each lot that the maker keeps."""

Inputs = Sequence[tuple[Lot, Decimal]]


def new_lot(story: Story, product: Product, lot: str, quantity: Decimal, place: Place, day: int, keeps: int) -> Lot:
    """Return a lot made at ``place`` on ``day`` that keeps for ``keeps`` days."""
    made: date = story.first_day + timedelta(days=day)
    return story.lot(Lot(product, lot, quantity, place, made, made + timedelta(days=keeps)))


def make(story: Story, lot: Lot, day: int, hour: int) -> None:
    """Commission a raw material; its maker writes EPC URNs, as older systems do."""
    story.tell(story.at(day, hour), bodies.made(lot, urn=True), books.created(lot))


def transform(story: Story, inputs: Inputs, output: Lot, day: int, hour: int) -> None:
    """Make ``output`` of ``inputs`` where the output is made."""
    used = (books.gone(lot, quantity, output.place, "consumed") for lot, quantity in inputs)
    story.tell(story.at(day, hour), bodies.transformed(inputs, output), *used, books.created(output))


def haul(
    story: Story,
    lot: Lot,
    quantity: Decimal,
    ends: tuple[Place, Place],
    day: int,
    hours: tuple[int, int],
    spilt: Decimal = books.ZERO,
) -> None:
    """Carry a quantity from place to place within one day; ``spilt`` of it gets lost under way and is written off."""
    origin, destination = ends
    document = story.document(origin)
    arriving = quantity - spilt
    story.tell(
        story.at(day, hours[0]),
        bodies.shipped(origin, destination, document, bodies.quantities([bodies.amount(lot, quantity, urn=True)])),
        books.left(lot, quantity, origin, destination),
    )
    story.tell(
        story.at(day, hours[1]),
        bodies.received(origin, destination, document, bodies.quantities([bodies.amount(lot, arriving)])),
        books.arrived(lot, arriving, destination),
    )
    if spilt:
        goods = bodies.quantities([bodies.amount(lot, spilt)])
        story.tell(
            story.at(day, hours[1] + 2),
            bodies.lost_under_way(origin, destination, document, goods, "unknown"),
            books.lost_on_the_way(lot, spilt, destination),
        )


def throw_away(story: Story, lot: Lot, quantity: Decimal, place: Place, day: int, hour: int) -> None:
    """Destroy laboratory samples or waste."""
    goods = bodies.quantities([bodies.amount(lot, quantity)])
    story.tell(
        story.at(day, hour),
        bodies.here(place, "destroying", "destroyed", goods, "DELETE"),
        books.gone(lot, quantity, place, "destroyed"),
    )


def pack(
    story: Story, lot: Lot, pallets: int, cases_per_pallet: int, day: int, late: dict[int, int] | None = None
) -> tuple[Pallet, ...]:
    """Pack a lot into cases and these onto pallets; ``late`` says how many days late a pallet's packing is reported."""
    place, pieces = lot.place, lot.product.per_case
    packed: list[Pallet] = []
    for number in range(pallets):
        cases = tuple(Case(story.sscc(place, 0), lot, pieces) for _ in range(cases_per_pallet))
        for case in cases:
            story.tell(story.at(day, 16), bodies.packed(place, case.sscc, contents=[bodies.amount(lot, case.pieces)]))
        pallet = Pallet(story.sscc(place, 1), lot, cases)
        at = story.at(day, 18)
        story.tell(
            at,
            bodies.packed(place, pallet.sscc, children=[case.sscc for case in cases]),
            reported=at + timedelta(days=(late or {}).get(number, 0)),
        )
        packed.append(pallet)
    return tuple(packed)


def pieces_of(product: Product, pallets: int, cases_per_pallet: int) -> Decimal:
    """Return how many cups a lot has that fills ``pallets``, with the samples that its maker keeps."""
    return Decimal(pallets * cases_per_pallet * product.per_case + SAMPLES)
