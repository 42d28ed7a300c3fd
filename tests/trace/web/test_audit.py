"""Every call of an official and every write in recalls is on record, with who, when, what and why."""

from typing import Any, get_args
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.trace.web.api_client import Api
from tests.trace.web.firms import DAIRY, FREE_GLN, GTIN, PLANT, Firms, batch, make_firms, party_number, shipment
from tests.trace.web.sheets import get_csv, get_xlsx
from trace.audit_log import LINK
from trace.audit_sheet import ROLES
from trace.kit.audit import MAX_PURPOSE
from trace.kit.auth import Role
from trace.kit.web import current_database
from trace.web.api import api
from trace.web.api_audit import Who

RECALL = {
    "title": "酸奶召回",
    "kind": "voluntary",
    "regime": "cn_food",
    "class": 1,
    "depth": "consumer",
    "hazard": "菌落总数超标",
    "instructions": "停止食用",
    "remedy": "refund",
    "scope": [{"gtin": GTIN, "lots": ["L1"]}],
}
BATCH = f"/api/v1/batches/{GTIN}/L1"


@pytest.fixture
def firms(app: Flask) -> Firms:
    return make_firms(app)


@pytest.fixture
def auditor(app: Flask, firms: Firms) -> Api:
    return Api.issue(app, "auditor", party_number(app, DAIRY))


def on_record(auditor: Api, query: str = "") -> list[dict[str, Any]]:
    """Entries, the newest first, without those of the auditor's own reading."""
    entries: list[dict[str, Any]] = auditor.get(f"/api/v1/audit?limit=1000&{query}")["entries"]
    return [one for one in entries if one["role"] != "auditor"]


def with_database(app: Flask, *statements: str) -> None:
    with app.app_context(), current_database().write() as session:
        for one in statements:
            session.execute(text(one))


def forbid_entries(app: Flask, kind: str) -> None:
    """Let the database refuse every new entry."""
    if kind == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        with_database(app, f"CREATE TRIGGER full BEFORE INSERT ON audit_entries {refuse}")
    else:
        with_database(app, "ALTER TABLE audit_entries ADD CONSTRAINT full_up CHECK (status < 0) NOT VALID")


def test_what_a_regulator_reads_is_on_record_with_who_what_and_why(firms: Firms, auditor: Api) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    firms.regulator.get(f"{BATCH}/balance?as_of=2026-11-01T00:00:00Z", Suyuan_Purpose="抽检".encode().decode("latin-1"))
    (entry,) = on_record(auditor, "role=regulator")
    assert entry["method"] == "GET"
    assert entry["path"] == f"{BATCH}/balance"
    assert entry["query"] == "as_of=2026-11-01T00:00:00Z"
    assert entry["subject"] == f"https://id.gs1.org/01/{GTIN}/10/L1"
    assert entry["purpose"] == "抽检"
    assert entry["status"] == 200
    assert entry["key"] == firms.regulator.key[3:11]  # type: ignore[index]


def test_what_a_firm_reads_and_reports_of_its_own_is_not(firms: Firms, auditor: Api) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.get(BATCH)
    firms.consumer.get(f"/api/v1/check?code={GTIN}")
    assert on_record(auditor, "role=company") == []


def test_what_an_operator_changes_is_on_record_refused_or_not(firms: Firms, auditor: Api) -> None:
    firms.admin.post("/api/v1/batches", batch())
    firms.admin.post("/api/v1/batches", batch(quantity=-1), 422)
    firms.admin.post("/api/v1/batches", {}, 422)
    firms.admin.get("/api/v1/batches/09520000000035/none", 404)
    statuses = [entry["status"] for entry in on_record(auditor, "role=admin") if "/batches" in entry["path"]]
    assert statuses == [404, 422, 422, 201]


def test_events_captured_and_asked_for_by_officials_are_on_record(firms: Firms, auditor: Api) -> None:
    firms.regulator.get("/epcis/events?EQ_bizStep=shipping", Suyuan_Purpose="outbreak 12")
    firms.admin.capture({"type": "nonsense"}, 400)
    entries = on_record(auditor)
    assert ("GET", "/epcis/events", "EQ_bizStep=shipping", "outbreak 12", 200) in [
        (one["method"], one["path"], one["query"], one["purpose"], one["status"]) for one in entries
    ]
    assert ("POST", "/epcis/capture", 400) in [(one["method"], one["path"], one["status"]) for one in entries]


