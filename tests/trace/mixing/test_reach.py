"""Evidence `possible` in small supply chains (RULES 7): goods without a lot, mixing places, dates, quantities."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.chains import NOW, OPERATOR, Chain, supply_chain
from trace import supply_graph
from trace.bodies import LocationIn, MixingIn, PartyIn
from trace.ledger import read_postings
from trace.master_data import register_location, register_party
from trace.mixing.arcs import DAY
from trace.mixing.flags import flag_place
from trace.mixing.possible import Possible
from trace.mixing.reach import find_possible

Bounds = tuple[Any, Any, Any]
MIXED = """
    0: mill   makes  FLOUR-A 40
    0: mill   makes  FLOUR-B 60
    1: mill   ships  FLOUR-A 40 to depot by S1
    2: depot  receives FLOUR-A 40 from mill by S1
    1: mill   ships  FLOUR-B 60 to depot by S2
    2: depot  receives FLOUR-B 60 from mill by S2
"""
"""40 units in scope and 60 others come to the depot."""


def possible(session: Session, chain: Chain, *seeds: str, day: float | None = None, tolerance: int = DAY) -> Possible:
    """What a trace of the seeds says of goods that no name tells."""
    until = None if day is None else (1_767_225_600 + int(day * 86_400)) * 1_000_000
    batches = supply_graph.load(session, [chain[seed] for seed in seeds], until=until).depth
    return find_possible(session, batches, read_postings(session, batches, until), until, tolerance)


def places(chain: Chain, found: Possible) -> dict[str | None, Bounds]:
    return {
        chain.name(place): (amounts.lower, amounts.expected, amounts.upper)
        for (place, _), amounts in found.places.items()
    }


def batches(chain: Chain, found: Possible) -> dict[str | None, Bounds]:
    return {
        chain.name(batch): (amounts.lower, amounts.expected, amounts.upper)
        for (batch, _), amounts in found.batches.items()
    }


def total(found: Possible) -> list[Bounds]:
    return [(amounts.lower, amounts.expected, amounts.upper) for amounts in found.totals.values()]


def rules(found: Possible) -> list[str]:
    return [one.rule for one in found.findings]


def flag(session: Session, chain: Chain, place: str, **flag: Any) -> None:
    """Register a place of the story and flag it as one that mixes lots."""
    uri = chain.uri(place)
    gln = uri.rsplit("/", 1)[1]
    register_party(session, OPERATOR, PartyIn(gln=gln, name=place), NOW)
    register_location(session, OPERATOR, LocationIn(gln=gln, name=place, party=gln, kind="warehouse"), NOW)
    flag_place(session, OPERATOR, uri, MixingIn.model_validate(flag, strict=False), NOW)


def test_goods_that_moved_on_without_a_lot_may_be_of_any_lot_that_was_there(session: Session) -> None:
    chain = supply_chain(
        session,
        MIXED
        + """
        3: depot ships FLOUR 30 to shop by D1
        4: shop  receives FLOUR 30 from depot by D1
        3: depot ships FLOUR 50 to store by D2
        """,
    )
    found = possible(session, chain, "FLOUR-A")
    assert places(chain, found) == {"shop": (0, 12, 30), "store": (0, 20, 40)}
    assert found.inbound == {(chain["store"], "")}
    assert total(found) == [(20, 32, 40)]  # the sum of the bounds would be 0 … 70
    assert possible(session, chain, "FLOUR-A", day=2.5).places == {}


def test_a_chain_of_places_without_lots_is_followed_to_its_end(session: Session) -> None:
    chain = supply_chain(
        session,
        MIXED
        + """
        3: depot ships FLOUR 95 to hub by D1
        4: hub   receives FLOUR 95 from depot by D1
        5: hub   ships FLOUR 95 to shop by D2
        6: shop  receives FLOUR 95 from hub by D2
        7: shop  sells FLOUR 90
        """,
    )
    found = places(chain, possible(session, chain, "FLOUR-A"))
    assert found == {"hub": (35, 38, 40), "shop": (35, 38, 40)}


def test_a_place_that_mixes_lots_taints_the_lots_that_leave_it(session: Session) -> None:
    text = (
        MIXED
        + """
        3: depot ships FLOUR-B 30 to shop by D1
        4: shop  receives FLOUR-B 30 from depot by D1
        5: shop  ships FLOUR-B 10 to kiosk by K1
    """
    )
    chain = supply_chain(session, text)
    assert possible(session, chain, "FLOUR-A") == Possible()
    flag(session, chain, "depot", gtin=chain.uri("FLOUR").split("/")[-1] if "FLOUR" in chain.uris else None)
    found = possible(session, chain, "FLOUR-A")
    assert places(chain, found) == {"shop": (0, 12, 30), "kiosk": (0, 4, 10)}
    assert batches(chain, found) == {"FLOUR-B": (0, 12, 30)}
    assert total(found) == [(0, 12, 30)]


@pytest.mark.parametrize(
    ("since", "until", "is_reached"),
    [("2026-01-03", None, True), (None, "2026-01-05", True), ("2026-01-10", None, False), (None, "2026-01-02", False)],
)
def test_only_what_left_while_lots_were_mixed_is_possible(
    session: Session, since: str | None, until: str | None, is_reached: bool
) -> None:
    chain = supply_chain(session, MIXED + "4: depot ships FLOUR-B 30 to shop by D1")
    days = {name: date.fromisoformat(day) for name, day in (("since", since), ("until", until)) if day}
    flag(session, chain, "depot", **days)
    assert places(chain, possible(session, chain, "FLOUR-A")) == ({"shop": (0, 12, 30)} if is_reached else {})


def test_a_flag_counts_as_of_the_moment_it_was_recorded(session: Session) -> None:
    chain = supply_chain(session, MIXED + "4: depot ships FLOUR-B 30 to shop by D1")
    flag(session, chain, "depot")  # a year later
    assert places(chain, possible(session, chain, "FLOUR-A", day=360)) == {}
    assert places(chain, possible(session, chain, "FLOUR-A", day=366)) == {"shop": (0, 12, 30)}


def test_lots_of_another_product_stay_what_they_are_where_one_product_is_mixed(session: Session) -> None:
    chain = supply_chain(
        session,
        MIXED + "3: mill makes RYE-1 5\n4: depot ships FLOUR-B 30 to shop by D1\n5: mill ships RYE-1 5 to depot",
    )
    flag(session, chain, "depot", gtin=chain.uri("RYE-1").split("/01/")[1][:14])
    assert possible(session, chain, "FLOUR-A") == Possible()


def test_what_left_before_the_goods_came_is_not_possible_but_the_same_day_is(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        0: mill  makes FLOUR-A 10
        0: depot makes FLOUR-B 50
        1: depot ships FLOUR 20 to early by D1
        4: mill  ships FLOUR-A 10 to depot by S1
        5.5: depot receives FLOUR-A 10 from mill by S1
        5.2: depot ships FLOUR 20 to sameday by D2
        """,
    )
    assert places(chain, possible(session, chain, "FLOUR-A")) == {"sameday": (0, 5, 10)}
    assert places(chain, possible(session, chain, "FLOUR-A", tolerance=0)) == {}


