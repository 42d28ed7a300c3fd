"""Hostile names: each of them is text wherever it is shown, on pages, in feeds, drawings, papers, mails and sheets."""

import csv
import io
import json
from email import message_from_bytes, policy
from itertools import cycle
from urllib.parse import quote, unquote, urlsplit

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from recalls.notices.channels.mail import write_message
from recalls.notices.letter import Letter
from tests.hostile.conftest import NewWorld
from tests.hostile.shapes import Shape, read_html, read_xml, squeeze
from tests.hostile.strings import ACCEPTED, CONTROLS, FORMULAS, LETTERS, LOTS, REFUSED
from tests.hostile.world import World
from tests.recalls.notices.world import Desk, Post
from tests.trace.web.api_client import Api
from trace.kit.strict_json import loads
from trace.kit.web import current_database

LANGUAGES = ("zh", "en")
AS_A_BROWSER = {"Accept": "text/html"}
AS_THEY_ARE = frozenset(ACCEPTED) - {*CONTROLS, *LETTERS}
"""What a page shows letter by letter; of the rest it may leave out what no reader can see."""


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def batch_uri(world: World) -> str:
    return f"https://id.gs1.org/01/0{world.gtin}/10/{world.recalled}"


def order(world: World, form: str) -> TestResponse:
    """Labels of the product and of both batches."""
    items = [{"gtin": "0" + world.gtin, **lot} for lot in ({}, {"lot": world.recalled}, {"lot": world.safe})]
    answer = Api.admin(world.app).send("POST", "/api/v1/labels", {"items": items, "format": form})
    assert answer.status_code == 200, answer.text
    return answer


def label_page(world: World) -> str:
    """The address of the page that prints the labels."""
    return str(loads(order(world, "page").data)["url"])


def pages_of(world: World) -> dict[tuple[int, str], Shape]:
    """The shape of every page, by its place in the list and its language."""
    client = world.app.test_client()
    answers = {
        (at, one): client.get(in_language(path, one), headers=AS_A_BROWSER)
        for at, path in enumerate((*world.html, urlsplit(label_page(world)).path))
        for one in LANGUAGES
    }
    assert [(got.request.path, got.status_code) for got in answers.values() if got.status_code != 200] == []
    return {key: read_html(got.text) for key, got in answers.items()}


def test_no_page_gains_an_element_or_an_attribute(plain: World, hostile: list[World]) -> None:
    expected = pages_of(plain)
    for world in hostile:
        for key, page in pages_of(world).items():
            assert page.elements == expected[key].elements, (*world.html, "labels")[key[0]]


def test_a_notice_shows_every_text_as_it_was_written(hostile: list[World]) -> None:
    for world in hostile:
        client = world.app.test_client()
        path = f"/recalls/{world.number}"
        told = "".join(squeeze(read_html(client.get(in_language(path, one)).text).text) for one in LANGUAGES)
        assert [text for text in world.shown if text in AS_THEY_ARE and squeeze(text) not in told] == []


def test_no_feed_gains_an_element_or_an_attribute(plain: World, hostile: list[World]) -> None:
    for at, path in enumerate(plain.xml):
        expected = read_xml(plain.app.test_client().get(path).data)
        for world in hostile:
            answer = world.app.test_client().get(world.xml[at])
            assert answer.status_code == 200
            assert read_xml(answer.data).elements == expected.elements, path


def test_labels_carry_names_as_text_and_lots_to_the_letter(plain: World, hostile: list[World]) -> None:
    for world in hostile:
        path = f"/api/v1/batches/0{world.gtin}/{quote(world.recalled, safe='')}"
        for what in ("symbol?symbol=gs1_datamatrix&", "symbol?symbol=qr&", "label?"):
            answer = Api.admin(world.app).send("GET", f"{path}/{what}format=svg")
            assert answer.status_code == 200, answer.text
            drawn = read_xml(answer.data)
            assert not {"script", "img", "foreignObject"} & {str(tag).rpartition("}")[2] for tag, _ in drawn.elements}
        document = pypdfium2.PdfDocument(order(world, "pdf").data)
        assert len(document) >= 1
        document.close()


def test_json_carries_every_name_unchanged(hostile: list[World]) -> None:
    for world in hostile:
        for path in world.json:
            asked = {"Authorization": f"Bearer {world.official.key}", "Accept": "*/*"}
            answer = world.app.test_client().get(path, headers=asked)
            assert answer.status_code == 200, path
            assert "json" in answer.content_type
            loads(answer.data)
    first = hostile[0]
    assert first.official.get(first.json[-1])["name"] in ACCEPTED


def test_papers_open_and_stay_few_pages(hostile: list[World]) -> None:
    for world in hostile:
        for path in world.pdf:
            for language in LANGUAGES:
                answer = world.app.test_client().get(in_language(path, language))
                assert answer.status_code == 200, path
                document = pypdfium2.PdfDocument(answer.data)
                assert 0 < len(document) < 12
                document.close()


