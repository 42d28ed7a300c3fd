"""Answers over HTTP: by a firm's key, on the phone, by a link; and the page for people."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from recalls.links import make_token
from recalls.models import Notice, Response
from recalls.responses import form
from tests.trace.web.api_client import Api, document
from tests.trace.web.firms import GTIN, OUTLET, PLANT, SHOP, batch, make_firms, party_number, shipment
from trace.kit.idempotency import IdempotencyKey
from trace.kit.web import current_database
from trace.reports import CONTEXT

FIGURES = ("on_hand", "quarantined", "returned", "destroyed", "corrected", "sold", "shipped_on", "lost")
HOW = {"method": "焚烧", "witness": "县局监督员", "document": "销毁-001"}
RECALL = {
    "title": "酸奶召回",
    "title_en": "Yogurt recall",
    "kind": "voluntary",
    "regime": "cn_food",
    "class": 2,
    "depth": "consumer",
    "hazard": "菌落总数超标",
    "instructions": "停止销售。",
    "remedy": "refund",
    "scope": [{"gtin": GTIN, "lots": ["L1"]}],
}


class Desk:
    """A dairy made 100 of L1, of which 60 came to the shop, and recalls them."""

    def __init__(self, app: Flask) -> None:
        self.app, firms = app, make_firms(app)
        self.dairy, self.shop, self.regulator, self.anybody = firms.dairy, firms.shop, firms.regulator, firms.consumer
        self.operator = firms.admin
        self.dairy.post("/api/v1/batches", batch())
        self.dairy.post("/api/v1/shipments", shipment())
        self.shop.post("/api/v1/receipts", {key.replace("shipped", "received"): one for key, one in shipment().items()})
        self.number = self.regulator.post("/api/v1/recalls", RECALL)["number"]
        self.path = f"/api/v1/recalls/{self.number}"

    def announce(self) -> None:
        self.regulator.post(f"{self.path}/file-plan", {}, 200)
        self.regulator.post(f"{self.path}/announce", {}, 200)

    def token(self, made: datetime | None = None, secret: str = "a key for tests") -> str:
        """The shop's link."""
        party = party_number(self.app, SHOP)
        with self.app.app_context(), current_database().read() as session:
            notice = session.scalars(select(Notice.notice_id).where(Notice.party_id == party)).first() or ""
        return make_token(secret, notice, made)

    def count(self) -> int:
        with self.app.app_context(), current_database().read() as session:
            return session.scalar(select(func.count(Response.id))) or 0

    def acknowledged(self) -> str | None:
        party = party_number(self.app, SHOP)
        with self.app.app_context(), current_database().read() as session:
            return session.scalars(select(Notice.acknowledged_via).where(Notice.party_id == party)).one()


@pytest.fixture
def desk(app: Flask) -> Desk:
    desk = Desk(app)
    desk.announce()
    return desk


def line(**values: Any) -> dict[str, Any]:
    return {"gtin": GTIN, "lot": "L1", **values}


def test_a_firm_answers_and_everybody_reads_what_is_theirs_to_read(desk: Desk) -> None:
    body = {
        "lines": [line(on_hand=40, quarantined=40, returned=8, destroyed=5, sold=6, destruction=HOW)],
        "note": "盘点",
    }
    answer = desk.shop.post(f"{desk.path}/responses", body, 201, Idempotency_Key="once")
    again = desk.shop.post(f"{desk.path}/responses", body, 201, Idempotency_Key="once")
    assert answer["id"] == again["id"]
    (one,) = answer["lines"]
    assert [one[name] for name in FIGURES] == [40, 40, 8, 5, None, 6, None, None]
    assert (one["location"]["gln"], one["destruction"]["witness"]) == (OUTLET, "县局监督员")
    assert (one["captured"]["returned"], one["captured"]["destroyed"], len(one["captured"]["events"])) == (8, 5, 2)
    for event in one["captured"]["events"]:
        assert desk.shop.event(event)["bizTransactionList"][0]["bizTransaction"] == f"urn:suyuan:recall:{desk.number}"
    found = {(found["rule"], found["message"]) for found in answer["findings"]}
    assert ("answer_differs", "Sold: 6 stated, 0 by the ledger.") in found
    assert ("answer_leaves_open", "1 of the 60 units that arrived are under no figure of the answer.") in found
    for reader in (desk.shop, desk.dairy, desk.regulator):
        listed = reader.get(f"{desk.path}/responses")
        assert [row["id"] for row in listed["responses"]] == [answer["id"]]
    units = desk.shop.get(f"{desk.path}/my-units")["units"]
    assert [(row["location"]["gln"], row["ledger"]["returned"], row["stated"]["returned"]) for row in units] == [
        (OUTLET, 8, 8)
    ]
    assert {row["location"]["gln"] for row in desk.dairy.get(f"{desk.path}/units")["units"]} == {PLANT, OUTLET}
    assert len(desk.regulator.get(f"{desk.path}/units?party={SHOP}")["units"]) == 1
    first = desk.regulator.get(f"{desk.path}/units?limit=1")
    assert len(desk.regulator.get(first["next"])["units"]) == 1
    assert desk.count() == 1


