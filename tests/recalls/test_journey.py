"""One recall from the first signal to its end, over HTTP, with 80 firms told by real mail and webhooks."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from tests.kit.mail_server import Inbox, running_mail_server
from tests.kit.receiver import Receiver, running_receiver
from tests.recalls.journey_world import (
    GTIN,
    TO_SHOP,
    WITH_L2,
    Firm,
    World,
    make_world,
    register,
    sold_at,
    tell_second_lot,
)
from tests.trace.web.api_client import Api
from trace.derivation.rebuild import find_differences
from trace.kit.config import Settings
from trace.kit.db import Database
from trace.kit.jobs import Work, jobs_of
from trace.kit.strict_json import loads
from trace.kit.web import current_database
from wsgi import create_app

NOTICE = {
    "defect_en": "The total number of bacteria is above the national limit",
    "consequence": "食用后可能引起腹泻、呕吐",
    "consequence_en": "Eating it may cause diarrhoea and vomiting",
    "lot_position": "瓶盖边缘",
    "lot_position_en": "On the rim of the cap",
    "channels": "超市门店",
    "channels_en": "Supermarkets",
    "sold_from": "2026-11-01",
    "sold_to": "2026-11-22",
    "starts_on": "2026-11-22",
    "ends_on": "2026-12-22",
    "what_to_do_en": "Do not eat it. Take it back to the shop",
    "feedback": "拨打 12315，或向当地市场监管部门反映",
    "feedback_en": "Call 12315 or tell the local market regulator",
    "contact": {"phone": "+86 25 5555 0001", "email": "help@dairy.example", "address": "南京市示范路 1 号"},
}

CASE = {
    "title": "原味酸奶召回",
    "title_en": "Plain yogurt recall",
    "kind": "recall",
    "stage": "signal",
    "regime": "cn_food",
    "class": 1,
    "depth": "consumer",
    "hazard": "菌落总数超过国家标准限量",
    "instructions": "停止食用，退回购买门店。",
    "remedy": ["return", "refund"],
    "scope": [{"gtin": GTIN, "lots": ["L1"]}],
}


def settings_for(database: Database, mail: str) -> Settings:
    return Settings(
        database_url=database.engine.url.render_as_string(hide_password=False),
        secret_key="a key for tests",
        public_url="https://suyuan.example",
        webhooks_allow_http=True,
        webhooks_allow_private=True,
        smtp_url=mail,
        mail_from="recalls@suyuan.example",
        repeat_seconds=0,  # each step shows at once
    )


def work_through(app: Flask, at: datetime) -> None:
    """What a worker does until nothing is due, as if it were ``at``."""
    work = Work(current_database_of(app), app.extensions["suyuan_settings"], lambda: at)
    while sum(standing.job(work) for standing in jobs_of(app)):
        pass


def current_database_of(app: Flask) -> Database:
    with app.app_context():
        return current_database()


def link_of(mail: str) -> str:
    """The way of a mail's answer link."""
    found = re.search(r"https://suyuan\.example/answer/(\S+)", mail)
    assert found is not None, mail
    return found[1]


class Journey:
    """One recall in one world; ``number`` is the case's."""

    def __init__(self, world: World, inbox: Inbox, receiver: Receiver) -> None:
        self.world, self.inbox, self.receiver = world, inbox, receiver
        self.number = ""
        self.filed: tuple[int, bytes] = (0, b"")

    def path(self, rest: str = "") -> str:
        return f"/api/v1/recalls/{self.number}{rest}"

    def step(self, who: Api, step: str, body: Any = None, status: int = 200) -> Any:
        return who.post(self.path(f"/{step}"), body or {}, status)

    def notices(self, who: Api, query: str = "") -> list[dict[str, Any]]:
        rows, path = [], self.path(f"/notices?limit=100{query}")
        while path:
            page = who.get(path)
            rows += page["notices"]
            path = page["next"]
        return rows


def test_a_recall_from_its_first_signal_to_its_end(database: Database) -> None:
    with running_mail_server() as inbox, running_receiver() as receiver:
        app = create_app(settings_for(database, inbox.url), database)
        journey = Journey(make_world(app, receiver.url), inbox, receiver)
        decide(journey)
        tell(journey)
        answer(journey)
        count(journey)
        report(journey)
        extend(journey)
        end(journey)