def test_every_step_of_a_case_is_on_record_whoever_takes_it(firms: Firms, auditor: Api) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    number = firms.dairy.post("/api/v1/recalls", RECALL)["number"]
    firms.dairy.post(f"/api/v1/recalls/{number}/file-plan", {"reason": "检验不合格"}, 200)
    firms.dairy.post(f"/api/v1/recalls/{number}/terminate", {}, 409)
    firms.regulator.get(f"/api/v1/recalls/{number}/impact")
    firms.dairy.get(f"/api/v1/recalls/{number}/impact")
    entries = on_record(auditor, f"case={number}")
    assert [(one["role"], one["path"].rsplit("/", 1)[1], one["purpose"], one["status"]) for one in entries] == [
        ("regulator", "impact", None, 200),
        ("company", "terminate", None, 409),
        ("company", "file-plan", "检验不合格", 200),
        ("company", "recalls", None, 201),
    ]
    assert {one["party"] for one in entries if one["role"] == "company"} == {DAIRY}


def test_a_read_that_cannot_be_put_on_record_is_not_answered(
    app: Flask, firms: Firms, auditor: Api, database_kind: str
) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    forbid_entries(app, database_kind)
    problem = firms.regulator.get(BATCH, 503)
    assert problem["type"] == "urn:suyuan:problem:not-on-record"
    firms.dairy.get(BATCH)


def test_a_write_that_cannot_be_put_on_record_is_not_done(
    app: Flask, firms: Firms, auditor: Api, database_kind: str
) -> None:
    forbid_entries(app, database_kind)
    firms.dairy.post("/api/v1/recalls", RECALL, 503)
    firms.admin.post("/api/v1/batches", batch(), 503)
    assert firms.dairy.get("/api/v1/recalls")["recalls"] == []
    firms.dairy.get(BATCH, 404)


def test_nothing_on_record_is_changed_or_deleted(app: Flask, firms: Firms, auditor: Api) -> None:
    firms.regulator.get("/api/v1/recalls")
    for statement in ("DELETE FROM audit_entries", "UPDATE audit_entries SET name = 'somebody else'"):
        with pytest.raises(DBAPIError, match="never changed or deleted"):
            with_database(app, statement)
    assert len(on_record(auditor, "role=regulator")) == 1


def test_what_would_let_a_reader_do_more_is_not_kept(firms: Firms, auditor: Api) -> None:
    firms.regulator.send("GET", "/epcis/events?nextPageToken=open-sesame&perPage=1")
    firms.regulator.send("GET", "/api/v1/recalls?cursor=open-sesame")
    entries = on_record(auditor, "role=regulator")
    assert [(one["path"], one["query"]) for one in entries] == [
        ("/api/v1/recalls", "cursor=..."),
        ("/epcis/events", "nextPageToken=...&perPage=1"),
    ]


def test_a_purpose_has_a_length(firms: Firms, auditor: Api) -> None:
    firms.regulator.get("/api/v1/recalls", Suyuan_Purpose="x" * MAX_PURPOSE)
    problem = firms.regulator.get("/api/v1/recalls", 400, Suyuan_Purpose="x" * (MAX_PURPOSE + 1))
    assert f"at most {MAX_PURPOSE}" in problem["detail"]


def test_a_wrong_key_leaves_nothing(app: Flask, firms: Firms, auditor: Api) -> None:
    before = len(on_record(auditor))
    Api(app, f"sy_00000000_{'x' * 43}").post("/api/v1/recalls", RECALL, 401)
    firms.consumer.post("/api/v1/recalls", RECALL, 401)
    assert len(on_record(auditor)) == before


def test_the_record_is_read_page_by_page_and_by_what_is_asked_for(firms: Firms, auditor: Api) -> None:
    for number in range(5):
        firms.regulator.get(f"/api/v1/batches/{GTIN}/L{number}", 404)
    first = auditor.get("/api/v1/audit?role=regulator&limit=3")
    second = auditor.get(first["next"])
    paths = [one["path"][-2:] for one in (*first["entries"], *second["entries"])]
    assert paths == ["L4", "L3", "L2", "L1", "L0"]
    assert second["next"] is None
    batch_id = quote(f"https://id.gs1.org/01/{GTIN}/10/L2")
    assert [one["path"][-2:] for one in on_record(auditor, f"batch={batch_id}")] == ["L2"]
    assert on_record(auditor, "party=9520009000012") == []
    assert len(on_record(auditor, f"who={firms.regulator.key[3:11]}&method=GET")) == 5  # type: ignore[index]
    moment = quote(first["entries"][1]["at"])
    assert len(on_record(auditor, f"role=regulator&from={moment}")) == 2
    assert len(on_record(auditor, f"role=regulator&to={moment}")) == 4
    auditor.get(f"/api/v1/audit?case=2026-0001&batch={batch_id}", 422)
    auditor.get("/api/v1/audit?who=everybody", 422)


def test_the_whole_record_is_a_sheet(firms: Firms, auditor: Api) -> None:
    firms.regulator.get("/api/v1/recalls", Suyuan_Purpose='=HYPERLINK("x")')
    head, row = get_csv(auditor, "/api/v1/audit?role=regulator&format=csv&lang=en")
    assert dict(zip(head, row, strict=True))["Purpose"] == '\'=HYPERLINK("x")'
    rows = get_xlsx(auditor, "/api/v1/audit?role=regulator&format=xlsx&lang=zh")
    assert [rows[0][:3], len(rows)] == [["序号", "时间", "角色"], 2]


