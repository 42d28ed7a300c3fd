"""Purchase checks at the desk: the delivery says what speaks against it, is refused, and stands in the list."""

import io
import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from oversight.blacklist.listings import LISTINGS, NewListing, propose_listing
from oversight.matters.kinds import act
from tests.desk import DeskClient, sign_in
from tests.oversight.offices import add_offices
from tests.trace.web.api_client import Api
from tests.trace.web.firms import DAIRY, SHOP, Firms, batch, make_firms, party_number, shipment
from trace.kit.auth import Principal
from trace.kit.contract import validate
from trace.kit.web import current_database


@pytest.fixture
def firms(app: Flask) -> Firms:
    """A dairy on the blacklist that sent a batch to a shop."""
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    now = datetime.now(UTC)
    with app.app_context(), current_database().write() as session:
        nation = add_offices(session).nation
        new = NewListing(DAIRY, "多次生产不合格食品", "repeatedly unsafe", "第十条", "检验报告")
        number = propose_listing(session, nation, new, now).number
        day = date.today().isoformat()
        states = {"decision": "国市监信〔2026〕1号", "starts_on": day, "review_on": "2099-01-01"}
        admin = Principal("admin", None, 1, "operator")
        for who, step, said in ((nation, "notify", {}), (nation, "state-case", {}), (admin, "list", states)):
            act(session, LISTINGS, who, number, step, validate(LISTINGS.body_of(step), said), "已告知", now)
    return firms


def shop_of(app: Flask) -> DeskClient:
    return sign_in(app, "company", party_number(app, SHOP))


def delivery_of(shop: DeskClient) -> str:
    found = re.search(r'/desk/deliveries/one\?event=[^"]+', shop.get("/desk/deliveries").body)
    assert found is not None
    return found[0]


def test_a_shop_reads_that_its_supplier_is_listed_and_refuses(app: Flask, firms: Firms) -> None:
    shop = shop_of(app)
    assert "do not take in" in shop.get("/desk/deliveries").text
    page = shop.get(delivery_of(shop))
    assert ("do not take in" in page.text, "The supplier has been on the blacklist since" in page.text) == (True, True)
    link = re.search(r'/desk/purchase-refusals\?event=[^"]+', page.body)
    assert link is not None
    refusal = shop.get(link[0])
    event = re.search(r'name="delivery" value="([^"]+)"', refusal.body)
    assert event is not None
    shop.post("/desk/purchase-refusals", {"delivery": event[1], "reason": " "}, 422)
    listed = shop.follow(shop.post("/desk/purchase-refusals", {"delivery": event[1], "reason": "供货者在黑名单"}))
    assert ("The refusal is on record." in listed.text, "供货者在黑名单" in listed.text) == (True, True)
    assert "You refused this delivery." in shop.get(delivery_of(shop)).text
    assert "do not take in ◆ refused" in shop.get("/desk/deliveries").text
    officer = sign_in(app, "regulator")
    assert "供货者在黑名单" in officer.get("/desk/purchase-checks?outcome=reject").text
    assert "供货者在黑名单" in shop.get("/desk/ledgers/purchase").text
    assert "供货者在黑名单" not in shop.get("/desk/ledgers/purchase?from=2020-01-01&to=2020-12-31").text
    dairy = sign_in(app, "company", party_number(app, DAIRY))
    assert "1 delivery of yours was refused lately" in dairy.get("/desk").text
    assert "供货者在黑名单" in dairy.get("/desk/purchase-checks?occasion=refused").text
    for who in (officer, sign_in(app, "company", party_number(app, DAIRY))):
        assert "its goods were refused" in who.get(f"/desk/credit/{DAIRY}").text


def test_over_the_api(app: Flask, firms: Firms) -> None:
    event = firms.shop.get("/epcis/events")["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0]["eventID"]
    found = firms.shop.post("/api/v1/purchase-checks", {"delivery": event})
    assert (found["outcome"], found["checks"][0]["findings"][0]["word"]) == ("reject", "supplier_listed")
    [row] = firms.shop.get("/api/v1/purchase-checks?outcome=reject")["checks"]
    assert (row["occasion"], row["supplier"]) == ("asked", found["checks"][0]["supplier"])
    rules = Api.admin(app)
    assert (
        rules.send("PUT", "/api/v1/purchase-rules/supplier_listed", {"outcome": "hold", "source": "试点"}).status_code
        == 200
    )
    assert firms.shop.post("/api/v1/purchase-checks", {"delivery": event})["outcome"] == "hold"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_report_with_its_paper_is_attached_and_downloaded(app: Flask, firms: Firms) -> None:
    dairy = sign_in(app, "company", party_number(app, DAIRY))
    said = batch()
    form = {"gtin": said["commodity_code"], "lot": said["lot"], "number": "R-1", "laboratory": "检验所",
            "tested_on": "2026-01-05", "verdict": "passed"}  # fmt: skip
    dairy.post("/desk/test-reports", form | {"file": (io.BytesIO(b"MZ"), "x.exe")}, 422)
    page = dairy.follow(dairy.post("/desk/test-reports", form | {"file": (io.BytesIO(b"%PDF-1.7"), "r.pdf")}))
    link = re.search(r"/desk/test-reports/\d+/file", page.body)
    assert link is not None
    answer = shop_of(app).send("GET", link[0])
    assert (answer.data, answer.headers["Content-Disposition"]) == (b"%PDF-1.7", "attachment")


def test_a_program_adds_the_paper_once_to_a_report_of_its_own(app: Flask, firms: Firms) -> None:
    said = batch()
    body = {"gtin": said["commodity_code"], "lot": said["lot"], "number": "R-1", "laboratory": "检验所",
            "tested_on": "2026-01-05", "verdict": "passed"}  # fmt: skip
    number = firms.dairy.post("/api/v1/test-reports", body)["id"]
    address = f"/api/v1/test-reports/{number}/file"
    assert firms.shop.send("GET", address).status_code == 404
    for sender, file, status in (
        (firms.shop, b"%PDF-1.7", 404),
        (firms.dairy, b"MZ", 422),
        (firms.dairy, b"%PDF-1.7", 201),
        (firms.dairy, b"%PDF-1.8", 409),
    ):
        form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="r"\r\n\r\n' + file + b"\r\n--b--\r\n"
        answer = sender.send("POST", address, form, content_type="multipart/form-data; boundary=b")
        assert answer.status_code == status, answer.get_data(as_text=True)
    answer = firms.shop.send("GET", address)
    assert (answer.data, answer.content_type) == (b"%PDF-1.7", "application/pdf")
    for odd in ("0", "x", "9" * 30, "-1"):
        assert firms.dairy.send("GET", f"/api/v1/test-reports/{odd}/file").status_code == 404
