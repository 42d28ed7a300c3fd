"""Two chains, strangers to each other; in each a maker, its supplier, its customer, and the customer's customer.

The maker of each is the company that asks: what its own chain has is ``own``, what the other has is ``foreign``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from recalls.links import make_token
from tests.authorization.row import Things
from tests.recalls.journey_world import gln
from tests.trace.web.api_client import Api, document
from tests.trace.web.firms import party_number
from trace.accounts.people import invite, renew_invitation
from trace.gs1.check_digits import check_digit
from trace.kit.accounts import User
from trace.kit.auth import Principal, issue_key
from trace.kit.config import Settings
from trace.kit.db import Database
from trace.kit.web import current_database
from trace.models import Invitation
from trace.sheets_in.imports import bring
from trace.sheets_in.running import run
from wsgi import create_app

HOST = "links.example"
DAY = (datetime.now(UTC) - timedelta(days=20)).date().isoformat()
CASE: dict[str, Any] = {"kind": "recall", "regime": "cn_food", "class": 2, "depth": "consumer", "remedy": "refund"}
ABROAD = {"country": "US", "authority": "x", "published_on": "2020-01-05", "title": "x"}


def gtin(number: int) -> str:
    """The GTIN-14 with this number below the prefix for demonstrations."""
    body = f"0952{number:09d}"
    return body + check_digit(body)


def sscc(number: int) -> str:
    """The SSCC with this number below the same prefix."""
    body = f"0952{number:013d}"
    return body + check_digit(body)


class Undone(Database):
    """A database in which, once it is ``frozen``, nothing stays of what a request wrote: each finds the same world."""

    frozen = False

    @contextmanager
    def write(self) -> Iterator[Session]:
        """As the parent's; rolled back at the end if the world is frozen."""
        with super().write() as session:
            yield session
            if self.frozen:
                session.rollback()


@dataclass(frozen=True)
class Town:
    """One chain: the maker's row number and client, what it has, and words that only its own firms may read.

    ``deeper`` are the names and numbers of the firm two steps on, which not even the maker may read.
    """

    party: int
    maker: Api
    things: Things
    secrets: tuple[str, ...]
    deeper: tuple[str, ...]


@dataclass(frozen=True)
class World:
    """The service with both chains."""

    app: Flask
    own: Town
    foreign: Town
    absent: Things
    operator: Api
    office: int
    """The regulator's row number."""


def app_of(database: Database) -> Flask:
    """The application as tests have it, with one host that owners' links may lead to."""
    url = database.engine.url.render_as_string(hide_password=False)
    settings = Settings(
        *(url, "a key for tests", "https://suyuan.example"),
        link_hosts=(HOST,),
        repeat_seconds=0,
        webhooks_allow_http=True,
        webhooks_allow_private=True,
    )
    return create_app(settings, database)


def make_world(app: Flask) -> World:
    """Register, trade and recall in both chains."""
    operator = Api.admin(app)
    operator.post("/api/v1/parties", {"gln": gln(900), "name": "示范市场监督管理局"})
    official = Api.issue(app, "regulator", party_number(app, gln(900)))
    own, foreign = (_make_town(app, operator, official, number) for number in (1, 2))
    return World(app, own, foreign, _absent(own.things), operator, party_number(app, gln(900)))


def _absent(things: Things) -> Things:
    """Names of the same shapes that nobody has."""
    nobody = str(UUID(int=0))
    return replace(
        things,
        party=gln(9_001),
        place=gln(9_002),
        customer=gln(9_003),
        gtin=gtin(9_000),
        lot="NO-LOT",
        batch=f"https://id.gs1.org/01/{gtin(9_000)}/10/NO-LOT",
        raw=gtin(9_005),
        raw_lot="NO-RAW",
        sscc=sscc(9_000),
        event="urn:uuid:" + nobody,
        case="2020-0009",
        inbox="2020-0008",
        drill="2020-0007",
        notice=nobody,
        capture=nobody,
        digest="0" * 64,
        draw="90001",
        report="90001",
        link="90001",
        mixing="90001",
        query="no-such-query",
        subscription=nobody,
        answer="/answer/none",
        labels="/labels/none",
        sheet="90001",
        person="90002",
        key="0" * 8,
        order="TX2020-000009",
        plan="CJ2020-000009",
        sample="CY2020-000009",
        signal="YJ2020-000009",
        complaint="TS2020-000009",
        task="90001",
        invitation="x" * 43,
    )