def test_only_auditors_and_operators_read_the_record(firms: Firms, auditor: Api) -> None:
    auditor.get("/api/v1/audit")
    firms.admin.get("/api/v1/audit")
    firms.regulator.get("/api/v1/audit", 403)
    firms.dairy.get("/api/v1/audit", 403)
    firms.consumer.get("/api/v1/audit", 401)


def test_an_auditor_reads_the_record_and_the_cases_and_nothing_of_the_firms(firms: Firms, auditor: Api) -> None:
    open_to_auditors = {
        f"{one['operationId']}"
        for methods in auditor.get("/api/v1/openapi.json")["paths"].values()
        for one in methods.values()
        if "auditor" in one.get("description", "").rsplit("Needs a key of role", 1)[-1]
        and one["tags"] != ["oversight"]  # what offices have in hand is theirs to read: the matrix has a row for each
    }
    of_cases = {"list_recalls", "get_recall", "get_deadlines", "get_duties", "get_calendar", "get_calendar_day"}
    assert open_to_auditors == {"list_audit", *of_cases}
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    number = firms.dairy.post("/api/v1/recalls", RECALL)["number"]
    assert auditor.get(f"/api/v1/recalls/{number}")["steps"][0]["step"] == "open"
    auditor.get("/api/v1/recalls")
    for path in (BATCH, f"{BATCH}/balance", f"/api/v1/recalls/{number}/impact", f"/api/v1/locations/{PLANT}"):
        auditor.get(path, 403)
    auditor.get("/epcis/events", 403)
    auditor.post(f"/api/v1/recalls/{number}/file-plan", {}, 403)
    refused = [one for one in auditor.get("/api/v1/audit?role=auditor")["entries"] if one["status"] == 403]
    assert len(refused) == 6


def operations(app: Flask) -> list[tuple[str, str, bool]]:
    """Method, path with every part filled in, and whether a key is needed, of every operation that is documented."""
    document: Any = app.test_client().get("/api/v1/openapi.json").json
    return [
        (method.upper(), path.replace("{", "").replace("}", ""), bool(one["security"]))
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    ]


def test_no_operation_is_kept_off_the_record(app: Flask, firms: Firms, auditor: Api) -> None:
    keyed = [(method, path) for method, path, needs_key in operations(app) if needs_key]
    assert len(keyed) > 60
    for method, path in keyed:
        firms.regulator.send(method, path, {} if method == "POST" else None)
    assert {(one["method"], one["path"]) for one in on_record(auditor, "role=regulator")} == set(keyed)


def test_no_write_in_recalls_is_kept_off_the_record(app: Flask, firms: Firms, auditor: Api) -> None:
    views = {
        (method, app.view_functions[rule.endpoint].__module__, rule.rule.replace("<", "").replace(">", ""))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    keyed = {path for _, path, needs_key in operations(app) if needs_key}
    questions = {api.prefix + one.path for one in api.operations if one.only_reads}
    writes = {
        (method, path)
        for method, module, path in views
        if module.startswith("recalls.") and method in ("POST", "PUT", "PATCH", "DELETE") and path in keyed
    } - {("POST", path) for path in questions}
    assert len(writes) >= 2
    for method, path in sorted(writes):
        firms.dairy.send(method, path, {} if method == "POST" else None)
    assert {(one["method"], one["path"]) for one in on_record(auditor, "role=company")} == writes


def test_every_role_has_words() -> None:
    assert set(get_args(Who)) == set(ROLES) == {*get_args(Role), LINK}


def test_the_operator_issues_an_auditor_s_key(app: Flask) -> None:
    arguments = ["keys", "issue", "--role", "auditor", "--party", FREE_GLN, "--party-name", "示范审计处"]
    run = app.test_cli_runner().invoke(args=arguments)
    assert run.exit_code == 0, run.output
    auditor = Api(app, run.stdout.strip())
    assert auditor.get("/api/v1/audit") == {"entries": [], "next": None}
    (entry,) = auditor.get("/api/v1/audit")["entries"]
    assert (entry["party"], entry["party_name"], entry["path"]) == (FREE_GLN, "示范审计处", "/api/v1/audit")


def test_the_operator_reads_the_newest_at_the_console(app: Flask, firms: Firms) -> None:
    firms.regulator.get("/api/v1/recalls", Suyuan_Purpose="weekly review")
    shown = app.test_cli_runner().invoke(args=["audit", "--limit", "1"])
    assert shown.exit_code == 0
    assert "weekly review" in shown.stdout
    assert len(shown.stdout.splitlines()) == 3