def decide(journey: Journey) -> None:
    """From the signal to the announcement: who may, in which order, with which papers."""
    world = journey.world
    official, dairy = world.official, world.client(world.dairy)
    learned = datetime.now(UTC) - timedelta(hours=30)
    case = official.post("/api/v1/recalls", CASE | {"learned_at": learned.isoformat()})
    journey.number = case["number"]
    assert (case["stage"], case["allowed"]) == ("signal", ["investigate", "volunteer", "cancel"])
    refused = journey.step(official, "announce", status=409)
    assert refused["allowed"] == case["allowed"]
    assert journey.step(dairy, "investigate", status=403)["status"] == 403
    journey.step(official, "investigate", {"reason": "抽检不合格"})
    assert scanned(world) == "no_recall_known"
    preview = official.post("/api/v1/recalls/preview", {"scope": CASE["scope"]}, 200)
    assert (preview["consignees_count"], preview["number"]) == (81, None)
    journey.step(official, "notify", {"reason": "检验报告 2026-117"})
    case = journey.step(dairy, "file-plan", {"reason": "接受通知", "plan": {"measures": "门店下架，退回配送中心"}})
    assert (case["stage"], scanned(world)) == ("plan_filed", "stop_sale")
    assert journey.step(dairy, "announce", {"notice": NOTICE}, 409)["prepared_by"]
    lacking = {name: text for name, text in NOTICE.items() if name != "lot_position"}
    problem = journey.step(official, "announce", {"notice": lacking}, 422)
    assert [error["pointer"] for error in problem["errors"]] == ["/notice/lot_position"]
    soft = journey.step(official, "announce", {"notice": NOTICE | {"consequence": "极少引起不适"}}, 422)
    assert [error["pointer"] for error in soft["errors"]] == ["/notice/consequence"]
    assert official.get(journey.path())["stage"] == "plan_filed"
    case = journey.step(official, "announce", {"reason": "计划已审", "notice": NOTICE})
    assert (case["stage"], case["notice"]["complete"], scanned(world)) == ("announced", True, "recalled")
    states = {(row["duty"], row["state"]) for row in case["deadlines"]}
    assert ("start_and_report", "late") in states or any(state == "late" for _, state in states), states


def scanned(world: World, lot: str = "L1") -> str:
    """What a consumer's scan of the yogurt says."""
    return str(Api(world.app, None).get(f"/api/v1/check?code=https://id.gs1.org/01/{GTIN}/10/{lot}")["status"])


def tell(journey: Journey) -> None:
    """Everybody is told in the way they can be reached, with the units that the ledger says they have."""
    world = journey.world
    assert [row["state"] for row in journey.notices(world.official)] == ["queued"] * 81
    work_through(world.app, datetime.now(UTC))
    rows = {row["recipient"]["party"]: row for row in journey.notices(world.official)}
    assert {row["state"] for row in rows.values()} == {"sent"}
    assert {row["attempts"] for firm in world.told for row in [rows[firm.code]]} == {1, 2, 3}
    by_mail = [firm for firm in world.everybody if firm.contact in ("mail", "both")]
    assert {firm.number: len(journey.inbox.to(firm.mail)) for firm in by_mail} == dict.fromkeys(
        [firm.number for firm in by_mail], 1
    )
    by_webhook = {firm.number for firm in world.told if firm.contact in ("webhook", "both")}
    assert sorted(int(one.path.rpartition("/")[2]) for one in journey.receiver.requests) == sorted(by_webhook)
    shop = world.shops[world.distributors[0].number][1]
    text = journey.inbox.to(shop.mail)[0]
    for words in ("一级", "class 1", journey.number, "原味酸奶", "L1", "60", "立即停止销售", "Stop selling"):
        assert words in text, words
    posted = loads(next(one.body for one in journey.receiver.requests))
    assert (posted["repeat"], posted["units"][0]["received"]) == (0, 60)


