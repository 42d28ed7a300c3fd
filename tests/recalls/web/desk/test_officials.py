"""Officials at the desk: steps taken on a page, refused with what was typed, lists narrowed, anything found."""

import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from recalls.comparison.run_changes import read_changes
from recalls.models import Response, ResponsePhoto
from recalls.responses.photos import add_photos
from tests.conftest import app_over, database_maker
from tests.desk import DeskClient, sign_in
from tests.recalls.chain import gln_of, gtin_of
from tests.recalls.dairy import BODY, ITEM, LOT, Dairy, make_dairy


@pytest.fixture(scope="module")
def dairy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dairy]:
    """One world for all: whoever changes a case opens one of his own. Alike on both databases."""
    for make in database_maker("sqlite", request, tmp_path_factory.mktemp("officials")):
        database = make()
        yield make_dairy(app_over(database), database)


@pytest.fixture(scope="module")
def official(dairy: Dairy) -> DeskClient:
    return sign_in(dairy.app, "regulator", name="Wang Min")


@pytest.fixture
def own(dairy: Dairy) -> str:
    """The number of an announced recall that a test may change."""
    number = dairy.official.post("/api/v1/recalls", BODY)["number"]
    for step in ("file-plan", "announce"):
        dairy.official.post(f"/api/v1/recalls/{number}/{step}", {"reason": "x"}, 200)
    return str(number)


def case_of(number: str, rest: str = "") -> str:
    return f"/desk/cases/{number}{rest}"


def words_of(tree: Any, path: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in tree.xpath(path)]


def test_in_class_1_the_second_person_finds_the_step_on_his_home(dairy: Dairy, official: DeskClient) -> None:
    number = dairy.official.post("/api/v1/recalls", BODY | {"class": 1})["number"]
    official.post(case_of(number, "/steps/file-plan"), {"reason": "laboratory", "measures": "off the shelves"})
    page = official.get(case_of(number))
    assert "waits for a second person" in page.text
    assert "off the shelves" in page.text
    assert page.tree.xpath("//*[@id='step-announce']") == []
    assert number not in "".join(words_of(official.get("/desk").tree, "//*[@class='tasks']//a"))
    refused = official.post(case_of(number, "/steps/announce"), {"reason": "x", "sure": "yes"}, 409)
    assert "This was not recorded" in refused.get_data(as_text=True)

    colleague = sign_in(dairy.app, "regulator", name="Li Qiang")
    [task] = words_of(colleague.get("/desk").tree, "//*[@class='tasks']//a")
    assert task == f"Announce the recall: {number} Yogurt recall (prepared by Wang Min)"
    answer = colleague.post(case_of(number, "/steps/announce"), {"reason": "checked", "sure": "yes"})
    assert "Done: Announce the recall." in colleague.follow(answer).text


def test_what_cannot_be_undone_is_confirmed_first(own: str, official: DeskClient) -> None:
    answer = official.post(case_of(own, "/steps/cancel"), {"reason": "by mistake"}, 422)
    body = answer.get_data(as_text=True)
    assert 'value="by mistake"' in body
    assert "announced" in official.get(case_of(own)).text
    official.post(case_of(own, "/steps/cancel"), {"reason": "by mistake", "sure": "yes"})
    assert "The case is over" in official.get(case_of(own)).text


def test_a_refused_step_keeps_what_was_typed(own: str, official: DeskClient) -> None:
    form = {"gtin": "123", "lots": "L7 L8", "reason": "more complaints", "sure": "yes"}
    body = official.post(case_of(own, "/steps/extend"), form, 422).get_data(as_text=True)
    for text in form.values():
        assert f'value="{text}"' in body
    official.post(case_of(own, "/steps/extend"), form | {"gtin": gtin_of(ITEM)})
    assert "lots L7, L8" in official.get(case_of(own)).text


def test_a_step_that_there_is_not_is_no_page(dairy: Dairy, official: DeskClient) -> None:
    official.post(case_of(dairy.number, "/steps/forget"), {}, 404)
    official.post(case_of("2020-0001", "/steps/cancel"), {"sure": "yes", "reason": "x"}, 404)


