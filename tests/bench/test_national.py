"""The benchmarks' network is what a capture would have left, and all ways to take batches back agree on it."""

from pathlib import Path

import numpy as np
import pytest

from bench.contenders import CLOSURE, RECURSIVE, Ask, Where, ask_ours, build_sql, open_networkx, open_sql, units_of
from bench.contest import digest
from bench.national import expected
from bench.network import Network, find_closure, grow, make_network, pick_recalls
from bench.network_rows import fill
from tests.conftest import NewDatabase
from trace.derivation.rebuild import find_differences


@pytest.fixture(scope="module")
def network() -> Network:
    return make_network(3_000, seed=1)


def test_a_seed_gives_the_same_network_always_and_another_seed_another(network: Network) -> None:
    again, other = make_network(3_000, seed=1), make_network(3_000, seed=2)
    assert np.array_equal(again.batch, network.batch)
    assert np.array_equal(again.at, network.at)
    assert not np.array_equal(other.batch[:100], network.batch[:100])


def test_what_a_batch_reaches_is_the_same_after_the_network_has_grown(network: Network) -> None:
    grown = grow(network, 6_000, seed=2)
    recalls = pick_recalls(network, [300, 1_000])
    assert len(grown.batch) > 2 * len(network.batch)
    assert np.all(np.diff(grown.at) >= 0)
    for batches in recalls.values():
        assert find_closure(grown, batches) == find_closure(network, batches)
    assert expected(grown, recalls) == expected(network, recalls)


def test_a_filled_network_is_what_a_rebuild_makes_of_its_events(network: Network, new_database: NewDatabase) -> None:
    database = new_database()
    fill(database, network)
    with database.write() as session:
        assert find_differences(session) == 0
        session.rollback()


def test_all_ways_find_the_same_outlets_and_units(network: Network, new_database: NewDatabase, tmp_path: Path) -> None:
    network.save(tmp_path)
    database = new_database()
    fill(database, network, "packed")
    where = Where(tmp_path, f"sqlite:///{tmp_path / 'plain.sqlite3'}")
    build_sql(where)
    recalls = pick_recalls(network, [100, 1_000])
    right = expected(network, recalls)
    ways: list[Ask] = [open_networkx(where), open_sql(RECURSIVE)(where), open_sql(CLOSURE)(where)]
    with database.read() as session:
        ways.append(lambda batches: ask_ours(session, batches))
        for size, batches in recalls.items():
            assert right[size]["outlets"] > 0
            assert [digest(units_of(way(batches))) for way in ways] == [right[size]] * len(ways)