def answer(journey: Journey) -> None:
    """Every firm answers in its own way; one distributor does not answer yet."""
    world, official = journey.world, journey.world.official
    for distributor in world.distributors:
        for position, shop in enumerate(world.shops[distributor.number]):
            ANSWERS[shop.contact](journey, shop, position)
    first, *others, _silent = world.distributors
    came_back = sum(left(k) for k, shop in enumerate(world.shops[first.number]) if shop.contact == "both")
    goods = {"gtin": GTIN, "lot": "L1", "quantity": came_back}
    returned = [shop for shop in world.shops[first.number] if shop.contact == "both"]
    for shop in returned:
        line = goods | {"quantity": left(world.shops[first.number].index(shop))}
        world.client(first).post("/api/v1/receipts", {"from": shop.place, "to": first.place, "lines": [line]})
    world.client(first).post(journey.path("/responses"), said(on_hand=460 + came_back, quarantined=460 + came_back))
    for one in others:
        world.client(one).post(journey.path("/responses"), said(on_hand=460, quarantined=460))
    world.client(world.dairy).post(journey.path("/responses"), said(on_hand=1600, quarantined=1600))
    shop = world.shops[first.number][1]
    above = world.client(shop).post(journey.path("/responses"), said(on_hand=61), 422)
    assert above["errors"][0]["pointer"].startswith("/lines/0")
    elsewhere = said(on_hand=1) | {"lines": [{"gtin": GTIN, "lot": "L2", "on_hand": 1}]}
    assert world.client(shop).post(journey.path("/responses"), elsewhere, 422)
    assert len(list(pages(official, journey.path("/responses"), "responses"))) == 80 + len(by_phone(world))


def left(position: int) -> int:
    """What a shop has left of the first lot when the recall begins."""
    return TO_SHOP["L1"] - sold_at(position)


def by_phone(world: World) -> list[Firm]:
    return [shop for shop in world.all_shops if shop.contact == "phone"]


def said(**figures: int) -> dict[str, Any]:
    return {"lines": [{"gtin": GTIN, "lot": "L1", **figures}]}


def answer_by_link(journey: Journey, shop: Firm, position: int) -> None:
    """All of it is set aside; the link is all that is needed."""
    path = "/api/v1/answer/" + link_of(journey.inbox.to(shop.mail)[0])
    nobody = Api(journey.world.app, None)
    nobody.post(path + "/acknowledge", {}, 200)
    rest = left(position)
    nobody.post(path, said(on_hand=rest, quarantined=rest, sold=sold_at(position)))


def answer_by_system(journey: Journey, shop: Firm, position: int) -> None:
    """All of it is destroyed."""
    key = journey.world.client(shop)
    [notice] = key.get("/api/v1/notices")["notices"]
    key.post(journey.path(f"/notices/{notice['id']}/acknowledge"), {}, 200)
    body = said(on_hand=0, destroyed=left(position), sold=sold_at(position))
    problem = key.post(journey.path("/responses"), body, 422)
    assert problem["errors"][0]["pointer"].startswith("/lines/0/destruction")
    body["lines"][0]["destruction"] = {"method": "焚烧", "witness": "示范监管所", "document": f"D-{shop.number}"}
    key.post(journey.path("/responses"), body)


def answer_by_return(journey: Journey, shop: Firm, position: int) -> None:
    """All of it goes back to the distributor, and this is said twice."""
    body = said(on_hand=0, returned=left(position), sold=sold_at(position))
    first = journey.world.client(shop).post(journey.path("/responses"), body, Idempotency_Key=f"r-{shop.number}")
    again = journey.world.client(shop).post(journey.path("/responses"), body, Idempotency_Key=f"r-{shop.number}")
    assert first == again
    assert first["lines"][0]["captured"]["returned"] == left(position)


def answer_by_phone(journey: Journey, shop: Firm, position: int) -> None:
    """First seven are lost, then only five: both answers stay, the newer one stands, and that they differ is said."""
    official, rest = journey.world.official, left(position)
    behalf = {"on_behalf": {"party": shop.code, "by": "phone", "spoke_with": "店长"}}
    official.post(journey.path("/responses"), said(on_hand=rest - 7, quarantined=rest - 7, lost=7) | behalf)
    row = official.post(journey.path("/responses"), said(on_hand=rest - 5, quarantined=rest - 5, lost=5) | behalf)
    assert {"answer_changed", "answer_differs"} <= {finding["rule"] for finding in row["findings"]}


ANSWERS = {
    "mail": answer_by_link,
    "webhook": answer_by_system,
    "both": answer_by_return,
    "phone": answer_by_phone,
}


def pages(who: Api, path: str, member: str) -> Iterator[dict[str, Any]]:
    """Every row of a list, page by page."""
    following: str | None = path + "?limit=40"
    while following:
        page = who.get(following)
        yield from page[member]
        following = page["next"]


