"""One recall every text of which was written by somebody with bad intentions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from flask import Flask

from tests.e2e.world import CASE, MADE_ON, NOTICE, YOGURT
from tests.recalls.journey_world import gln
from tests.trace.web.api_client import Api
from tests.trace.web.firms import party_number
from trace.kit.config import Settings
from trace.kit.db import Database
from wsgi import create_app

DAIRY, PLANT, SHOP, OFFICE = gln(1), gln(2), gln(3), gln(4)
HOST = "milk.example"
PRODUCT_TEXTS = ("name", "name_en", "brand")
CASE_TEXTS = ("hazard", "instructions")
NOTICE_TEXTS = (
    *("lot_position", "lot_position_en", "channels", "channels_en", "defect_en", "consequence", "consequence_en"),
    *("what_to_do_en", "feedback", "feedback_en"),
)
TEXTS = len(PRODUCT_TEXTS) + len(CASE_TEXTS) + len(NOTICE_TEXTS) + 12


@dataclass(frozen=True)
class World:
    """The application, the recall's number, the two lots, and what was written into the recall's notice."""

    app: Flask
    official: Api
    number: str
    recalled: str
    safe: str
    shown: tuple[str, ...]
    announced: datetime
    told: str
    gtin: str = YOGURT

    @property
    def links(self) -> tuple[str, str]:
        """The Digital Links of both batches, below the service's own address."""
        lots = (quote(self.recalled, safe=""), quote(self.safe, safe=""))
        return (f"/01/0{YOGURT}/10/{lots[0]}", f"/01/0{YOGURT}/10/{lots[1]}")

    @property
    def html(self) -> tuple[str, ...]:
        """Every page that shows something of it."""
        lot, safe = quote(self.recalled, safe=""), quote(self.safe, safe="")
        return (
            *(
                "/",
                "/offline",
                "/blacklist",
                "/services",
                "/publications",
                f"/publications/{self.told}",
                f"/firms/{DAIRY}",
                "/complaints",
                "/complaints/new",
                "/complaints/TS2026-000001",
                f"/complaints/new?code={YOGURT}&lot={lot}",
            ),
            *("/check", f"/check?code={YOGURT}", f"/check?code={YOGURT}&lot={lot}"),
            *(f"/check?code={YOGURT}&lot={safe}", "/recalls", f"/recalls?product=0{YOGURT}"),
            *(f"/recalls/{self.number}", f"/recalls/{self.number}?version=1", f"/recalls/{self.number}?code={YOGURT}"),
            *(f"/recalls/{self.number}?code={YOGURT}&lot={one}" for one in (lot, safe)),
            *(f"/products/{YOGURT}", *(f"{one}?linkType=linkset" for one in self.links)),
        )

    @property
    def xml(self) -> tuple[str, ...]:
        return ("/publications.atom", "/recalls.atom", f"/recalls.atom?product=0{YOGURT}", "/sitemap.xml", "/icon.svg")

    @property
    def json(self) -> tuple[str, ...]:
        return (
            *(
                "/publications.json",
                "/recalls.json",
                f"/api/v1/check?code={YOGURT}",
                "/manifest.webmanifest",
                "/.well-known/gs1resolver",
            ),
            *(*(f"{one}?linkType=linkset" for one in self.links), "/api/v1/links", f"/api/v1/products/0{YOGURT}"),
        )

    @property
    def pdf(self) -> tuple[str, ...]:
        return (f"/recalls/{self.number}/notice.pdf",)


def app_of(database: Database) -> Flask:
    """The application as tests have it, with one host that owners' links may lead to."""
    url = database.engine.url.render_as_string(hide_password=False)
    settings = Settings(url, "a key for tests", "https://suyuan.example", link_hosts=(HOST,), repeat_seconds=0)
    return create_app(settings, database)


def _one_line(text: str) -> str:
    """A title of a link, which has no controls and 200 characters at most."""
    return "".join(one for one in text if one >= " " and one != "\x7f")[:200]


