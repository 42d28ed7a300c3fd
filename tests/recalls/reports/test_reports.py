"""Reports over HTTP: figures worked out by hand, every format opened again, filed ones kept and compared."""

import csv
import hashlib
import io
from typing import Any, get_args

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from recalls.cases import KINDS, REMEDIES, Depth
from recalls.clocks.states import State
from recalls.effectiveness.checks import Way
from recalls.reports.compare import compare_parts
from recalls.reports.forms import FORMS, REPORTS
from recalls.reports.parts import QUANTITIES
from recalls.reports.words import WORDS
from recalls.stages import STAGES
from tests.recalls.chain import batch_uri, gln_of, gtin_of, place_uri
from tests.recalls.dairy import ITEM, LOT, Dairy, make_dairy
from trace.kit.db import Database
from trace.kit.strict_json import canonical_dumps, loads
from trace.models import Party
from trace.pdf import find_font


@pytest.fixture
def dairy(app: Flask, database: Database) -> Dairy:
    return make_dairy(app, database)


def read(dairy: Dairy, path: str, status: int = 200) -> Any:
    answer = dairy.official.send("GET", dairy.path(path))
    assert answer.status_code == status, answer.text
    return loads(answer.data)


def report(dairy: Dairy, form: str, more: str = "") -> dict[str, Any]:
    found: dict[str, Any] = read(dairy, f"/report?form={form}{more}")
    return found


def answer_all(dairy: Dairy) -> None:
    """mall got 25, sold 5, 2 came back: 12 quarantined, 8 sent back, 2 destroyed; north holds its 5 and the 8."""
    dairy.told("capture", dairy_return())
    line = {"gtin": gtin_of(ITEM), "lot": LOT}
    destruction = {"method": "焚烧", "witness": "王", "document": "D-1"}
    mall = {**line, "on_hand": 12, "quarantined": 12, "returned": 8, "destroyed": 2, "destruction": destruction}
    dairy.client("mall").post(dairy.path("/responses"), {"lines": [mall | {"sold": 3}]})
    dairy.told("receive", "mall", "north", ITEM, LOT, 8)
    north = {**line, "on_hand": 13, "quarantined": 13, "shipped_on": 35}
    dairy.client("north").post(dairy.path("/responses"), {"lines": [north]})


def dairy_return() -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "accepting",
        "disposition": "returned",
        "readPoint": {"id": place_uri("mall")},
        "bizLocation": {"id": place_uri("mall")},
        "quantityList": [{"epcClass": batch_uri(ITEM, LOT), "quantity": 2}],
    }


def test_quantities_by_hand(dairy: Dairy) -> None:
    answer_all(dairy)
    found = report(dairy, "cn_progress")
    (row,) = found["parts"]["quantities"]
    expected = {
        "produced": 100,
        "distributed": 70,
        "sold": 3,
        "planned": 70,
        "batches": 1,
        # mall 12 + 8 + 2, north 13 − 8
        "recovered": 27,
        "operators": 2,
        "consumers": 1,
        "from_consumers": 2,
        "from_operators": 25,
        "recovered_of_planned": "38.57 %",
        "recovered_of_distributed": "38.57 %",
        "quarantined": 25,
        "returned": 8,
        "destroyed": 2,
    }
    assert {name: row[name] for name in expected} == expected
    told = found["parts"]["told"]
    assert sum(one["notices"] for one in told if one["to"] == "operators") == 6
    assert [one["way"] for one in told if one["to"] == "consumers"] == ["page"]
    assert {one["name"]: one["value"] for one in found["parts"]["case"]}["batches"] == 1
    assert found["run_digest"] == read(dairy, f"/impact?as_of={found['as_of']}")["digest"]


def test_firms_bought_what_they_received_and_no_return(dairy: Dairy) -> None:
    answer_all(dairy)
    rows = report(dairy, "cn_firms")["parts"]["firms"]
    bought = {row["consignee"]: (row["quantity"], row["suppliers"], row["bought_first"]) for row in rows}
    assert bought[gln_of("party north")] == (40, "dairy", "2026-03-01")
    assert bought[gln_of("party mall")] == (25, "north", "2026-03-01")
    assert gln_of("party dairy") not in bought
    assert len(bought) == 5
    assert {row["address"] for row in rows if row["consignee"] == gln_of("party mall")} == {"mall 1 号"}


