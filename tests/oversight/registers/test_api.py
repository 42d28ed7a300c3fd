"""Registers over HTTP: what is answered, refused and named."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from tests.oversight.registers.firms import DAIRY, DAIRY_GOODS, LICENCE, Firms, add_firms
from tests.trace.web.api_client import Api
from trace.kit.web import current_database

AT = "/api/v1/registers"
STANDARD = {"number": "GB 19302-2010", "title": "发酵乳", "status": "in_force"}


@pytest.fixture
def firms(app: Flask) -> Firms:
    with app.app_context(), current_database().write() as session:
        return add_firms(session)


@pytest.fixture
def officer(app: Flask, firms: Firms) -> Api:
    return Api.issue(app, "regulator")


def test_an_entry_is_new_or_said_already(officer: Api) -> None:
    first = officer.post(AT + "/standards", {"states": STANDARD, "reason": "公布"})
    assert (first["key"], first["state"], first["states"]) == (STANDARD["number"], "in_force", STANDARD)
    assert officer.post(AT + "/standards", {"states": STANDARD}, 200)["versions"] == 1
    changed = officer.post(AT + "/standards", {"states": {**STANDARD, "status": "withdrawn"}})
    assert [one["reason"] for one in changed["history"]] == [None, "公布"]
    assert officer.get(f"{AT}/standards/{first['id']}") == changed
    assert officer.get(AT + "/standards?q=gb")["entries"][0]["state"] == "withdrawn"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({**LICENCE, "valid_to": "2021-01-01"}, ""),
    ({**LICENCE, "party": "9520000000998"}, "/party"),
    ({**LICENCE, "categories": []}, "/categories"),
    ({**LICENCE, "number": " x"}, "/number"),
    ({**LICENCE, "number": "a\tb"}, "/number"),
    ({**LICENCE, "suspensions": [{"since": "2026-01-01", "ground": "a | b"}]}, "/suspensions/0/ground"),
    ({**LICENCE, "colour": "red"}, "/colour"),
    ({**LICENCE, "suspensions": [{"since": "soon", "ground": "x"}]}, "/suspensions/0/since"),
]


def test_wrong_fields_are_named_and_nothing_is_entered(officer: Api) -> None:
    officer.post(AT + "/categories", {"states": DAIRY_GOODS})
    for states, pointer in WRONG:
        problem = officer.post(AT + "/licences", {"states": states}, 422)
        assert [one["pointer"] for one in problem["errors"]] == [pointer]
        assert officer.get(AT + "/licences")["entries"] == []


def test_a_list_goes_on_page_by_page(officer: Api) -> None:
    for number in range(5):
        officer.post(AT + "/standards", {"states": {**STANDARD, "number": f"GB {number}"}})
    page, found = officer.get(AT + "/standards?limit=2"), []
    while True:
        found += [one["key"] for one in page["entries"]]
        if page["next"] is None:
            break
        page = officer.get(page["next"])
    assert found == [f"GB {number}" for number in range(5)]


def test_what_there_is_not_is_404(officer: Api) -> None:
    for path in ("/nothing", "/standards/1", "/standards/x", "/standards/" + "9" * 30, f"/firms/{'9520000000998'}"):
        officer.get(AT + path, 404)
    officer.get(AT + "/firms/12", 422)
    officer.get(AT + "/standards?as_of=9999-12-31")
    officer.get(AT + "/standards?not_valid_on=2026-01-01", 422)


def test_a_sheet_goes_out_and_in(officer: Api) -> None:
    officer.post(AT + "/standards", {"states": STANDARD})
    data = officer.send("GET", AT + "/standards/sheet?format=xlsx").get_data()
    headers = {"Authorization": f"Bearer {officer.key}"}
    answer = officer.app.test_client().post(
        AT + "/standards/sheet", data={"file": (BytesIO(data), "a.xlsx")}, headers=headers
    )
    assert (answer.status_code, answer.get_json()) == (200, {"rows": 1, "fresh": 0})


def test_a_firm_in_all_registers(app: Flask, firms: Firms, officer: Api) -> None:
    officer.post(AT + "/categories", {"states": DAIRY_GOODS})
    officer.post(AT + "/licences", {"states": LICENCE})
    own = Api.issue(app, "company", firms.dairy).get(f"{AT}/firms/{DAIRY}?on=2027-01-01")
    assert (own["standing"], own["licences"][0]["state"]) == ("active", "expired")
    assert [one["rule"] for one in own["findings"]] == ["licence_not_valid", "licence_missing"]
    Api.issue(app, "company", firms.other).get(f"{AT}/firms/{DAIRY}", 404)
    Api.issue(app, "company", firms.other).post(AT + "/licences", {"states": LICENCE}, 403)
