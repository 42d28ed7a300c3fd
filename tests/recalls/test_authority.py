"""Who may take which step: pure rules, and what a firm, an official and an operator get to hear."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from recalls import cases
from recalls.authority import RIGHTS, NotYourCase, NotYourStep, SecondPersonNeeded, may_run, preparers
from recalls.cases import DrillOver, NewCase, RecallNotFound, StepRefused
from recalls.models import RecallCase
from recalls.participants import NoDrill, UnknownParticipant, invited_to, participants_of
from recalls.plans import Plan
from recalls.scope import Line
from recalls.stages import STEPS, Step
from recalls.steps import ReasonMissing, StepBody
from tests.recalls.chain import ADMIN, COLLEAGUE, REGULATOR, START, Chain, gtin_of
from trace.kit.auth import Principal
from trace.kit.errors import Invalid
from trace.models import Party

LATER = START + timedelta(days=30)
WHY = "检验结果"


def new_case(**values: object) -> NewCase:
    fields = {"title": "酸奶召回", "hazard": "菌落总数超标", "instructions": "请停止食用。"}
    return NewCase(**{**fields, "scope": [Line(gtin=gtin_of("yogurt"))], **values})  # type: ignore[arg-type]


def take(session: Session, who: Principal, case: RecallCase, step: Step, **papers: object) -> RecallCase:
    return cases.take_step(session, who, case.number, step, LATER, StepBody(reason=WHY, **papers))  # type: ignore[arg-type]


@pytest.fixture
def dairy(session: Session) -> Principal:
    chain = Chain(session)
    firm = chain.party("dairy firm")
    chain.product("yogurt", firm)
    return Principal("company", firm.id, 7, "dairy")


def test_every_step_has_its_right() -> None:
    assert set(RIGHTS) == set(STEPS)
    alone = {step for step, right in RIGHTS.items() if right == "authority"}
    assert alone == {"investigate", "close", "notify", "order", "assess"}


def test_a_signal_is_investigated_and_becomes_a_notice_to_which_the_firm_objects(
    session: Session, dairy: Principal
) -> None:
    case = cases.open_case(session, dairy, new_case(stage="signal"), LATER)
    assert case.stage == "signal"
    with pytest.raises(NotYourStep, match="regulator or admin to investigate, got one of role company"):
        take(session, dairy, case, "investigate")
    take(session, REGULATOR, case, "investigate")
    take(session, REGULATOR, case, "notify")
    take(session, dairy, case, "object")
    with pytest.raises(NotYourCase, match="taken over by an authority"):
        take(session, dairy, case, "cancel")
    with pytest.raises(SecondPersonNeeded, match="another official to order") as refused:
        take(session, REGULATOR, case, "order")
    assert refused.value.extra == {"prepared_by": "regulator"}
    take(session, COLLEAGUE, case, "order")
    assert case.stage == "ordered"
    assert [step.to_stage for step in case.steps] == [
        "signal",
        "under_investigation",
        "notified",
        "objected",
        "ordered",
    ]


def test_a_firm_ends_what_it_began_until_an_authority_takes_it_over(session: Session, dairy: Principal) -> None:
    own = cases.open_case(session, dairy, new_case(stage="signal"), LATER)
    take(session, dairy, own, "volunteer")
    take(session, dairy, own, "cancel")
    assert own.stage == "cancelled"


def test_an_announcement_of_class_1_needs_another_person_than_the_newest_plan(
    session: Session, dairy: Principal
) -> None:
    manager = Principal("company", dairy.party_id, 8, "manager")
    case = cases.open_case(session, dairy, new_case(), LATER)
    take(session, dairy, case, "file-plan")
    with pytest.raises(SecondPersonNeeded, match="another person of the firm or an official to announce"):
        take(session, dairy, case, "announce")
    assert case.stage == "plan_filed"
    take(session, manager, case, "file-plan")
    assert [one.actor_name for one in preparers(case.steps, "announce")] == ["manager"]
    with pytest.raises(SecondPersonNeeded):
        take(session, manager, case, "announce")
    take(session, dairy, case, "announce")
    assert case.stage == "announced"


def test_who_extended_the_scope_does_not_announce_it_alone(session: Session, dairy: Principal) -> None:
    manager = Principal("company", dairy.party_id, 8, "manager")
    case = cases.open_case(session, dairy, new_case(), LATER)
    take(session, dairy, case, "file-plan")
    added = [Line(gtin=gtin_of("yogurt"), lots=("L2",))]
    body = StepBody("more", added, Plan(measures="all of it"))
    cases.take_step(session, manager, case.number, "extend", LATER, body)
    with pytest.raises(SecondPersonNeeded, match="got the one that extended the scope") as refused:
        take(session, manager, case, "announce")
    assert refused.value.extra == {"prepared_by": "manager"}
    with pytest.raises(SecondPersonNeeded, match="got the one that filed the plan"):
        take(session, dairy, case, "announce")
    take(session, manager, case, "file-plan")  # who files it anew stands for all of it
    assert take(session, dairy, case, "announce").stage == "announced"


def test_classes_2_and_3_and_an_operator_need_no_second_person(session: Session, dairy: Principal) -> None:
    for who, recall_class in ((dairy, 2), (dairy, 3), (ADMIN, 1)):
        case = cases.open_case(session, who, new_case(recall_class=recall_class), LATER)
        take(session, who, case, "file-plan")
        assert take(session, who, case, "announce").stage == "announced"


@pytest.mark.parametrize(
    ("who", "recall_class", "stage"),
    [(REGULATOR, 1, "notified"), (REGULATOR, 2, "ordered"), (ADMIN, 1, "ordered")],
)
def test_an_order_of_class_1_waits_for_another_official(
    session: Session, who: Principal, recall_class: int, stage: str
) -> None:
    case = cases.open_case(session, who, new_case(kind="ordered", recall_class=recall_class), LATER)
    assert case.stage == stage
    if stage == "notified":
        with pytest.raises(SecondPersonNeeded):
            take(session, who, case, "order")
        assert take(session, COLLEAGUE, case, "order").stage == "ordered"


def test_where_a_case_may_begin(session: Session, dairy: Principal) -> None:
    assert cases.open_case(session, REGULATOR, new_case(stage="under_investigation"), LATER).stage == (
        "under_investigation"
    )
    with pytest.raises(Invalid, match="Expected 'signal' for a firm's own case"):
        cases.open_case(session, dairy, new_case(stage="under_investigation"), LATER)
    with pytest.raises(Invalid, match="Expected no stage for a case that is ordered from the start"):
        cases.open_case(session, ADMIN, new_case(kind="ordered", stage="signal"), LATER)
    with pytest.raises(Invalid, match="Expected a moment up to now") as refused:
        cases.open_case(session, ADMIN, new_case(learned_at=LATER + timedelta(seconds=1)), LATER)
    assert refused.value.errors[0].pointer == "/learned_at"


def test_an_assessment_decides_whether_the_case_goes_on(session: Session) -> None:
    for effective, allowed in ((True, ["terminate", "cancel"]), (False, ["execute", "cancel"])):
        case = cases.open_case(session, ADMIN, new_case(), LATER)
        for step in ("file-plan", "announce", "execute", "complete", "file-summary"):
            take(session, ADMIN, case, step)
        take(session, REGULATOR, case, "assess", effective=effective)
        assert case.steps[-1].outcome == ("effective" if effective else "ineffective")
        assert cases.allowed_steps(case) == allowed
        with pytest.raises(StepRefused):
            take(session, ADMIN, case, "execute" if effective else "terminate")
    take(session, ADMIN, case, "execute")
    take(session, ADMIN, case, "complete")
    assert "terminate" in cases.allowed_steps(case)  # what the first assessment said is past


def test_an_assessment_may_leave_open_what_follows(session: Session) -> None:
    case = cases.open_case(session, ADMIN, new_case(), LATER)
    for step in ("file-plan", "announce", "complete", "file-summary"):
        take(session, ADMIN, case, step)
    take(session, ADMIN, case, "assess", effective=False)
    for step in ("execute", "complete", "file-summary", "assess"):
        take(session, ADMIN, case, step)
    assert case.steps[-1].outcome is None
    assert cases.allowed_steps(case) == ["execute", "terminate", "cancel"]


def test_papers_come_with_their_steps_alone(session: Session) -> None:
    case = cases.open_case(session, ADMIN, new_case(), LATER)
    with pytest.raises(Invalid, match="Expected effective with assess alone, got it with file-plan"):
        take(session, ADMIN, case, "file-plan", effective=True)
    with pytest.raises(ReasonMissing, match="Expected the reason to cancel, got nothing"):
        cases.take_step(session, ADMIN, case.number, "cancel", LATER)
    assert case.stage == "voluntary"


def test_an_auditor_reads_and_takes_no_step(session: Session, dairy: Principal) -> None:
    auditor = Principal("auditor", None, 9, "auditor")
    case = cases.open_case(session, dairy, new_case(), LATER)
    assert cases.read_case(session, auditor, case.number) is case
    assert not may_run(session, auditor, case)
    with pytest.raises(NotYourStep):
        take(session, auditor, case, "file-plan")


def test_who_takes_part_in_a_drill_is_known_and_added_to(session: Session, dairy: Principal) -> None:
    chain = Chain(session)
    shop, other = chain.party("shop"), chain.party("other")
    drill = cases.open_case(session, dairy, new_case(drill=True, participants=[shop.gln]), LATER)
    assert (participants_of(drill), invited_to(drill)) == ({dairy.party_id}, {shop.id})
    cases.let_take_part(session, REGULATOR, drill.number, [_gln(other)], LATER)
    cases.let_take_part(session, dairy, drill.number, [_gln(other), _gln(shop)], LATER)
    assert (participants_of(drill), invited_to(drill)) == ({dairy.party_id, other.id}, {shop.id})
    cases.agree_to_take_part(session, Principal("company", shop.id, 12, "shop"), drill.number, LATER)
    assert (participants_of(drill), invited_to(drill)) == ({dairy.party_id, shop.id, other.id}, set())
    with pytest.raises(RecallNotFound):
        cases.agree_to_take_part(session, Principal("company", shop.id, 12, "shop"), drill.number, LATER)
    with pytest.raises(UnknownParticipant, match="Expected the USCC or GLN of a registered firm") as refused:
        cases.let_take_part(session, dairy, drill.number, [_gln(other), "9520000000011"], LATER)
    assert [one.pointer for one in refused.value.errors] == ["/participants/1"]
    with pytest.raises(NoDrill):
        cases.open_case(session, dairy, new_case(participants=[_gln(shop)]), LATER)
    cases.let_take_part(session, dairy, drill.number, [_gln(chain.party("late"))], LATER)
    late = Principal("company", max(invited_to(drill)), 13, "late")
    take(session, dairy, drill, "cancel")
    with pytest.raises(DrillOver):
        cases.agree_to_take_part(session, late, drill.number, LATER)
    with pytest.raises(DrillOver):
        cases.let_take_part(session, dairy, drill.number, [_gln(shop)], LATER)
    foreign = cases.open_case(session, REGULATOR, new_case(drill=True), LATER)
    with pytest.raises(cases.NotYourDrill):
        cases.let_take_part(session, dairy, foreign.number, [_gln(shop)], LATER)


def _gln(party: Party) -> str:
    assert party.gln is not None
    return party.gln


def test_keys_that_a_person_issued_are_that_person(session: Session, dairy: Principal) -> None:
    signed_in = Principal("company", dairy.party_id, 20, "Lin", user_id=5)
    own_key = Principal("company", dairy.party_id, 21, "script", user_id=5)
    colleague = Principal("company", dairy.party_id, 22, "Zhou", user_id=6)
    case = cases.open_case(session, signed_in, new_case(), LATER)
    take(session, signed_in, case, "file-plan")
    for same in (signed_in, own_key):
        with pytest.raises(SecondPersonNeeded, match="another person of the firm"):
            take(session, same, case, "announce")
    assert take(session, colleague, case, "announce").stage == "announced"