def recovered(world: World) -> dict[str, int]:
    """What came off the market, counted by hand from what the firms said."""
    found = dict.fromkeys(("quarantined", "destroyed", "returned", "lost"), 0)
    kinds = {"mail": "quarantined", "webhook": "destroyed", "both": "returned", "phone": "quarantined"}
    for shops in world.shops.values():
        for position, shop in enumerate(shops):
            found[kinds[shop.contact]] += left(position)
            if shop.contact == "phone":
                found["quarantined"] -= 5
                found["lost"] += 5
    found["quarantined"] += 3 * 460
    return found


def count(journey: Journey) -> None:
    """Every figure is the ledger's, or the sum of what was answered."""
    world, official = journey.world, journey.world.official
    by_hand = recovered(world)
    [figures] = official.get(f"/api/v1/batches/{GTIN}/L1/balance")["figures"]
    assert (figures["produced"], figures["sold"], figures["destroyed"]) == (8000, 1080, by_hand["destroyed"])
    assert figures["unaccounted"] == 0
    impact = official.get(journey.path("/impact"))
    [total] = impact["totals"]
    assert {name: total[name] for name in ("produced", "sold", "destroyed", "on_hand", "in_transit")} == {
        name: figures[name] for name in ("produced", "sold", "destroyed", "on_hand", "in_transit")
    }
    progress = official.get(journey.path("/progress"))
    effect = progress["effectiveness"]
    assert (effect["consignees"], effect["notified"]["numerator"]) == (81, 80)
    assert (effect["responded"]["numerator"], effect["responded"]["denominator"]) == (80, 80)
    [item] = effect["items"]
    wanted = by_hand["quarantined"] + by_hand["destroyed"] + by_hand["returned"]
    assert (item["recovered"], item["distributed"], item["planned"]) == (wanted, 6400, 6400)
    assert item["recovered_of_distributed"]["percent"] == wanted * 10000 // 6400 / 100
    assert sum(tier["items"][0]["recovered"] for tier in progress["tiers"] if tier["items"]) == wanted
    assert [row["name"] for row in progress["overdue"]] == [world.distributors[-1].name]


def report(journey: Journey) -> None:
    """A report is handed in, opened again as it was, and compared with what came after."""
    official = journey.world.official
    filed = official.post(journey.path("/reports"), {"form": "cn_progress", "note": "第一期"})
    first = official.send("GET", journey.path(f"/reports/{filed['id']}")).get_data()
    live = official.get(journey.path(f"/report?form=cn_progress&as_of={quoted(filed['as_of'])}"))
    impact = official.get(journey.path(f"/impact?as_of={quoted(filed['as_of'])}"))
    assert loads(first)["run_digest"] == live["run_digest"] == impact["digest"] == filed["run_digest"]
    sheets = {"cn_final": "pdf", "cn_plan": "xlsx", "cn_firms": "csv", "fda_753": "xlsx", "fsma204": "csv"}
    opening = {"csv": "\ufeff".encode(), "xlsx": b"PK", "pdf": b"%PDF"}
    for form, kind in sheets.items():
        sheet = official.send("GET", journey.path(f"/report?form={form}&format={kind}"))
        assert sheet.status_code == 200
        assert sheet.get_data().startswith(opening[kind]), form
    journey.filed = filed["id"], first


def extend(journey: Journey) -> None:
    """A second lot is recalled as well, and goods that should not have moved reach somebody new."""
    world, official = journey.world, journey.world.official
    tell_second_lot(world)
    before = official.get(journey.path())
    body = {"reason": "同一生产线", "scope": [{"gtin": GTIN, "lots": ["L2"]}]}
    case = journey.step(official, "extend", body)
    assert (case["stage"], case["version"], scanned(world, "L2")) == ("scope_extended", 2, "recalled")
    assert len(case["deadlines"]) > len(before["deadlines"])
    told = [row for row in journey.notices(official) if row["version"] == 2]
    assert len(told) == 1 + 4 + 4 * WITH_L2
    shop = world.all_shops[0]
    stall = register(world, Firm("周转摊位", 2000, "outlet", "mail"))
    goods = {"gtin": GTIN, "lot": "L1", "quantity": 3}
    body = {"from": shop.place, "to": stall.place, "document": "X-1", "lines": [goods]}
    world.client(shop).post("/api/v1/shipments", body)
    later = datetime.now(UTC) + timedelta(minutes=10)
    work_through(world.app, later)
    [notice] = [row for row in journey.notices(official) if row["recipient"]["party"] == stall.code]
    assert (notice["cause"], notice["state"]) == ("new_consignee", "sent")
    assert len(journey.inbox.to(stall.mail)) == 1
    impact = official.get(journey.path("/impact"))
    assert "shipped_under_hold" in {finding["rule"] for finding in impact["findings"]}
    announced = next(run["digest"] for run in case["runs"] if run["step"] == "announce")
    changes = official.get(journey.path(f"/runs/{announced}/changes"))
    came_in = {row["gln"]: row["why"][0]["reason"] for row in changes["places"] if row["change"] == "came_in"}
    assert came_in == {stall.place: "moved_since"}