def _list_firm(admin: Api, official: Api, texts: Iterator[str]) -> None:
    """The dairy on the blacklist, each word of it one of `texts`."""
    words = {name: next(texts) for name in ("ground", "ground_en", "article", "evidence", "conditions")}
    listing = f"/api/v1/matters/{official.post('/api/v1/listings', words | {'party': DAIRY})['number']}"
    official.post(f"{listing}/notify", {}, 200)
    official.post(f"{listing}/state-case", {"reason": next(texts)}, 200)
    today = datetime.now(timezone(timedelta(hours=8))).date()
    days = {"starts_on": str(today), "review_on": str(today + timedelta(days=365))}
    admin.post(f"{listing}/list", {"reason": next(texts), "states": days | {"decision": next(texts)}}, 200)


def _tell(admin: Api, official: Api, texts: Iterator[str]) -> str:
    """A tip about the dairy's yogurt that was published, each word of it one of `texts`; returns its number."""
    words = {name: next(texts) for name in ("title", "title_en", "text", "text_en")}
    about = {"topic": "tip", "party": DAIRY, "gtin": YOGURT}
    number: str = official.post("/api/v1/publications", words | about)["number"]
    admin.post(f"/api/v1/matters/{number}/approve", {}, 200)
    return number


def make_world(app: Flask, texts: Iterator[str], recalled: str = "L1", safe: str = "L2") -> World:
    """Register, trade and recall; each next text of `texts` goes into the next field that takes one."""
    admin = Api.admin(app)
    dairy = {"gln": DAIRY, "name": next(texts), "name_en": next(texts), "uscc": "91310000MA1FL0000N"}
    admin.post("/api/v1/parties", dairy)
    admin.post("/api/v1/parties", {"gln": SHOP, "name": next(texts), "contact": {"email": "shop@firms.example"}})
    admin.post("/api/v1/parties", {"gln": OFFICE, "name": next(texts)})
    for code, party, kind in ((PLANT, DAIRY, "plant"), (SHOP, SHOP, "outlet")):
        place = {"gln": code, "name": next(texts), "party": party, "kind": kind, "region": "320106"}
        admin.post("/api/v1/locations", place)
    goods = {"commodity_code": YOGURT, "party": DAIRY, "specification": "200 g"}
    admin.post("/api/v1/products", goods | {name: next(texts) for name in PRODUCT_TEXTS})
    titles = [_one_line(next(texts)) for _ in range(2)]
    link = {"key": {"gtin": "0" + YOGURT}, "link_type": "gs1:pip", "href": f"https://{HOST}/?a=%3Cb%3E&b='onclick=x"}
    admin.post("/api/v1/links", link | {"title": titles[0], "title_en": titles[1]})
    for lot in (recalled, safe):
        batch = {"commodity_code": YOGURT, "lot": lot, "quantity": 100, "produced_on": MADE_ON, "location": PLANT}
        admin.post("/api/v1/batches", batch)
        lines = [{"gtin": YOGURT, "lot": lot, "quantity": 60}]
        admin.post("/api/v1/shipments", {"from": PLANT, "to": SHOP, "document": f"DA-{lot}", "lines": lines})
    titles = {"title": next(texts), "title_en": next(texts)[:200]}
    case = CASE | titles | {name: next(texts) for name in CASE_TEXTS}
    contact = {"phone": next(texts)[:200], "address": next(texts)[:200]}
    notice: dict[str, Any] = NOTICE | {name: next(texts) for name in NOTICE_TEXTS} | {"title_en": titles["title_en"]}
    official = Api.issue(app, "regulator", party_number(app, OFFICE))
    scope = [{"gtin": "0" + YOGURT, "lots": [recalled]}]
    number = official.post("/api/v1/recalls", case | {"scope": scope})["number"]
    official.post(f"/api/v1/recalls/{number}/file-plan", {}, 200)
    official.post(f"/api/v1/recalls/{number}/announce", {"notice": notice | {"contact": contact}}, 200)
    _list_firm(admin, official, texts)
    told = _tell(admin, official, texts)
    shown = (*titles.values(), *(case[name] for name in CASE_TEXTS), *(notice[name] for name in NOTICE_TEXTS))
    return World(app, official, number, recalled, safe, shown, datetime.now(UTC), told)