def test_impossible_dates_prune_nothing_that_is_named(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        0: mill  makes FLOUR-A 10
        9: depot receives FLOUR-A 10 from mill by S1
        1: depot ships FLOUR-A 10 to shop by D1
        1: depot ships FLOUR 5 to kiosk by D2
        """,
    )
    supply = supply_graph.load(session, [chain["FLOUR-A"]])
    assert supply.evidence[chain["shop"]] == "certain"
    found = possible(session, chain, "FLOUR-A")
    assert places(chain, found).get("kiosk") is None
    assert rules(found) == ["unrecorded_in_scope"]


def test_an_unknown_quantity_is_limited_by_what_was_there_and_one_that_came_by_nothing(session: Session) -> None:
    chain = supply_chain(
        session,
        MIXED
        + """
        3: depot ships FLOUR ? to shop by D1
        0: mill  makes RYE-1 ?
        1: mill  ships RYE-1 ? to depot by R1
        2: depot receives RYE-1 ? from mill by R1
        3: depot ships RYE ? to kiosk by R2
        """,
    )
    assert places(chain, possible(session, chain, "FLOUR-A")) == {"shop": (0, 0, 40)}
    found = possible(session, chain, "RYE-1")
    assert places(chain, found) == {"kiosk": (0, 0, None)}
    assert rules(found) == ["possible_without_units"]


def test_what_was_made_of_goods_that_may_be_in_scope_is_possible_as_a_whole(session: Session) -> None:
    chain = supply_chain(
        session,
        MIXED
        + """
        3: depot ships FLOUR 30 to bakery by D1
        4: bakery receives FLOUR 30 from depot by D1
        5: bakery makes BREAD-7 100 from FLOUR 30
        6: bakery ships BREAD-7 80 to shop by B1
        7: shop makes CRUMBS-1 5 from BREAD-7 2
        7: bakery makes CAKE-2 5 from SUGAR-1 2
        """,
    )
    found = possible(session, chain, "FLOUR-A")
    assert batches(chain, found) == {"BREAD-7": (0, 40, 100), "CRUMBS-1": (0, 2, 5)}
    assert places(chain, found) == {"bakery": (0, 12, 30), "shop": (0, 32, 80)}


def test_all_of_what_was_made_is_in_scope_where_some_of_the_goods_must_be(session: Session) -> None:
    chain = supply_chain(
        session,
        MIXED
        + """
        3: depot ships FLOUR 95 to bakery by D1
        4: bakery receives FLOUR 95 from depot by D1
        5: bakery makes BREAD-7 100 from FLOUR 95
        6: bakery ships BREAD 80 to shop by B1
        """,
    )
    found = possible(session, chain, "FLOUR-A")
    assert batches(chain, found) == {"BREAD-7": (100, 100, 100)}
    assert places(chain, found)["shop"] == (80, 80, 80)


def test_a_receipt_that_nobody_shipped_is_a_departure_from_its_sender(session: Session) -> None:
    chain = supply_chain(session, MIXED + "4: shop receives FLOUR 30 from depot\n4: kiosk receives FLOUR 7")
    assert places(chain, possible(session, chain, "FLOUR-A")) == {"shop": (0, 12, 30)}


def test_a_shipment_told_after_its_receipt_leaves_its_sender_once(session: Session) -> None:
    chain = supply_chain(
        session, MIXED + "4: shop receives FLOUR 95 from depot by D1\n5: depot ships FLOUR 95 to shop by D1"
    )
    found = possible(session, chain, "FLOUR-A")
    assert places(chain, found) == {"shop": (35, 38, 40)}
    assert total(found) == [(35, 38, 40)]


def test_a_receipt_without_the_lot_of_its_shipment_is_of_the_goods_that_were_on_the_way(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        0: mill  makes FLOUR-A 10
        1: mill  ships FLOUR-A 10 to depot by D1
        2: depot receives FLOUR 10 from mill by D1
        3: depot ships FLOUR 10 to shop by S1
        """,
    )
    found = possible(session, chain, "FLOUR-A")
    assert places(chain, found) == {"shop": (10, 10, 10)}  # what came to the depot is named: it is under way to it
    assert total(found) == [(10, 10, 10)]


