"""What is in a container at the time of an event (RULES 10-13)."""

from decimal import Decimal

from trace.fold.contents import Item, Line, Moved, Packing, Request, resolve_lines
from trace.fold.order import OrderKey

PALLET, CASE, OTHER, SERIAL, SERIAL_2 = 100, 101, 102, 201, 202
LOT, LOT_2 = 1, 2
ONE = Decimal(1)


def key(time: int, rank: int = 0) -> OrderKey:
    return OrderKey(time, rank, "", str(time))


def box(number: int) -> Item:
    return Item(None, number, None)


def piece(serial: int, batch: int = LOT) -> Item:
    return Item(batch, serial, ONE)


def some(quantity: int | None, batch: int = LOT, uom: str = "") -> Item:
    return Item(batch, None, None if quantity is None else Decimal(quantity), uom)


def pack(time: int, parent: int, *items: Item, adds: bool = True, renews: bool = False) -> Packing:
    return Packing(key(time), time, parent, adds, items, renews)


def unpack(time: int, parent: int, *items: Item) -> Packing:
    return pack(time, parent, *items, adds=False)


def opened(packings: list[Packing], *items: Item, time: int = 50, opens: bool = True) -> list[Line]:
    lines, _ = resolve_lines(packings, [Request(key(time), 0, items, opens)])
    return lines[0]


def test_a_container_stands_for_what_was_packed_into_it() -> None:
    assert opened([pack(1, PALLET, some(5), piece(SERIAL))], box(PALLET)) == [
        Line(LOT, "", Decimal(5), PALLET),
        Line(LOT, "", ONE, SERIAL),
    ]


def test_packed_after_the_event_is_not_in_it() -> None:
    assert opened([pack(60, PALLET, some(5))], box(PALLET)) == []


def test_containers_nest_to_any_depth_in_the_order_of_packing() -> None:
    packings = [pack(1, CASE, piece(SERIAL)), pack(2, OTHER, piece(SERIAL_2)), pack(3, PALLET, box(CASE), box(OTHER))]
    assert [line.instance for line in opened(packings, box(PALLET))] == [SERIAL, SERIAL_2]


def test_a_container_within_itself_is_opened_once() -> None:
    assert opened([pack(1, PALLET, box(CASE), some(5)), pack(2, CASE, box(PALLET))], box(PALLET)) == [
        Line(LOT, "", Decimal(5), PALLET)
    ]


def test_deleting_with_children_takes_those_out_and_leaves_the_rest() -> None:
    assert opened(
        [pack(1, PALLET, some(5), piece(SERIAL)), unpack(2, PALLET, piece(SERIAL), some(2))], box(PALLET)
    ) == [Line(LOT, "", Decimal(3), PALLET)]


def test_deleting_without_children_empties() -> None:
    assert opened([pack(1, PALLET, some(5), piece(SERIAL)), unpack(2, PALLET)], box(PALLET)) == []


def test_more_taken_out_than_is_in_leaves_nothing_and_no_debt() -> None:
    packings = [pack(1, PALLET, some(5)), unpack(2, PALLET, some(9)), pack(3, PALLET, some(2))]
    assert opened(packings, box(PALLET)) == [Line(LOT, "", Decimal(2), PALLET)]


def test_an_unknown_amount_packed_makes_the_contents_unknown_and_taken_out_takes_all() -> None:
    packings = [pack(1, PALLET, some(5)), pack(2, PALLET, some(None))]
    assert opened(packings, box(PALLET)) == [Line(LOT, "", None, PALLET)]
    assert opened([*packings, unpack(3, PALLET, some(None))], box(PALLET)) == []


def test_a_second_packing_moves_the_child_and_is_told() -> None:
    packings = [pack(1, PALLET, piece(SERIAL)), pack(2, OTHER, piece(SERIAL))]
    lines, moved = resolve_lines(packings, [Request(key(9), 0, (box(PALLET),)), Request(key(9), 1, (box(OTHER),))])
    assert (lines[0], [line.instance for line in lines[1]]) == ([], [SERIAL])
    assert moved == [Moved(2, SERIAL, PALLET)]


def test_packed_again_after_it_was_emptied_is_no_move() -> None:
    packings = [pack(1, PALLET, piece(SERIAL)), unpack(2, PALLET), pack(3, OTHER, piece(SERIAL))]
    assert resolve_lines(packings, [])[1] == []


def test_taking_a_child_out_of_another_container_takes_nothing() -> None:
    packings = [pack(1, PALLET, piece(SERIAL)), unpack(2, OTHER, piece(SERIAL))]
    assert [line.instance for line in opened(packings, box(PALLET))] == [SERIAL]


def test_commissioning_an_identifier_anew_empties_it() -> None:
    assert opened([pack(1, PALLET, some(5)), pack(2, PALLET, adds=False, renews=True)], box(PALLET)) == []


def test_a_container_listed_with_its_contents_counts_them_once() -> None:
    packings = [pack(1, PALLET, some(5), piece(SERIAL))]
    assert opened(packings, box(PALLET), piece(SERIAL), some(6)) == opened(packings, box(PALLET))
    assert opened(packings, box(PALLET), some(None)) == opened(packings, box(PALLET))


def test_more_listed_than_contained_counts_what_is_listed() -> None:
    assert opened([pack(1, PALLET, some(5))], box(PALLET), some(8)) == [
        Line(LOT, "", Decimal(5), PALLET),
        Line(LOT, "", Decimal(3)),
    ]


def test_batches_and_units_are_listed_apart() -> None:
    lines = opened([pack(1, PALLET, some(5))], box(PALLET), some(8, LOT_2), some(8, uom="KGM"))
    assert [(line.batch, line.uom, line.quantity) for line in lines] == [(LOT, "", 5), (LOT_2, "", 8), (LOT, "KGM", 8)]


def test_a_case_with_a_serial_of_its_own_is_goods_and_container() -> None:
    lines = opened([pack(1, CASE, piece(SERIAL))], Item(LOT_2, CASE, ONE))
    assert lines == [Line(LOT_2, "", ONE, CASE), Line(LOT, "", ONE, SERIAL)]


def test_an_identifier_of_another_scheme_is_a_container_only_if_something_is_in_it() -> None:
    crate = Item(CASE, CASE, ONE)
    assert opened([], crate) == [Line(CASE, "", ONE, CASE)]
    assert opened([pack(1, CASE, some(5))], crate) == [Line(LOT, "", Decimal(5), CASE)]


def test_containers_stay_closed_where_they_are_commissioned_or_retired() -> None:
    assert opened([pack(1, PALLET, some(5))], box(PALLET), opens=False) == []
