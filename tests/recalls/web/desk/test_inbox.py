"""A firm's inbox: what concerns it, exactly its units, an answer with photographs, drills; nothing of others."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from recalls.models import ResponsePhoto
from tests.desk import DeskClient, sign_in
from tests.trace.web.firms import DAIRY, GTIN, OUTLET, PLANT, SHOP, Firms, batch, make_firms, party_number, shipment
from trace.kit.web import current_database

FIELDS = {"0.place": f"https://id.gs1.org/414/{OUTLET}", "0.batch": f"https://id.gs1.org/01/{GTIN}/10/L1", "0.uom": ""}


@pytest.fixture
def database_kind() -> str:
    """What is asked here is alike on both databases."""
    return "sqlite"


@pytest.fixture
def firms(app: Flask) -> Firms:
    """A shop that received 60 yogurts of a dairy's and sold 10; they are recalled."""
    made = make_firms(app)
    made.dairy.post("/api/v1/batches", batch())
    made.dairy.post("/api/v1/shipments", shipment())
    line = {"gtin": GTIN, "lot": "L1", "quantity": 60}
    made.shop.post("/api/v1/receipts", {"from": PLANT, "to": OUTLET, "document": "S1", "lines": [line]})
    made.shop.post("/api/v1/sales", {"location": OUTLET, "lines": [{**line, "quantity": 10}]})
    return made


def recall(firms: Firms, **changes: Any) -> str:
    """The number of an announced recall of the lot."""
    case = {
        "title": "酸奶召回",
        "title_en": "Yogurt recall",
        "kind": "recall",
        "regime": "cn_food",
        "class": 2,
        "depth": "consumer",
        "hazard": "菌落总数超标",
        "instructions": "停售。",
        "remedy": "refund",
        "scope": [{"gtin": GTIN, "lots": ["L1"]}],
        **changes,
    }
    number: str = firms.dairy.post("/api/v1/recalls", case)["number"]
    for step in ("file-plan", "announce"):
        firms.dairy.post(f"/api/v1/recalls/{number}/{step}", {}, status=200)
    return number


def shop_person(app: Flask) -> DeskClient:
    return sign_in(app, "company", party_number(app, SHOP), name="Wang")


def photo(exif: bool = True) -> bytes:
    """A phone's photograph, with where it was taken."""
    image, target = Image.new("RGB", (60, 40), "blue"), BytesIO()
    meta = Image.Exif()
    meta[0x010F] = "secret maker"
    image.save(target, "JPEG", exif=meta)
    return target.getvalue()


def test_an_outlet_answers_in_a_minute(app: Flask, firms: Firms) -> None:
    """From the task on its home: its units as the record has them, filled in by one tap, sent with a photograph."""
    number = recall(firms)
    shop = shop_person(app)
    assert f"Answer recall {number}: Yogurt recall" in shop.get("/desk").text
    assert "Came to you: 60 pieces" in shop.get("/desk/inbox").text
    page = shop.get(f"/desk/inbox/{number}?fill=records")
    values = {one.get("name"): one.get("value") for one in page.tree.xpath("//fieldset[@class='goods']//input")}
    assert {name: values[name] for name in FIELDS} == FIELDS
    assert (values["0.on_hand"], values["0.sold"], values["0.returned"]) == ("50", "10", "0")
    form = {**FIELDS, "0.on_hand": "48", "0.quarantined": "48", "0.sold": "10", "photos": (BytesIO(photo()), "p.jpg")}
    done = shop.follow(shop.post(f"/desk/inbox/{number}/answer", form))
    assert "Thank you, it is recorded" in done.text
    assert "Please compare" in done.text
    assert "You confirmed that you read it" in done.text
    with app.app_context(), current_database().read() as session:
        kept = session.scalars(select(ResponsePhoto)).one()
        assert b"secret maker" not in kept.data
        digest = kept.digest
    assert digest in done.body
    assert "Answer recall" not in shop.get("/desk").text
    assert "To answer No recall waits" in shop.get("/desk/inbox").text
    official = sign_in(app, "regulator", name="Chen")
    assert "48" in official.get(f"/desk/cases/{number}/answers").text
    assert official.send("GET", f"/desk/cases/{number}/photos/{digest}").mimetype == "image/jpeg"
    dairy = sign_in(app, "company", party_number(app, DAIRY))
    assert dairy.send("GET", f"/desk/cases/{number}/photos/{digest}").status_code == 200


