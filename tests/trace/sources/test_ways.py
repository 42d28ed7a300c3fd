"""The walk back: what leads to what, in small networks, in all small networks, and in graph bombs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trace.sources.small_networks import PLACES, closure, networks, next_by_definition
from trace.sources.periods import Period, read_period, read_unspecified, write_period, write_unspecified
from trace.sources.scores import Case, explain
from trace.sources.ways import Assumptions, Delivery, Node, build_ways


def delivery(text: str) -> Delivery:
    """``F1 farm dairy 2026-01-01 2026-01``: ID, from, to, departed, arrived; ``?`` is unknown."""
    name, origin, destination, *dates = text.split()
    departed, arrived = ([None if one == "?" else read_period(one) for one in dates] + [None, None])[:2]
    return Delivery(name, origin, destination, departed, arrived)


def deliveries(text: str) -> list[Delivery]:
    return [delivery(line) for line in text.strip().splitlines()]


def links(text: str) -> list[tuple[Node, Node]]:
    pairs = [pair.split(">") for pair in text.split()]
    return [(("delivery", one), ("delivery", other)) for one, other in pairs]


def forward(of: str, network: str, linked: str = "", **assumed: Any) -> set[Any]:
    some = {name: frozenset(value.split()) if isinstance(value, str) else value for name, value in assumed.items()}
    return build_ways(deliveries(network), links(linked), Assumptions(**some)).reached([("delivery", of)], "delivery")


MIXED = """
    in   farm  dairy 2026-01-05 2026-01-06
    out0 dairy shop  2026-01-05
    out1 dairy shop  2026-01-06
    out2 dairy shop  ?          2026-01-04
    out3 dairy shop  2026-01
    out4 dairy shop
