"""A recall launched step by step: drafts of one's own, checked words, all of it filed at once, a second person."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from recalls.launch.draft import Draft, add_line, case_body, line_body
from recalls.models import LaunchDraft, PublicNotice, RecallCase
from tests.desk import DeskClient, sign_in
from tests.trace.web.firms import DAIRY, GTIN, OTHER_GTIN, SHOP, Firms, batch, make_firms, party_number, shipment
from trace.kit.web import current_database

WORDS = {
    "title": "原味酸奶召回",
    "title_en": "Recall of plain yogurt",
    "defect": "菌落总数超标",
    "defect_en": "Too many germs",
    "what_to_do": "请停止食用，退回门店。",
    "what_to_do_en": "Do not eat it; bring it back.",
    "phone": "400-1",
}
CASE = {"kind": "recall", "regime": "cn_food", "class": "1", "depth": "consumer", "remedy": "refund"}


@pytest.fixture
def database_kind() -> str:
    """What is asked here is alike on both databases."""
    return "sqlite"


@pytest.fixture
def firms(app: Flask) -> Firms:
    """A dairy that shipped 60 of 100 yogurts to a shop."""
    made = make_firms(app)
    made.dairy.post("/api/v1/batches", batch())
    made.dairy.post("/api/v1/shipments", shipment())
    return made


def person(app: Flask, firm: str, name: str) -> DeskClient:
    return sign_in(app, "company", party_number(app, firm), name=name)


def begin(client: DeskClient, **goods: str) -> str:
    """The address of a new draft."""
    response = client.post("/desk/launch", goods or {"gtin": GTIN, "lot": "L1"})
    return "/".join(response.headers["Location"].split("/")[:4])


def fill(client: DeskClient, draft: str, **case: Any) -> None:
    client.post(f"{draft}/notice", WORDS)
    client.post(f"{draft}/case", {**CASE, **case})


def count(app: Flask, model: Any) -> int:
    with app.app_context(), current_database().read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_recall_of_class_1_is_filed_by_one_person_and_announced_by_another(app: Flask, firms: Firms) -> None:
    """From a batch's page to the announcement, without the API; a second send opens no second case."""
    lin, zhou = person(app, DAIRY, "Lin"), person(app, DAIRY, "Zhou")
    draft = begin(lin)
    batches = lin.get(f"{draft}/batches/0").text
    assert "1 of 1 known batches are meant · 100 pieces registered as made" in batches
    meaning = lin.get(f"{draft}/meaning").text
    assert "1 batch · 1 outlet" in meaning
    assert "2 firms and places will be told" in meaning or "1 firm or place will be told" in meaning
    fill(lin, draft)
    check = lin.get(f"{draft}/check")
    assert "The notice still lacks" in check.text
    assert "To be mended" not in check.text
    filed = lin.follow(lin.post(f"{draft}/file", {}, once="0" * 32))
    assert "It waits for a second person" in filed.text
    assert "Lin prepared it" in filed.text
    assert lin.post(f"{draft}/file", {}, once="0" * 32).headers["Location"].startswith("/desk/launch/filed/")
    assert count(app, RecallCase) == 1
    assert count(app, LaunchDraft) == 0
    number = filed.tree.xpath("//h1")[0].text_content().split()[1]
    step = f"/desk/cases/{number}/steps/announce"
    refused = lin.post(step, {"sure": "yes"}, status=409)
    assert "Lin" in refused.get_data(as_text=True)
    zhou.post(step, {"sure": "yes"})
    assert firms.dairy.get(f"/api/v1/recalls/{number}")["stage"] == "announced"
    with app.app_context(), current_database().read() as session:
        notice = session.scalars(select(PublicNotice.words).where(PublicNotice.version == 1)).one()
    assert "菌落总数超标" in notice


def test_a_draft_is_its_writers_alone_and_can_be_left(app: Flask, firms: Firms) -> None:
    """A colleague does not find it; it is listed, taken up again, deleted."""
    lin, zhou = person(app, DAIRY, "Lin"), person(app, DAIRY, "Zhou")
    draft = begin(lin)
    lin.post(f"{draft}/notice", WORDS)
    for address in (f"{draft}/goods", f"{draft}/batches/0", f"{draft}/check", f"{draft}/pictures/picture"):
        zhou.get(address, status=404)
    zhou.post(f"{draft}/delete", {}, status=404)
    zhou.post(f"{draft}/file", {}, status=404)
    assert WORDS["title"] in lin.get("/desk/launch").text
    assert WORDS["title"] not in zhou.get("/desk/launch").text
    lin.post(f"{draft}/delete", {})
    lin.get(f"{draft}/goods", status=404)


def test_words_that_soften_the_danger_are_marked_at_their_place(app: Flask, firms: Firms) -> None:
    """What was typed is kept; it cannot be filed like that."""
    lin = person(app, DAIRY, "Lin")
    draft = begin(lin)
    fill(lin, draft)
    back = lin.post(f"{draft}/notice", {**WORDS, "defect": "本公司自愿召回"})
    assert back.headers["Location"].endswith("/notice")
    page = lin.follow(back)
    assert "“自愿” at character 4" in page.tree.xpath("//*[@id='defect-mistake']")[0].text_content()
    assert page.tree.xpath("//textarea[@id='defect']")[0].text == "本公司自愿召回"
    assert "To be mended before it can be filed" in lin.get(f"{draft}/check").text
    refused = lin.post(f"{draft}/file", {}, status=422)
    assert "To be mended" in refused.get_data(as_text=True)
    assert count(app, RecallCase) == 0


