"""Any answers in any order, between any reports: nothing is captured twice, and no unit is made or lost."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy.orm import Session

from recalls.models import Response
from recalls.responses.checks import AnswerRefused
from recalls.responses.figures import PARTS
from recalls.responses.units import read_units
from tests.recalls.chain import batch_uri, place_uri
from tests.recalls.responses.world import HOW, NOW, World
from trace.derivation.rebuild import find_differences

FIRMS = ("shop", "depot", "stall", "dairy")
REPORTS = 40


def act_at_random(world: World, chance: Random, hour: int) -> None:
    """A firm answers something, or reports something itself."""
    who = chance.choice(FIRMS)
    quantity = chance.randint(1, 6)
    match chance.randrange(6):
        case 0:
            world.chain.destroy(who, "yogurt", "L1", quantity)
        case 1:
            world.chain.ship(who, chance.choice([one for one in FIRMS if one != who]), "yogurt", "L1", quantity)
        case 2:
            world.chain.receive("shop", "depot", "yogurt", "L1", quantity)
        case _:
            answer_at_random(world, chance, who, NOW + timedelta(hours=hour))


def answer_at_random(world: World, chance: Random, who: str, at: object) -> None:
    """An answer that is taken brings the ledger up to it; the same again brings nothing."""
    figures = {name: chance.randint(0, 9) for name in PARTS if chance.random() < 0.5}
    supplier = place_uri(chance.choice(("dairy", "depot"))) if chance.random() < 0.7 else None
    try:
        response = world.answer(who, at, **figures, destruction=HOW, returned_to=supplier)  # type: ignore[arg-type]
        again = world.answer(who, at, **figures, destruction=HOW, returned_to=supplier)  # type: ignore[arg-type]
    except AnswerRefused:
        return
    assert captured(again) == (0, 0)
    stock = (world.number(place_uri(who)), world.number(batch_uri("yogurt", "L1")), "")
    units = read_units(world.session, world.case, (response.party_id, response.place_id), again.recorded_at)
    assert units.at(stock).destroyed >= figures.get("destroyed", 0)
    if units.suppliers.get(stock[:2]):
        assert units.at(stock).returned >= figures.get("returned", 0)


def captured(response: Response) -> tuple[Decimal | int, Decimal | int]:
    """The units that an answer of one line brought in."""
    (line,) = response.lines
    return line.captured_returned, line.captured_destroyed


def play(session: Session, seed: int) -> None:
    """So many acts one after the other."""
    world, chance = World(session), Random(seed)
    for hour in range(REPORTS):
        act_at_random(world, chance, hour)
        total = world.total()
        assert total.produced == total.accounted == 100
    assert not find_differences(session)


def test_random_answers_between_random_reports(session: Session) -> None:
    play(session, 1)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(2, 60))
def test_many_random_answers_between_random_reports(session: Session, seed: int) -> None:
    play(session, seed)
