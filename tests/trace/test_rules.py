"""Where a naive walk is wrong (RULES 9): one named test a line, for certain and derived evidence."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.chains import Chain, supply_chain
from tests.trace.derived_rows import capture, read_derived, read_rows, unbalanced
from trace import record_findings, supply_graph
from trace.amounts import from_stored
from trace.derivation.rebuild import find_differences
from trace.fold.entries import Entry
from trace.models import Event, Posting
from trace.tally import Figures, PlaceFigures, tally, tally_places


@pytest.fixture(autouse=True)
def conserved(session: Session):  # type: ignore[no-untyped-def]
    """RULES 8, asserted after every chain here: what was made is where it is, and a rebuild changes nothing."""
    yield
    assert unbalanced(read_derived(session)) == []
    assert find_differences(session) == 0


def places(session: Session, chain: Chain, *names: str) -> dict[str | None, str]:
    """The affected places of the batches, with the evidence for each."""
    supply = supply_graph.load(session, [chain[name] for name in names])
    return {chain.name(place): evidence for place, evidence in supply.evidence.items()}


def scope(session: Session, chain: Chain, name: str) -> set[str | None]:
    """What a recall of the batch takes."""
    return {chain.name(batch) for batch in supply_graph.load(session, [chain[name]]).depth}


def figures(session: Session, chain: Chain, name: str, uom: str = "") -> Figures:
    rows = supply_graph.load(session, [chain[name]]).postings
    return tally(rows.of([chain[name]]))[chain[name], uom]


def at(session: Session, chain: Chain, name: str, place: str) -> PlaceFigures:
    rows = supply_graph.load(session, [chain[name]]).postings
    return tally_places(rows.of([chain[name]]))[chain[place], ""]


def edges(session: Session, chain: Chain, name: str) -> dict[tuple[str | None, str | None], tuple[Decimal | None, ...]]:
    movements = supply_graph.load(session, [chain[name]]).movements
    return {(chain.name(a), chain.name(b)): (one.shipped, one.received) for (a, b, _, _), one in movements.items()}


def rules(session: Session, chain: Chain, name: str) -> set[str]:
    return {finding.rule for finding in record_findings.find_findings(session, [chain[name]])}


def test_what_was_shipped_before_the_batch_came_in_is_affected_only_by_name(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        1: mill  makes A-1 10
        1: mill  makes B-1 10
        2: depot ships B-1 5 to shop
        3: mill  ships A-1 10 to depot
        """,
    )
    assert places(session, chain, "A-1") == {"mill": "certain", "depot": "certain"}


def test_goods_that_come_in_and_leave_on_the_same_day_are_followed(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        1: mill  ships    A-1 10 to depot by S1
        2: depot ships    A-1 10 to shop by S2
        2: depot receives A-1 10 from mill by S1
        2: shop  receives A-1 10 from depot by S2
        """,
    )
    assert places(session, chain, "A-1") == {"mill": "certain", "depot": "certain", "shop": "certain"}
    assert at(session, chain, "A-1", "depot").on_hand == 0


def test_a_named_batch_is_kept_whatever_its_dates_and_they_are_a_finding(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        1: shop receives A-1 10 from mill by S1
        3: mill ships    A-1 10 to shop by S1
        9: mill makes    A-1 10
        """,
    )
    assert places(session, chain, "A-1") == {"mill": "certain", "shop": "certain"}
    assert figures(session, chain, "A-1").in_transit == 0
    assert "impossible_date" in rules(session, chain, "A-1")


def test_a_return_makes_a_cycle_and_the_place_stays_in_the_list(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill  makes    A-1 10
        mill  ships    A-1 10 to shop
        shop  receives A-1 10 from mill
        shop  ships    A-1 10 to mill
        mill  receives A-1 10 from shop
        """,
    )
    assert edges(session, chain, "A-1") == {("mill", "shop"): (10, 10), ("shop", "mill"): (10, 10)}
    assert places(session, chain, "A-1") == {"mill": "certain", "shop": "certain"}
    assert (at(session, chain, "A-1", "mill").on_hand, at(session, chain, "A-1", "shop").returned) == (10, 10)


def test_units_that_pass_three_hands_are_counted_once(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill  makes    A-1 1000
        mill  ships    A-1 1000 to depot
        depot receives A-1 1000 from mill
        depot ships    A-1 1000 to hub
        hub   receives A-1 1000 from depot
        hub   ships    A-1 1000 to shop
        shop  receives A-1 1000 from hub
        """,
    )
    found = figures(session, chain, "A-1")
    assert (found.produced, found.on_hand, found.unaccounted) == (1000, 1000, 0)


def test_two_routes_into_one_outlet_are_one_outlet_with_receipts_added(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes    A-1 100
        mill ships    A-1 10 to east
        east receives A-1 10 from mill
        mill ships    A-1 20 to west
        west receives A-1 20 from mill
        east ships    A-1 10 to shop
        west ships    A-1 20 to shop
        shop receives A-1 10 from east
        shop receives A-1 20 from west
        """,
    )
    assert at(session, chain, "A-1", "shop").received == 30
    assert len(places(session, chain, "A-1")) == 4


def test_parallel_shipments_are_added_up_on_one_edge(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes A-1 100
        mill ships A-1 10 to shop by S1
        mill ships A-1 20 to shop by S2
        """,
    )
    assert edges(session, chain, "A-1") == {("mill", "shop"): (30, 0)}