def test_the_status_report_names_who_was_told_and_who_answered(dairy: Dairy) -> None:
    answer_all(dairy)
    dairy.official.post(dairy.path("/checks"), {"level": "A", "seed": "s"})
    parts = report(dairy, "fda_753")["parts"]
    told = {row["consignee"]: row for row in parts["notified"]}
    assert told[gln_of("party mall")]["answered_at"] is not None
    assert told[gln_of("party mall")]["acknowledged_via"] == "api"
    assert told[gln_of("party south")]["acknowledged_at"] is None
    assert {row["consignee"] for row in parts["silent"]} == set(told) - {gln_of("party mall"), gln_of("party north")}
    answers = {row["consignee"]: row for row in parts["answers"]}
    assert (answers[gln_of("party mall")]["on_hand"], answers[gln_of("party mall")]["recovered"]) == (12, 22)
    assert answers[gln_of("party corner")]["on_hand"] is None  # not said is not 0
    assert len(parts["checks"]) == 6


def test_every_form_in_every_format_and_language(dairy: Dairy) -> None:
    for form in FORMS:
        found = report(dairy, form)
        whole = REPORTS[form]
        assert list(found["parts"]) == [part.name for part in whole.parts]
        for language in ("zh", "en"):
            path = dairy.path(f"/report?form={form}&lang={language}&as_of={found['as_of']}&format=")
            answer = dairy.official.send("GET", path + "csv")
            assert answer.headers["Content-Disposition"].endswith(f'-{form}.csv"')
            rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
            assert rows[0] == [column.heading(language) for column in whole.main.sheet.columns]  # type: ignore[arg-type]
            assert len(rows) == 1 + len(found["parts"][whole.main.name])
            book = CalamineWorkbook.from_filelike(io.BytesIO(dairy.official.send("GET", path + "xlsx").data))
            assert book.sheet_names == [part.sheet.zh if language == "zh" else part.sheet.en for part in whole.parts]
            paper = dairy.official.send("GET", path + "pdf").data
            assert paper.startswith(b"%PDF")
            assert (b"FontFile2" in paper) == find_font(None).chinese
            facts = {row[0]: row[1] for row in book.get_sheet_by_index(0).to_python()}
            assert facts["补救措施" if language == "zh" else "Remedy"] == ("退款" if language == "zh" else "refund")
            assert facts["阶段" if language == "zh" else "Stage"] == ("已公告" if language == "zh" else "announced")


def test_a_filed_report_is_kept_byte_for_byte_and_meets_its_period(dairy: Dairy) -> None:
    first = dairy.official.post(dairy.path("/reports"), {"form": "cn_progress", "note": "第一期"})
    sent = dairy.official.send("GET", dairy.path("/reports/1")).data
    assert hashlib.sha256(sent).hexdigest() == first["digest"]
    assert canonical_dumps(loads(sent)) == sent
    assert (first["id"], first["period_from"], first["by"]) == (1, None, "test")
    case = read(dairy, "")
    assert [run["digest"] for run in case["runs"] if run["step"] == "report:cn_progress"] == [first["run_digest"]]
    answer_all(dairy)
    second = dairy.official.post(dairy.path("/reports"), {"form": "cn_progress"})
    assert second["period_from"] == first["as_of"]
    (row,) = read(dairy, "/reports/2")["parts"]["quantities"]
    assert [row[name] for name in ("recovered_in_period", "operators_in_period", "consumers_in_period")] == [27, 2, 1]
    assert dairy.official.send("GET", dairy.path("/reports/1")).data == sent
    paper = dairy.official.send("GET", dairy.path("/reports/1?format=pdf")).data
    assert paper == dairy.official.send("GET", dairy.path("/reports/1?format=pdf")).data

    changes = read(dairy, "/reports/1/compare?to=2")
    (change,) = next(part for part in changes["parts"] if part["part"] == "quantities")["changed"]
    assert change["fields"]["recovered"] == [0, 27]
    silent = next(part for part in changes["parts"] if part["part"] == "silent")
    assert {row["consignee"] for row in silent["removed"]} == {gln_of("party mall"), gln_of("party north")}
    now = read(dairy, "/reports/2/compare")
    assert now["to"] is None
    assert {part["part"] for part in now["parts"]} <= {"case"}  # only the moment differs
    assert [one["id"] for one in read(dairy, "/reports")["reports"]] == [1, 2]
    assert dairy.client("dairy").get(dairy.path("/reports"))["reports"] == read(dairy, "/reports")["reports"]