def test_the_impact_sums_and_its_table_keeps_to_its_address(dairy: Dairy, official: DeskClient) -> None:
    page = official.get(case_of(dairy.number, "/impact?sort=on_hand&order=down&kind=outlet"))
    assert "100 = 95 on hand + 5 sold" in page.text
    assert "Goods reached 2 outlets in 1 province." in page.text
    rows = words_of(page.tree, "//table[@class='places']/tbody/tr/td[1]")
    assert [row[:4] for row in rows] == ["mall", "corn"]
    [link] = page.tree.xpath("//th[@aria-sort='descending']/a")
    assert set(link.get("href").partition("?")[2].split("&")) == {"sort=on_hand", "order=up", "kind=outlet"}
    sheet = official.send("GET", case_of(dairy.number, "/impact.csv?sort=on_hand&order=down&kind=outlet"))
    lines = sheet.get_data(as_text=True).splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["mall", "corner"]


ASKED = {
    "/impact?sort=weight": 400,
    "/impact?page=0": 400,
    "/impact?page=x": 400,
    "/impact?region=99": 400,
    "/impact?as_of=yesterday": 422,
    "/impact?as_of=2999-01-01T00:00": 422,
    "/progress?as_of=x": 422,
    "/notices?state=lost": 400,
    "/changes/abc": 404,
    "/report.pdf": 404,
    "/reports/7.csv": 404,
    "/impact?page=9": 200,
    "/impact?as_of=2026-03-01T08:00": 200,
}


def test_an_address_that_asks_for_what_there_is_not_is_refused(dairy: Dairy, official: DeskClient) -> None:
    for path, status in ASKED.items():
        official.get(case_of(dairy.number, path), status)


def test_who_was_told_is_acknowledged_by_telephone(own: str, official: DeskClient) -> None:
    page = official.get(case_of(own, "/notices?state=queued"))
    address = page.tree.xpath("//main//table//a")[0].get("href")
    answer = official.post(address, {"by": "Mr Zhao"})
    assert "Mr Zhao" in official.follow(answer).text
    assert "1 of 6 consignees know" in official.get(case_of(own, "/progress")).text


def test_a_sample_is_drawn_and_its_results_recorded(own: str, official: DeskClient) -> None:
    official.post(case_of(own, "/checks"), {"level": "B", "percent": "much"}, 422)
    official.post(case_of(own, "/checks"), {"level": "A", "seed": "7"})
    tree = official.get(case_of(own, "/checks")).tree
    consignee = tree.xpath("//input[@name='consignee']")[0].get("value")
    result = {"consignee": consignee, "way": "phone", "notified": "yes", "removed": "yes", "found": "2.5"}
    official.post(case_of(own, "/checks/1"), result)
    assert "not passed" in official.get(case_of(own, "/checks")).text
    official.post(case_of(own, "/checks/1"), result | {"consignee": "nobody"}, 422)


def test_a_report_is_downloaded_and_handed_in(own: str, official: DeskClient) -> None:
    now = official.send("GET", case_of(own, "/report.csv?form=cn_firms"))
    assert (now.status_code, now.mimetype) == (200, "text/csv")
    official.post(case_of(own, "/reports"), {"form": "cn_progress", "note": "first"})
    assert "SHA-256" in official.get(case_of(own, "/reports")).text
    filed = official.send("GET", case_of(own, "/reports/1.xlsx"))
    assert (filed.status_code, filed.headers["Content-Disposition"]) == (
        200,
        f'attachment; filename="{own}-cn_progress-1.xlsx"',
    )


def test_anything_is_found_by_code_or_name(dairy: Dairy, official: DeskClient) -> None:
    gtin = gtin_of(ITEM)
    for text in (f"https://id.gs1.org/01/{gtin}/10/{LOT}", f"(01){gtin}(10){LOT}", LOT):
        found = official.get(f"/desk/trace?q={text}").tree
        assert f"/desk/batches/{gtin}/{LOT}" in [one.get("href") for one in found.xpath("//*[@class='card']//a")], text
    assert "Product" in official.get(f"/desk/trace?q={gtin}").text
    assert "Place" in official.get(f"/desk/trace?q={gln_of('mall')}").text
    assert "Firm" in official.get("/desk/trace?q=dairy").text
    assert dairy.number in official.get("/desk/trace?q=酸奶").text
    assert "Event" in official.get("/desk/trace?q=urn:example:event:1").text
    assert "proves nothing" in official.get("/desk/trace?q=never%20heard").text