def test_what_a_short_receipt_leaves_stays_in_transit_until_a_loss_is_recorded(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes    A-1 100
        mill ships    A-1 100 to shop by S1
        shop receives A-1 90 from mill by S1
        """,
    )
    assert figures(session, chain, "A-1").in_transit == 10
    chain = supply_chain(session, "mill loses A-1 10 to shop", chain)
    assert (figures(session, chain, "A-1").in_transit, figures(session, chain, "A-1").lost) == (0, 10)


def test_an_over_receipt_stands_and_is_a_finding(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes    A-1 100
        mill ships    A-1 10 to shop by S1
        shop receives A-1 12 from mill by S1
        """,
    )
    assert at(session, chain, "A-1", "shop").on_hand == 12
    assert (figures(session, chain, "A-1").unaccounted, figures(session, chain, "A-1").in_transit) == (-2, 0)
    assert "over_receipt" in rules(session, chain, "A-1")


def test_the_consignee_of_goods_on_the_road_is_listed(session: Session) -> None:
    chain = supply_chain(session, "mill makes A-1 10\nmill ships A-1 10 to shop")
    assert places(session, chain, "A-1") == {"mill": "certain", "shop": "certain"}
    assert at(session, chain, "A-1", "shop").in_transit == 10


def test_a_transformation_takes_the_derived_batch_whole_and_not_the_factorys_others(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill   makes  FLOUR-1 1000 kg
        mill   ships  FLOUR-1 1000 kg to bakery
        bakery makes  BREAD-7 900 from FLOUR-1 600 kg
        bakery makes  CAKE-2 300 from FLOUR-1 400 kg
        bakery makes  BUN-3 300 from FLOUR-9 100 kg
        bakery ships  BREAD-7 10 to shop
        bakery ships  BUN-3 10 to kiosk
        """,
    )
    assert scope(session, chain, "FLOUR-1") == {"FLOUR-1", "BREAD-7", "CAKE-2"}
    assert places(session, chain, "FLOUR-1") == {"mill": "certain", "bakery": "certain", "shop": "derived"}
    assert figures(session, chain, "FLOUR-1", "KGM").consumed == 1000


def test_events_of_one_transformation_are_one_in_whatever_order_they_come(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        dairy makes YOGURT-1 90 as VAT
        dairy makes from MILK-1 10 l as VAT
        dairy makes from SUGAR-1 5 kg as VAT
        """,
    )
    assert scope(session, chain, "MILK-1") == {"MILK-1", "YOGURT-1"}
    assert scope(session, chain, "SUGAR-1") == {"SUGAR-1", "YOGURT-1"}


def test_rework_makes_a_cycle_between_batches_and_the_walk_ends(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        plant makes MIX-1 100
        plant makes BAR-1 50 from MIX-1 60
        plant makes MIX-1 5 from BAR-1 5
        """,
    )
    assert scope(session, chain, "BAR-1") == {"BAR-1", "MIX-1"}
    assert scope(session, chain, "MIX-1") == {"BAR-1", "MIX-1"}


def test_what_a_consumer_brings_back_is_not_sold_any_more(session: Session) -> None:
    chain = supply_chain(session, "shop makes A-1 10\nshop sells A-1 6\nshop takes back A-1 2")
    assert (figures(session, chain, "A-1").sold, at(session, chain, "A-1", "shop").on_hand) == (4, 6)


def test_more_counted_back_than_was_made_is_shown_and_never_clamped(session: Session) -> None:
    chain = supply_chain(session, "mill makes A-1 10\nshop receives A-1 15 from mill\nshop destroys A-1 15")
    found = figures(session, chain, "A-1")
    assert (found.destroyed, found.unaccounted) == (15, -15)
    assert "receipt_without_shipment" in rules(session, chain, "A-1")


def test_the_same_lot_text_of_two_producers_is_two_batches(session: Session) -> None:
    chain = supply_chain(
        session,
        "mill makes FLOUR-1 10\nmill ships FLOUR-1 10 to shop\nfarm makes MILK-1 10\nfarm ships MILK-1 10 to kiosk",
    )
    assert set(places(session, chain, "FLOUR-1")) == {"mill", "shop"}


def test_different_units_of_measure_are_never_added(session: Session) -> None:
    chain = supply_chain(session, "mill makes A-1 10\nmill makes A-1 5 kg\nmill ships A-1 4 kg to shop")
    assert figures(session, chain, "A-1").produced == 10
    assert (figures(session, chain, "A-1", "KGM").produced, figures(session, chain, "A-1", "KGM").in_transit) == (5, 4)


def test_a_past_moment_reads_the_same_after_later_events(session: Session) -> None:
    chain = supply_chain(session, "mill makes A-1 10\nmill ships A-1 4 to shop")
    until = session.scalars(select(Event.at).order_by(Event.at.desc())).first()
    before = supply_graph.load(session, [chain["A-1"]], until=until)
    chain = supply_chain(session, "shop receives A-1 4 from mill\nshop makes B-1 4 from A-1 4", chain)
    after = supply_graph.load(session, [chain["A-1"]], until=until)
    assert (after.depth, after.movements, after.evidence) == (before.depth, before.movements, before.evidence)


def test_an_event_declared_in_error_does_not_double_the_shipment(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes A-1 100
        wrong: mill ships A-1 70 to shop
        mill ships A-1 17 to shop
        error wrong
        """,
    )
    assert edges(session, chain, "A-1") == {("mill", "shop"): (17, 0)}


