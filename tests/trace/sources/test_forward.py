"""Forward again from a chosen source, under the same assumptions: what it reaches, and where cases were found."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.chains import Chain, supply_chain
from tests.trace.sources.asking import ask, names, papers
from tests.trace.sources.test_search import DAIRY


def reached(chain: Chain, found: Any) -> tuple[dict[str, list[int]], dict[str, list[int]], dict[str, list[int]]]:
    """The cases found in batches, in deliveries and at places, by name."""
    called = names(chain)
    batches, movements, locations = (found["forward"][name] for name in ("batches", "movements", "locations"))
    return (
        {called[row["id"]]: row["cases"] for row in batches},
        {papers(row): row["cases"] for row in movements},
        {called[row["id"]]: row["cases"] for row in locations},
    )


@pytest.mark.parametrize(
    ("source", "batches", "places"),
    [
        ({"location": "farmA"}, {"MILK-1": [], "CREAM-1": []}, {"dairy": [], "kiosk": [], "shop": [0]}),
        ({"batch": "MILK-1"}, {"CREAM-1": []}, {"farmA": [], "dairy": [], "kiosk": [], "shop": [0]}),
        ({"document": "D1"}, {"MILK-1": [], "CREAM-1": []}, {"dairy": [], "kiosk": [], "shop": [0]}),
    ],
    ids=str,
)
def test_a_source_reaches_more_than_the_cases(session: Session, source: Any, batches: Any, places: Any) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"location": "shop"}, {"batch": "CURD-1"}], forward=source)
    movements = {"D3": [], "D4": []} if "document" in source else {"D1": [], "D3": [], "D4": []}
    assert reached(chain, found) == (batches, movements, places)
    assert found["forward"]["source"]["cases"] == [0]
    assert found["forward"]["source"]["score"] == 0.5
    assert found["forward"]["locations"][0]["cases"] == []  # where nobody has looked yet comes first


def test_what_is_reached_goes_beyond_what_leads_to_the_cases(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"document": "D2"}], forward={"location": "farmB"})
    assert reached(chain, found) == (
        {"MILK-2": [], "CURD-1": []},
        {"D2": [0], "D5": []},
        {"kiosk": [], "dairy": [0]},
    )
    assert {papers(row) for row in found["movements"]} == {"D2"}


def test_a_source_that_explains_no_case_is_told_as_well(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"location": "shop"}], forward={"batch": "CURD-1"})
    assert reached(chain, found) == ({}, {"D5": []}, {"dairy": [], "kiosk": []})
    assert found["forward"]["source"]["score"] == 0


def test_forward_goes_by_what_is_assumed(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    cases, farm = [{"location": "shop"}], {"location": "farmA"}
    stopped = ask(session, chain, cases, forward=farm, stop={"locations": ["dairy"]})
    assert reached(chain, stopped) == ({"MILK-1": []}, {"D1": []}, {"dairy": []})
    mixed = ask(session, chain, cases, forward=farm, mixing={"locations": ["dairy"]})
    assert reached(chain, mixed)[1] == {"D1": [], "D3": [], "D4": [], "D5": []}
    shared = ask(session, chain, cases, forward=farm, mixing={"documents": ["D1", "D2"]})
    assert reached(chain, shared)[1] == {"D1": [], "D3": [], "D4": [], "D5": []}


def test_what_left_a_mixing_place_is_reached_though_the_goods_that_came_never_left(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        farm makes MILK-1 10
        mill makes FLOUR-1 10
        3: farm ships MILK-1 10 to hub by D1
        1: mill ships FLOUR-1 10 to hub by D2
        5: hub ships FLOUR-1 5 to shop by D3
        2: hub ships FLOUR-1 5 to kiosk by D4
        """,
    )
    mixing = {"locations": ["hub"]}
    found = ask(session, chain, [{"location": "kiosk"}], mixing=mixing, forward={"batch": "MILK-1"})
    assert reached(chain, found)[1] == {"D1": [], "D3": []}
    undated = ask(session, chain, [{"location": "kiosk"}], mixing=mixing, forward={"batch": "MILK-1"}, dates=False)
    assert reached(chain, undated)[1] == {"D1": [], "D3": [], "D4": []}
    assert reached(chain, undated)[2] == {"farm": [], "hub": [], "shop": [], "kiosk": [0]}


def test_the_ways_go_from_the_source_that_was_chosen(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"location": "shop"}], forward={"location": "farmA"}, paths=True)
    assert found["paths"]["source"] == found["forward"]["source"]
