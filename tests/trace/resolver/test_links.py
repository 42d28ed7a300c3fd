"""Owners' links: who may set them, where they may lead, and that the resolver follows them at once, or no more."""

from typing import Any

import pytest

from tests.conftest import app_over
from tests.trace.resolver.world import GTIN, LINKS, PAGES, SITE, SSCC, YOGURT, World, link, make_world
from tests.trace.web.api_client import document
from tests.trace.web.firms import DAIRY, OTHER_GTIN, OUTLET, PLANT
from trace.gs1.check_digits import check_digit
from trace.kit.db import Database

OTHER_SSCC = "09520000000000002" + check_digit("09520000000000002")
FAQS = {**link({"gtin": GTIN}, "gs1:faqs", "/faqs"), "title_en": "Questions"}


def test_links_are_set_listed_followed_and_removed(database: Database) -> None:
    world = make_world(database)
    dairy, shop, admin = world.firms.dairy, world.firms.shop, world.firms.admin
    made = dairy.post("/api/v1/links", FAQS)
    assert (made["key"], made["default"], made["followed"]) == (f"https://id.gs1.org{YOGURT}", False, True)
    assert dairy.post("/api/v1/links", FAQS, 200) == made
    dairy.post("/api/v1/links", {**FAQS, "title": "另一个"}, 409)
    assert world.leads_to(f"{YOGURT}?linkType=gs1:faqs").startswith(f"{PAGES}/faqs")

    # a new default takes the place of the one before
    assert world.leads_to(YOGURT, accept_language="zh") == f"{PAGES}/zh"
    home = dairy.post("/api/v1/links", link({"gtin": GTIN}, "gs1:homepage", "/home", default=True))
    assert world.leads_to(YOGURT, accept_language="zh") == f"{PAGES}/home"
    assert [one["id"] for one in dairy.get("/api/v1/links?gtin=" + GTIN)["links"] if one["default"]] == [home["id"]]

    # a firm's links are its own
    own = dairy.get("/api/v1/links?limit=3")
    assert (len(own["links"]), own["next"] is not None) == (3, True)
    assert len(own["links"]) + len(dairy.get(own["next"])["links"]) <= len(LINKS) + 2
    assert not {one["key"] for one in shop.get("/api/v1/links")["links"]} & {one["key"] for one in own["links"]}
    assert shop.send("DELETE", f"/api/v1/links/{home['id']}").status_code == 404
    assert shop.send("DELETE", "/api/v1/links/x").status_code == 404
    assert len(admin.get("/api/v1/links")["links"]) > len(LINKS)
    assert dairy.send("DELETE", f"/api/v1/links/{home['id']}").status_code == 204
    assert dairy.send("DELETE", f"/api/v1/links/{home['id']}").status_code == 404
    assert world.leads_to(YOGURT).startswith(f"{SITE}/check?code=")

    # of a host that the operator takes off the list no link is followed, though it is kept
    strict = World(type(world.firms)(**{**vars(world.firms), "consumer": type(admin)(app_over(database), None)}))
    assert strict.leads_to(f"{YOGURT}?linkType=gs1:pip").startswith("https://suyuan.example/products/")
    assert strict.get(f"{YOGURT}?linkType=gs1:faqs").status_code == 404
    assert strict.get(f"/414/{DAIRY}").status_code == 404