def _make_town(app: Flask, operator: Api, official: Api, number: int) -> Town:
    firms = ("supplier", "maker", "customer", "outlet")
    code = {name: gln(number * 1000 + at) for at, name in enumerate(firms)}
    place = {name: gln(number * 1000 + 100 + at) for at, name in enumerate(firms)}
    says = {name: f"密文{number}{at} canary-{name}-{number}" for at, name in enumerate(firms)}
    clients: dict[str, Api] = {}
    for at, name in enumerate(firms):
        contact = {
            "email": f"mail-{name}-{number}@firms.example",
            "phone": f"400-{number}{at}",
            "address": f"{says[name]} 路",
        }
        operator.post("/api/v1/parties", {"gln": code[name], "name": says[name], "contact": contact})
        clients[name] = Api.issue(app, "company", party_number(app, code[name]))
        kind = "outlet" if name == "outlet" else "plant" if name == "maker" else "warehouse"
        where = {"gln": place[name], "name": f"{says[name]} 场所", "kind": kind, "region": "320106"}
        clients[name].post("/api/v1/locations", where)
    supplier, maker, _, outlet = (clients[name] for name in firms)
    raw, goods, lot, raw_lot = gtin(number * 10), gtin(number * 10 + 1), f"LOT{number}", f"RAW{number}"
    supplier.post("/api/v1/products", {"commodity_code": raw, "name": f"原料 {says['supplier']}"})
    maker.post("/api/v1/products", {"commodity_code": goods, "name": f"成品 {says['maker']}"})

    def line(what: str, its_lot: str, quantity: int) -> dict[str, Any]:
        return {"gtin": what, "lot": its_lot, "quantity": quantity}

    def move(giver: str, taker: str, paper: str, one: dict[str, Any]) -> None:
        body = {"from": place[giver], "to": place[taker], "document": f"{paper}-{number}", "lines": [one]}
        clients[giver].post("/api/v1/shipments", body)
        clients[taker].post("/api/v1/receipts", body)

    def made(what: str, its_lot: str, client: Api, name: str) -> str:
        batch = {"commodity_code": what, "lot": its_lot, "quantity": 100, "produced_on": DAY, "location": place[name]}
        event: str = client.post("/api/v1/batches", batch)["event_id"]
        return event

    made(raw, raw_lot, supplier, "supplier")
    move("supplier", "maker", "IN", line(raw, raw_lot, 80))
    event = made(goods, lot, maker, "maker")
    move("maker", "customer", "OUT", line(goods, lot, 60))
    move("customer", "outlet", f"DEEP-canary-{number}", line(goods, lot, 40))
    outlet.post("/api/v1/sales", {"location": place["outlet"], "lines": [line(goods, lot, 10)]})
    unit = sscc(number)
    packing = {"sscc": unit}
    maker.post("/api/v1/shipments", {"from": place["maker"], "to": place["customer"], "lines": [packing]})

    def announce(what: str, its_lot: str, title: str) -> str:
        scope = [{"gtin": what, "lots": [its_lot]}]
        words = {"title": title, "hazard": f"{title} 危害", "instructions": f"{title} 处置"}
        case: str = official.post("/api/v1/recalls", CASE | words | {"scope": scope})["number"]
        official.post(f"/api/v1/recalls/{case}/file-plan", {"reason": f"canary-reason-{number}"}, 200)
        official.post(f"/api/v1/recalls/{case}/announce", {"reason": f"canary-reason-{number}"}, 200)
        return case

    case, inbox = announce(goods, lot, f"成品召回 {number}"), announce(raw, raw_lot, f"原料召回 {number}")
    digest = maker.get(f"/api/v1/recalls/{case}")["runs"][0]["digest"]
    notice = maker.get("/api/v1/notices?limit=200")["notices"]
    of_inbox = next(one["id"] for one in notice if one["recall"] == inbox)
    drill = maker.post("/api/v1/drills", {"gtin": goods, "lot": lot})["number"]
    report = maker.post(f"/api/v1/recalls/{case}/reports", {"form": "cn_progress", "note": f"canary-note-{number}"})
    draw = maker.post(f"/api/v1/recalls/{case}/checks", {"level": "A"})
    found = {"location": place["maker"], "gtin": raw, "lot": raw_lot, "on_hand": 80}
    maker.post(f"/api/v1/recalls/{inbox}/responses", {"lines": [found], "note": f"canary-answer-{number}"})
    maker.post(
        f"/api/v1/parties/{code['maker']}/contacts",
        {"rank": 1, "name": f"canary-contact-{number}", "phone": "010-5550100"},
    )
    link = {
        "key": {"gtin": goods},
        "link_type": "gs1:pip",
        "href": f"https://{HOST}/{number}",
        "title": f"canary-link-{number}",
    }
    flag = {"gtin": goods, "reason": f"canary-mixing-{number}"}
    maker.capture(document([_inspection(number, place["maker"], goods, lot)]))
    name = f"query{number}"
    maker.post("/epcis/queries", {"name": name, "query": {"EQ_bizStep": ["shipping"]}})
    wish = {"dest": f"https://203.0.113.{number}/hook", "stream": True}
    answer = maker.send("POST", f"/epcis/queries/{name}/subscriptions", wish)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    made(goods, f"OFF{number}", maker, "maker")
    stopped = {"title": f"canary-order-{number}", "ground": f"canary-ground-{number}"}
    order = operator.post("/api/v1/withdrawals", stopped | {"scope": [{"gtin": goods, "lots": [f"OFF{number}"]}]})
    task = maker.get("/api/v1/withdrawal-tasks")["tasks"][0]["id"]
    complaint = _complain(official, goods, lot, number)
    plan, sample = _inspect(operator, official, goods, number)
    abroad = ABROAD | {"gtin": goods, "reference": f"canary-order-{number}", "hazard": f"canary-ground-{number}"}
    signal = official.post("/api/v1/foreign-recalls", abroad)["signal"]
    things = Things(
        party=code["maker"],
        place=place["maker"],
        customer=place["customer"],
        gtin=goods,
        lot=lot,
        batch=f"https://id.gs1.org/01/{goods}/10/{lot}",
        raw=raw,
        raw_lot=raw_lot,
        sscc=unit,
        case=case,
        inbox=inbox,
        notice=of_inbox,
        drill=drill,
        digest=digest,
        draw=str(draw["draw"]),
        report=str(report["id"]),
        event=event,
        capture=maker.get("/epcis/capture")[0]["captureID"],
        query=name,
        subscription=answer.get_json()["subscriptionID"],
        plan=plan,
        sample=sample,
        signal=signal,
        complaint=complaint,
        link=str(maker.post("/api/v1/links", link)["id"]),
        mixing=str(maker.post(f"/api/v1/locations/{place['maker']}/mixing", flag)["number"]),
        answer="/answer/" + make_token("a key for tests", of_inbox),
        labels=urlsplit(
            maker.post("/api/v1/labels", {"items": [{"gtin": goods, "lot": lot}], "format": "page"}, 200)["url"]
        ).path,
        order=order["number"],
        task=str(task),
        sheet=_bring_sheet(app, code["maker"], goods, place["maker"], number),
        **_invite_somebody(app, party_number(app, code["maker"]), number),
    )
    secrets = (
        *(f"canary-{name}-{number}" for name in firms),
        *code.values(),
        *place.values(),
        raw_lot,
        *_notes(number),
    )
    return Town(
        party_number(app, code["maker"]),
        maker,
        things,
        secrets,
        (f"canary-outlet-{number}", code["outlet"], place["outlet"], f"canary-citizen-{number}", f"139000{number}8888"),
    )