def letters_of(world: World) -> list[tuple[str, Letter]]:
    """What goes out by mail after the announcement, with whom it goes to."""
    with world.app.app_context():
        desk = Desk(current_database(), Post(), world.announced)
    desk.run()
    return [(to, one) for way, to, one in desk.post.letters if way == "mail" and isinstance(one, Letter)]


def test_no_mail_gains_a_header_or_a_recipient(plain: World, hostile: list[World]) -> None:
    shapes = []
    for world in (plain, *hostile):
        ((to, letter),) = letters_of(world)
        mail = message_from_bytes(bytes(write_message("recalls@suyuan.example", to, letter)), policy=policy.default)
        assert (mail["To"], "\n" in mail["Subject"]) == (to, False)
        parts = [part.get_content_type() for part in mail.walk()]
        page = world.app.test_client().get(urlsplit(letter.link).path)  # where the firm answers
        shapes.append((sorted(mail.keys()), parts, page.status_code, read_html(page.text).elements))
    assert shapes == [shapes[0]] * len(shapes)


def test_no_cell_of_a_sheet_is_a_formula(new_world: NewWorld) -> None:
    world = new_world(FORMULAS)
    path = f"/api/v1/trace/fsma204?batch={batch_uri(world)}&direction=both&format="
    rows = csv.reader(io.StringIO(world.official.send("GET", path + "csv").data.decode("utf-8-sig"), newline=""))
    cells = [cell for row in rows for cell in row]
    assert {"'" + text for text in FORMULAS} <= {*cells}
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t")] == []
    book = CalamineWorkbook.from_filelike(io.BytesIO(world.official.send("GET", path + "xlsx").data))
    assert {*FORMULAS} <= {cell for row in book.get_sheet_by_index(0).to_python() for cell in row}


@pytest.mark.parametrize("text", REFUSED, ids=["NUL", "half a character", "20,000 characters"])
def test_what_no_name_is_is_refused_and_changes_nothing(plain: World, text: str) -> None:
    admin = Api.admin(plain.app)
    path = f"/api/v1/products/0{plain.gtin}"
    before = admin.get(path)
    body = {"commodity_code": plain.gtin, "name": text, "party": before["party"]}
    answer = admin.send("POST", "/api/v1/products", json.dumps(body).encode(), Content_Type="application/json")
    assert answer.status_code in (400, 422)
    assert len(answer.data) < 2000
    assert admin.get(path) == before


def test_what_is_asked_is_only_repeated(plain: World) -> None:
    """Codes, lots, serials and searches come back on the page, as text."""
    client = plain.app.test_client()
    known = {tag for page in pages_of(plain).values() for tag, _ in page.elements}
    for asked, path in zip((*ACCEPTED, *LOTS), cycle(("/check", "/recalls", "/recalls/" + plain.number)), strict=False):
        answer = client.get(path, query_string=dict.fromkeys(("code", "lot", "q", "lang"), asked[:300]))
        assert answer.status_code < 500, asked
        assert {tag for tag, _ in read_html(answer.text).elements} <= known, asked
        assert "evil" not in "".join(value for name, value in answer.headers if name != "Location"), asked


@pytest.mark.campaign
def test_every_string_in_every_field(plain: World, new_world: NewWorld) -> None:
    expected = pages_of(plain)
    feeds = [read_xml(plain.app.test_client().get(path).data).elements for path in plain.xml]
    for number, text in enumerate(ACCEPTED):
        world = new_world((text,), 0, LOTS[number % len(LOTS)])
        assert {key: page.elements for key, page in pages_of(world).items()} == {
            key: page.elements for key, page in expected.items()
        }, text
        assert [read_xml(world.app.test_client().get(path).data).elements for path in world.xml] == feeds, text


ELSEWHERE = {
    "health.healthz": "versions of the program",
    "health.readyz": "figures of the operator",
    "check.no_photo_page": "leads to the check",
    "check.static": "files",
    "recalls.static": "files",
    "recalls.robots": "addresses of the program itself",
    "recalls.recall_picture": "a photograph that was drawn anew",
    "recalls.sitemap_part": "as the site map, where it is long",
    "shell.icon_picture": "a picture of the program itself",
    "shell.service_worker": "addresses of the program itself",
    "resolver.linkset_context": "one fixed document",
    "resolver.resolve_compressed": "as the link that it is short for",
    "labels.page": "its address is signed, and asked for there",
    "labels.stylesheet": "measures of paper",
    "answers.answer_page": "its address is in a mail, and asked for there",
}
"""Public addresses that no list of the world names, and why."""


def test_every_public_address_is_fed_with_hostile_names(plain: World) -> None:
    routes = plain.app.url_map.bind("suyuan.example")
    asked = (*plain.html, *plain.xml, *plain.json, *plain.pdf)
    fed = {routes.match(unquote(urlsplit(path).path))[0] for path in asked}
    public = {
        rule.endpoint
        for rule in plain.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/api/", "/epcis/", "/desk"))
    }
    assert public - fed - ELSEWHERE.keys() == set()
