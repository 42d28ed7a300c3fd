"""The impact of a case: every figure of RULES 8, on worked cases and on a real-shaped chain."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from recalls import cases
from recalls.cases import NewCase
from recalls.impact import digest, read_impact
from recalls.report_text import write_conservation, write_impact, write_table
from recalls.scope import Line
from tests.conftest import NewDatabase
from tests.data import data_path
from tests.recalls.chain import ADMIN, START, Chain, gln_of, gtin_of
from trace.capture import capture_events
from trace.derivation.rebuild import find_differences
from trace.epcis import xml_format

TUNA = "urn:gdst:example.org:product:lot:class:processor02.yellowfintunawhole.2025121114333457"
NOW = START + timedelta(days=60)


def new_case(*scope: Line, **values: Any) -> NewCase:
    return NewCase(title="召回", hazard="菌落总数超标", instructions="请停止食用。", scope=scope, **values)


def impact_of(session: Session, *scope: Line, as_of: datetime = NOW) -> dict[str, Any]:
    return read_impact(session, cases.open_case(session, ADMIN, new_case(*scope), START), as_of)


def rows_by_name(rows: list[dict[str, Any]], names: list[str]) -> dict[str, dict[str, Any]]:
    glns = {gln_of(name): name for name in names}
    return {glns[row["gln"]]: row for row in rows}


TALLY = json.loads(data_path("scenarios/tally_cases.json").read_text("utf-8"))["ledger_cases"]


def play(chain: Chain, events: list[dict[str, Any]]) -> None:
    """Capture the events of a worked case in the file's own small language."""
    shipments: dict[str, dict[str, Any]] = {}
    first = datetime(2026, 1, 1)
    for event in events:
        day = (datetime.fromisoformat(event["t"]) - first).days - 59 + 0.01 * chain.count
        if event["type"] == "produce":
            chain.make(event["node"], "I", event["lot"], event["qty"], day)
        elif event["type"] == "ship":
            shipments[event["id"]] = event
            chain.ship(event["from"], event["to"], "I", event["lot"], event["qty"], day)
        elif event["type"] == "receive":
            sent = shipments[event["ship"]]
            chain.receive(sent["from"], sent["to"], "I", sent["lot"], event["qty"], day)
        elif event["type"] == "sell":
            chain.sell(event["node"], "I", event["lot"], event["qty"], day)
        elif event["type"] == "transform":
            outputs = [("I", one["lot"], one["qty"]) for one in event["outputs"]]
            chain.blend(event["node"], [("I", one["lot"], one["qty"]) for one in event["inputs"]], outputs, day)
        else:
            raise AssertionError(event)


@pytest.mark.parametrize("case", TALLY, ids=[case["id"] for case in TALLY])
def test_a_hand_worked_ledger_gives_its_figures(session: Session, case: dict[str, Any]) -> None:
    chain = Chain(session)
    names = ["M", "W", "F", "R1", "R2"]
    firm = chain.party("firm")
    for name in names:
        chain.place(name, "outlet" if name.startswith("R") else "plant", firm)
    play(chain, case["events"])
    impact = impact_of(session, Line(gtin=gtin_of("I"), lots=tuple(case["scope_lots"])))
    expected = case["expect"]
    seeds, *derived = impact["totals"]
    assert not seeds["derived"]
    assert seeds["gtin"] == gtin_of("I")
    for figure in ("produced", "in_transit", "destroyed", "unaccounted"):
        assert seeds[figure] == expected[figure]
    assert seeds["sold"] == sum(expected["sold"].values())
    assert seeds["consumed"] == sum(expected.get("consumed", {}).values())
    assert seeds["on_hand"] == sum(expected["on_hand"].values())
    outlets = rows_by_name(impact["outlets"], names)
    assert sorted(outlets) == expected["affected_outlets"]
    for name, sold in expected["sold"].items():
        assert outlets[name]["sold"] == sold
    lots = expected.get("derived_lots", {})
    assert [row["produced"] for row in derived] == [lot["units"] for lot in lots.values()]
    assert [row["on_hand"] for row in derived] == [sum(lot["on_hand"].values()) for lot in lots.values()]
    assert all(row["derived"] for row in derived)


def test_the_tuna_chain_puts_four_batches_in_scope(session: Session) -> None:
    """Issue's "Shown by" 3: three firms, any order, every shipment twice in the documents and once in the figures."""
    now = datetime(2026, 6, 1, tzinfo=UTC)
    for name in ("gdst_importer", "gdst_primary-processor", "gdst_secondary-processor"):
        document = xml_format.parse_document(data_path(f"epcis/gdst/{name}.xml").read_bytes())
        capture_events(session, document.events, ADMIN, now, "proceed")
    case = cases.open_case(session, ADMIN, new_case(Line(id=TUNA)), now)
    impact = read_impact(session, case, now)
    assert len(impact["batches"]) == 4, impact["batches"]
    assert [batch["evidence"] for batch in impact["batches"]] == ["certain", "derived", "derived", "derived"]
    first = impact["totals"][0]
    assert (first["consumed"], first["derived"]) == (9425, False)
    derived = [row for row in impact["totals"] if row["derived"]]
    assert sum(row["produced"] for row in derived if row["consumed"]) == 59010
    assert sum(row["on_hand"] for row in derived) == 45246
    assert find_differences(session) == 0


def test_the_digest_does_not_depend_on_the_order_of_arrival(new_database: NewDatabase) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    names = ["gdst_importer", "gdst_primary-processor", "gdst_secondary-processor"]
    digests = set()
    for order in (names, names[::-1]):
        with new_database().write() as session:
            for name in order:
                document = xml_format.parse_document(data_path(f"epcis/gdst/{name}.xml").read_bytes())
                capture_events(session, document.events, ADMIN, now, "proceed")
            impact = impact_of(session, Line(id=TUNA), as_of=now)
            assert digest(impact) == impact["digest"]
            digests.add(impact["digest"])
    assert len(digests) == 1


def test_the_report_is_a_table_with_a_conservation_line(session: Session) -> None:
    chain = Chain(session)
    chain.place("shop", "outlet", chain.party("连锁店"), "310000")
    chain.make("dairy", "I", "B1", 1500)
    chain.move("dairy", "shop", "I", "B1", 1200)
    chain.sell("shop", "I", "B1", 200)
    report = write_impact(impact_of(session, Line(gtin=gtin_of("I"), lots=("B1",))))
    assert "shop    " + gln_of("shop") + "  310000  on hand  pieces     1,200    1,000           0   200" in report
    assert "1,500 produced = 1,300 on hand + 0 in transit + 200 sold" in report


def test_the_report_says_where_the_line_does_not_hold() -> None:
    figures = dict.fromkeys(("on_hand", "in_transit", "sold", "consumed", "destroyed", "lost", "unaccounted"), 1)
    line = write_conservation({"produced": Decimal(8), "complete": False, **figures})
    assert line.startswith("8 produced ≠ 1 on hand")
    assert line.endswith("lower bounds)")
    assert write_table(["名称", "n"], [["a", "10"]], figures_from=1)[2] == "a     10"