def test_a_report_of_an_earlier_moment_stays_what_it_was(dairy: Dairy) -> None:
    before = report(dairy, "cn_final")
    answer_all(dairy)
    after = report(dairy, "cn_final", f"&as_of={before['as_of']}")
    assert {**after, "at": None} == {**before, "at": None}


def test_what_cannot_be_reported_is_refused(dairy: Dairy) -> None:
    read(dairy, "/report?form=poem", 422)
    read(dairy, "/report?form=cn_final&format=doc", 422)
    problem = read(dairy, "/report?form=cn_final&as_of=2026-03-01T00:00:00Z&period_from=2026-04-01T00:00:00Z", 422)
    assert problem["errors"][0]["pointer"] == "/period_from"
    for path in ("/report?form=cn_firms", "/progress?"):
        problem = read(dairy, f"{path}&as_of=9999-12-31T23:59:59Z", 422)
        assert problem["errors"][0]["pointer"] == "/as_of"
        assert problem["detail"].startswith("Expected a moment up to now")
        read(dairy, f"{path}&as_of=0001-01-01T00:00:00Z")
    for path in ("/reports/1", "/reports/x", "/reports/1/compare"):
        read(dairy, path, 404)
    dairy.official.post(dairy.path("/reports"), {"form": "cn_firms"})
    dairy.official.post(dairy.path("/reports"), {"form": "cn_plan"})
    read(dairy, "/reports/1/compare?to=2", 409)
    read(dairy, "/reports/1/compare?to=tomorrow", 422)
    dairy.client("mall").get(dairy.path("/report?form=cn_firms"), 404)
    dairy.client("mall").post(dairy.path("/reports"), {"form": "cn_firms"}, 404)


def test_a_name_is_never_a_formula(dairy: Dairy) -> None:
    with dairy.database.write() as session:
        party = session.get(Party, dairy.firms["mall"])
        assert party is not None
        party.name = '=HYPERLINK("http://bad.example")'
    path = dairy.path("/report?form=cn_firms&format=")
    rows = list(csv.reader(io.StringIO(dairy.official.send("GET", path + "csv").data.decode("utf-8-sig"))))
    assert any(cell.startswith("'=HYPERLINK") for row in rows for cell in row)
    book = CalamineWorkbook.from_filelike(io.BytesIO(dairy.official.send("GET", path + "xlsx").data))
    cells = [cell for row in book.get_sheet_by_index(1).to_python() for cell in row]
    assert '=HYPERLINK("http://bad.example")' in cells


def test_what_paper_does_not_hold_is_refused_before_it_is_written(
    dairy: Dairy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recalls.reports.files.MOST_ON_PAPER", 40)
    problem = read(dairy, "/report?form=cn_firms&format=pdf", 413)
    assert problem["detail"].startswith("Expected at most 40 rows on paper")
    monkeypatch.setattr("recalls.reports.files.MAX_ROWS", 3)
    read(dairy, "/report?form=cn_firms&format=xlsx", 413)


def test_rows_of_the_same_name_are_compared_in_their_order() -> None:
    row = {"id": "1", "uom": None, "recovered": 1}
    before, after = {"quantities": [row, row]}, {"quantities": [row, row | {"recovered": 2}, row]}
    (found,) = compare_parts([QUANTITIES], before, after)
    assert (found["added"], found["removed"]) == ([row], [])
    assert found["changed"] == [{"key": {"id": "1", "uom": None}, "fields": {"recovered": [1, 2]}}]
    assert compare_parts([QUANTITIES], before, before) == []


def test_every_word_of_a_case_has_its_chinese() -> None:
    words = {*STAGES, *KINDS, *REMEDIES, *get_args(Depth), *get_args(Way), *get_args(State)}
    assert words <= WORDS.keys()
