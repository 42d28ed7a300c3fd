"""What an unknown quantity does to the figures beside it (RULES 8)."""

from decimal import Decimal

from sqlalchemy.orm import Session

from recalls.ways_back import find_ways_back
from tests.chains import supply_chain
from trace.ledger import read_postings
from trace.tally import tally, tally_places

STORY = """
    mill   makes FLOUR-1 100 kg
    mill   ships FLOUR-1 60 kg to bakery
    bakery receives FLOUR-1 60 kg from mill
    bakery makes BREAD-7 30 from FLOUR-1
"""


def test_an_unknown_quantity_makes_the_figures_in_every_unit_lower_bounds(session: Session) -> None:
    chain = supply_chain(session, STORY)
    figures = tally(read_postings(session, [chain["FLOUR-1"], chain["BREAD-7"]]))
    assert {(batch, uom): row.complete for (batch, uom), row in figures.items()} == {
        (chain["FLOUR-1"], "KGM"): False,
        (chain["BREAD-7"], ""): True,
    }
    assert figures[chain["FLOUR-1"], "KGM"].produced == Decimal(100)


def test_a_batch_of_unknown_quantity_alone_is_still_a_row(session: Session) -> None:
    chain = supply_chain(session, "mill makes FLOUR-1")
    figures = tally(read_postings(session, [chain["FLOUR-1"]]))
    assert [(uom, row.produced, row.complete) for (_, uom), row in figures.items()] == [("", Decimal(0), False)]


def test_only_the_place_that_used_an_unknown_quantity_has_lower_bounds(session: Session) -> None:
    chain = supply_chain(session, STORY)
    places = tally_places(read_postings(session, [chain["FLOUR-1"]]))
    assert not places[chain["bakery"], "KGM"].complete
    assert places[chain["mill"], "KGM"].complete


BACK_AND_FORTH = """
    1: mill  makes    A-1 100
    2: mill  ships    A-1 60 to shop
    3: shop  receives A-1 60 from mill
    4: shop  ships    A-1 10 to mill
    5: mill  receives A-1 10 from shop
    6: mill  ships    A-1 5 to shop
    1: shop  makes    B-1 40
    7: shop  ships    B-1 30 to mill
    1: depot makes    A-2 9
    2: shop  receives A-2 9 from depot
    8: shop  ships    A-2 20 to depot
"""


def test_only_what_goes_back_to_where_the_batch_came_from_is_returned(session: Session) -> None:
    chain = supply_chain(session, BACK_AND_FORTH)
    for lots, shop, others in (
        (["A-1", "B-1"], 10, {"mill": 0}),
        (["A-2"], 9, {"depot": 0}),
        (["B-1"], 0, {"mill": 0}),
    ):
        places = tally_places(read_postings(session, [chain[lot] for lot in lots]))
        assert places[chain["shop"], ""].returned == shop, lots
        assert {name: places[chain[name], ""].returned for name in others} == others, lots


def test_returns_of_columns_are_those_that_are_told_one_by_one(session: Session) -> None:
    chain = supply_chain(session, BACK_AND_FORTH)
    postings = read_postings(session, [chain[lot] for lot in ("A-1", "B-1", "A-2")])
    told = {(place, uom): Decimal(0) for place, uom in tally_places(postings)}
    for (place, _, uom), way in find_ways_back(postings).items():
        told[place, uom] += way.sent
    assert {key: figures.returned for key, figures in tally_places(postings).items()} == told
