"""What an unknown quantity does to the figures beside it (RULES 8)."""

from decimal import Decimal

from sqlalchemy.orm import Session

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
