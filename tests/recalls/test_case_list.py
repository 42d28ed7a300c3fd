"""Cases as a desk lists them: narrowed, with their clocks, and how far the worker counted that they have come."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from recalls import cases
from recalls.case_list import GROUPS, CaseFilter, find_cases, find_open_cases
from recalls.cases import NewCase
from recalls.clocks.deadlines import DeadlineRow, deadlines_of
from recalls.effectiveness.counted import COUNT_EVERY, count_case, count_next, keep_counted, read_counted
from recalls.effectiveness.progress import read_progress
from recalls.models import RecallCase
from recalls.next_steps import next_steps, waits_for
from recalls.scope import Line
from recalls.stages import STAGES
from tests.recalls.chain import COLLEAGUE, REGULATOR, START, Chain, gtin_of
from tests.recalls.taking import announce, cancel, complete, file_plan
from trace.kit.auth import Principal
from trace.kit.config import Settings
from trace.kit.db import Database
from trace.kit.jobs import Work

LATER = START + timedelta(days=30)


def open_case(session: Session, who: Principal = REGULATOR, **values: object) -> RecallCase:
    fields = {"title": "酸奶召回", "title_en": "Yogurt recall", "hazard": "菌落总数超标", "instructions": "停止食用。"}
    new = NewCase(**{**fields, "scope": [Line(gtin=gtin_of("yogurt"))], **values})  # type: ignore[arg-type]
    return cases.open_case(session, who, new, LATER)


@pytest.fixture
def chain(session: Session) -> Chain:
    chain = Chain(session)
    firm = chain.party("dairy firm")
    chain.place("dairy", "plant", firm, "320106")
    chain.place("shop", "outlet", firm, "330106")
    chain.product("yogurt", firm)
    chain.make("dairy", "yogurt", "L1", 100)
    chain.move("dairy", "shop", "yogurt", "L1", 60)
    return chain


def find(session: Session, who: Principal = REGULATOR, **wanted: object) -> list[str]:
    found = find_cases(session, who, CaseFilter(**wanted), None, 50, LATER)  # type: ignore[arg-type]
    return [one.case.number for one in found]


def test_every_stage_is_of_one_group() -> None:
    assert sorted(stage for stages in GROUPS.values() for stage in stages) == sorted(STAGES)


def test_the_list_is_narrowed_by_each_part_of_a_case(session: Session, chain: Chain) -> None:
    first = open_case(session, recall_class=2, regions=["320106"]).number
    second = open_case(session, title="糖果撤回_甲", title_en=None, kind="withdrawal", regime="cn_consumer").number
    drill = open_case(session, drill=True, stage="signal").number
    assert find(session) == [drill, second, first]
    assert find(session, text="YOGURT") == [drill, first]
    assert find(session, text=second) == find(session, text="撤回_") == [second]
    assert find(session, text="%") == []
    assert find(session, text=gtin_of("yogurt").lstrip("0")) == [drill, second, first]
    assert find(session, stages=GROUPS["signals"]) == [drill]
    assert find(session, regime="cn_consumer") == find(session, kind="withdrawal") == [second]
    assert find(session, recall_class=2) == find(session, region="32") == [first]
    assert find(session, region="33") == find(session, region="01") == []
    assert find(session, drill=False) == [second, first]
    assert find(session, mine=True) == [drill, second, first]
    assert find(session, COLLEAGUE, mine=True) == []


def test_a_firm_finds_cases_of_its_own_products_alone(session: Session, chain: Chain) -> None:
    number = open_case(session).number
    owner = Principal("company", 1, 8, "dairy")
    stranger = Principal("company", chain.party("other firm").id, 9, "other")
    assert find(session, owner) == find(session, owner, text="yogurt") == [number]
    assert find(session, stranger) == find(session, stranger, text="yogurt") == []


def test_open_cases_stand_in_the_order_of_their_clocks(session: Session, chain: Chain) -> None:
    waits, over = open_case(session), open_case(session)
    cancel(session, REGULATOR, over.number, LATER, "double")
    found = find_open_cases(session, REGULATOR, LATER + timedelta(days=300))
    assert [(one.case.number, one.late) for one in found] == [(waits.number, True)]
    assert found[0].firms == (("dairy firm", "dairy firm"),)


def test_a_running_case_is_counted_by_the_worker_until_it_is_over(database: Database) -> None:
    with database.write() as session:
        chain = Chain(session)
        chain.product("yogurt", chain.party("dairy firm"))
        chain.make("dairy", "yogurt", "L1", 100)
        chain.move("dairy", "shop", "yogurt", "L1", 60)
        case = open_case(session, recall_class=2)
        file_plan(session, REGULATOR, case.number, LATER)
        number = case.id
    now = LATER + timedelta(hours=1)
    work = Work(database, Settings.from_env({"SECRET_KEY": "x" * 32}), lambda: now)
    assert not count_next(work)  # nothing is announced
    with database.write() as session:
        announce(session, REGULATOR, case.number, now)
    assert count_next(work)
    assert not count_next(work)  # its figures are young
    with database.read() as session:
        counted = read_counted(session, [number])[number]
        assert counted.as_of == now
        assert (
            counted.effectiveness == read_progress(session, session.get_one(RecallCase, number), now)["effectiveness"]
        )
        again = session.get_one(RecallCase, number)
        older = count_case(session, again, now)
    with database.write() as session:
        keep_counted(session, number, older, now - timedelta(hours=1))  # who counted earlier and was slow
        assert read_counted(session, [number])[number].as_of == now
    now += COUNT_EVERY + timedelta(seconds=1)
    assert count_next(work)
    with database.write() as session:
        complete(session, REGULATOR, case.number, now)
        cases.take_step(session, REGULATOR, case.number, "terminate", now)
    now += COUNT_EVERY + timedelta(seconds=1)
    assert not count_next(work)


def test_the_next_clock_is_the_one_that_falls_due_first(session: Session, chain: Chain) -> None:
    case = open_case(session)
    [found] = find_cases(session, REGULATOR, CaseFilter(), None, 5, LATER)
    assert found.clock is not None
    assert found.clock["due_at"] == min(row["due_at"] for row in _waiting(session, case))
    assert found.counted is None


def _waiting(session: Session, case: RecallCase) -> list[DeadlineRow]:
    return [row for row in deadlines_of(session, case, LATER) if row["state"] == "open"]


def test_what_waits_for_a_second_person_is_his_alone(session: Session, chain: Chain) -> None:
    case = open_case(session)
    file_plan(session, REGULATOR, case.number, LATER)
    mine = {one.step: one for one in next_steps(REGULATOR, case)}
    assert mine["announce"].who == "second_person"
    assert mine["announce"].prepared_by == ("regulator",)
    assert mine["announce"].public
    assert (mine["cancel"].who, mine["cancel"].grounded, mine["cancel"].final) == ("you", True, True)
    assert waits_for(REGULATOR, [case]) == []
    [(_, step)] = waits_for(COLLEAGUE, [case])
    assert (step.step, step.who) == ("announce", "you")
    announce(session, COLLEAGUE, case.number, LATER)
    assert waits_for(COLLEAGUE, [case]) == []


def test_a_firm_reads_who_takes_the_steps_that_are_not_its_own(session: Session, chain: Chain) -> None:
    firm = Principal("company", 1, 8, "dairy")
    case = open_case(session, firm, stage="signal")
    assert {one.step: one.who for one in next_steps(firm, case)} == {
        "investigate": "authority",
        "volunteer": "you",
        "cancel": "you",
    }