def test_from_cases_back_to_a_source(dairy: Dairy, official: DeskClient) -> None:
    path = "/desk/trace/sources"
    found = official.post(path, {"cases": f"{gln_of('mall')}\n{gln_of('corner')}"}, 200).get_data(as_text=True)
    assert "100.0 %" in found
    assert "all cases" in found
    assert "explains all cases" in found
    assert "<svg class=" in found
    body = official.post(path, {"cases": f"{gln_of('mall')}\nnot a case"}, 422).get_data(as_text=True)
    assert "not a case</textarea>" in body
    official.post(path, {"cases": gln_of("nobody")}, 404)


def test_a_purpose_stands_on_record_beside_what_is_read(dairy: Dairy, official: DeskClient) -> None:
    official.post("/desk/purpose", {"purpose": "Complaint 17", "next": "/desk/cases"})
    official.get(case_of(dairy.number))
    official.post("/desk/purpose", {"purpose": "x" * 501}, 422)
    auditor = sign_in(dairy.app, "auditor")
    page = auditor.get(f"/desk/records?subject={dairy.number}&method=GET")
    assert "Complaint 17" in page.text
    assert "Wang Min" in page.text
    sheet = auditor.send("GET", f"/desk/records.csv?subject={dairy.number}&method=GET").get_data(as_text=True)
    assert "Complaint 17" in sheet
    official.get("/desk/records", 403)


def test_a_firm_reads_its_case_without_strangers(dairy: Dairy) -> None:
    firm = sign_in(dairy.app, "company", dairy.firms["dairy"])
    page = firm.get(case_of(dairy.number, "/impact"))
    assert "100 = 95 on hand + 5 sold" in page.text
    assert "north" in page.text
    for rest in ("", "/impact", "/impact?q=mall", "/impact.csv", "/progress"):
        body = firm.send("GET", case_of(dairy.number, rest)).get_data(as_text=True)
        body = body.replace("q=mall", "").replace('value="mall"', "")
        for name in ("mall", "corner", "market", gln_of("mall"), gln_of("corner")):
            assert name not in body, (name, rest)
    stranger = sign_in(dairy.app, "company", dairy.firms["mall"])
    stranger.get(case_of(dairy.number), 404)
    stranger.get(case_of(dairy.number, "/impact"), 404)
    assert dairy.number not in stranger.get("/desk/cases").text


def test_no_address_of_a_next_page_of_changes_names_a_place_to_a_firm(
    dairy: Dairy, own: str, official: DeskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key to go on from is a place's identifier, signed but readable: a firm is given all at once."""
    asked: list[int] = []

    def noted(*given: Any) -> Any:
        asked.append(given[-1])
        return read_changes(*given)

    monkeypatch.setattr("recalls.web.desk.impact.read_changes", noted)
    run = dairy.official.get(f"/api/v1/recalls/{own}")["runs"][0]["digest"]
    for who in (official, sign_in(dairy.app, "company", dairy.firms["dairy"])):
        who.get(case_of(own, f"/changes/{run}"))
    assert asked == [50, sys.maxsize]


def test_a_photograph_of_somebody_unnamed_is_not_shown_to_a_firm(dairy: Dairy, own: str, official: DeskClient) -> None:
    """It may show whose shop it is: the dairy sends to the warehouse, and knows none of its shops."""
    line = {"gtin": gtin_of(ITEM), "lot": LOT, "on_hand": 20, "quarantined": 20}
    dairy.client("mall").post(f"/api/v1/recalls/{own}/responses", {"lines": [line]})
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    with dairy.database.write() as session:
        answer = session.scalars(select(Response).order_by(Response.id.desc()).limit(1)).one()
        add_photos(session, answer, [picture.getvalue()])
        digest = session.scalars(select(ResponsePhoto.digest)).one()
    maker = sign_in(dairy.app, "company", dairy.firms["dairy"])
    assert "None" not in maker.get(case_of(own, "/answers")).text
    for who, status in ((official, 200), (maker, 404)):
        assert (digest in who.get(case_of(own, "/answers")).body) is (status == 200)
        assert who.send("GET", case_of(own, f"/photos/{digest}")).status_code == status
