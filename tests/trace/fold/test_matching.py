"""Receipts, voids and losses matched to shipments (RULES 14-18 and docs/decisions/0008), each choice as a sentence."""

from decimal import Decimal

from trace.fold.entries import Entry
from trace.fold.matching import Consignment, Matcher, Posted
from trace.fold.order import OrderKey
from trace.fold.steps import RANKS, Verb

MILL, SHOP, HUB, FARM = 1, 2, 3, 4
DAY = 24 * 3600 * 1_000_000
Row = tuple[Entry, int | None, int | None, int | None]


class Story:
    """Consignments of one batch, an event a day unless ``day`` says otherwise."""

    def __init__(self) -> None:
        self.lines: list[Consignment] = []

    def tell(
        self,
        verb: Verb,
        origin: int | None,
        destination: int | None,
        quantity: int | None,
        *papers: int,
        instance: int | None = None,
        day: float | None = None,
    ) -> "Story":
        number = len(self.lines) + 1
        key = OrderKey(int((number if day is None else day) * DAY), RANKS[verb], "", f"{number:03}")
        amount = None if quantity is None else Decimal(quantity)
        self.lines.append(Consignment(key, number, verb, origin, destination, amount, instance, frozenset(papers)))
        return self

    def ship(self, *args: int | None, **more: int | None) -> "Story":
        return self.tell(Verb.SHIP, *args, **more)  # type: ignore[arg-type]

    def receive(self, *args: int | None, **more: int | None) -> "Story":
        return self.tell(Verb.RECEIVE, *args, **more)  # type: ignore[arg-type]

    def posted(self) -> list[Posted]:
        return Matcher([]).replay(self.lines)

    def rows(self) -> list[Row]:
        """(entry, from, to, amount) of all postings but the shipments."""
        return [
            (one.entry, one.origin, one.destination, None if one.quantity is None else int(one.quantity))
            for one in self.posted()
            if one.entry is not Entry.SHIPPED
        ]


def test_a_receipt_takes_from_the_oldest_shipment_between_the_same_places() -> None:
    story = Story().ship(MILL, SHOP, 5).ship(MILL, SHOP, 9).receive(MILL, SHOP, 7)
    assert [(one.closes.event, one.quantity) for one in story.posted() if one.closes] == [(1, 5), (2, 2)]


def test_a_receipt_that_names_no_sender_takes_from_any() -> None:
    assert Story().ship(MILL, SHOP, 5).receive(None, SHOP, 5).rows() == [(Entry.RECEIVED, MILL, SHOP, 5)]


def test_a_shipment_to_nowhere_in_particular_may_be_received_anywhere() -> None:
    assert Story().ship(MILL, None, 5).receive(MILL, SHOP, 5).rows() == [
        (Entry.DIVERTED_OUT, MILL, None, 5),
        (Entry.DIVERTED_IN, MILL, SHOP, 5),
        (Entry.RECEIVED, MILL, SHOP, 5),
    ]


def test_an_instance_comes_before_a_document_and_a_document_before_the_oldest() -> None:
    story = Story().ship(MILL, SHOP, 1).ship(MILL, SHOP, 1, 7).ship(MILL, SHOP, 1, instance=9)
    story.receive(MILL, SHOP, 1, 7, instance=9).receive(MILL, SHOP, 1, 7)
    assert [one.closes.event for one in story.posted() if one.closes] == [3, 2]


def test_its_own_advice_comes_before_its_order() -> None:
    story = Story().ship(MILL, SHOP, 5, 1).ship(MILL, SHOP, 5, 1, 2).receive(MILL, SHOP, 5, 1, 2)
    assert [one.closes.event for one in story.posted() if one.closes] == [2]


def test_what_is_left_over_is_an_over_receipt_and_not_taken_from_other_goods() -> None:
    story = Story().ship(MILL, SHOP, 5, 1).ship(MILL, SHOP, 5, 2).receive(MILL, SHOP, 7, 1)
    assert story.rows() == [(Entry.RECEIVED, MILL, SHOP, 5), (Entry.OVER_RECEIVED, MILL, SHOP, 2)]