def test_a_firm_that_the_recall_does_not_concern_knows_nothing_of_it(desk: Desk) -> None:
    desk.operator.post("/api/v1/parties", {"gln": "9520009000012", "name": "别家"})
    other = Api.issue(desk.app, "company", party_number(desk.app, "9520009000012"))
    for path in ("responses", "units", "my-units"):
        unknown = other.get(f"{desk.path}/{path}", 404)
        missing = other.get(f"/api/v1/recalls/2026-9999/{path}", 404)
        assert unknown["detail"].replace(desk.number, "") == missing["detail"].replace("2026-9999", "")
    other.post(f"{desk.path}/responses", {"lines": [line(on_hand=0)]}, 404)
    other.post(f"{desk.path}/responses", {"lines": [line(on_hand=0)], "on_behalf": {"party": SHOP}}, 404)


def test_what_was_declared_in_error_is_captured_anew_where_a_later_answer_still_tells_it(desk: Desk) -> None:
    body = {"lines": [line(on_hand=52, returned=8)]}
    (first,) = desk.shop.post(f"{desk.path}/responses", body)["lines"][0]["captured"]["events"]
    said = {"declarationTime": datetime.now(UTC).isoformat(), "reason": "did_not_occur"}
    desk.shop.capture(document([{**desk.shop.event(first), "errorDeclaration": said}], CONTEXT))
    assert desk.shop.get(f"{desk.path}/my-units")["units"][0]["ledger"]["returned"] == 0
    for captured in (8, 0):
        assert desk.shop.post(f"{desk.path}/responses", body)["lines"][0]["captured"]["returned"] == captured
    assert desk.shop.get(f"{desk.path}/my-units")["units"][0]["ledger"]["returned"] == 8


