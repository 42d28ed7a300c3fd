"""Distances and links over the edges between batches and transformations, against a walk over plain sets."""

import random
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from trace.descent import Links, measure_distances, transformation_node

numbers = st.integers(1, 9)
transformations = st.dictionaries(
    st.integers(-5, 5).filter(bool),
    st.tuples(st.sets(numbers, max_size=4), st.sets(numbers, max_size=4)),
    max_size=7,
)
"""By the number of the transformation: the batches that went in, and those that came out."""

Transformations = dict[int, tuple[set[int], set[int]]]


def edges_of(made: Transformations) -> list[tuple[int, int]]:
    found = []
    for number, (inputs, outputs) in made.items():
        node = transformation_node(number)
        found += [(batch, node) for batch in sorted(inputs)] + [(node, batch) for batch in sorted(outputs)]
    return found


def ends_of(edges: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [here for here, _ in edges], [there for _, there in edges]


def walk(seeds: set[int], made: Transformations) -> dict[int, int]:
    """The closure, level by level, as on paper."""
    depth, level, distance = dict.fromkeys(seeds, 0), set(seeds), 0
    while level:
        distance += 1
        level = {one for inputs, outputs in made.values() if inputs & level for one in outputs} - depth.keys()
        depth.update(dict.fromkeys(level, distance))
    return depth


@given(st.sets(numbers, max_size=3), transformations, st.randoms(use_true_random=False))
def test_distances_are_those_of_a_walk_by_levels_in_whatever_order_the_edges_come(
    seeds: set[int], made: Transformations, rng: random.Random
) -> None:
    edges = edges_of(made)
    rng.shuffle(edges)
    assert measure_distances(seeds, *ends_of(edges)) == walk(seeds, made)


@given(transformations, st.sets(numbers))
def test_links_are_all_pairs_of_input_and_output_each_once_and_in_order(made: Transformations, some: set[int]) -> None:
    pairs = {(one, other) for inputs, outputs in made.values() for one in inputs for other in outputs}
    links = Links(*ends_of(edges_of(made)))
    assert list(links) == sorted(pairs)
    assert len(links) == len(pairs)
    assert links == pairs
    assert links.within(some) == {(one, other) for one, other in pairs if one in some and other in some}
    assert links.at_most == sum(len(inputs) * len(outputs) for inputs, outputs in made.values())
    assert all(pair in links for pair in sorted(pairs)[:2])
    assert not any(pair in links for pair in ((10, 1), (-1, 1), "AB", (1, 2, 3)))
    assert links & {(1, 2)} == pairs & {(1, 2)}


@given(transformations, st.integers(1, 5))
def test_links_are_the_same_however_few_are_put_together_at_a_time(made: Transformations, few: int) -> None:
    links = Links(*ends_of(edges_of(made) * 2))
    with mock.patch("trace.descent.AT_ONCE", few):
        assert list(links) == sorted({(one, other) for used, new in made.values() for one in used for other in new})


def test_a_thousand_inputs_and_a_thousand_outputs_are_a_million_links_that_are_not_kept() -> None:
    links = Links(*ends_of(edges_of({-1: (set(range(1, 1001)), set(range(1001, 2001)))})))
    assert (len(links), links.at_most) == (1_000_000, 1_000_000)
    assert next(iter(links)) == (1, 1001)


def test_the_node_of_a_transformation_is_that_of_no_batch_and_of_no_other_transformation() -> None:
    nodes = [transformation_node(number) for number in (*range(-500, 0), *range(1, 501))]
    assert len(set(nodes)) == 1000
    assert all(node < 0 for node in nodes)
