"""Answers kept, refused and captured: units are told once, and the ledger stays whole."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from recalls.impact import read_impact
from recalls.models import Notice, Response
from recalls.responses.answer import Answer, Sender
from recalls.responses.checks import AnswerRefused
from recalls.responses.record import CaseCancelled, NotAConsignee, NotYetAsked, record_response
from recalls.responses.stated import confirmed, latest, responders
from tests.conftest import database_maker
from tests.recalls import taking
from tests.recalls.chain import ADMIN, batch_uri, place_uri
from tests.recalls.responses.world import HOW, NOW, World, one_line
from trace.derivation.rebuild import find_differences
from trace.kit.db import Database
from trace.models import Event


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, World]]:
    """The world that every test begins with."""
    for make in database_maker(request.param, request, tmp_path_factory.mktemp("answers")):
        database = make()
        with Session(database.writer, expire_on_commit=False) as session:
            session.connection()
            world = World(session)
            session.commit()
        yield database, world


@pytest.fixture
def world(told: tuple[Database, World]) -> Iterator[World]:
    """It is as it was again after each test."""
    database, world = told
    with Session(database.writer, expire_on_commit=False) as session:
        session.connection()
        yield world.opened_again(session)


def whole(world: World) -> None:
    """Every unit that was made is somewhere, and a rebuild changes nothing."""
    total = world.total()
    assert total.produced == total.accounted == 100
    assert total.unaccounted == 0
    assert not find_differences(world.session)


def events(world: World) -> int:
    return world.session.scalar(select(func.count(Event.id))) or 0


def test_an_answer_of_all_kinds_is_kept_as_it_was_given(world: World) -> None:
    given = {"on_hand": 10, "quarantined": 6, "returned": 3, "destroyed": 2, "corrected": 1, "sold": 12, "lost": 2}
    response = world.answer("shop", **given, destruction=HOW, evidence="照片 3 张", note="盘点于今晨")
    stock = (world.number(place_uri("shop")), world.number(batch_uri("yogurt", "L1")), "")
    stands = latest(world.session, world.case)[stock]
    assert {name: int(value) for name, value in stands.said.items()} == given
    assert (stands.shipped_on, stands.party_id, stands.answered_at) == (None, world.firms["shop"].id, NOW)
    assert responders(world.session, world.case) == {(world.firms["shop"].id, None): NOW}
    assert (response.lines[0].destroyed_witness, response.lines[0].evidence) == ("县局监督员", "照片 3 张")


def test_what_the_ledger_lacks_is_captured_once_and_only_the_rest_when_it_rises(world: World) -> None:
    world.answer("shop", on_hand=19, destroyed=3, sold=8, destruction=HOW)
    before = events(world)
    assert (world.at("shop").destroyed, world.at("shop").on_hand) == (3, 19)
    for hours in (1, 2):
        world.answer("shop", NOW + timedelta(hours=hours), on_hand=19, destroyed=3, sold=8, destruction=HOW)
    assert events(world) == before
    last = world.answer("shop", NOW + timedelta(hours=3), on_hand=15, destroyed=5, returned=2, sold=8, destruction=HOW)
    assert (last.lines[0].captured_destroyed, last.lines[0].captured_returned) == (2, 2)
    assert events(world) == before + 2
    assert (world.at("shop").destroyed, world.at("shop").shipped, world.at("shop").on_hand) == (5, 2, 15)
    assert world.at("depot").in_transit == 2
    whole(world)


def test_what_the_firm_reported_itself_is_not_captured_again(world: World) -> None:
    world.chain.destroy("shop", "yogurt", "L1", 4)
    world.chain.move("shop", "depot", "yogurt", "L1", 5)
    response = world.answer("shop", on_hand=13, destroyed=4, returned=5, sold=8, destruction=HOW)
    assert (response.lines[0].captured_destroyed, response.lines[0].captured_returned) == (0, 0)
    whole(world)


def test_what_customers_sent_back_is_no_return_of_the_distributor_s(world: World) -> None:
    world.chain.move("shop", "depot", "yogurt", "L1", 5)
    response = world.answer("depot", on_hand=21, returned=4, shipped_on=40)
    assert response.lines[0].captured_returned == 4
    assert world.at("dairy").in_transit == 4
    whole(world)


def test_a_return_is_no_violation_of_the_hold(world: World) -> None:
    world.answer("shop", on_hand=12, returned=10, sold=8)
    impact = read_impact(world.session, world.case, NOW)
    assert not [one for one in impact["findings"] if one["rule"] == "shipped_under_hold"]


def test_two_suppliers_and_nobody_says_to_whom(world: World) -> None:
    world.chain.move("dairy", "shop", "yogurt", "L1", 5)
    with pytest.raises(AnswerRefused) as refused:
        world.answer("shop", on_hand=20, returned=7, sold=8)
    assert refused.value.errors[0].pointer == "/lines/0/returned_to"
    with pytest.raises(AnswerRefused):
        world.answer("shop", on_hand=20, returned=7, sold=8, returned_to=place_uri("stall"))
    world.answer("shop", on_hand=20, returned=7, sold=8, returned_to=place_uri("dairy"))
    assert world.at("dairy").in_transit == 7
    world.answer("shop", on_hand=20, returned=7, sold=8, returned_to=place_uri("depot"))
    assert world.at("depot").in_transit == 0
    whole(world)


def test_more_than_came_from_a_supplier_goes_back_to_it_once(world: World) -> None:
    world.chain.move("dairy", "shop", "yogurt", "L1", 5)
    world.chain.ship("shop", "dairy", "yogurt", "L1", 4)
    for hours in range(3):
        at = NOW + timedelta(hours=hours)
        world.answer("shop", at, on_hand=20, returned=7, sold=8, returned_to=place_uri("dairy"))
    assert world.at("dairy").in_transit == 7
    whole(world)


def test_what_the_supplier_received_before_anybody_shipped_it_finds_its_shipment(world: World) -> None:
    world.chain.receive("shop", "depot", "yogurt", "L1", 2)
    for hours in range(2):
        world.answer("shop", NOW + timedelta(hours=hours), on_hand=13, returned=9, sold=8)
    assert (world.at("shop").on_hand, world.at("depot").in_transit, world.at("depot").on_hand) == (13, 7, 22)
    whole(world)


def test_a_return_of_an_unknown_number_does_not_make_others_come_twice(world: World) -> None:
    world.chain.ship("shop", "depot", "yogurt", "L1", None)
    first, again = (world.answer("shop", NOW, on_hand=13, returned=9, sold=8) for _ in range(2))
    assert (first.lines[0].captured_returned, again.lines[0].captured_returned) == (9, 0)


def test_a_place_that_nobody_registered_answers_by_its_link(world: World) -> None:
    world.answer("stall", on_hand=6, returned=4)
    assert (world.at("stall").on_hand, world.at("depot").in_transit) == (6, 4)
    assert responders(world.session, world.case) == {(None, world.number(place_uri("stall"))): NOW}
    whole(world)


def test_a_drill_captures_nothing(session: Session) -> None:
    world = World(session, drill=True)
    before = events(world)
    world.answer("shop", on_hand=10, destroyed=12, sold=8, destruction=HOW)
    assert events(world) == before
    assert len(latest(session, world.case)) == 1


def test_the_newest_answer_stands_and_all_are_kept(world: World) -> None:
    later, noon = NOW + timedelta(hours=5), NOW + timedelta(hours=4)
    world.answer("shop", on_hand=22, sold=8)
    world.answer("shop", noon, on_hand=12, sold=18)
    world.answer("shop", later, on_hand=1, answered_at=NOW + timedelta(hours=1))
    (stands,) = latest(world.session, world.case).values()
    assert (stands.on_hand, stands.sold) == (12, 18)
    (earlier,) = latest(world.session, world.case, NOW + timedelta(hours=2)).values()
    assert (earlier.on_hand, earlier.sold) == (1, None)
    assert world.session.scalar(select(func.count(Response.id))) == 3


def test_who_has_nothing_left_but_what_is_quarantined_has_confirmed(world: World) -> None:
    world.answer("shop", on_hand=22, quarantined=21, sold=8)
    world.answer("depot", on_hand=20, quarantined=20, shipped_on=40)
    world.answer("stall", returned=10)
    assert confirmed(world.session, world.case) == {(world.firms["depot"].id, None)}


def test_who_answers_has_been_told(world: World) -> None:
    world.answer("shop", on_hand=22, sold=8)
    told = {one.party_id: one.acknowledged_via for one in world.session.scalars(select(Notice))}
    assert told[world.firms["shop"].id] == "api"
    assert told[world.firms["depot"].id] is None


def test_an_answer_after_the_completion_is_taken_and_after_a_cancellation_not(world: World) -> None:
    taking.complete(world.session, ADMIN, world.case.number, NOW)
    assert world.answer("shop", on_hand=22, sold=8).stage == "completed"
    taking.cancel(world.session, ADMIN, world.case.number, NOW, "opened in error")
    with pytest.raises(CaseCancelled):
        world.answer("shop", on_hand=22, sold=8)


def test_nobody_answers_before_the_announcement_nor_who_never_had_the_goods(world: World) -> None:
    stranger = world.chain.party("stranger")
    sender = Sender("api", stranger.id, None, "stranger")
    with pytest.raises(NotAConsignee):
        record_response(world.session, world.case, sender, one_line(on_hand=0), NOW)
    world.case.announced_at, world.case.stage = None, "plan_filed"
    world.session.flush()
    with pytest.raises(NotYetAsked):
        world.answer("shop", on_hand=22)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another's place": ({"on_hand": 1, "place": place_uri("depot")}, "/lines/0/location"),
    "a batch that nobody recalls": ({"on_hand": 1, "lot": "L9"}, "/lines/0/lot"),
    "a unit of measure that the ledger does not have": ({"on_hand": 1, "uom": "KGM"}, "/lines/0/uom"),
    "less than nothing": ({"on_hand": -1}, "/lines/0/on_hand"),
    "more quarantined than on hand": ({"on_hand": 3, "quarantined": 4}, "/lines/0/quarantined"),
    "quarantined of an unknown number": ({"quarantined": 4}, "/lines/0/on_hand"),
    "no figure": ({}, "/lines/0"),
    "above what came": ({"on_hand": 22, "sold": 8, "lost": 1}, "/lines/0"),
    "destroyed, and nobody says how": ({"destroyed": 1}, "/lines/0/destruction/method"),
    "destroyed without a witness": (
        {"destroyed": 1, "destruction": replace(HOW, witness=" ")},
        "/lines/0/destruction/witness",
    ),
    "destroyed without a paper": (
        {"destroyed": 1, "destruction": replace(HOW, document=None)},
        "/lines/0/destruction/document",
    ),
    "answered tomorrow": ({"on_hand": 1, "answered_at": NOW + timedelta(days=1)}, "/answered_at"),
    "returned tomorrow": ({"returned": 1, "returned_at": NOW + timedelta(days=1)}, "/lines/0/returned_at"),
    "more digits than are kept": ({"on_hand": "1.000000000000000001", "sold": 2}, "/lines/0"),
}


def test_what_cannot_be_is_refused_with_its_field_and_changes_nothing(world: World) -> None:
    before = events(world)
    for name, (values, pointer) in WRONG.items():
        line = replace(one_line(**values).lines[0], named_by="lot")
        answer = replace(one_line(**values), lines=[line])
        with pytest.raises(AnswerRefused) as refused:
            record_response(world.session, world.case, world.sender("shop"), answer, NOW)
        assert pointer in [one.pointer for one in refused.value.errors], name
    assert (events(world), latest(world.session, world.case)) == (before, {})


def test_a_batch_stands_once_in_an_answer(world: World) -> None:
    line = one_line(on_hand=1).lines[0]
    with pytest.raises(AnswerRefused) as refused:
        record_response(world.session, world.case, world.sender("shop"), Answer([line, line]), NOW)
    assert [one.pointer for one in refused.value.errors] == ["/lines/1"]


def test_a_batch_that_was_made_from_a_recalled_one_is_in_scope(world: World) -> None:
    world.chain.blend("depot", [("yogurt", "L1", 5)], [("cake", "C1", 2)])
    line = replace(one_line(on_hand=2).lines[0], batch=batch_uri("cake", "C1"))
    record_response(world.session, world.case, world.sender("depot"), Answer([line]), NOW)
    assert len(latest(world.session, world.case)) == 1


def test_goods_without_a_recorded_quantity_cannot_be_too_many(world: World) -> None:
    world.chain.ship("depot", "shop", "yogurt", "L2", None)
    world.chain.receive("depot", "shop", "yogurt", "L2", None)
    world.answer("shop", lot="L2", on_hand=500)


def test_answers_are_never_changed_or_deleted(world: World) -> None:
    world.answer("shop", on_hand=22)
    for statement in ("UPDATE recall_response_lines SET on_hand = 1", "DELETE FROM recall_responses"):
        with pytest.raises(DBAPIError, match="never changed"), world.session.begin_nested():
            world.session.execute(text(statement))