def test_an_answer_on_the_phone_is_the_firm_s_and_says_who_spoke(desk: Desk) -> None:
    body = {"lines": [line(on_hand=55, returned=5)]}
    spoken = body | {"on_behalf": {"party": SHOP, "by": "phone", "spoke_with": "店长"}}
    answer = desk.regulator.post(f"{desk.path}/responses", spoken)
    assert (answer["via"], answer["spoke_with"], answer["consignee"]["party"]) == ("phone", "店长", SHOP)
    assert desk.shop.event(answer["lines"][0]["captured"]["events"][0])["disposition"] == "recalled"
    assert desk.acknowledged() == "phone"
    assert desk.shop.get(f"{desk.path}/responses")["responses"][0]["id"] == answer["id"]
    wrong: list[tuple[Api, Any, int, str]] = [
        (desk.regulator, body, 422, "/on_behalf"),
        (desk.regulator, body | {"on_behalf": {}}, 422, "/on_behalf"),
        (desk.regulator, body | {"on_behalf": {"party": "9520009000012"}}, 422, "/on_behalf/party"),
        (desk.regulator, body | {"on_behalf": {"place": "9520009000012"}}, 422, "/on_behalf/place"),
        (desk.shop, body | {"notice": "none"}, 422, "/notice"),
    ]
    for who, sent, status, pointer in wrong:
        assert who.post(f"{desk.path}/responses", sent, status)["errors"][0]["pointer"] == pointer
    desk.shop.post(f"{desk.path}/responses", spoken, 403)
    assert desk.count() == 1


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"lines": []}, "/lines"),
        ({"lines": [{"on_hand": 1}]}, "/lines/0"),
        ({"lines": [line(on_hand=-1)]}, "/lines/0/on_hand"),
        ({"lines": [line(on_hand="1")]}, "/lines/0/on_hand"),
        ({"lines": [line(on_hand=1, colour="red")]}, "/lines/0/colour"),
        ({"lines": [line(on_hand=61)]}, "/lines/0"),
        ({"lines": [line(on_hand=1, lot="L9")]}, "/lines/0/lot"),
        ({"lines": [{"id": "urn:other:1", "on_hand": 1}]}, "/lines/0/id"),
        ({"lines": [line(on_hand=1, location=PLANT)]}, "/lines/0/location"),
        ({"lines": [line(destroyed=1)]}, "/lines/0/destruction/method"),
        ({"lines": [line(on_hand=1)], "answered_at": "2999-01-01T00:00:00Z"}, "/answered_at"),
    ],
)
def test_bad_answers_are_refused_by_their_field(refusing: Desk, sent: Any, pointer: str) -> None:
    problem = refusing.shop.post(f"{refusing.path}/responses", sent, 422)
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert refusing.count() == 0


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def refusing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One desk for all that is refused: nothing is recorded at it."""
    from tests.conftest import app_over, database_maker

    for make in database_maker(request.param, request, tmp_path_factory.mktemp("refusing")):
        desk = Desk(app_over(make()))
        desk.announce()
        yield desk


def test_before_the_announcement_only_those_who_run_the_case_are_told_to_wait(app: Flask) -> None:
    desk = Desk(app)
    body = {"lines": [line(on_hand=1)]}
    desk.shop.post(f"{desk.path}/responses", body, 404)
    desk.dairy.post(f"{desk.path}/responses", body, 409)
    desk.regulator.post(f"{desk.path}/responses", body | {"on_behalf": {"party": SHOP}}, 409)
    desk.announce()
    desk.regulator.post(f"{desk.path}/cancel", {"reason": "opened in error"}, 200)
    desk.shop.post(f"{desk.path}/responses", body, 409)


def test_a_link_shows_the_units_and_takes_the_answer_without_a_key(desk: Desk) -> None:
    path = f"/api/v1/answer/{desk.token()}"
    shown = desk.anybody.get(path)
    assert (shown["number"], shown["consignee"]["party"], shown["units"][0]["ledger"]["on_hand"]) == (
        desk.number,
        SHOP,
        60,
    )
    assert desk.acknowledged() is None
    desk.anybody.post(f"{path}/acknowledge", None, 200)
    assert desk.acknowledged() == "link"
    answer = desk.anybody.post(path, {"lines": [line(on_hand=60, quarantined=60)]})
    assert (answer["via"], answer["actor"], answer["findings"]) == ("link", None, [])
    assert desk.anybody.post(path, {"lines": [line(on_hand=61)]}, 422)["errors"][0]["pointer"] == "/lines/0"
    entries = [one for one in desk.operator.get("/api/v1/audit?limit=100")["entries"] if "/answer/" in one["path"]]
    assert {one["subject"] for one in entries if one["status"] < 400} == {desk.number}
    assert not [one for one in entries if desk.token() in one["path"]]


def test_a_link_that_comes_with_an_idempotency_key_is_neither_kept_nor_told_to_others(desk: Desk) -> None:
    path = f"/api/v1/answer/{desk.token()}"
    first = desk.anybody.post(path, {"lines": [line(on_hand=60)]}, Idempotency_Key="1")
    assert desk.anybody.post(path, {"lines": [line(on_hand=60)]}, Idempotency_Key="1") == first
    assert desk.count() == 1
    told = desk.anybody.post(path, {"lines": [line(on_hand=59)]}, 422, Idempotency_Key="1")
    other = desk.anybody.post("/api/v1/answer/another", {"lines": [line(on_hand=60)]}, 404, Idempotency_Key="1")
    assert desk.token() not in str(told) + str(other)
    with desk.app.app_context(), current_database().read() as session:
        (kept,) = session.scalars(select(IdempotencyKey.target)).all()
    assert kept == "POST /api/v1/answer/..."


def test_a_customer_whom_a_firm_told_itself_reads_and_acknowledges(desk: Desk) -> None:
    (notice,) = desk.shop.get(f"{desk.path}/notices")["notices"]
    told = {"note": "请回收", "customers": [{"name": "街角面馆", "email": "noodles@firms.example"}]}
    desk.shop.post(f"{desk.path}/notices/{notice['id']}/pass-on", told)
    with desk.app.app_context(), current_database().read() as session:
        passed_on = session.scalars(select(Notice.notice_id).where(Notice.customer_name == "街角面馆")).one()
    token, client = make_token("a key for tests", passed_on), desk.app.test_client()
    page = client.get(f"/answer/{token}?lang=zh").text
    assert ("台账中没有您的到货记录" in page, "我们已收悉" in page, "提交答复" in page) == (True, True, False)
    assert client.post(f"/answer/{token}/acknowledge").status_code == 303
    assert desk.anybody.get(f"/api/v1/answer/{token}")["acknowledged_at"] is not None
    desk.anybody.post(f"/api/v1/answer/{token}", {"lines": [line(on_hand=1)]}, 404)
    assert desk.acknowledged() is None


def test_a_foreign_or_expired_link_changes_nothing(desk: Desk) -> None:
    old = desk.token(datetime.now(UTC) - timedelta(days=31))
    for token, status in ((desk.token(secret="another"), 404), (desk.token()[:-1], 404), (old, 410)):
        for path in (f"/api/v1/answer/{token}", f"/api/v1/answer/{token}/acknowledge"):
            desk.anybody.post(path, {"lines": [line(on_hand=1)]}, status)
        page = desk.app.test_client().get(f"/answer/{token}?lang=en")
        assert (page.status_code, "leads nowhere" in page.text, "has expired" in page.text) == (
            status,
            status == 404,
            status == 410,
        )
        sent = desk.app.test_client().post(f"/answer/{token}", data={"0.batch": "x", "0.on_hand": "1"})
        assert sent.status_code == status
    assert (desk.count(), desk.acknowledged()) == (0, None)


def fields_of(page: str) -> dict[str, str]:
    """What the form would send untouched."""
    inputs = (re.search(r'name="([^"]+)" value="([^"]*)"', one) for one in re.findall(r"<input[^>]*>", page))
    return {found[1]: found[2] for found in inputs if found}


def test_the_page_asks_records_shows_and_lets_one_correct(desk: Desk) -> None:
    address, client = f"/answer/{desk.token()}", desk.app.test_client()
    page = client.get(address)
    assert "我们已收悉" in page.text
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
    assert {name: page.headers[name] for name in headers} == headers
    assert desk.acknowledged() is None
    read = client.post(f"{address}/acknowledge")
    assert (read.status_code, desk.acknowledged()) == (303, "link")
    assert client.get(address + "?lang=en").text.count("Read on") == 1
    filled = fields_of(page.text) | {"0.on_hand": "５０", "0.sold": "9", "note": "已清点"}
    sent = client.post(address, data=filled)
    assert sent.status_code == 303
    thanks = client.get(sent.headers["Location"] + "&lang=zh").text
    assert "谢谢，已记录" in thanks
    assert "已售出：答复为 9，台账为 0。" in thanks
    again = fields_of(client.get(address).text)
    assert (again["0.on_hand"], again["0.sold"]) == ("50", "9")
    assert client.post(address, data=again | {"0.sold": "10"}).status_code == 303
    assert desk.count() == 2
    assert desk.shop.get(f"{desk.path}/my-units")["units"][0]["stated"]["sold"] == 10


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"0.on_hand": "many"}, "请填写数字"),
        ({"0.on_hand": "61"}, "各项合计不能超过到货数量 60"),
        ({"0.on_hand": "1", "0.quarantined": "2"}, "已封存的数量不能多于现在库存"),
        ({"0.on_hand": "1", "0.destroyed": "2", "0.witness": "监督员"}, "请填写销毁方式"),
        ({}, "请至少填写一项"),
        ({"0.on_hand": "1", "0.batch": "urn:other:1"}, "这批货不在召回范围内"),
    ],
)
def test_a_refused_form_comes_back_with_what_was_typed(refusing: Desk, typed: dict[str, str], said: str) -> None:
    address, client = f"/answer/{refusing.token()}", refusing.app.test_client()
    asked = fields_of(client.get(address).text)
    page = client.post(address, data=asked | typed | {"note": "<b>盘点</b>"})
    assert page.status_code == 422
    assert said in page.text
    assert "&lt;b&gt;盘点&lt;/b&gt;" in page.text
    back = fields_of(page.text)
    assert all(back[name] == value for name, value in typed.items() if name != "0.batch")
    assert refusing.count() == 0


def test_a_firm_with_more_goods_than_a_page_holds_answers_page_by_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form, "MOST_ROWS", 1)
    desk.dairy.post("/api/v1/batches", batch(lot="L2"))
    body = shipment(document="S2", lines=[{"gtin": GTIN, "lot": "L2", "quantity": 5}])
    desk.dairy.post("/api/v1/shipments", body)
    desk.regulator.post(f"{desk.path}/extend", {"scope": [{"gtin": GTIN, "lots": ["L2"]}]}, 200)
    address, client = f"/answer/{desk.token()}", desk.app.test_client()
    first = client.get(address).text
    following = re.search(r'href="([^"]+from=[^"]+)"', first)
    assert following is not None
    assert ("批号 L1" in first, "批号 L2" in first) == (True, False)
    second = client.get(following[1].replace("&amp;", "&")).text
    assert ("批号 L1" in second, "批号 L2" in second, "from=" in second) == (False, True, True)
    assert client.post(address, data=fields_of(second) | {"0.on_hand": "5"}).status_code == 303
    units = desk.shop.get(f"{desk.path}/my-units")["units"]
    assert [(row["lot"], row["stated"] and row["stated"]["on_hand"]) for row in units] == [("L1", None), ("L2", 5)]


def test_what_else_may_come_is_no_error_of_ours(refusing: Desk) -> None:
    address, client = f"/answer/{refusing.token()}", refusing.app.test_client()
    assert client.post(address, json={"0.on_hand": 1}).status_code == 415
    assert client.post(address, data={"0.batch": "\0", "0.on_hand": "1\0"}).status_code == 422
    assert client.get(f"{address}?from=nonsense").status_code == 422
    for query in ("sent=nonsense", "token=x&_scheme=javascript&_external=1", "lang=xx"):
        assert client.get(f"{address}?{query}").status_code == 200
    assert client.get("/answer/…").status_code == 404
