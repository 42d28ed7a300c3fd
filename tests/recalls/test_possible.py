"""Places and batches that goods may have reached although no name tells, in a case's impact and over HTTP (RULES 7)."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from recalls import cases
from recalls.impact import read_impact
from recalls.report_text import write_impact, write_outlets
from recalls.scope import Line
from tests.chains import NOW, OPERATOR, Chain, supply_chain
from tests.trace.web.api_client import Api
from tests.trace.web.firms import party_number
from trace.kit.web import current_database

STORY = """
    0: mill   makes  FLOUR-A 40
    0: mill   makes  FLOUR-B 60
    1: mill   ships  FLOUR-A 40 to depot by S1
    2: depot  receives FLOUR-A 40 from mill by S1
    1: mill   ships  FLOUR-B 60 to depot by S2
    2: depot  receives FLOUR-B 60 from mill by S2
    3: depot  ships FLOUR 30 to shop by D1
    4: shop   receives FLOUR 30 from depot by D1
    3: depot  ships FLOUR-A 5 to store by D2
    4: store  receives FLOUR-A 5 from depot by D2
    5: depot  ships FLOUR 20 to store by D3
    6: shop   makes BREAD-7 10 from FLOUR 5
    7: shop   ships BREAD-7 4 to kiosk by B1
"""


def item_of(chain: Chain) -> str:
    return chain.uri("FLOUR-A").split("/01/")[1][:14]


def impact_of(session: Session, chain: Chain) -> dict[str, Any]:
    case = cases.NewCase(
        title="召回", hazard="菌落总数超标", instructions="停止食用", scope=[Line(gtin=item_of(chain), lots=["A"])]
    )
    return read_impact(session, cases.open_case(session, OPERATOR, case, NOW), NOW)


def test_an_impact_lists_possible_places_with_bounds_and_counts_named_units_in_them(session: Session) -> None:
    chain = supply_chain(session, STORY)
    impact = impact_of(session, chain)
    ids = {chain.uri(name): name for name in ("mill", "depot", "shop", "store", "kiosk")}
    rows = {ids[row["id"]]: row for row in impact["consignees"]}
    shown = {name: (row["evidence"], row["status"], row["lower"], row["upper"]) for name, row in rows.items()}
    assert shown == {
        "mill": ("certain", "cleared", 0, 0),
        "depot": ("certain", "holding", 40, 40),
        "shop": ("possible", "holding", 0, 30),
        "store": ("certain", "holding", 5, 25),
        "kiosk": ("possible", "inbound", 0, 4),
    }
    assert rows["store"]["received"] == rows["store"]["on_hand"] == 5
    assert rows["shop"]["received"] == 0
    assert [(row["lot"], row["evidence"], row["depth"]) for row in impact["batches"]] == [
        ("A", "certain", 0),
        ("7", "possible", None),
    ]
    assert [(row["lot"], row["lower"], row["upper"]) for row in impact["possible"]["batches"]] == [("7", 0, 10)]
    (total,) = impact["possible"]["totals"]
    assert (total["gtin"], total["lower"], total["upper"]) == (item_of(chain), 0, 35)
    assert impact["places"] == 5


def test_named_goods_alone_have_no_possible_rows(session: Session) -> None:
    chain = supply_chain(session, "\n".join(line for line in STORY.splitlines() if " FLOUR " not in line))
    impact = impact_of(session, chain)
    assert impact["possible"] == {"batches": [], "totals": []}
    assert {row["evidence"] for row in impact["consignees"]} == {"certain"}


def test_the_report_for_a_terminal_shows_the_bounds(session: Session) -> None:
    chain = supply_chain(session, STORY)
    report = write_impact(impact_of(session, chain))
    assert "Batches in scope: 1 ·" in report
    assert f"{item_of(chain)}: 0 … 35 pieces moved on without a lot or were mixed" in report
    outlet = {"name": "店", "gln": None, "region": None, "status": "holding", "uom": None, "lower": 0, "upper": None}
    (row,) = write_outlets([{**outlet, **dict.fromkeys(("received", "on_hand", "in_transit", "sold"), 0)}])[2:]
    assert row.endswith("0 … ?")


@pytest.fixture
def story(app: Flask) -> Chain:
    with app.app_context(), current_database().write() as session:
        return supply_chain(session, STORY)


def test_over_http_in_whole_and_page_by_page(app: Flask, story: Chain) -> None:
    api = Api.admin(app)
    body = {"title": "召回", "kind": "recall", "regime": "cn_food", "depth": "consumer", "remedy": "refund"}
    told = {"hazard": "菌落", "instructions": "停止食用", "scope": [{"gtin": item_of(story), "lots": ["A"]}]}
    number = api.post("/api/v1/recalls", {**body, **told, "class": 1})["number"]
    path = f"/api/v1/recalls/{number}/impact?as_of=2027-01-02T00:00:00Z"
    whole = api.get(path)
    assert whole["places"] == len(whole["consignees"]) == 5
    page = api.get(path + "&limit=3")
    rows = page["consignees"]
    while page["next"]:
        page = api.get(page["next"])
        rows += page["consignees"]
    assert {row["id"]: row for row in rows} == {row["id"]: row for row in whole["consignees"]}


def test_a_trace_over_http_lists_what_is_possible_and_a_firm_sees_its_own_place(app: Flask, story: Chain) -> None:
    gtin = item_of(story)
    api = Api.admin(app)
    trace = api.get(f"/api/v1/batches/{gtin}/A/trace")
    by_id = {row["id"]: row for row in trace["possible"]["locations"]}
    shop = by_id[story.uri("shop")]
    assert (shop["lower"], shop["expected"], shop["upper"], shop["inbound"]) == (
        0,
        11.052632,
        30,
        False,
    )  # 30 · 35 / 95
    assert by_id[story.uri("kiosk")]["inbound"]
    assert [row["lot"] for row in trace["possible"]["batches"]] == ["7"]
    evidence = {row["id"]: row["evidence"] for row in trace["locations"]}
    assert evidence[story.uri("shop")] == "possible"
    assert evidence[story.uri("store")] == "certain"
    store = story.uri("store").rsplit("/", 1)[1]
    party = api.post("/api/v1/parties", {"gln": store, "name": "店"})
    mine = Api.issue(app, "company", party_number(app, party["gln"])).get(f"/api/v1/batches/{gtin}/A/trace")["possible"]
    assert [row["id"] for row in mine["locations"]] == [story.uri("store")]
    assert mine["batches"] == mine["totals"] == []


def test_a_trace_on_the_command_line_lists_where_goods_may_be(app: Flask, story: Chain) -> None:
    printed = app.test_cli_runner().invoke(args=["trace", item_of(story), "A"])
    assert printed.exit_code == 0, printed.output
    table = printed.output.split("may have reached", 1)[1]
    assert story.uri("shop").rsplit("/", 1)[1] in table
    assert "11.052632" in table