def end(journey: Journey) -> None:
    """Checked, completed, summed up, assessed twice and terminated; what is out stays recalled."""
    world, official, dairy = journey.world, journey.world.official, journey.world.client(journey.world.dairy)
    draw = official.post(journey.path("/checks"), {"level": "C", "seed": "2026-11-22"})
    chosen = [member["consignee"] for member in draw["members"] if member["chosen"]]
    assert (draw["consignees"], len(chosen)) == (82, 9)
    for number, consignee in enumerate(chosen):
        body = {"consignee": consignee, "way": "visit", "notified": True, "removed": number > 0}
        body["checked_at"] = datetime.now(UTC).isoformat()
        draw = official.post(journey.path(f"/checks/{draw['draw']}/results"), body)
    assert (draw["checked"], draw["passed"]) == (9, 8)
    journey.step(dairy, "complete", {"reason": "全部下架"})
    asked = [row for row in journey.notices(official) if row["kind"] == "removal_confirmation"]
    silent = world.distributors[-1]
    assert silent.code in {row["recipient"]["party"] for row in asked}
    assert len(asked) < 82
    assert journey.step(dairy, "terminate", {"reason": "完成"}, 403)["status"] == 403
    journey.step(dairy, "file-summary", {"reason": "总结报告"})
    filed = dairy.post(journey.path("/reports"), {"form": "cn_final"})
    problem = journey.step(official, "complete", {"reason": "x", "effective": True}, 409)
    assert problem["allowed"] == ["assess", "terminate", "cancel"]
    journey.step(official, "assess", {"reason": "一家配送中心未答复", "effective": False})
    assert journey.step(official, "terminate", {"reason": "x"}, 409)["allowed"] == ["execute", "cancel"]
    journey.step(official, "execute", {"reason": "继续执行"})
    link = "/api/v1/answer/" + link_of(journey.inbox.to(silent.mail)[0])
    Api(world.app, None).post(link, said(on_hand=460, quarantined=460))
    journey.step(dairy, "complete")
    journey.step(dairy, "file-summary")
    journey.step(official, "assess", {"reason": "全部答复", "effective": True})
    case = journey.step(official, "terminate", {"reason": "终止"})
    assert (case["stage"], case["allowed"], scanned(world), scanned(world, "L2")) == (
        "terminated",
        [],
        "recalled",
        "recalled",
    )
    late = world.client(world.all_shops[1]).post(journey.path("/responses"), said(on_hand=0, sold=60))
    assert {"answer_late"} <= {finding["rule"] for finding in late["findings"]}
    opened(journey, filed["id"])


def opened(journey: Journey, last: int) -> None:
    """Reports that were handed in are as they were, and what has changed since is told; nothing recorded is gone."""
    official = journey.world.official
    number, first = journey.filed
    assert official.send("GET", journey.path(f"/reports/{number}")).get_data() == first
    changes = official.get(journey.path(f"/reports/{number}/compare?to=now"))
    assert any(part["changed"] or part["came_in"] for part in changes["parts"])
    history = [step["step"] for step in official.get(journey.path())["steps"]]
    assert history[0] == "open"
    assert [step for step in history if step == "assess"] == ["assess", "assess"]
    audit = Api.issue(journey.world.app, "auditor").get(f"/api/v1/audit?case={journey.number}&limit=200")
    assert len(audit["entries"]) == 200
    with journey.world.app.app_context(), current_database().write() as session:
        assert find_differences(session) == 0


def quoted(moment: str) -> str:
    return moment.replace("+", "%2B")
