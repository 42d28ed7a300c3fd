"""The commands: keys, import, trace, balance, rebuild, on both databases."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.data import data_path
from tests.trace.web.api_client import Api, document
from trace.kit.web import current_database
from trace.master_data import find_party

GLN, OTHER = "9520000000011", "9520000000028"
GTIN = "09520000000035"


def run(app: Flask, *words: str, exit_code: int = 0) -> Result:
    result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == exit_code, (result.output, result.exception)
    return result


def event(number: int, **changes: Any) -> dict[str, Any]:
    found = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "eventTime": f"2026-03-01T00:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "readPoint": {"id": f"https://id.gs1.org/414/{GLN}"},
        "quantityList": [{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L1", "quantity": 1}],
    }
    return found | changes


def write(folder: Path, name: str, events: list[dict[str, Any]]) -> str:
    path = folder / name
    path.write_text(json.dumps(document(events)), "utf-8")
    return str(path)


def test_keys_are_issued_and_revoked(app: Flask) -> None:
    operator = run(app, "keys", "issue", "--role", "admin").stdout.strip()
    Api(app, operator).post("/api/v1/parties", {"gln": GLN, "name": "乳品厂"})
    key = run(app, "keys", "issue", "--party", GLN, "--role", "company", "--name", "till").stdout
    assert key.startswith("sy_")
    assert key.count("\n") == 1
    Api(app, key.strip()).get(f"/api/v1/parties/{GLN}")
    run(app, "keys", "revoke", key[3:11])
    Api(app, key.strip()).get(f"/api/v1/parties/{GLN}", status=401)
    run(app, "keys", "revoke", key[3:11], exit_code=1)


def test_a_regulator_is_registered_by_its_first_key(app: Flask) -> None:
    command = ["keys", "issue", "--party", OTHER, "--role", "regulator"]
    assert "--party-name" in run(app, *command, exit_code=1).output
    run(app, *command, "--party-name", "市场监督管理局")
    with app.app_context(), current_database().read() as session:
        party = find_party(session, OTHER)
        assert party is not None
        assert party.name == "市场监督管理局"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--party", GLN, "--role", "company"], "register it first"),
        (["--party", "9520000000012", "--role", "company"], "check digit should be 1, got 2"),
        (["--role", "company"], "Expected --party"),
    ],
)
def test_a_key_that_cannot_be_issued(app: Flask, words: list[str], said: str) -> None:
    assert said in run(app, "keys", "issue", *words, exit_code=1).output


def test_a_file_of_more_than_a_thousand_events(app: Flask, tmp_path: Path) -> None:
    name = write(tmp_path, "many.json", [event(number) for number in range(2500)])
    assert "2500 taken, 0 repeated" in run(app, "import", name).stdout
    assert "0 taken, 2500 repeated" in run(app, "import", name).stdout
    balance = json.loads(run(app, "balance", GTIN, "L1", "--json").stdout)
    assert balance["figures"][0]["produced"] == 2500
    assert "0 differences" in run(app, "rebuild", "--check").stdout


def test_nothing_of_a_file_with_a_bad_event_is_taken(app: Flask, tmp_path: Path) -> None:
    events = [event(number) for number in range(1500)]
    events[1200]["action"] = "PERHAPS"
    bad, good = write(tmp_path, "bad.json", events), write(tmp_path, "good.json", [event(9)])
    said = run(app, "import", bad, good, exit_code=1).stdout
    assert "event 1200 (urn:uuid:00000000-0000-4000-8000-000000001200) refused" in said
    assert "nothing taken, 1 refused" in said
    assert json.loads(run(app, "balance", GTIN, "L1", "--json").stdout)["figures"][0]["produced"] == 1


def test_files_that_cannot_be_read(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("hello")
    (tmp_path / "b.csv").write_text("a,b")
    for name, said in (("a.json", "not JSON"), ("b.csv", "expected --kind"), ("c.xml", "No such file")):
        assert said in run(app, "import", str(tmp_path / name), exit_code=1).output


def test_trace_and_balance_as_tables(app: Flask) -> None:
    folder = data_path("epcis/gdst")
    run(app, "import", *(str(path) for path in sorted(folder.glob("*.xml"))))
    whole_fish = next(
        row["id"]
        for row in json.loads(run(app, "trace", _fillets(folder), "--backward", "--json").stdout)["batches"]
        if row["id"].endswith("2025121114333457")
    )
    table = run(app, "trace", whole_fish).stdout
    assert "45246" in table
    assert "certain" in table
    balance = run(app, "balance", whole_fish).stdout
    assert "9425" in balance
    assert "0 differences" in run(app, "rebuild", "--check").stdout
    assert "events" in run(app, "rebuild").stdout
    assert run(app, "balance", whole_fish).stdout == balance


def _fillets(folder: Path) -> str:
    text = (folder / "gdst_secondary-processor.xml").read_text("utf-8")
    start = text.index("<outputQuantityList>")
    return text[text.index("<epcClass>", start) + len("<epcClass>") : text.index("</epcClass>", start)]


def test_a_batch_that_nobody_knows(app: Flask) -> None:
    assert "No batch" in run(app, "trace", GTIN, "L9", exit_code=1).output
    assert "check digit" in run(app, "trace", "09520000000036", "L9", exit_code=1).output
    assert "with a zone" in run(app, "balance", GTIN, "L9", "--as-of", "2026-03-01T00:00:00", exit_code=2).output