"""


def test_a_mixing_place_lets_go_what_came_the_same_day_or_at_an_unknown_time() -> None:
    assert forward("in", MIXED, mixing_places="dairy") == {"out1", "out3", "out4"}


def test_without_dates_everything_that_leaves_a_mixing_place_may_have_come_in() -> None:
    every = {"out0", "out1", "out2", "out3", "out4"}
    assert forward("in", MIXED, mixing_places="dairy", dates=False) == every


def test_a_link_that_is_named_is_kept_whatever_its_dates_say() -> None:
    assert forward("in", MIXED, "in>out0") == {"out0"}


def test_an_unknown_arrival_may_go_into_everything() -> None:
    network = "in farm dairy\nout dairy shop 2020-01-01"
    assert forward("in", network, mixing_places="dairy") == {"out"}


def test_a_stopped_place_passes_nothing_on_and_still_explains_itself() -> None:
    network = deliveries("in farm dairy\nout dairy shop")
    ways = build_ways(network, links("in>out"), Assumptions(stopped_places=frozenset({"dairy"})))
    assert ways.reached([("place", "dairy")], "delivery") == set()
    assert ways.leading([("at", "dairy")], "place") == {"farm", "dairy"}
    assert ways.leading([("at", "shop")], "delivery") == {"out"}


def test_a_stopped_delivery_does_not_reach_its_place() -> None:
    network = deliveries("in farm dairy\nout dairy shop")
    ways = build_ways(network, links("in>out"), Assumptions(stopped_deliveries=frozenset({"in"})))
    assert ways.leading([("at", "dairy")], "delivery") == set()
    assert ways.reached([("place", "farm")], "delivery") == {"in"}


def test_deliveries_mixed_with_each_other_share_where_they_went_as_far_as_dates_allow() -> None:
    network = """
        a  farm dairy 2026-01-01
        b  farm dairy 2026-01-03
        ao dairy shop 2026-01-02
        bo dairy shop 2026-01-04
    """
    assert forward("a", network, "a>ao b>bo", mixing_deliveries="a b") == {"ao", "bo"}
    assert forward("b", network, "a>ao b>bo", mixing_deliveries="a b") == {"bo"}


def test_deliveries_flagged_at_two_places_share_nothing() -> None:
    network = "a farm dairy\nb farm mill\nao dairy shop\nbo mill shop"
    assert forward("a", network, "a>ao b>bo", mixing_deliveries="a b") == {"ao"}


def test_goods_that_come_back_make_a_cycle_and_the_walk_ends() -> None:
    network = deliveries("a farm dairy\nb dairy shop\nc shop dairy")
    ways = build_ways(network, links("a>b b>c c>b"))
    assert ways.reached([("delivery", "b")], "delivery") == {"c"}
    explained = explain(ways, [Case([("at", "shop")])])
    assert explained.of_kind("delivery") == {"a": 1, "b": 1, "c": 1}


def test_a_score_is_the_weight_explained_over_all_weight() -> None:
    ways = build_ways(deliveries("a farm shop\nb farm kiosk\nc mill kiosk"), [])
    explained = explain(
        ways, [Case([("at", place)], Decimal(weight)) for place, weight in (("shop", 1), ("kiosk", 2), ("fair", 3))]
    )
    assert explained.total == 6
    scores = {name: explained.score(bits) for name, bits in explained.of_kind("place").items()}
    assert scores == {"farm": 0.5, "shop": 1 / 6, "kiosk": 1 / 3, "mill": 1 / 3}


def test_no_weight_explains_nothing() -> None:
    ways = build_ways(deliveries("a farm shop"), [])
    assert explain(ways, []).score(0) == 0.0


@pytest.mark.parametrize("text", ["2026", "2026-02", "2026-02-28", "2024-02", "0999", "9999-12"])
def test_a_partial_date_is_written_as_it_was_read(text: str) -> None:
    assert write_period(read_period(text)) == text
    assert read_unspecified(write_unspecified(read_period(text))) == read_period(text)


def test_unspecified_parts_are_written_as_the_standard_does() -> None:
    assert write_unspecified(read_period("2026-02")) == "2026-02-XX"
    assert write_unspecified(None) == "XXXX-XX-XX"
    assert read_unspecified("XXXX-XX-XX") is None


@pytest.mark.parametrize("text", ["", "26", "2026-13", "2026-02-30", "2026-00", "0000", "2026-1-1", "２０２６"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Expected a date"):
        read_period(text)


def test_a_chain_of_two_hundred_thousand_deliveries_has_its_scores() -> None:
    count = 200_000
    chain = [Delivery(number, number, number + 1) for number in range(count)]
    ways = build_ways(chain, ((("delivery", number), ("delivery", number + 1)) for number in range(count - 1)))
    explained = explain(ways, [Case([("at", count)])])
    assert len(explained.of_kind("delivery")) == count
    assert len(ways.leading([("at", count)], "delivery")) == count


def test_dense_layers_are_no_more_work_than_their_links() -> None:
    layers, width = 49, 40
    network = [
        Delivery((layer, number), (layer, number), (layer + 1, other))
        for layer in range(layers)
        for number in range(width)
        for other in [number]
    ]
    dense: list[tuple[Node, Node]] = [
        (("delivery", (layer, one)), ("delivery", (layer + 1, other)))
        for layer in range(layers - 1)
        for one in range(width)
        for other in range(width)
    ]
    cases = [Case([("at", (layers, number))]) for number in range(width)]
    explained = explain(build_ways(network, dense), cases)
    assert explained.of(("delivery", (0, 0))) == explained.all
    assert explained.score(explained.of(("delivery", (layers - 1, 0)))) == 1 / width


def test_a_place_that_mixes_thousands_adds_a_chain_and_not_a_product() -> None:
    count = 5_000
    coming = [Delivery(("in", number), "farm", "hub", *_on(number)) for number in range(count)]
    going = [Delivery(("out", number), "hub", number, *_on(number)) for number in range(count)]
    ways = build_ways([*coming, *going], [], Assumptions(mixing_places=frozenset({"hub"})))
    assert sum(map(len, ways.following)) < 12 * count
    assert len(ways.reached([("delivery", ("in", 0))], "delivery")) == count
    assert len(ways.leading([("at", 0)], "delivery")) == 2


def _on(number: int) -> tuple[Period, Period]:
    day = date.fromordinal(730_000 + number)
    return Period(day, day), Period(day, day)


# -- all small networks, against the definition read literally --------------------------------------------------------


@given(networks(), st.lists(st.tuples(st.sampled_from(PLACES), st.integers(1, 9)), min_size=1, max_size=4))
def test_every_small_network_is_walked_as_defined(network: Any, told: list[tuple[str, int]]) -> None:
    some, linked, rules = network
    ways = build_ways(some, [(("delivery", a), ("delivery", b)) for a, b in linked], rules)
    following = next_by_definition(some, linked, rules)
    cases = [Case([("at", place)], Decimal(weight)) for place, weight in told]
    explained = explain(ways, cases)
    for one in some:
        reached = closure(one.id, following)
        assert ways.reached([one.node], "delivery") == reached - {one.id}
        assert ways.leading([one.node], "delivery") == {
            other.id for other in some if one.id in closure(other.id, following)
        } - {one.id}
        places = {
            other.destination
            for other in some
            if other.id in {one.id} | reached and other.id not in rules.stopped_deliveries
        }
        weight = sum(weight for place, weight in told if place in places)
        assert explained.score(explained.of(one.node)) == weight / sum(weight for _, weight in told)