def _inspect(operator: Api, official: Api, goods: str, number: int) -> tuple[str, str]:
    """A plan and a sample of the maker's goods that passed, which it is told of."""
    scope = {"scope": [{"item": f"canary-note-{number}", "method": "x"}]}
    laboratory = {"number": f"canary-laboratory-{number}", "name": "x", "valid_from": "2020-01-01"} | scope
    entry = operator.post("/api/v1/registers/laboratories", {"states": laboratory})["id"]
    wanted = {"title": f"canary-order-{number}", "gtins": [goods], "size": 1, "starts_on": "2020-01-01"}
    items = [{"item": f"canary-note-{number}", "kind": "absent"}]
    plan = official.post("/api/v1/sampling-plans", wanted | {"ends_on": "2099-12-31", "items": items})["number"]
    for step in ("approve", "draw"):
        operator.post(f"/api/v1/matters/{plan}/{step}", {}, 200)
    sample = operator.get(f"/api/v1/sampling-plans/{plan}")["samples"][0]["number"]
    results = [{"item": f"canary-note-{number}", "value": None}]
    for step, states in (
        ("take", {"quantity": 1}),
        ("send", {"laboratory": entry}),
        ("report", {"number": "x", "results": results}),
        ("pass", {}),
    ):
        operator.post(f"/api/v1/matters/{sample}/{step}", {"states": states}, 200)
    return plan, sample