def test_a_receipt_without_a_lot_may_be_of_either_lot_on_the_way(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        0: mill  makes FLOUR-A 10
        0: mill  makes FLOUR-B 10
        1: mill  ships FLOUR-A 10 to depot by D1
        1: mill  ships FLOUR-B 10 to depot by D2
        2: depot receives FLOUR 5 from mill
        3: depot ships FLOUR 5 to shop by S1
        """,
    )
    assert places(chain, possible(session, chain, "FLOUR-A")) == {"shop": (0, 2.5, 5)}


def test_a_receipt_with_the_lot_tells_what_was_shipped_without(session: Session) -> None:
    chain = supply_chain(
        session,
        MIXED
        + """
        3: depot ships FLOUR 30 to shop by D1
        4: shop  receives FLOUR-A 8 from depot by D1
        """,
    )
    assert places(chain, possible(session, chain, "FLOUR-A")) == {"shop": (0, 4, 22)}


def test_units_of_measure_are_mixed_apart_and_fractions_are_exact(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        0: mill  makes FLOUR-A 0.5 kg
        0: mill  makes FLOUR-B 1 kg
        0: mill  makes FLOUR-A 7
        1: mill  ships FLOUR 0.25 kg to shop by D1
        """,
    )
    found = possible(session, chain, "FLOUR-A")
    assert found.places[chain["shop"], "KGM"].expected == Decimal("0.083333")
    assert found.places[chain["shop"], "KGM"].upper == Decimal("0.25")
    assert len(found.places) == 1


def test_what_consumers_gave_back_without_a_lot_may_have_been_sold_anywhere(session: Session) -> None:
    chain = supply_chain(
        session,
        MIXED
        + """
        3: depot sells FLOUR-A 5
        9: shop takes back FLOUR 3
        """,
    )
    assert places(chain, possible(session, chain, "FLOUR-A"))["shop"][::2] == (0, 3)


def test_a_recall_of_goods_that_always_moved_under_their_lot_costs_one_statement(session: Session) -> None:
    chain = supply_chain(session, MIXED + "3: depot ships FLOUR-A 30 to shop by D1")
    batches = [chain["FLOUR-A"]]
    postings = read_postings(session, batches)
    statements = count_statements(session, lambda: find_possible(session, batches, postings, None, DAY))
    assert statements == 1


def count_statements(session: Session, run: Callable[[], object]) -> int:
    told: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        told.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    try:
        run()
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    return len(told)
