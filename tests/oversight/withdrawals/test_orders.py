"""A stop-sale order: held at once, a task for each place that has goods, back to sale by a second person alone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from oversight.matters.kinds import HandOverIn, Nothing, act
from oversight.matters.steps import NotInYourHands, OtherPersonNeeded, actor_of
from oversight.models import Matter
from oversight.withdrawals.credited import credit_entries
from oversight.withdrawals.following import follow_orders
from oversight.withdrawals.orders import WITHDRAWALS, NewWithdrawal, OfficialsAlone, RecallIn, open_withdrawal
from oversight.withdrawals.reading import TaskRow, count_waiting, list_tasks, write_tasks
from oversight.withdrawals.tasks import Confirmation, OrderEnded, TaskNotFound, confirm_task
from recalls.cases import find_case
from recalls.scope import Line
from tests.conftest import NewDatabase
from tests.oversight.offices import NEIGHBOUR
from tests.oversight.withdrawals.world import NOW, World, make_world
from tests.recalls.chain import ADMIN, gtin_of
from trace.answers import write_time
from trace.derivation.rebuild import find_differences
from trace.kit.config import Settings
from trace.kit.errors import Invalid
from trace.kit.jobs import Work
from trace.models import HeldBatch


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def tasks(world: World, matter: Matter, who=ADMIN, now=NOW) -> list[TaskRow]:
    return write_tasks(world.session, who, list_tasks(world.session, who, matter, 0, 99), now)


def confirm(world: World, matter: Matter, who, quantity: int, at=NOW, **more: object) -> TaskRow:
    [(_, task)] = list_tasks(world.session, who, matter, 0, 9)
    [goods] = tasks(world, matter, who)[0]["goods"]
    batch = world.session.query(HeldBatch.batch_id).limit(1).scalar()
    said = Confirmation([(batch, goods["uom"] or "", Decimal(quantity))], **more)  # type: ignore[arg-type]
    confirm_task(world.session, who, str(task.id), said, at)
    return tasks(world, matter, who)[0]


def test_goods_are_held_at_once_and_each_place_that_has_some_gets_its_task(world: World) -> None:
    matter = world.order()
    assert world.session.query(HeldBatch).count() == 1
    assert {(row["place_name"], row["goods"][0]["on_hand"], row["state"]) for row in tasks(world, matter)} == {
        ("plant", Decimal(10), "waiting"),
        ("shop", Decimal(50), "waiting"),
        ("other", Decimal(30), "waiting"),
    }


def test_a_firm_sees_its_own_task_alone_and_cannot_order(world: World) -> None:
    matter = world.order()
    assert [row["place_name"] for row in tasks(world, matter, world.shop)] == ["shop"]
    assert count_waiting(world.session, world.shop.party_id) == 1
    [(_, foreign)] = list_tasks(world.session, world.other, matter, 0, 9)
    with pytest.raises(TaskNotFound):
        confirm_task(world.session, world.shop, str(foreign.id), Confirmation([]), NOW)
    with pytest.raises(OfficialsAlone):
        world.order(world.shop)


def test_what_was_taken_off_sale_is_held_against_the_ledger(world: World) -> None:
    matter = world.order()
    assert confirm(world, matter, world.other, 30)["state"] == "confirmed"
    row = confirm(world, matter, world.shop, 48, note="两盒破损")
    assert (row["state"], row["goods"][0]["taken_off"], row["goods"][0]["on_hand"]) == ("differs", 48, 50)
    assert confirm(world, matter, world.shop, 50)["state"] == "confirmed"  # the newest word counts
    assert matter.stage == "in_force"  # the plant has not answered


def test_a_place_answers_for_goods_of_the_order_alone(world: World) -> None:
    matter = world.order()
    [(_, task)] = list_tasks(world.session, world.shop, matter, 0, 9)
    with pytest.raises(Invalid) as refused:
        confirm_task(world.session, world.shop, str(task.id), Confirmation([(4711, "", Decimal(1))]), NOW)
    assert refused.value.errors[0].pointer == "/quantities/0"


def test_a_place_says_each_batch_once(world: World) -> None:
    matter = world.order()
    [(_, task)] = list_tasks(world.session, world.shop, matter, 0, 9)
    goods = (world.session.query(HeldBatch.batch_id).limit(1).scalar(), "", Decimal(50))
    with pytest.raises(Invalid) as refused:
        confirm_task(world.session, world.shop, str(task.id), Confirmation([goods, goods]), NOW)
    assert refused.value.errors[0].pointer == "/quantities/1"


def test_who_answered_in_time_and_corrects_himself_later_was_in_time(world: World) -> None:
    matter = world.order()
    confirm(world, matter, world.shop, 48)
    confirm(world, matter, world.shop, 50, at=NOW + timedelta(hours=30))
    assert tasks(world, matter, world.shop)[0]["confirmed_at"] == write_time(NOW + timedelta(hours=30))
    assert not credit_entries(world.session, world.shop.party_id or 0, NOW + timedelta(hours=31))


@pytest.mark.parametrize("code", [NEIGHBOUR, "320000", "320106001"])
def test_an_order_is_in_the_hands_of_ones_own_office_or_one_below_it(world: World, code: str) -> None:
    new = NewWithdrawal("下架", "超标", [Line(gtin=gtin_of("yogurt"))], code)
    with pytest.raises(Invalid) as refused:
        open_withdrawal(world.session, actor_of(world.session, world.offices.county), new, NOW)
    assert refused.value.errors[0].pointer == "/code"


def test_an_office_that_handed_the_order_over_writes_nothing_down_any_more(world: World) -> None:
    matter, office = world.order(), world.offices
    there = HandOverIn(code=NEIGHBOUR)
    act(world.session, WITHDRAWALS, office.county, matter.number, "hand-over", there, "属地管辖", NOW)
    [task, *_] = tasks(world, matter)
    with pytest.raises(NotInYourHands):
        confirm_task(world.session, office.county, str(task["id"]), Confirmation([]), NOW)
    confirm_task(world.session, office.neighbour, str(task["id"]), Confirmation([]), NOW)


def test_a_firm_is_not_told_which_official_wrote_its_word_down(world: World) -> None:
    matter = world.order()
    [(_, task)] = list_tasks(world.session, world.shop, matter, 0, 9)
    confirm_task(world.session, world.offices.county, str(task.id), Confirmation([]), NOW)
    assert tasks(world, matter, world.shop)[0]["confirmed_by"] == matter.code
    assert "county" in {row["confirmed_by"] for row in tasks(world, matter, world.offices.colleague)}
    confirm_task(world.session, world.shop, str(task.id), Confirmation([]), NOW)
    assert tasks(world, matter, world.shop)[0]["confirmed_by"] == "first"


def test_who_waits_too_long_is_overdue(world: World) -> None:
    matter = world.order()
    assert {row["state"] for row in tasks(world, matter, now=NOW + timedelta(hours=25))} == {"overdue"}


def test_goods_return_to_sale_by_a_second_person_alone(world: World) -> None:
    matter = world.order()
    step(world, matter, world.offices.county, "propose-release", "复检合格")
    with pytest.raises(OtherPersonNeeded):
        step(world, matter, world.offices.county, "release", "复检合格")
    step(world, matter, world.offices.colleague, "release", "复检合格")
    assert world.session.query(HeldBatch).count() == 0
    assert {row["state"] for row in tasks(world, matter)} == {"over"}
    with pytest.raises(OrderEnded):
        confirm(world, matter, world.shop, 1)


def test_an_order_whose_release_is_refused_stands_as_before(world: World) -> None:
    matter = world.order()
    for answered, stage in (([], "in_force"), (list_tasks(world.session, ADMIN, matter, 0, 9), "confirmed")):
        for _, task in answered:
            confirm_task(world.session, ADMIN, str(task.id), Confirmation([]), NOW)
        step(world, matter, world.offices.county, "propose-release", "复检合格")
        step(world, matter, world.offices.colleague, "refuse-release", "样品不足")
        assert matter.stage == stage


def test_places_that_confirm_while_a_release_is_proposed_count_when_it_is_refused(world: World) -> None:
    matter = world.order()
    step(world, matter, world.offices.county, "propose-release", "复检合格")
    for _, task in list_tasks(world.session, ADMIN, matter, 0, 9):
        confirm_task(world.session, ADMIN, str(task.id), Confirmation([]), NOW)
    step(world, matter, world.offices.colleague, "refuse-release", "样品不足")
    assert matter.stage == "confirmed"
    assert [one.step for one in matter.steps][-2:] == ["refuse-release", "all-confirmed"]


def test_a_recall_takes_the_order_over_with_its_scope(world: World) -> None:
    matter = world.order()
    body = RecallIn(hazard="菌落总数超标", instructions="停止食用", kind="notified")
    act(world.session, WITHDRAWALS, world.offices.county, matter.number, "recall", body, "已售出较多", NOW)
    number = matter.steps[-1].facts.split('"')[3]
    case = find_case(world.session, number)
    assert [(line.gtin, line.lot) for line in case.lines] == [(gtin_of("yogurt"), "L1")]
    assert world.session.query(HeldBatch).count() == 1  # the stop-sale goes on


def step(world: World, matter: Matter, who, name: str, reason: str) -> None:
    act(world.session, WITHDRAWALS, who, matter.number, name, Nothing(), reason, NOW)


def test_goods_that_turn_up_elsewhere_become_a_task_there(new_database: NewDatabase) -> None:
    database = new_database()
    later = NOW + timedelta(hours=48)
    work = Work(database, Settings("sqlite://", "k"), lambda: later)
    with database.write() as session:
        world = make_world(session)
        number = world.order().id
    assert not follow_orders(work)
    with database.write() as session:
        world.chain.session = session
        world.chain.move("plant", "kiosk", "yogurt", "L1", 5)
    assert follow_orders(work)
    assert not follow_orders(work)
    with database.write() as session:
        matter = session.get_one(Matter, number)
        found = [task for _, task in list_tasks(session, ADMIN, matter, 0, 9)]
        assert [task.due_at for task in found] == [NOW + timedelta(hours=24)] * 3 + [later + timedelta(hours=24)]
        assert matter.steps[-1].step == "found-elsewhere"
        assert not find_differences(session)