def test_a_unit_belongs_to_the_firm_that_reported_it_first(world: World) -> None:
    packed = {
        "type": "AggregationEvent",
        "eventTime": "2026-03-02T00:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "action": "ADD",
        "bizStep": "packing",
        "parentID": f"https://id.gs1.org/00/{OTHER_SSCC}",
        "childEPCs": [f"https://id.gs1.org{YOGURT}/21/S1"],
        "readPoint": {"id": f"https://id.gs1.org/414/{PLANT}"},
    }
    world.firms.dairy.capture(document([packed]))
    assert world.leads_to(f"/00/{OTHER_SSCC}").startswith(f"{SITE}/check?code=")
    body = link({"sscc": OTHER_SSCC}, "gs1:logisticsInfo", "/unit", default=True)
    world.firms.shop.post("/api/v1/links", body, 404)
    world.firms.dairy.post("/api/v1/links", body)
    assert world.leads_to(f"/00/{OTHER_SSCC}") == f"{PAGES}/unit"


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ({"gtin": GTIN[1:]}, 201),
        ({"gtin": GTIN, "lot": "L2", "serial": "S9"}, 201),
        ({"gln": PLANT}, 201),
        ({"id": f"https://id.gs1.org/01/{GTIN}/22/V/10/L2"}, 201),
        ({"id": f"https://dl.example/x/414/{PLANT}/254/dock"}, 201),
        ({"gtin": OTHER_GTIN}, 404),
        ({"gtin": "09520009000029"}, 404),
        ({"gln": OUTLET}, 404),
        ({"sscc": SSCC}, 404),
        ({}, 422),
        ({"gtin": GTIN, "gln": PLANT}, 422),
        ({"lot": "L2"}, 422),
        ({"gtin": "09520000000036"}, 422),
        ({"gtin": GTIN, "lot": "批"}, 422),
        ({"id": f"https://id.gs1.org/01/{GTIN}/10/L2/21/S1"}, 422),
        ({"id": f"https://id.gs1.org/01/{GTIN}?17=261231"}, 422),
        ({"id": "https://id.gs1.org/8004/9520000X"}, 422),
        ({"id": "https://example.com/"}, 422),
    ],
)
def test_a_firm_sets_links_of_what_it_numbers(world: World, key: dict[str, str], status: int) -> None:
    made = world.firms.dairy.post("/api/v1/links", link(key, "gs1:safetyInfo", f"/safety{len(key)}"), status)
    if status == 201:
        assert world.firms.dairy.send("DELETE", f"/api/v1/links/{made['id']}").status_code == 204


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"href": "http://dairy.example/"}, "/href"),
        ({"href": "https://evil.example/"}, "/href"),
        ({"href": "https://dairy.example@evil.example/"}, "/href"),
        ({"link_type": "gs1:nothing"}, "/link_type"),
        ({"link_type": "gs1:defaultLink"}, "/link_type"),
        ({"title": " "}, "/title"),
        ({"title": "a\nb"}, "/title"),
        ({"hreflang": ["chinese"]}, "/hreflang/0"),
        ({"hreflang": ["zh", "zh"]}, "/hreflang"),
        ({"context": ["XX"]}, "/context/0"),
        ({"media_type": "text/funny"}, "/media_type"),
        ({"fwqs": False}, "/fwqs"),
    ],
)
def test_a_link_that_may_not_be_names_the_field(world: World, change: dict[str, Any], pointer: str) -> None:
    body = {**link({"gtin": GTIN}, "gs1:safetyInfo", "/safety"), **change}
    problem = world.firms.dairy.post("/api/v1/links", body, 422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_an_identifier_has_at_most_fifty_links(world: World) -> None:
    key = {"gtin": GTIN, "serial": "MANY"}
    for number in range(50):
        world.firms.dairy.post("/api/v1/links", link(key, "gs1:safetyInfo", f"/{number}?{'x' * 1900}"))
    world.firms.dairy.post("/api/v1/links", link(key, "gs1:safetyInfo", "/50"), 409)
    # with so much to say the header keeps to where the link set is
    header = world.get(f"{YOGURT}/21/MANY").headers["Link"]
    assert header == f'<{SITE}{YOGURT}/21/MANY?linkType=linkset>; rel="linkset"; type="application/linkset+json"'
    undecided = world.get(f"{YOGURT}/21/MANY?linkType=gs1:safetyInfo")
    assert undecided.status_code == 300


def test_nobody_sets_links_without_a_key_for_it(world: World) -> None:
    world.firms.consumer.post("/api/v1/links", FAQS, 401)
    world.firms.regulator.post("/api/v1/links", FAQS, 403)
