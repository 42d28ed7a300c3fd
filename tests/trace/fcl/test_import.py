"""FoodChain-Lab sheets imported by the command, and what the service then answers."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.data import data_path
from tests.trace.fcl.networks import DATED, SMALL, TEA, UNDATED, YOGURT, as_sheet, read_network, write_sheet
from tests.trace.web.api_client import Api
from trace.fcl.names import Namer
from trace.fcl.sheet import Amount, Sheet, SheetDelivery, SheetLink, Station
from trace.fcl.tables import write_tables
from trace.fcl.workbook import write_workbook
from trace.kit.web import current_database
from trace.models import Event
from trace.sources.periods import read_period

TEMPLATE = "tracing/All_In_One_Template_Example.xlsx"
SOURCES = "/api/v1/trace/sources"


def run(app: Flask, *words: str, exit_code: int = 0) -> Result:
    result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == exit_code, (result.output, result.exception)
    return result


def station(name: str) -> str:
    return "urn:fcl:station:" + quote(name, safe="")


def by_document(found: Mapping[str, Any]) -> dict[str, float]:
    return {row["documents"][0]: row["score"] for row in found["movements"]}


@pytest.mark.parametrize("name", [DATED, UNDATED])
def test_the_outbreak_has_foodchain_labs_scores_over_http(app: Flask, tmp_path: Path, name: str) -> None:
    network = read_network(name)
    settings, expected = network["settings"], network["expected"]
    run(app, "import", write_sheet(tmp_path, as_sheet(network)))
    found = Api.issue(app, "regulator").post(
        SOURCES,
        {
            "cases": [
                *({"location": station(one), "weight": 1} for one in settings["station_weights"]),
                *({"document": one, "weight": 1} for one in settings["delivery_weights"]),
            ],
            "mixing": {"locations": [station(one) for one in settings["cross_contamination_stations"]]},
            "dates": settings["enforce_temporal_order"],
        },
        200,
    )
    assert found["total_weight"] == 4
    assert by_document(found) == {one: row["score"] for one, row in expected["deliveries"].items() if row["score"]}
    places = {row["id"]: row["score"] for row in found["locations"]}
    assert places == {station(one): row["score"] for one, row in expected["stations"].items() if row["score"]}
    names = {station(row["id"]): row["name"] for row in network["stations"]}
    assert {row["id"]: row["name"] for row in found["locations"]} == {one: names[one] for one in places}


@pytest.mark.parametrize("name", [SMALL, YOGURT, TEA])
def test_every_delivery_has_the_deliveries_that_lead_to_it(app: Flask, tmp_path: Path, name: str) -> None:
    network = read_network(name)
    run(app, "import", write_sheet(tmp_path, as_sheet(network)))
    regulator = Api.issue(app, "regulator")
    forward = network["derived"]["forward_deliveries_by_delivery"]
    ends = [one for one, some in forward.items() if not some]
    for end in ends[:20]:
        found = regulator.post(SOURCES, {"cases": [{"document": end}]}, 200)
        assert set(by_document(found)) == {end} | {one for one, some in forward.items() if end in some}


def test_the_tea_is_six_tonnes_however_often_it_changed_hands(app: Flask, tmp_path: Path) -> None:
    network = read_network(TEA)
    run(app, "import", write_sheet(tmp_path, as_sheet(network)))
    regulator = Api.issue(app, "regulator")
    first = next(row for row in network["deliveries"] if row["lot"] == "DC 17" and row["from"] == "107176005")
    batch = f"urn:fcl:lot:107176005:{quote(first['product'])}:DC%2017"
    trace = regulator.get(f"/api/v1/trace?batch={quote(batch, safe='')}&direction=forward")
    documents = [document for row in trace["movements"] for document in row["documents"]]
    assert len(documents) == len(set(documents)) == 94
    assert set(documents) == {first["id"], *network["derived"]["forward_deliveries_by_delivery"][first["id"]]}
    balance = regulator.get(f"/api/v1/balance?batch={quote(batch, safe='')}")
    produced = {row["uom"]: (row["produced"], row["complete"]) for row in balance["figures"]}
    assert produced == {"KGM": (6000, False)}  # how much of it went into other tea, nobody says
    hands = [row["received"] for row in trace["movements"] if row["id"] == batch]
    assert hands == [6000, 6000, 6000]  # each hand-over as it was; nowhere their sum
    assert [row["id"] for row in trace["batches"] if row["evidence"] == "certain"] == [batch]


def test_a_recall_of_the_tea_counts_what_was_made_of_it_by_itself(app: Flask, tmp_path: Path) -> None:
    network = read_network(TEA)
    run(app, "import", write_sheet(tmp_path, as_sheet(network)))
    admin = Api.admin(app)
    batch = Namer().lot("107176005", "Dried organic camomille flowers", "DC 17")
    words = {
        "title": "Tea",
        "hazard": "alkaloids",
        "instructions": "return",
        "remedy": "refund",
        "scope": [{"id": batch}],
    }
    body = {**words, "kind": "recall", "regime": "cn_food", "class": 1, "depth": "consumer"}
    case = admin.post("/api/v1/recalls", body)
    totals = admin.get(f"/api/v1/recalls/{case['number']}/impact")["totals"]
    assert [(row["id"], row["uom"], row["produced"]) for row in totals if not row["derived"]] == [(batch, "KGM", 6000)]
    derived = sum(row["produced"] for row in totals if row["derived"])
    forward = network["derived"]["forward_deliveries_by_delivery"]["636305757"]
    packed = [row for row in network["deliveries"] if row["id"] in forward and row["lot"] != "DC 17"]
    assert derived == pytest.approx(sum(float(row["amount"]) for row in packed)) == pytest.approx(9977.6)


def test_the_template_is_taken_whole_and_again_changes_nothing(app: Flask) -> None:
    path = str(data_path(TEMPLATE))
    assert "18 taken, 0 repeated" in run(app, "import", path).output
    assert "0 taken, 18 repeated" in run(app, "import", path).output
    found = Api.issue(app, "regulator").post(SOURCES, {"cases": [{"document": "LY1_1"}, {"document": "LY2_2"}]}, 200)
    assert by_document(found) == {"L117_1": 0.5, "L117_2": 0.5, "L14_1": 0.5, "LY1_1": 0.5, "LY2_2": 0.5}
    assert {row["name"]: row["score"] for row in found["locations"]} == {
        "Farmer 1": 1.0,
        "Farmer 2": 0.5,
        "Yogurt Factory": 1.0,
    }
    run(app, "rebuild", "--check")


def test_a_namespace_keeps_stations_of_the_same_id_apart(app: Flask) -> None:
    path = str(data_path(TEMPLATE))
    run(app, "import", path)
    assert "18 taken" in run(app, "import", "--namespace", "second", path).output
    regulator = Api.issue(app, "regulator")
    found = regulator.post(SOURCES, {"cases": [{"location": "urn:fcl:second:station:Supermarket%203"}]}, 200)
    assert {row["id"] for row in found["locations"]} == {
        f"urn:fcl:second:station:{quote(name)}" for name in ("Farmer 1", "Farmer 2", "Yogurt Factory", "Supermarket 3")
    }
    for wrong in ("", "a:b", "station", "a b"):
        run(app, "import", "--namespace", wrong, path, exit_code=2)


MILK = Sheet(
    (Station("F", "Farm"), Station("D", "Dairy"), Station("S", "Shop")),
    (
        SheetDelivery(
            "1", "F", "D", "Milk", "M1", departed=read_period("2016-01"), amount=Amount(Decimal(5), "churns")
        ),
        SheetDelivery("2", "D", "S", "Butter", None, arrived=read_period("2016")),
    ),
    (SheetLink("1", "2"),),
)


def test_words_that_are_no_unit_and_dates_that_are_no_day_are_kept(app: Flask, tmp_path: Path) -> None:
    run(app, "import", write_sheet(tmp_path, MILK))
    event = captured_events(app)["urn:fcl:shipping:1"]
    assert event["suyuan:eventDate"] == "2016-01-XX"
    assert event["suyuan:statedAmount"] == {"suyuan:quantity": "5", "suyuan:unit": "churns"}
    assert "quantity" not in event["quantityList"][0]


def test_a_station_that_nothing_came_to_is_known_too(app: Flask, tmp_path: Path) -> None:
    run(app, "import", write_sheet(tmp_path, Sheet((*MILK.stations, Station("Q", "Quarry")), MILK.deliveries, ())))
    found = Api.issue(app, "regulator").post(SOURCES, {"cases": [{"location": station("Q")}]}, 200)
    assert [(row["name"], row["score"]) for row in found["locations"]] == [("Quarry", 1.0)]


def test_dates_that_are_no_day_prune_only_what_they_exclude(app: Flask, tmp_path: Path) -> None:
    early = SheetDelivery("0", "D", "S", departed=read_period("2015-12-31"))
    unknown = SheetDelivery("3", "D", "S")
    run(app, "import", write_sheet(tmp_path, Sheet(MILK.stations, (*MILK.deliveries, early, unknown), ())))
    regulator = Api.issue(app, "regulator")
    assumed = {"mixing": {"locations": [station("D")]}}
    found = {
        end: set(by_document(regulator.post(SOURCES, {"cases": [{"document": end}], **assumed}, 200)))
        for end in ("0", "2", "3")
    }
    assert found == {"0": {"0"}, "2": {"1", "2"}, "3": {"1", "3"}}


def captured_events(app: Flask) -> dict[str, Any]:
    with app.app_context(), current_database().read() as session:
        return {name: json.loads(body) for name, body in session.execute(select(Event.event_id, Event.body))}


def wrong_rows(app: Flask, tmp_path: Path, tables: dict[str, Any]) -> list[str]:
    path = tmp_path / "wrong.xlsx"
    path.write_bytes(write_workbook(tables))
    output = run(app, "import", str(path), exit_code=1).output
    assert (
        Api.issue(app, "regulator").get("/epcis/events")["epcisBody"]["queryResults"]["resultsBody"]["eventList"] == []
    )
    return [line.removeprefix(f"{path}: ") for line in output.splitlines()]


def test_every_wrong_row_is_named_and_nothing_is_taken(app: Flask, tmp_path: Path) -> None:
    tables = write_tables(MILK)
    tables["Stations"][2][0] = "F"
    tables["Deliveries"].append(["1", "F", "", "", "", "", "", "", "", "", "", "", "", "", "X", ""])
    tables["Deliveries2Deliveries"].append(["2", "9"])
    assert wrong_rows(app, tmp_path, tables) == [
        "Stations row 3, Company_ID: expected every station once, got 'F' again (first in row 2)",
        "Deliveries row 3, Recipient: expected a station of the sheet Stations, got 'D'",
        "Deliveries row 4, Station: expected a station of the sheet Stations, got 'D'",
        "Deliveries row 5, DeliveryID: expected every delivery once, got '1' again (first in row 3)",
        "Deliveries row 5, Recipient: expected a station of the sheet Stations, got 'X'",
        "Deliveries2Deliveries row 3, Into DeliveryID: expected a delivery of the sheet Deliveries, got '9'",
    ]


def test_a_link_between_deliveries_that_do_not_meet_is_refused(app: Flask, tmp_path: Path) -> None:
    tables = write_tables(MILK)
    tables["Deliveries2Deliveries"].append(["2", "1"])
    assert wrong_rows(app, tmp_path, tables) == [
        "Deliveries2Deliveries row 3: expected a delivery that leaves 'S', where '2' arrives, got '1', which leaves 'F'"
    ]


def test_a_delivery_into_itself_is_refused(app: Flask, tmp_path: Path) -> None:
    tables = write_tables(MILK)
    tables["Deliveries2Deliveries"].append(["1", "1"])
    assert wrong_rows(app, tmp_path, tables) == [
        "Deliveries2Deliveries row 3: expected two deliveries, got '1' into itself"
    ]


@pytest.mark.parametrize(
    ("column", "entry", "told"),
    [
        (7, 13, "Delivery Date Departure: Expected a date that exists, got '2016-13'."),
        (7, "May", "Delivery Date Departure Month: expected a whole number, got 'May'"),
        (8, 16, "Delivery Date Departure Year: expected a year of four digits, got 16"),
        (12, -5, "Unit weigt/vol./pck. Quantity: expected a number above 0, got -5"),
        (12, "1E+30", "Unit weigt/vol./pck. Quantity: expected a number of at most 18 digits, got 1E+30"),
        (0, "", "DeliveryID: expected an entry, got none"),
        (2, "x" * 501, "Product Name: expected at most 500 characters, got 501"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(app: Flask, tmp_path: Path, column: int, entry: Any, told: str) -> None:
    tables = write_tables(MILK)
    tables["Deliveries"][2][column] = entry
    assert wrong_rows(app, tmp_path, tables) == [f"Deliveries row 3, {told}"]


def test_an_event_that_capture_refuses_is_told_by_its_row(app: Flask, tmp_path: Path) -> None:
    later = (SheetDelivery("1", "F", "D", departed=read_period("2999-01-01")),)
    lines = wrong_rows(app, tmp_path, write_tables(Sheet(MILK.stations, later, ())))
    assert any(line.startswith("Deliveries row 3 refused: ") for line in lines)
    assert lines[-1].endswith("3 events, nothing taken, 3 refused")


def test_a_workbook_of_something_else_is_refused(app: Flask, tmp_path: Path) -> None:
    lines = wrong_rows(app, tmp_path, {"Stations": [["Company_ID", "Name"]], "Prices": [["x"]]})
    assert lines == ["Expected the sheets of an all-in-one workbook, got none named Deliveries."]


def test_a_sheet_with_other_content_under_the_same_ids_is_refused(app: Flask, tmp_path: Path) -> None:
    run(app, "import", write_sheet(tmp_path, MILK))
    other = (SheetDelivery("1", "F", "D", "Milk", "M1", amount=Amount(Decimal(6), "kg")), MILK.deliveries[1])
    output = run(app, "import", write_sheet(tmp_path, Sheet(MILK.stations, other, MILK.links)), exit_code=1).output
    assert "Deliveries row 3 refused" in output
    assert "conflicting_event" in output
