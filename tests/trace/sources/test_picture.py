"""The picture of a trace-back: places by the share of the cases that they explain, from sources to cases."""

from decimal import Decimal
from typing import Any, cast

from trace.picture import draw_supply
from trace.sources.picture import picture_sources
from trace.sources.rows import Sources


def place(name: str, score: float = 1.0) -> dict[str, Any]:
    return {"id": name, "gln": None, "name": name, "score": score, "explains_all": score == 1.0}


def moved(begin: str | None, end: str | None, score: float = 1.0) -> dict[str, Any]:
    return {"from_id": begin, "to_id": end, "score": score, "explains_all": score == 1.0}


def answer(places: list[dict[str, Any]], movements: list[dict[str, Any]]) -> Sources:
    return cast(Sources, {"locations": places, "movements": movements, "batches": [], "parties": [], "total_weight": 2})


def test_cases_stand_last_and_bands_are_the_strongest_of_their_deliveries() -> None:
    places = [place("farm"), place("dairy"), place("mall", 0.5), place("corner", 0.5), place("trader", 1 / 3)]
    movements = [
        moved("farm", "dairy"),
        moved("dairy", "mall", 0.5),
        moved("dairy", "mall", 0.25),
        moved("dairy", "corner", 0.5),
        moved("trader", "corner", 1 / 3),
        moved(None, "corner", 0.5),
    ]
    view = picture_sources(answer(places, movements), "en")
    columns = {node.key: node.column for node in view.nodes}
    assert columns == {"farm": 0, "dairy": 1, "trader": 1, "mall": 2, "corner": 2}
    shares = {(link.origin, link.target): (link.units, link.times, link.state) for link in view.links}
    assert shares["dairy", "mall"] == (Decimal("50.0"), 2, "sold")
    assert shares["farm", "dairy"] == (Decimal("100.0"), 1, "out")
    assert shares["trader", "corner"][0] == Decimal("33.3")
    assert len(shares) == 4
    svg = draw_supply(view, "en")
    assert "farm: explains all cases" in svg
    assert "dairy → mall: 2 deliveries, the strongest explains 50 %" in svg
    assert "pieces" not in svg


def test_circles_and_an_answer_without_deliveries_are_drawn() -> None:
    circle = answer([place("a"), place("b"), place("c")], [moved("a", "b"), moved("b", "a"), moved("b", "c")])
    view = picture_sources(circle, "zh")
    assert {node.key: node.column for node in view.nodes} == {"a": 0, "b": 0, "c": 1}
    assert view.heads == ("来源方向", "案例方向")
    assert "可解释全部案例" in draw_supply(view, "zh")
    alone = picture_sources(answer([place("a")], []), "zh")
    assert (len(alone.nodes), alone.links, alone.heads) == (1, (), ("",))
    assert picture_sources(answer([], []), "zh").nodes == ()


def test_each_column_has_its_strongest_places() -> None:
    places = [place("shop"), *(place(f"farm {at}", at / 10) for at in range(1, 10))]
    view = picture_sources(answer(places, [moved(f"farm {at}", "shop", at / 10) for at in range(1, 10)]), "zh", most=3)
    assert {node.key for node in view.nodes} == {"shop", "farm 9", "farm 8", "farm 7"}
    assert {link.origin for link in view.links} == {"farm 9", "farm 8", "farm 7"}
