"""What consignees do by their links is on record too, and the links are not."""

from flask import Flask
from sqlalchemy import select

from recalls.links import make_token
from recalls.models import Notice
from tests.trace.web.api_client import Api
from tests.trace.web.firms import SHOP, batch, make_firms, shipment
from tests.trace.web.test_audit import RECALL
from trace.kit.web import current_database, current_settings


def test_an_answer_by_a_link_is_on_record_without_the_link(app: Flask) -> None:
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    number = firms.admin.post("/api/v1/recalls", RECALL)["number"]
    for step in ("file-plan", "announce"):
        firms.admin.post(f"/api/v1/recalls/{number}/{step}", {}, 200)
    with app.app_context(), current_database().read() as session:
        notice = session.scalars(select(Notice).where(Notice.cause == "announced").order_by(Notice.id.desc())).first()
        assert notice is not None
        token = make_token(current_settings().secret_key, notice.notice_id)
    firms.consumer.post(f"/api/v1/answer/{token}/acknowledge", {}, 200)
    firms.consumer.post("/api/v1/answer/forged/acknowledge", {}, 404)
    assert firms.consumer.send("POST", f"/answer/{token}/acknowledge").status_code < 400
    entries = Api.issue(app, "auditor").get(f"/api/v1/audit?case={number}&role=link")["entries"]
    assert [(one["path"], one["party"], one["status"]) for one in entries] == [
        ("/answer/.../acknowledge", SHOP, 303),
        ("/api/v1/answer/.../acknowledge", SHOP, 200),
    ]
