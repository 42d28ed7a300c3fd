"""A small world for the resolver: a dairy's yogurt with pages of its own, a shop's cheese with a recalled lot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from werkzeug.test import TestResponse

from tests.trace.web.firms import DAIRY, GTIN, OTHER_GTIN, OUTLET, Firms, batch, make_firms
from trace.gs1.check_digits import check_digit
from trace.holds import Condition, place_hold
from trace.kit.config import Settings
from trace.kit.db import Database
from trace.kit.web import current_database
from wsgi import create_app

SITE = "https://id.suyuan.example"
HOSTS = ("dairy.example", ".shop.example")
PAGES = "https://dairy.example"
SSCC = "09520000000000001" + check_digit("09520000000000001")
VOC = "https://ref.gs1.org/voc/"
YOGURT, CHEESE = f"/01/{GTIN}", f"/01/{OTHER_GTIN}"
UNKNOWN = "/01/09520009000029"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True)
class World:
    """The service, and the firms' keys."""

    firms: Firms

    def get(self, path: str, method: str = "GET", **headers: str) -> TestResponse:
        """One request of somebody without a key; headers are given as `accept_language="zh"`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.firms.consumer.app.test_client().open(path, method=method, headers=sent)

    def linkset(self, path: str, **headers: str) -> list[Mapping[str, Any]]:
        """The link set of an address."""
        answer = self.get(path + ("&" if "?" in path else "?") + "linkType=linkset", **headers)
        assert answer.status_code == 200, answer.text
        found: list[Mapping[str, Any]] = answer.json["linkset"]  # type: ignore[index]
        return found

    def leads_to(self, path: str, **headers: str) -> str:
        """Where a redirect leads."""
        answer = self.get(path, **headers)
        assert answer.status_code == 307, (answer.status_code, answer.text)
        return answer.headers["Location"]


def link(key: Mapping[str, str], link_type: str, page: str, **more: Any) -> dict[str, Any]:
    """The body of a link to a page of the dairy's."""
    return {"key": dict(key), "link_type": link_type, "href": PAGES + page, "title": f"页面 {page[:20]}", **more}


LINKS = (
    link({"gtin": GTIN}, "gs1:pip", "/zh", title_en="Yogurt", hreflang=["zh"], media_type="text/html", default=True),
    link({"gtin": GTIN}, "gs1:pip", "/en", hreflang=["en"], media_type="text/html"),
    link({"gtin": GTIN}, "gs1:instructions", "/how.pdf", media_type="application/pdf"),
    link({"gtin": GTIN}, "gs1:instructions", "/how.html", media_type="text/html"),
    link({"gtin": GTIN}, "gs1:hasRetailers", "/cn", context=["CN"]),
    link({"gtin": GTIN}, "gs1:hasRetailers", "/fr", context=["FR"]),
    link({"gtin": GTIN, "lot": "L2"}, "gs1:certificationInfo", "/L2.pdf", media_type="application/pdf"),
    link({"gtin": GTIN, "lot": "A/B"}, "schema:video", "/ab.mp4", media_type="video/mp4"),
    link({"gtin": GTIN, "serial": "S1"}, "gs1:registerProduct", "/S1#start"),
    link({"gln": DAIRY}, "gs1:locationInfo", "/place"),
)


def make_world(database: Database) -> World:
    """Everything registered, linked and recalled; the operator's link stands on a logistic unit and on a place."""
    url = database.engine.url.render_as_string(hide_password=False)
    settings = Settings(
        database_url=url, secret_key="a key for tests", public_url=SITE, link_hosts=HOSTS, repeat_seconds=0
    )
    app = create_app(settings, database)
    firms = make_firms(app)
    for lot in ("L1", "L2", "A/B"):
        firms.dairy.post("/api/v1/batches", batch(lot=lot))
    for body in LINKS:
        firms.dairy.post("/api/v1/links", body)
    firms.shop.post("/api/v1/links", {**link({"gtin": OTHER_GTIN}, "gs1:pip", ""), "href": "https://www.shop.example/"})
    firms.admin.post("/api/v1/links", link({"sscc": SSCC}, "gs1:logisticsInfo", "/unit"))
    firms.admin.post("/api/v1/links", link({"id": f"{SITE}/417/{OUTLET}"}, "gs1:homepage", "/firm"))
    with app.app_context(), current_database().write() as session:
        now = datetime(2026, 3, 1, tzinfo=UTC)
        lines = [Condition(OTHER_GTIN, lot="L1")]
        place_hold(session, "2026-0001", "recall", lines, now, "干酪召回", "Cheese recall", "请停止食用。")
    return World(firms)
