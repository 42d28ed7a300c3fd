"""A firm's file: assembled from what is on record, as of any day, and repaired by decision."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from oversight.credit.entries import CreditEntry
from oversight.credit.file import FileRow, find_firm, moment_of, read_file
from oversight.credit.grades import entries_of, follow_grades, note_grade
from oversight.credit.records import NewRecord, RecordOfAnother, enter_record, withdraw_record
from oversight.credit.repair import REPAIRS, AskedAlready, FirmsAlone, StatementAlone, ask_repair
from oversight.matters.kinds import Nothing, act
from oversight.matters.steps import OtherPersonNeeded
from oversight.models import GradeChange
from recalls.cases import NewCase, open_case, take_step
from recalls.scope import Line
from recalls.steps import StepBody
from tests.conftest import NewDatabase
from tests.oversight.withdrawals.world import NOW, World, make_world
from tests.recalls.chain import ADMIN, COLLEAGUE, REGULATOR, gtin_of
from trace.kit.auth import Principal
from trace.kit.config import Settings
from trace.kit.errors import Invalid
from trace.kit.jobs import Work
from trace.master_data import PartyNotFound
from trace.models import Party

TODAY = date(2026, 3, 3)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def dairy(session: Session, world: World) -> Party:
    return session.query(Party).filter_by(name="dairy").one()


def file_of(session: Session, party: Party, days: int = 0) -> FileRow:
    return read_file(session, party, NOW + timedelta(days=days))


def penalise(session: Session, party: Party, on: date = TODAY, weight: str = "1", by: Principal = REGULATOR) -> int:
    new = NewRecord(party.gln or "", "penalty", on, "宁市监罚〔2026〕1号", "虚假标注", "False label", Decimal(weight))
    return enter_record(session, by, new, NOW).id


def test_a_file_adds_up_and_every_part_cites_its_record(session: Session, world: World, dairy: Party) -> None:
    number = penalise(session, dairy)
    order_recall(session)
    read = file_of(session, dairy)
    assert {(part["word"], part["record"], part["points"]) for part in read["parts"]} == {
        ("penalty", f"credit-records/{number}", Decimal(-10)),
        ("recall_ordered", "2026-0001", Decimal(-15)),
    }
    assert read["base"] + sum(part["points"] for part in read["parts"]) == read["total"] == read["points"] == 75
    assert (read["grade"], read["subject"], read["inspections"]) == ("C", "producer", 4)


def order_recall(session: Session) -> None:
    line = Line(gtin=gtin_of("yogurt"), lots=("L1",))
    new = NewCase("召回", "危害", "停止食用", [line], kind="notified", recall_class=2)
    case = open_case(session, REGULATOR, new, NOW)
    take_step(session, COLLEAGUE, case.number, "order", NOW, StepBody(reason="拒不召回"))


def test_a_file_of_a_past_day_is_as_it_was(session: Session, world: World, dairy: Party) -> None:
    penalise(session, dairy, TODAY)
    assert [file_of(session, dairy, days)["points"] for days in (-1, 0, 400)] == [100, 90, 95]
    with pytest.raises(Invalid):
        moment_of(TODAY + timedelta(days=1), NOW)


def test_what_is_taken_back_does_not_count(session: Session, world: World, dairy: Party) -> None:
    number = penalise(session, dairy, weight="2.5")
    assert file_of(session, dairy)["points"] == 75
    withdraw_record(session, REGULATOR, number, "撤销处罚", NOW)
    assert file_of(session, dairy)["points"] == 100


def test_a_record_is_taken_back_by_the_office_that_entered_it_or_one_above(
    session: Session, world: World, dairy: Party
) -> None:
    office = world.offices
    for stranger in (office.neighbour, office.county):
        number = penalise(session, dairy, by=office.city)
        with pytest.raises(RecordOfAnother):
            withdraw_record(session, stranger, number, "撤销处罚", NOW)
    for allowed in (office.colleague, office.city, office.nation, ADMIN):
        number = penalise(session, dairy, by=office.county)
        assert withdraw_record(session, allowed, number, "撤销处罚", NOW).withdrawn_at == NOW


@pytest.mark.parametrize(("weight", "on", "pointer"), [("0.1", TODAY, "/weight"), ("1", date(2027, 1, 1), "/on")])
def test_a_record_has_a_day_that_is_over_and_a_weight_in_bounds(
    session: Session, world: World, dairy: Party, weight: str, on: date, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        penalise(session, dairy, on, weight)
    assert refused.value.errors[0].pointer == pointer


def test_goods_not_taken_off_sale_in_time_count_against_the_shop(session: Session, world: World) -> None:
    world.order()
    shop = session.get_one(Party, world.shop.party_id)
    assert file_of(session, shop)["parts"] == []
    [part] = file_of(session, shop, 2)["parts"]
    assert (part["word"], part["points"]) == ("withdrawal_unanswered", -6)


def test_a_firm_repairs_its_credit_and_a_second_person_grants_it(session: Session, world: World, dairy: Party) -> None:
    penalise(session, dairy)
    firm = Principal("company", dairy.id, 903, "dairy")
    [entry] = entries_of(session, dairy.id, NOW)
    with pytest.raises(FirmsAlone):
        ask_repair(session, REGULATOR, entry, "repair", "已整改", NOW)
    matter = ask_repair(session, firm, entry, "repair", "已整改", NOW)
    assert matter.code == "320106"  # the office of its plant
    with pytest.raises(AskedAlready):
        ask_repair(session, firm, entry, "repair", "已整改", NOW)
    for who, step in ((world.offices.county, "recommend"), (world.offices.colleague, "grant")):
        if step == "grant":
            with pytest.raises(OtherPersonNeeded):
                act(session, REPAIRS, world.offices.county, matter.number, step, Nothing(), "属实", NOW)
        act(session, REPAIRS, who, matter.number, step, Nothing(), "属实", NOW)
    assert [file_of(session, dairy, days)["points"] for days in (-1, 0)] == [100, 100]
    assert file_of(session, dairy)["parts"] == []


def test_each_limit_that_a_recall_missed_is_repaired_by_itself(session: Session, world: World, dairy: Party) -> None:
    order_recall(session)
    later = NOW + timedelta(days=120)
    for name in ("file-plan", "announce"):
        take_step(session, COLLEAGUE, "2026-0001", name, NOW + timedelta(days=30), StepBody(reason="逾期"))

    def missed() -> list[CreditEntry]:
        return [one for one in entries_of(session, dairy.id, later) if one.word == "recall_limit_missed"]

    first, *others = missed()
    assert others
    assert len({one.record for one in missed()}) == len(missed())
    assert first.record.startswith("2026-0001/deadlines/")
    matter = ask_repair(session, Principal("company", dairy.id, 903, "dairy"), first, "repair", "已整改", later)
    for who, step in ((world.offices.county, "recommend"), (world.offices.colleague, "grant")):
        act(session, REPAIRS, who, matter.number, step, Nothing(), "属实", later)
    assert missed() == others


def test_a_statement_beside_an_entry_does_not_take_it_away(session: Session, world: World, dairy: Party) -> None:
    penalise(session, dairy)
    [entry] = entries_of(session, dairy.id, NOW)
    matter = ask_repair(session, Principal("company", dairy.id, 903, "dairy"), entry, "answer", "情况说明", NOW)
    act(session, REPAIRS, world.offices.county, matter.number, "recommend", Nothing(), "属实", NOW)
    with pytest.raises(StatementAlone):
        act(session, REPAIRS, world.offices.colleague, matter.number, "grant", Nothing(), "属实", NOW)
    assert entries_of(session, dairy.id, NOW) == [entry]


def test_a_firm_reads_its_own_file_alone(session: Session, world: World, dairy: Party) -> None:
    assert find_firm(session, Principal("company", dairy.id, 903, "dairy"), dairy.gln or "").id == dairy.id
    with pytest.raises(PartyNotFound):
        find_firm(session, world.shop, dairy.gln or "")


def test_a_change_of_grade_is_put_on_record_once_with_its_reason(session: Session, world: World, dairy: Party) -> None:
    note_grade(session, dairy.id, NOW)
    penalise(session, dairy, weight="3")
    assert note_grade(session, dairy.id, NOW) is not None
    assert note_grade(session, dairy.id, NOW) is None
    rows = session.query(GradeChange).order_by(GradeChange.id).all()
    assert [(row.before, row.after, row.points) for row in rows] == [(None, "A", "100"), ("A", "C", "70")]


def test_the_worker_looks_at_every_firm_once_a_day(new_database: NewDatabase) -> None:
    database = new_database()
    with database.write() as session:
        make_world(session)
    assert follow_grades(Work(database, Settings("sqlite://", "k"), lambda: NOW))
    assert not follow_grades(Work(database, Settings("sqlite://", "k"), lambda: NOW))
    assert follow_grades(Work(database, Settings("sqlite://", "k"), lambda: NOW + timedelta(days=2)))
