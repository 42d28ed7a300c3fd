"""The pages of the registers and offices, as officers, operators and firms meet them."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.desk import DeskClient, sign_in
from tests.oversight.registers.firms import (
    CERTIFICATE,
    DAIRY,
    DAIRY_GOODS,
    LICENCE,
    OTHER,
    YOGURT,
    Firms,
    add_firms,
    say,
)
from trace.kit.web import current_database

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])

LICENCES = "/desk/registers/licences"
TYPED = {
    "number": "SC10532010600011",
    "party": DAIRY,
    "categories": "dairy",
    "valid_from": "2022-01-01",
    "suspensions": "2026-03-01 | 2026-03-10 | hygiene",
    "reason": "by decision 12",
}


@pytest.fixture
def firms(app: Flask) -> Firms:
    with app.app_context(), current_database().write() as session:
        found = add_firms(session)
        say(session, "categories", DAIRY_GOODS)
    return found


@pytest.fixture
def officer(app: Flask, firms: Firms) -> DeskClient:
    return sign_in(app, "regulator")


def test_an_officer_enters_a_licence_and_changes_it(officer: DeskClient) -> None:
    page = officer.follow(officer.post(LICENCES, TYPED))
    assert "It is entered." in page.text
    assert "2026-03-01 | 2026-03-10 | hygiene" in page.text
    again = officer.post(LICENCES, TYPED)
    assert "Nothing has changed" in officer.follow(again).text
    officer.post(LICENCES, {**TYPED, "revoked_on": "2026-04-01", "reason": "fraud"})
    page = officer.get(again.headers["Location"].split("?")[0])
    assert page.text.count("by decision 12") == 1
    assert ("fraud" in page.text, "withdrawn by the authority" in page.text) == (True, True)


def test_the_form_of_an_entry_changes_that_entry(officer: DeskClient) -> None:
    officer.post("/desk/registers/standards", {"number": "ISO 22000 2018", "title": "甲", "status": "in_force"})
    page = officer.get("/desk/registers/standards/2")
    form = page.tree.xpath("//form[.//input[@name='title']]")[0]
    officer.post("/desk/registers/standards", {**dict(form.form_values()), "title": "乙"})
    assert len(officer.get("/desk/registers/standards").tree.xpath("//tbody/tr")) == 1
    assert "乙" in officer.get("/desk/registers/standards/2").text


def test_what_was_typed_stays_and_each_wrong_field_is_named(officer: DeskClient) -> None:
    wrong = {**TYPED, "valid_from": "soon", "suspensions": "2026-03-01 | 2026-02-01 | x", "categories": "meat"}
    body = officer.post(LICENCES, wrong, 422).get_data(as_text=True)
    assert 'value="soon"' in body
    assert "2026-02-01 | x" in body
    assert "Line 1:" in body
    assert "meat is no licensed category. There are: dairy." in officer.post(
        LICENCES, {**TYPED, "categories": "meat"}, 422
    ).get_data(as_text=True)


def test_a_list_is_searched_and_exported(officer: DeskClient) -> None:
    officer.post(LICENCES, TYPED)
    assert "SC10532010600011" in officer.get(LICENCES + "?q=0600").text
    assert "No entry fits." in officer.get(LICENCES + "?q=nothing").text
    assert "No entry fits." in officer.get(LICENCES + "?as_of=2020-01-01").text
    assert "SC10532010600011" in officer.send("GET", LICENCES + ".csv").get_data(as_text=True)
    officer.get(LICENCES + "?as_of=never", 422)


def test_a_sheet_with_a_wrong_row_enters_none(officer: DeskClient) -> None:
    text = f"许可证编号,企业,类别,有效期自\nSC1,{DAIRY},dairy,2022-01-01\nSC2,{DAIRY},meat,2022-01-01\n"
    answer = officer.post(LICENCES + "/sheet", {"file": (BytesIO(text.encode()), "a.csv")}, 422)
    assert "meat is no licensed category" in answer.get_data(as_text=True)
    assert "Nothing is entered yet." in officer.get(LICENCES).text
    right = text.replace("meat", "dairy").encode()
    page = officer.follow(officer.post(LICENCES + "/sheet", {"file": (BytesIO(right), "a.csv")}))
    assert ("SC2" in page.text, "Every row of the sheet is entered." in page.text) == (True, True)


def test_a_firm_reads_registers_and_its_own_findings_alone(app: Flask, firms: Firms, officer: DeskClient) -> None:
    officer.post("/desk/registers/certificates", {**CERTIFICATE, "suspensions": ""})
    dairy = sign_in(app, "company", firms.dairy)
    assert "My firm in all registers" in dairy.get("/desk/registers").text
    page = dairy.get(f"/desk/registers/firms/{DAIRY}?on=2026-03-01")
    assert "Certificate organic CN-2025-0007 is expired on 2026-03-01." in page.text
    assert "{'" not in page.text
    dairy.get(f"/desk/registers/firms/{OTHER}", 404)
    assert "Enter one" not in dairy.get("/desk/registers/certificates").text
    dairy.get("/desk/registers/certificates/new", 403)


def test_a_batch_that_needs_a_licence_is_refused_at_the_desk_in_chinese(app: Flask, firms: Firms) -> None:
    dairy = sign_in(app, "company", firms.dairy, language="zh")
    batch = {"commodity_code": YOGURT, "lot": "A1", "quantity": "5", "location": DAIRY, "produced_on": "2026-03-01"}
    answer = dairy.post("/desk/batches", batch, 422)
    assert "“乳制品”须取得生产许可。企业在 2026-03-01 没有有效的生产许可" in answer.get_data(as_text=True)


def test_operators_enter_offices_and_officials_read_them(app: Flask, officer: DeskClient) -> None:
    operator = sign_in(app, "admin")
    office = {"code": "320100", "name": "南京市市场监督管理局", "name_en": "Nanjing market regulator"}
    assert "Nanjing market regulator" in operator.follow(operator.post("/desk/offices", office)).text
    operator.post("/desk/offices", {**office, "code": "99"}, 422)
    page = operator.get("/desk/offices/320100")
    number = page.tree.xpath('//select[@name="actor"]/option/@value')[0]
    posted = operator.post("/desk/offices/320100/staff", {"actor": number, "post": "inspector"})
    assert "inspector: looks" in operator.follow(posted).text
    assert "Test person" in officer.get("/desk/offices/320100").text
    officer.post("/desk/offices", office, 403)
    officer.get(LICENCES + "/new", 403)  # an inspector keeps no register
    operator.post("/desk/offices/320100/staff", {"actor": number, "end": "yes"})
    assert "Nobody is entered" in officer.get("/desk/offices/320100").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_register_has_its_pages(app: Flask, firms: Firms, language: str) -> None:
    officer = sign_in(app, "regulator", language=language)
    with app.app_context(), current_database().write() as session:
        _one_of_each(session)
    for word in ("standing", "categories", "licences", "certificates", "laboratories", "standards"):
        assert len(officer.get(f"/desk/registers/{word}").tree.xpath("//tbody/tr")) == 1
        officer.get(f"/desk/registers/{word}/new")
    for number in range(1, 7):
        word = ("categories", "standing", "licences", "certificates", "laboratories", "standards")[number - 1]
        officer.get(f"/desk/registers/{word}/{number}")
    officer.get("/desk/registers/none", 404)
    officer.get("/desk/registers/standards/99", 404)


def _one_of_each(session: Session) -> None:
    say(session, "standing", {"party": DAIRY, "state": "suspended", "since": "2026-01-01", "ground": "卫生"})
    say(session, "licences", LICENCE)
    say(session, "certificates", CERTIFICATE)
    scope = [{"item": "铅", "method": "GB 5009.12"}]
    say(session, "laboratories", {"number": "L1", "name": "示范", "valid_from": "2025-01-01", "scope": scope})
    say(session, "standards", {"number": "GB 1", "title": "甲", "status": "in_force"})