def _complain(official: Api, goods: str, lot: str, number: int) -> str:
    """A complaint about the maker's goods, of which it was told; who complained is nobody's but the official's."""
    citizen = {
        "name": f"canary-citizen-{number}",
        "phone": f"139000{number}8888",
        "address": f"canary-citizen-{number}",
    }
    said = {"kind": "complaint", "cause": "quality", "channel": "phone", "words": f"canary-citizen-{number} 变质"}
    taken = official.post("/api/v1/complaints", said | {"code": goods, "lot": lot, "citizen": citizen})["number"]
    official.post(f"/api/v1/matters/{taken}/accept", {}, 200)
    told = {"states": {"summary": f"canary-order-{number}"}}
    official.post(f"/api/v1/matters/{taken}/invite", told, 200)
    return str(taken)


def _invite_somebody(app: Flask, party: int, number: int) -> dict[str, str]:
    """A member of the firm with the number of a row that is not to be mistaken, a key of the firm, and a link."""
    operator, now = Principal("admin", None, 0, "operator"), datetime.now(UTC)
    with app.app_context(), current_database().write() as session:
        name = f"canary-person-{number}"
        user, _ = invite(session, operator, f"{name}@firm.example", name, "company", party, False, now)
        session.execute(delete(Invitation).where(Invitation.user_id == user.id))
        session.execute(update(User).where(User.id == user.id).values(id=720_000 + number))
        token = renew_invitation(session, 720_000 + number, timedelta(days=1), now)
        key = issue_key(session, "company", party, f"canary-key-{number}")
        return {"person": str(720_000 + number), "key": key.split("_")[1], "invitation": token}


def _bring_sheet(app: Flask, firm: str, goods: str, place: str, number: int) -> str:
    rows = f"条码,批号,数量,地点\n{goods},canary-lot-{number},5,{place}\n{goods},canary-lot-{number},x,{place}"
    principal = Principal("company", party_number(app, firm), 0, f"canary-person-{number}")
    with app.app_context():
        database = current_database()
        with database.write() as session:
            row, _ = bring(session, principal, "batches", f"canary-{number}.csv", rows.encode(), datetime.now(UTC))
            row.id = 710_000 + number  # not to be mistaken for other figures of a page
        run(database, row.id)
    return str(row.id)


def _inspection(number: int, place: str, goods: str, lot: str) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:x:canary-event:{number}",
        "eventTime": f"{DAY}T08:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "readPoint": {"id": f"https://id.gs1.org/414/{place}"},
        "quantityList": [{"epcClass": f"https://id.gs1.org/01/{goods}/10/{lot}", "quantity": 1}],
    }


def _notes(number: int) -> tuple[str, ...]:
    words = ("reason", "note", "answer", "contact", "link", "mixing", "lot", "person")
    return tuple(f"canary-{word}-{number}" for word in words)