def test_a_second_receipt_of_the_same_document_is_an_over_receipt() -> None:
    story = Story().ship(MILL, SHOP, 5, 1).receive(MILL, SHOP, 5, 1).receive(MILL, SHOP, 5, 1)
    assert story.rows()[1:] == [(Entry.OVER_RECEIVED, MILL, SHOP, 5)]


def test_a_receipt_that_nothing_explains_is_a_movement_of_which_nothing_was_shipped() -> None:
    assert Story().ship(MILL, HUB, 5).receive(MILL, SHOP, 5).rows() == [(Entry.NOT_SHIPPED, MILL, SHOP, 5)]


def test_a_shared_document_counts_only_between_ends_that_agree() -> None:
    assert Story().ship(MILL, HUB, 5, 1).receive(MILL, SHOP, 5, 1).rows() == [(Entry.NOT_SHIPPED, MILL, SHOP, 5)]


def test_a_document_explains_a_receipt_that_calls_its_sender_otherwise_and_that_name_is_kept() -> None:
    assert Story().ship(MILL, SHOP, 5, 1).receive(FARM, SHOP, 5, 1).rows() == [
        (Entry.RECEIVED, MILL, SHOP, 5),
        (Entry.NAMED, FARM, SHOP, None),
    ]


def test_an_instance_explains_a_receipt_that_calls_its_sender_otherwise() -> None:
    story = Story().ship(MILL, SHOP, 1, instance=9).receive(FARM, SHOP, 1, instance=9)
    assert story.rows() == [(Entry.RECEIVED, MILL, SHOP, 1), (Entry.NAMED, FARM, SHOP, None)]


def test_an_instance_that_arrives_elsewhere_is_diverted() -> None:
    assert Story().ship(MILL, SHOP, 1, instance=9).receive(MILL, HUB, 1, instance=9).rows() == [
        (Entry.DIVERTED_OUT, MILL, SHOP, 1),
        (Entry.DIVERTED_IN, MILL, HUB, 1),
        (Entry.RECEIVED, MILL, HUB, 1),
    ]


def test_a_shipment_dated_after_its_receipt_settles_it() -> None:
    assert Story().receive(MILL, SHOP, 5, 1).ship(MILL, SHOP, 8, 1).rows() == [
        (Entry.NOT_SHIPPED, MILL, SHOP, 5),
        (Entry.SETTLED, MILL, SHOP, 5),
        (Entry.RECONCILED, MILL, SHOP, 5),
    ]


def test_a_shipment_settles_by_document_even_if_its_pallet_came_this_way_before() -> None:
    story = Story().ship(MILL, SHOP, 5, instance=9).receive(MILL, SHOP, 5, instance=9)
    story.receive(MILL, SHOP, 4, 1).ship(MILL, SHOP, 4, 1, instance=9)
    assert story.rows()[-2][0] is Entry.SETTLED


def test_a_shipment_more_than_a_week_later_or_from_elsewhere_settles_nothing() -> None:
    late = Story().receive(MILL, SHOP, 5, 1, day=1).ship(MILL, SHOP, 5, 1, day=8.1)
    other = Story().receive(MILL, SHOP, 5, 1).ship(FARM, SHOP, 5, 1)
    untied = Story().receive(MILL, SHOP, 5).ship(MILL, SHOP, 5)
    assert [len(story.rows()) for story in (late, other, untied)] == [1, 1, 1]


def test_departing_after_shipping_is_a_repeat_by_instance_or_by_document_and_amount() -> None:
    for verbs in ((Verb.SHIP, Verb.DEPART), (Verb.DEPART, Verb.SHIP)):
        tied = Story().tell(verbs[0], MILL, SHOP, 5, instance=9).tell(verbs[1], MILL, SHOP, 5, instance=9)
        papers = Story().tell(verbs[0], MILL, SHOP, 5, 1).tell(verbs[1], MILL, SHOP, 5, 1)
        assert tied.rows() == papers.rows() == [(Entry.REPEATED, MILL, SHOP, 5)]


