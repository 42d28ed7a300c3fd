"""Who may answer for whom: the firm itself, an official who was told, whoever holds the link."""

import pytest
from sqlalchemy.orm import Session

from recalls.cases import RecallNotFound
from recalls.links import make_token
from recalls.models import Notice
from recalls.responses.access import OnBehalf, find_link, find_reader, find_sender
from tests.recalls.chain import REGULATOR, gln_of, place_uri
from tests.recalls.responses.world import NOW, World
from trace.kit.auth import Principal
from trace.models import Location


def key_of(world: World, name: str) -> Principal:
    return Principal("company", world.firms[name].id, 9, name)


def test_a_drill_concerns_those_who_take_part_and_nobody_else(session: Session) -> None:
    world = World(session, drill=True, taking_part=("dairy", "depot"))
    case, sender = find_sender(session, key_of(world, "depot"), world.case.number, NOW)
    assert (case.number, sender.party_id) == (world.case.number, world.firms["depot"].id)
    with pytest.raises(RecallNotFound):
        find_sender(session, key_of(world, "shop"), world.case.number, NOW)
    with pytest.raises(RecallNotFound):
        find_reader(session, key_of(world, "shop"), world.case.number, NOW)


def test_a_place_answers_as_its_firm_once_that_is_registered(session: Session) -> None:
    world = World(session)
    stall = world.number(place_uri("stall"))
    notice = session.query(Notice).filter_by(place_id=stall, kind="notification").one()
    token = make_token("secret", notice.notice_id, NOW)
    _, _, sender = find_link(session, "secret", token, 30, NOW)
    assert (sender.party_id, sender.place_id) == (None, stall)
    behalf = OnBehalf(place=place_uri("stall"), spoke_with="摊主")
    assert find_sender(session, REGULATOR, world.case.number, NOW, behalf)[1].place_id == stall
    firm = world.chain.party("keeper")
    session.add(
        Location(id=stall, gln=gln_of("stall"), name="摊位", party_id=firm.id, kind="outlet", registered_at=NOW)
    )
    session.flush()
    _, _, sender = find_link(session, "secret", token, 30, NOW)
    assert (sender.party_id, sender.place_id) == (firm.id, None)
    assert find_sender(session, REGULATOR, world.case.number, NOW, behalf)[1].party_id == firm.id
