"""`flask demo` and what it loads, on both databases, held against the generator's own books."""

import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from demo.books import FIGURES, AtPlace, at_places, balances
from demo.chain import build_chain
from demo.cli import first_day_before
from demo.loading import OPERATOR, count_steps, is_loaded, load_chain
from demo.recall import find_recall, recall_milk, time_impact, write_notice
from demo.registration import register_firm
from demo.report import STATUSES, write_conservation
from demo.values import Chain, Firm
from trace.derivation.rebuild import find_differences
from trace.kit.db import Database
from trace.ledger import read_postings
from trace.models import Batch, Event, Identifier
from trace.tally import tally


@pytest.fixture(scope="module")
def chain() -> Chain:
    """A demonstration of the full shape with fewer cases on each pallet."""
    return build_chain(cases_per_pallet=6)


def test_what_is_loaded_and_recalled_agrees_with_the_generator_s_own_books(session: Session, chain: Chain) -> None:
    assert not is_loaded(session, chain)
    steps: list[int] = []
    loaded = load_chain(session, chain, chain.end, steps.append)
    assert is_loaded(session, chain)
    assert loaded.events == len(chain.happenings)
    assert sum(steps) == count_steps(chain)
    assert session.scalar(select(func.count()).select_from(Event)) == len(chain.happenings)
    assert session.scalar(select(func.count()).select_from(Batch)) == len(chain.lots)
    check_every_batch(session, chain)
    number = recall_milk(session, chain, OPERATOR, OPERATOR, chain.end)
    case = find_recall(session, chain)
    assert case is not None
    assert (case.number, case.stage) == (number, "announced")
    impact, milliseconds = time_impact(session, case, chain.end)
    assert milliseconds > 0
    check_impact(impact, chain)
    assert find_differences(session) == 0


def check_every_batch(session: Session, chain: Chain) -> None:
    """Every figure of every batch, not only of those recalled."""
    expected = balances(move for one in chain.happenings for move in one.moves)
    rows = session.execute(select(Identifier.gtin, Identifier.lot, Identifier.id).where(Identifier.kind == "batch"))
    numbers = {(gtin, lot): number for gtin, lot, number in rows}
    assert numbers.keys() == expected.keys()
    for batch, number in numbers.items():
        (figures,) = tally(read_postings(session, [number])).values()
        assert {name: getattr(figures, name) for name in FIGURES} == expected[batch], batch
        assert figures.complete
        assert figures.produced == figures.accounted


def check_impact(impact: dict[str, Any], chain: Chain) -> None:
    """The recall takes exactly what was made from the milk, and every outlet's units are the generator's."""
    assert {(row["gtin"], row["lot"]) for row in impact["batches"]} == {lot.key for lot in chain.affected}
    expected = outlets_in_the_books(chain)
    assert len(expected) == len(impact["outlets"])
    for row in impact["outlets"]:
        known = expected[row["gln"]]
        got = AtPlace(row["received"], row["on_hand"], row["in_transit"], row["sold"])
        assert got == known, row["name"]
        assert row["expected"] == known.received + known.in_transit
        assert row["region"]
    for row in impact["totals"]:
        assert row["produced"] == sum(row[name] for name in FIGURES if name != "produced")
        assert row["complete"]
    statuses = Counter(row["status"] for row in impact["outlets"])
    assert min(statuses[status] for status in ("holding", "inbound", "sold_through", "returned")) >= 1
    assert {"over_receipt", "count_differs"} == {finding["rule"] for finding in impact["findings"]}
    assert {row["unaccounted"] for row in impact["totals"]} == {Decimal(0), Decimal(-2)}


def outlets_in_the_books(chain: Chain) -> dict[str, AtPlace]:
    """What the generator knows of the affected batches at each outlet, by GLN."""
    affected, outlets = {lot.key for lot in chain.affected}, {outlet.gln for outlet in chain.outlets}
    found: dict[str, AtPlace] = {}
    moves = (move for one in chain.happenings for move in one.moves)
    for (gln, batch), figures in at_places(moves).items():
        if gln in outlets and batch in affected:
            sums = found.setdefault(gln, AtPlace())
            for name in ("received", "on_hand", "in_transit", "sold"):
                setattr(sums, name, getattr(sums, name) + getattr(figures, name))
    return found