def test_an_empty_draft_says_everything_that_is_missing_and_opens_nothing(app: Flask, firms: Firms) -> None:
    """Each with a link to its step."""
    lin = person(app, DAIRY, "Lin")
    draft = begin(lin, code="")
    page = lin.get(f"{draft}/check")
    links = {one.get("href") for one in page.tree.xpath("//div[@class='mistakes']//a")}
    wanted = ("notice#title", "notice#defect", "notice#what_to_do", "case#kind", "case#class", "case#remedy", "goods")
    assert {f"{draft}/{one}" for one in wanted} <= links
    lin.post(f"{draft}/file", {}, status=422)
    assert count(app, RecallCase) == 0


def test_a_firm_recalls_its_own_products_and_an_official_any(app: Flask, firms: Firms) -> None:
    """Another firm's product is as one that nobody knows."""
    shop = person(app, SHOP, "Wang")
    refused = shop.post("/desk/launch", {"gtin": GTIN, "lot": "L1"}, status=404)
    assert "Start a recall" in refused.get_data(as_text=True)
    assert count(app, LaunchDraft) == 0
    official = sign_in(app, "regulator", name="Chen")
    draft = begin(official, gtin=OTHER_GTIN)
    official.post(f"{draft}/goods", {"gtin": GTIN})
    assert f"产品 {GTIN}" in official.get(f"{draft}/goods").text
    found = official.get(f"{draft}/goods?q={GTIN[1:8]}").text
    assert found.count("Add") >= 2
    assert "No registered product fits" in shop.get(f"{begin(shop, code='')}/goods?q={GTIN}").text


def test_a_notified_firm_files_its_plan_itself(app: Flask, firms: Firms) -> None:
    """The case begins with the notice; nothing is planned over the firm's head."""
    official = sign_in(app, "regulator", name="Chen")
    draft = begin(official)
    fill(official, draft, kind="notified", plan_measures="all of it")
    filed = official.follow(official.post(f"{draft}/file", {}))
    number = filed.tree.xpath("//h1")[0].text_content().split()[1]
    case = firms.dairy.get(f"/api/v1/recalls/{number}")
    assert (case["stage"], case["plans"]) == ("notified", [])


def test_batches_are_chosen_by_lots_ranges_and_days(app: Flask, firms: Firms) -> None:
    """Counted again with each choice; a range that is none is refused and stays as it was typed."""
    for lot, day in (("L2", "2026-03-02"), ("L3", "2026-03-03")):
        firms.dairy.post("/api/v1/batches", batch(lot=lot, produced_on=day))
    lin = person(app, DAIRY, "Lin")
    draft = begin(lin, gtin=GTIN)
    line = f"{draft}/batches/0"
    assert "3 of 3 known batches" in lin.get(line).text
    lin.post(line, {"lot": ["L1", "L3"]})
    assert "2 of 3 known batches" in lin.get(line).text
    lin.post(line, {"lot_from": "L2"})
    assert "2 of 3 known batches are meant · 200 pieces" in lin.get(line).text
    lin.post(line, {"produced_to": "2026-03-02"})
    assert "2 of 3 known batches" in lin.get(line).text
    firms.dairy.post("/api/v1/batches", batch(lot="L,4"))
    lin.post(line, {"lot": ["L,4"]})
    assert "1 of 4 known batches" in lin.get(line).text
    lin.post(line, {"lots": "L,4,  L1,L2"})
    assert "3 of 4 known batches" in lin.get(line).text
    refused = lin.post(line, {"lot_from": "L9", "lot_to": "L1"}, status=422).get_data(as_text=True)
    assert 'value="L9"' in refused
    lin.get(f"{draft}/batches/7", status=404)
    lin.post(f"{draft}/goods/0/remove", {})
    assert "No product is chosen yet" in lin.get(f"{draft}/meaning").text


def test_pictures_of_the_notice_are_written_anew_and_go_with_the_case(app: Flask, firms: Firms) -> None:
    """What is no picture is refused."""
    lin = person(app, DAIRY, "Lin")
    draft = begin(lin)
    image = BytesIO()
    Image.new("RGB", (40, 30), "red").save(image, "PNG")
    lin.post(f"{draft}/notice", {**WORDS, "picture": (BytesIO(b"no picture"), "a.png")}, status=422)
    lin.post(f"{draft}/notice", {**WORDS, "picture": (BytesIO(image.getvalue()), "a.png")})
    shown = lin.send("GET", f"{draft}/pictures/picture")
    assert shown.get_data().startswith(b"\xff\xd8")
    lin.post(f"{draft}/case", CASE)
    lin.post(f"{draft}/file", {})
    with app.app_context(), current_database().read() as session:
        assert '"picture":{"digest":' in session.scalars(select(PublicNotice.words)).one()


def test_nothing_is_typed_twice() -> None:
    """The case's hazard and instructions are the notice's words; a moment without a zone is Beijing's."""
    draft, at = add_line(Draft(), GTIN, "L1")
    draft, again = add_line(draft, GTIN, "L2")
    assert (at, again) == (0, 0)
    assert line_body(draft.lines[0]) == {"gtin": GTIN, "lots": ["L1", "L2"]}
    body = case_body(Draft(notice={"defect": "d", "what_to_do": "w"}, case={"learned_at": "2026-03-01T08:00"}))
    assert (body["hazard"], body["instructions"], body["learned_at"]) == ("d", "w", "2026-03-01T08:00+08:00")
