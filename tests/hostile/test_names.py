"""Hostile names: each of them is text wherever it is shown, on pages, in feeds, drawings, papers, mails and sheets."""

import csv
import io
import json
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

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
AS_THEY_ARE = frozenset(ACCEPTED) - {*CONTROLS, *LETTERS}
"""What a page shows letter by letter; of the rest it may leave out what no reader can see."""


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def batch_uri(world: World) -> str:
    return f"https://id.gs1.org/01/0{world.gtin}/10/{world.recalled}"


def pages_of(world: World) -> dict[tuple[int, str], Shape]:
    """The shape of every page, by its place in the list and its language."""
    client = world.app.test_client()
    answers = {(at, one): client.get(in_language(path, one)) for at, path in enumerate(world.html) for one in LANGUAGES}
    assert [(world.html[at], got.status_code) for (at, _), got in answers.items() if got.status_code != 200] == []
    return {key: read_html(got.text) for key, got in answers.items()}


def test_no_page_gains_an_element_or_an_attribute(plain: World, hostile: list[World]) -> None:
    expected = pages_of(plain)
    for world in hostile:
        for key, page in pages_of(world).items():
            assert page.elements == expected[key].elements, world.html[key[0]]


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


def test_json_carries_every_name_unchanged(hostile: list[World]) -> None:
    for world in hostile:
        for path in world.json:
            answer = world.app.test_client().get(path, headers={"Authorization": f"Bearer {world.official.key}"})
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
    for asked in (*ACCEPTED, *LOTS):
        for path in ("/check", "/recalls"):
            answer = client.get(path, query_string=dict.fromkeys(("code", "lot", "q", "lang", "version"), asked[:300]))
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