def test_departing_is_a_consignment_of_its_own_with_another_amount_place_week_or_no_tie() -> None:
    def departs(*args: int | None, day: float = 2) -> list[Row]:
        return Story().ship(MILL, SHOP, 5, 1, day=1).tell(Verb.DEPART, *args, day=day).rows()  # type: ignore[arg-type]

    assert departs(MILL, SHOP, 6, 1) == departs(MILL, HUB, 5, 1) == departs(FARM, SHOP, 5, 1) == []
    assert departs(MILL, SHOP, 5) == departs(MILL, SHOP, 5, 1, day=8.1) == []


def test_accepting_after_receiving_is_a_repeat_whatever_it_calls_the_sender() -> None:
    story = Story().ship(MILL, SHOP, 5, 1).receive(MILL, SHOP, 5, 1).tell(Verb.ACCEPT, None, SHOP, 5, 1)
    assert [row[0] for row in story.rows()] == [Entry.RECEIVED, Entry.REPEATED]


def test_shipping_twice_is_two_shipments() -> None:
    assert [one.entry for one in Story().ship(MILL, SHOP, 5, 1).ship(MILL, SHOP, 5, 1).posted()] == [Entry.SHIPPED] * 2


def test_from_a_place_to_itself_nothing_moves_and_nothing_is_repeated() -> None:
    story = Story().tell(Verb.ACCEPT, SHOP, SHOP, 5, 1).receive(MILL, SHOP, 5, 1)
    assert [row[0] for row in story.rows()] == [Entry.SELF_SHIPPED, Entry.NOT_SHIPPED]


def test_a_void_takes_its_units_off_the_road_and_what_finds_none_is_a_note() -> None:
    story = Story().ship(MILL, SHOP, 5).tell(Verb.VOID, MILL, SHOP, 7)
    assert story.rows() == [(Entry.VOIDED, MILL, SHOP, 5), (Entry.NOTHING_TO_VOID, MILL, SHOP, 2)]


def test_a_void_or_loss_of_unknown_amount_takes_all_that_is_open() -> None:
    for verb, entry in ((Verb.VOID, Entry.VOIDED), (Verb.LOSE_IN_TRANSIT, Entry.LOST_IN_TRANSIT)):
        story = Story().ship(MILL, SHOP, 5, 1).ship(MILL, SHOP, 6, 1).tell(verb, MILL, SHOP, None, 1)
        assert story.rows() == [(entry, MILL, SHOP, 5), (entry, MILL, SHOP, 6)]


def test_a_loss_takes_only_what_has_not_arrived() -> None:
    story = Story().ship(MILL, SHOP, 5).receive(MILL, SHOP, 3).tell(Verb.LOSE_IN_TRANSIT, MILL, SHOP, 4)
    assert story.rows()[1:] == [(Entry.LOST_IN_TRANSIT, MILL, SHOP, 2), (Entry.NOTHING_TO_LOSE, MILL, SHOP, 2)]


def test_a_count_received_on_a_line_of_unknown_amount_is_no_over_receipt() -> None:
    assert Story().ship(MILL, SHOP, None).receive(MILL, SHOP, 7).rows() == [(Entry.RECEIVED_UNKNOWN, MILL, SHOP, 7)]


def test_a_receipt_of_unknown_amount_is_on_the_edge_and_takes_nothing() -> None:
    story = Story().ship(MILL, SHOP, 5).receive(MILL, SHOP, None).receive(MILL, SHOP, 5)
    assert story.rows() == [(Entry.RECEIVED, MILL, SHOP, None), (Entry.RECEIVED, MILL, SHOP, 5)]


def test_every_event_leaves_a_posting_even_if_it_moves_nothing() -> None:
    story = Story().ship(MILL, SHOP, None).tell(Verb.VOID, MILL, SHOP, None)
    assert story.rows() == [(Entry.NAMED, MILL, SHOP, None)]