def test_the_command_loads_once_and_reports_each_time(app: Flask, database: Database) -> None:
    runner: FlaskCliRunner = app.test_cli_runner()
    arguments = ["demo", "--cases-per-pallet", "6", "--url", "http://127.0.0.1:9000/"]
    first = runner.invoke(args=arguments)
    assert first.exit_code == 0, first.output
    assert "Loading the demonstration" in first.stderr
    assert "affected outlets" in first.stdout
    assert "http://127.0.0.1:9000/check?code=https%3A%2F%2Fid.gs1.org%2F01%2F" in first.stdout
    assert max(len(line) for line in first.stdout.splitlines() if "│" in line) < 120
    check_case_and_drill(first.stdout)
    with database.read() as session:
        events = session.scalar(select(func.count()).select_from(Event))
        key_line = next(line for line in first.stdout.splitlines() if line.strip().startswith("curl"))
    second = runner.invoke(args=arguments)
    assert second.exit_code == 0, second.output
    assert "nothing was loaded again" in second.stdout
    assert key_line not in second.stdout
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == events
    check_case_and_drill(second.stdout)
    tables = [[line for line in run.stdout.splitlines() if "│" in line] for run in (first, second)]
    assert tables[0] == tables[1]
    assert len(tables[0]) > 15


def check_case_and_drill(shown: str) -> None:
    """Deadlines, who was told and answered, what came back, and a drill of which no unit is left unexplained."""
    for words in ("Finish the recall after the announcement", "notices 20:", "responded ÷ notified"):
        assert words in shown
    notified = re.search(r"notified ÷ affected +(\d+) ÷ (\d+)", shown)
    assert notified is not None
    told, affected = map(int, notified.groups())
    assert 0 < told < affected
    assert re.search(r"recovered ÷ planned +[1-9]", shown)
    (drilled,) = re.findall(r"Trace exercise (\S+):", shown)
    assert drilled.endswith("-0002")
    assert re.search(r"accounted [\d.]+ %: .* unexplained 0\n", shown)
    assert "over_receipt × 1" in shown


def test_what_the_command_says_to_do_next_works(app: Flask) -> None:
    run = app.test_cli_runner().invoke(args=["demo", "--cases-per-pallet", "6", "--url", "http://demo.example"])
    client = app.test_client()
    codes = re.findall(r"http://demo\.example/check(\?code=\S+)", run.stdout)
    statuses = [client.get(f"/api/v1/check{code}").json["status"] for code in codes]  # type: ignore[index]
    assert statuses == ["recalled", "recalled", "no_recall_known", "lot_needed"]
    calls = re.findall(r'curl -H "([^:]+): ([^"]+)" http://demo\.example(\S+)', run.stdout)
    assert len(calls) == 3
    for header, value, path in calls:
        assert client.get(path, headers={header: value}).status_code == 200
    for page in re.findall(r"http://demo\.example(/(?:recalls|check)\S+)", run.stdout):
        assert client.get(page).status_code == 200
    number, key = re.search(r"/recalls/(\S+)/progress", run.stdout), calls[0][1]
    assert number is not None
    case: Any = client.get(f"/api/v1/recalls/{number[1]}", headers={"Authorization": key}).json
    assert case["notice"]["complete"], case["notice"]["missing"]
    assert [step["step"] for step in case["steps"]] == ["open", "order", "file-plan", "announce"]


def test_the_command_leaves_a_database_alone_that_is_in_the_way(app: Flask, database: Database, chain: Chain) -> None:
    firm = chain.firms[0]
    other = Firm(firm.prefix, firm.uscc, firm.gln, "另一家", "Another", firm.city)
    with database.write() as session:
        register_firm(session, OPERATOR, other, chain.end)
    result = app.test_cli_runner().invoke(args=["demo", "--cases-per-pallet", "6"])
    assert result.exit_code == 1
    assert "is registered with another name" in result.output
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_the_chain_of_the_command_has_just_ended(chain: Chain) -> None:
    for now in (chain.end, chain.end + timedelta(hours=23, minutes=59)):
        assert first_day_before(now) == chain.first_day
    assert first_day_before(chain.end - timedelta(seconds=1)) == chain.first_day - timedelta(days=1)


def test_nothing_was_sold_before_it_was_made(chain: Chain) -> None:
    assert write_notice(chain, chain.end)["sold_from"] == chain.recalled.produced_on.isoformat()


def test_a_conservation_line_leaves_out_what_is_nothing_and_says_when_it_does_not_hold() -> None:
    row = dict.fromkeys(FIGURES, Decimal(0)) | {"complete": True}
    row |= {"produced": Decimal(1200), "sold": Decimal(1202), "unaccounted": Decimal(-2)}
    assert write_conservation(row) == "1,200 生产 made = 1,202 售出 sold − 2 不明 unaccounted"
    assert "≠" in write_conservation(row | {"produced": Decimal(5)})
    assert set(STATUSES) == {"holding", "inbound", "sold_through", "returned", "cleared"}
