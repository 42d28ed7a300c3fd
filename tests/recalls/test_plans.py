"""Plans by version, what is planned where none says it, and previews of a scope without a case."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from recalls import cases
from recalls.answers import write_case
from recalls.cases import NewCase, ProductNotFound
from recalls.impact import read_impact
from recalls.models import RecallCase
from recalls.plans import Plan, Planned, PlanRefused, planned_quantities
from recalls.preview import preview_scope
from recalls.scope import Line, ScopeRefused
from recalls.steps import StepBody
from tests.recalls import taking
from tests.recalls.chain import ADMIN, START, Chain, gtin_of
from trace.check.code import check_code
from trace.kit.auth import Principal, issue_key
from trace.kit.db import Database
from trace.kit.strict_json import loads

GTIN, CAKE = gtin_of("yogurt"), gtin_of("cake")
LATER = START + timedelta(days=30)
SCOPE = Line(gtin=GTIN, lots=("L1",))


def opened(session: Session) -> RecallCase:
    new = NewCase(title="酸奶召回", hazard="菌落总数超标", instructions="请停止食用。", scope=[SCOPE])
    return cases.open_case(session, ADMIN, new, LATER)


def filed(session: Session, case: RecallCase, plan: Plan | None = None) -> RecallCase:
    return cases.take_step(session, ADMIN, case.number, "file-plan", LATER, StepBody(plan=plan))


def make_goods(session: Session) -> Chain:
    """100 made: 50 shipped, of which 10 came back, 20 used for 8 cakes, 5 destroyed; 3 cakes went out."""
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100)
    chain.move("dairy", "shop", "yogurt", "L1", 50)
    chain.move("shop", "dairy", "yogurt", "L1", 10)
    chain.blend("dairy", [("yogurt", "L1", 20)], [("cake", "C1", 8)])
    chain.destroy("dairy", "yogurt", "L1", 5)
    chain.move("dairy", "shop", "cake", "C1", 3)
    return chain


def test_what_left_the_makers_is_planned_where_no_plan_says_otherwise(session: Session) -> None:
    chain = make_goods(session)
    case = opened(session)
    assert planned_quantities(session, case) == {}
    filed(session, case)
    assert planned_quantities(session, case) == {(GTIN, ""): 40, (CAKE, ""): 3}
    chain.ship("dairy", "shop", "yogurt", "L1", 1, day=40)
    assert planned_quantities(session, case)[GTIN, ""] == 40  # as of the plan
    taking.announce(session, ADMIN, case.number, LATER + timedelta(days=20))
    assert planned_quantities(session, case)[GTIN, ""] == 41  # as of the announcement
    assert planned_quantities(session, case, LATER)[GTIN, ""] == 40
    chain.make("dairy", "yogurt", "L2", 30, day=1)
    chain.ship("dairy", "shop", "yogurt", "L2", 7, day=2)
    taking.extend(session, ADMIN, case.number, [Line(gtin=GTIN, lots=("L2",))], LATER + timedelta(days=21))
    assert planned_quantities(session, case)[GTIN, ""] == 48


def test_what_nobody_recorded_is_unknown_and_without_a_maker_the_first_sender_counts(session: Session) -> None:
    chain = Chain(session)
    chain.ship("importer", "shop", "yogurt", "L1", 60)
    case = filed(session, opened(session))
    assert planned_quantities(session, case) == {(GTIN, ""): 60}
    chain.ship("importer", "kiosk", "yogurt", "L1", None)
    assert planned_quantities(session, case) == {(GTIN, ""): None}


def test_a_plan_has_versions_and_says_what_is_to_be_recovered(session: Session) -> None:
    make_goods(session)
    case = opened(session)
    quantities = [Planned(Decimal("12.5"), GTIN, uom="KGM"), Planned(Decimal(2), id=f"https://id.gs1.org/01/{CAKE}")]
    filed(session, case, Plan("stop the sale", "destroy", "0532 5555", START.date(), LATER.date(), quantities))
    assert planned_quantities(session, case) == {(GTIN, "KGM"): Decimal("12.5"), (CAKE, ""): 2}
    filed(session, case)
    assert planned_quantities(session, case)[CAKE, ""] == 2
    taking.announce(session, ADMIN, case.number, LATER)
    more = Plan(quantities=[Planned(Decimal(9), GTIN)])
    body = StepBody(scope=[Line(gtin=GTIN, lots=("L2",))], plan=more)
    cases.take_step(session, ADMIN, case.number, "extend", LATER, body)
    assert planned_quantities(session, case) == {(GTIN, ""): 9}
    plans = write_case(session, case, "")["plans"]
    assert [(plan["version"], plan["step"]) for plan in plans] == [(1, "file-plan"), (2, "file-plan"), (3, "extend")]
    assert plans[0]["measures"] == "stop the sale"
    assert plans[0]["quantities"][0] == {
        "id": f"https://id.gs1.org/01/{GTIN}",
        "gtin": GTIN,
        "uom": "KGM",
        "quantity": Decimal("12.5"),
    }
    assert plans[1]["quantities"] == []
    for statement in ("UPDATE recall_plans SET measures = 'x'", "DELETE FROM recall_plan_quantities"):
        with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
            session.execute(text(statement))


@pytest.mark.parametrize(
    ("plan", "pointer"),
    [
        (Plan(starts_on=LATER.date(), ends_on=START.date()), "/plan/ends_on"),
        (Plan(quantities=[Planned(Decimal(1))]), "/plan/quantities/0"),
        (Plan(quantities=[Planned(Decimal(1), "6901234567890")]), "/plan/quantities/0/gtin"),
        (Plan(quantities=[Planned(Decimal(1), id=f"https://id.gs1.org/01/{GTIN}/10/L1")]), "/plan/quantities/0/id"),
        (Plan(quantities=[Planned(Decimal(1), GTIN), Planned(Decimal(2), GTIN)]), "/plan/quantities/1"),
        (Plan(quantities=[Planned(Decimal(1), GTIN), Planned(Decimal(1), gtin_of("other"))]), "/plan/quantities/1"),
    ],
)
def test_a_plan_that_contradicts_itself_or_the_scope_is_refused(session: Session, plan: Plan, pointer: str) -> None:
    case = opened(session)
    with pytest.raises(PlanRefused) as refused, session.begin_nested():
        filed(session, case, plan)
    assert [one.pointer for one in refused.value.errors] == [pointer]
    session.refresh(case)
    assert (case.stage, case.plans) == ("voluntary", [])


def test_a_preview_is_the_impact_that_a_case_would_have(session: Session) -> None:
    make_goods(session)
    preview = preview_scope(session, ADMIN, [SCOPE], LATER)
    impact = read_impact(session, opened(session), LATER)
    own = {"number", "digest", "consignees_count", "distributed"}
    assert {name: value for name, value in preview.items() if name not in own} == {
        name: value for name, value in impact.items() if name not in own
    }
    assert preview["number"] is None
    assert preview["consignees_count"] == 2
    planned = {one["gtin"]: one["quantity"] for one in preview["distributed"]}
    assert planned == {GTIN: 40, CAKE: 3}
    part = preview_scope(session, ADMIN, [SCOPE], LATER, limit=1)
    assert (len(part["outlets"] + part["consignees"]), part["places"], part["digest"]) == (1, 2, None)
    with pytest.raises(ScopeRefused):
        preview_scope(session, ADMIN, [], LATER)
    firm = Principal("company", Chain(session).party("firm").id, 7, "firm")
    with pytest.raises(ProductNotFound):
        preview_scope(session, firm, [SCOPE], LATER)


def test_plans_and_previews_over_http(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        make_goods(session)
        headers = {"Authorization": f"Bearer {issue_key(session, 'admin', None, 'operator')}"}

    def post(path: str, body: dict[str, Any], status: int) -> Any:
        answer = client.post(f"/api/v1/recalls{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return loads(answer.data)

    preview = post("/preview", {"scope": [{"gtin": GTIN, "lots": ["L1"]}]}, 200)
    assert preview["totals"][0]["produced"] == 100
    assert preview["consignees_count"] == 2
    assert client.get("/api/v1/recalls", headers=headers).get_json()["recalls"] == []
    assert check_code_status(database) == "product_not_registered"
    new = {"title": "召回", "kind": "recall", "regime": "cn_food", "class": 1, "depth": "consumer", "hazard": "菌"}
    new |= {"instructions": "退回", "remedy": "refund", "scope": [{"gtin": GTIN}], "cause": "杀菌温度不足"}
    new |= {"regions": ["320106"], "authority": "市场监督管理局", "learned_at": "2026-03-01T08:00:00+08:00"}
    case = post("", new, 201)
    assert (case["cause"], case["regions"], case["authority"]) == ("杀菌温度不足", ["320106"], "市场监督管理局")
    assert (case["learned_at"], case["plans"]) == ("2026-03-01T00:00:00Z", [])
    plan = {"measures": "下架", "ends_on": "2026-04-01", "quantities": [{"gtin": GTIN, "quantity": 40.5, "uom": "KGM"}]}
    step = f"/{case['number']}/file-plan"
    wrong = post(step, {"plan": plan | {"quantities": [{"gtin": GTIN, "quantity": -1}]}}, 422)
    assert wrong["errors"][0]["pointer"] == "/plan/quantities/0/quantity"
    wrong = post(step, {"plan": plan | {"starts_on": "2026-04-02"}}, 422)
    assert wrong["errors"][0]["pointer"] == "/plan/ends_on"
    case = post(step, {"plan": plan}, 200)
    assert case["plans"][0]["quantities"][0]["quantity"] == Decimal("40.5")
    assert post("", new | {"stage": "signal"}, 201)["allowed"] == ["investigate", "volunteer", "cancel"]
    assert post("", new | {"regions": ["32"]}, 422)["errors"][0]["pointer"] == "/regions/0"


def check_code_status(database: Database) -> str:
    with database.read() as session:
        return check_code(session, f"https://id.gs1.org/01/{GTIN}/10/L1", LATER)["status"]