def test_a_duplicate_message_counts_once(session: Session) -> None:
    chain = supply_chain(session, "mill makes A-1 100\nmill ships A-1 70 to shop")
    rows = read_rows(session)
    assert set(capture(session, chain.events).fates) == {"repeated"}
    assert read_rows(session) == rows


def test_a_shipment_from_a_place_to_itself_moves_nothing(session: Session) -> None:
    chain = supply_chain(session, "mill makes A-1 10\nmill ships A-1 10 to mill")
    assert edges(session, chain, "A-1") == {}
    assert at(session, chain, "A-1", "mill").on_hand == 10
    assert "self_shipment" in rules(session, chain, "A-1")


def test_a_fan_out_of_thousands_lists_every_outlet(session: Session) -> None:
    chain = supply_chain(session, "1: mill makes A-1 2400")
    for first in range(0, 2_400, 800):
        shipments = (f"2: mill ships A-1 1 to shop{number}" for number in range(first, first + 800))
        chain = supply_chain(session, "\n".join(shipments), chain)
    assert len(supply_graph.load(session, [chain["A-1"]]).evidence) == 2_401
    assert figures(session, chain, "A-1").in_transit == 2_400


def test_a_packing_captured_late_fills_the_earlier_shipment(session: Session) -> None:
    chain = supply_chain(session, "1: mill makes A-1 48\n3: mill ships #1 to shop\n4: shop receives #1 from mill")
    chain = supply_chain(session, "2: mill packs A-1 48 into #1", chain)
    assert edges(session, chain, "A-1") == {("mill", "shop"): (48, 48)}


def test_a_reused_pallet_carries_what_was_in_it_at_that_time(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill packs A-1 10 into #1
        mill ships #1 to shop
        shop unpacks #1
        shop packs B-1 7 into #1
        shop ships #1 to mill
        """,
    )
    assert edges(session, chain, "A-1") == {("mill", "shop"): (10, 0)}
    assert edges(session, chain, "B-1") == {("shop", "mill"): (7, 0)}


def test_a_case_with_a_serial_of_its_own_moves_with_what_is_in_it(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes ITEM-1 1, CASE-1 1
        mill packs ITEM-1/7 into CASE-1/1
        mill packs CASE-1/1 into #1
        mill ships #1 to shop
        """,
    )
    assert edges(session, chain, "ITEM-1") == {("mill", "shop"): (1, 0)}
    assert edges(session, chain, "CASE-1") == {("mill", "shop"): (1, 0)}


def test_a_sender_that_a_matched_receipt_names_stays_in_the_list(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill  ships    A-1 10 to shop by S1
        shop  receives A-1 10 from broker by S1
        """,
    )
    assert edges(session, chain, "A-1") == {("mill", "shop"): (10, 10)}
    assert set(places(session, chain, "A-1")) == {"mill", "shop", "broker"}


def test_a_receipt_captured_late_takes_first_of_what_was_sent_to_nowhere_in_particular(session: Session) -> None:
    chain = supply_chain(session, "1: mill ships A-1 10\n3: dock receives A-1 ? from mill")
    assert "receipt_without_shipment" not in rules(session, chain, "A-1")
    chain = supply_chain(session, "2: shop receives A-1 10 from mill", chain)
    assert edges(session, chain, "A-1")["mill", "shop"] == (10, 10)
    assert "receipt_without_shipment" in rules(session, chain, "A-1")


def test_a_shipment_captured_late_frees_the_serial_that_a_void_took_instead(session: Session) -> None:
    story = "1: mill ships A-1/7 to shop\n3: mill voids A-1 5 to shop by P1\n9: dock receives A-1/7"
    chain = supply_chain(session, story)
    assert "receipt_without_shipment" in rules(session, chain, "A-1")
    chain = supply_chain(session, "2: mill ships A-1 5 to shop by P1", chain)
    assert edges(session, chain, "A-1")["mill", "dock"] == (1, 1)
    assert "receipt_without_shipment" not in rules(session, chain, "A-1")


def test_every_amount_is_an_exact_decimal(session: Session) -> None:
    chain = supply_chain(session, "mill makes A-1 0.1 kg\nmill makes A-1 0.2 kg")
    amounts = session.execute(select(Posting.amount, Posting.scale).where(Posting.entry == Entry.MADE))
    assert sum(from_stored(amount, scale) for amount, scale in amounts if amount is not None) == Decimal("0.3")
    assert figures(session, chain, "A-1", "KGM").on_hand == Decimal("0.3")
