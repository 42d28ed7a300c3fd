"""The supply graph in networkx and the columns that recalls read say the same."""

import networkx as nx
from sqlalchemy.orm import Session

from tests.chains import supply_chain
from trace import supply_graph

STORY = """
    1: mill  makes    A-1 100
    2: mill  ships    A-1 60 to depot by S1
    2: mill  ships    A-1 20 to shop by S2
    3: depot receives A-1 60 from mill by S1
    4: depot ships    A-1 30 to shop by S3
    5: depot ships    A-1 10 to kiosk by S4
    6: kiosk ships    A-1 5 to depot by S5
"""


def test_tiers_are_the_least_hand_overs_in_the_graph_although_goods_go_back(session: Session) -> None:
    chain = supply_chain(session, STORY)
    supply = supply_graph.load(session, [chain["A-1"]])
    distances = nx.single_source_shortest_path_length(supply.graph(), chain["mill"])
    assert supply.tiers() == distances
    assert {chain.name(place): tier for place, tier in distances.items()} == {
        "mill": 0,
        "depot": 1,
        "shop": 1,
        "kiosk": 2,
    }


def test_the_graph_has_every_movement_once_with_its_units(session: Session) -> None:
    chain = supply_chain(session, STORY)
    supply = supply_graph.load(session, [chain["A-1"]])
    edges = {
        (origin, to, batch, uom): movement
        for origin, to, batches in supply.graph().edges(data="batches")
        for (batch, uom), movement in batches.items()
    }
    assert edges == supply.movements
    assert sum(one.shipped or 0 for one in edges.values()) == 125