def test_a_mistake_keeps_what_was_typed_and_records_nothing(app: Flask, firms: Firms) -> None:
    """Words at the field; too many photographs and what is none are refused with the whole answer."""
    number = recall(firms)
    shop = shop_person(app)
    address = f"/desk/inbox/{number}/answer"
    many = shop.post(address, {**FIELDS, "0.on_hand": "99"}, status=422).get_data(as_text=True)
    assert "All figures together can be no more than the 60 that came." in many
    assert 'value="99"' in many
    assert "Fill in at least one figure" in shop.post(address, FIELDS, status=422).get_data(as_text=True)
    assert "Write a number such as" in shop.post(address, {**FIELDS, "0.sold": "x"}, status=422).get_data(as_text=True)
    good = {**FIELDS, "0.on_hand": "50", "0.sold": "10"}
    shop.post(address, {**good, "photos": (BytesIO(b"none"), "p.jpg")}, status=422)
    shop.post(address, {**good, "photos": [(BytesIO(photo()), f"{n}.jpg") for n in range(6)]}, status=422)
    assert "What you answered" not in shop.get(f"/desk/inbox/{number}").text


def test_an_answer_is_corrected_by_a_new_one_and_both_stay(app: Flask, firms: Firms) -> None:
    """The newest stands, and fills the form."""
    number = recall(firms)
    shop = shop_person(app)
    for on_hand in ("50", "49"):
        shop.post(f"/desk/inbox/{number}/answer", {**FIELDS, "0.on_hand": on_hand, "0.sold": "10"})
    page = shop.get(f"/desk/inbox/{number}")
    assert page.tree.xpath("//input[@name='0.on_hand']")[0].get("value") == "49"
    assert page.text.count("Wang") >= 2


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (f"01{GTIN}10L1", "is on record at your places"),
        (f"01{GTIN}10L2", "is not a part of this recall"),
        (GTIN, "It depends on the lot"),
        ("what", ""),
    ],
)
def test_a_scanned_pack_is_told_apart(app: Flask, firms: Firms, code: str, said: str) -> None:
    """Not found never sounds like safe."""
    number = recall(firms)
    page = shop_person(app).get(f"/desk/inbox/{number}?code={code}")
    assert said in page.text
    assert bool(page.tree.xpath("//details//p[@class='mistake']")) == (not said)


def test_who_is_not_concerned_finds_no_recall(app: Flask, firms: Firms) -> None:
    """As with a number that nobody has; before the announcement it is nobody's but its owner's."""
    number = recall(firms)
    firms.admin.post("/api/v1/parties", {"gln": "9520009000012", "name": "Stranger"})
    stranger = sign_in(app, "company", party_number(app, "9520009000012"))
    unknown = stranger.get("/desk/inbox/2020-0001", status=404).text.replace("2020-0001", number)
    assert stranger.get(f"/desk/inbox/{number}", status=404).text == unknown
    stranger.get(f"/desk/cases/{number}/answers", status=404)
    stranger.post(f"/desk/inbox/{number}/answer", FIELDS, status=404)
    assert number not in stranger.get("/desk/inbox").text


def test_a_notice_is_read_and_passed_on(app: Flask, firms: Firms) -> None:
    """Reading the page confirms nothing; the button does. Who has no customers tells nobody."""
    number = recall(firms)
    shop = shop_person(app)
    assert "We have read this" in shop.get(f"/desk/inbox/{number}").text
    shop.post(f"/desk/inbox/{number}/read", {})
    assert "You confirmed that you read it" in shop.get(f"/desk/inbox/{number}").text
    assert "0 customers are told now" in shop.follow(shop.post(f"/desk/inbox/{number}/pass-on", {})).text


def test_a_drill_is_run_read_and_joined(app: Flask, firms: Firms) -> None:
    """The maker drills its own batch; the shop is asked, joins, and answers; others' batches cannot be drilled."""
    dairy = sign_in(app, "company", party_number(app, DAIRY))
    shop = shop_person(app)
    form = {"gtin": GTIN, "lot": "L1", "hours": "4", "participants": SHOP}
    report = dairy.follow(dairy.post("/desk/drills", form))
    assert "Reported in time, within 4 hours" in report.text
    assert "Made: 100 pieces" in report.text
    number = report.tree.xpath("//h1")[0].text_content().split()[1]
    assert number in dairy.get("/desk/drills").text
    assert dairy.send("GET", f"/desk/drills/{number}.pdf").get_data().startswith(b"%PDF")
    assert f"You are asked to join drill {number}" in shop.get("/desk").text
    shop.get(f"/desk/drills/{number}", status=404)
    shop.post(f"/desk/inbox/{number}/join", {})
    assert "A drill: nothing has to be stopped" in shop.get(f"/desk/inbox/{number}").text
    shop.post("/desk/drills", form, status=404)
    refused = dairy.post("/desk/drills", {**form, "hours": "many"}, status=422).get_data(as_text=True)
    assert 'value="many"' in refused


def test_a_case_that_ended_asks_for_nothing_more(app: Flask, firms: Firms) -> None:
    """It stays in the list, and can be read."""
    number = recall(firms)
    firms.dairy.post(f"/api/v1/recalls/{number}/cancel", {"reason": "wrong lot"}, status=200)
    page = shop_person(app).get(f"/desk/inbox/{number}").text
    assert "This recall was cancelled" in page
    assert "Send the answer" not in page
