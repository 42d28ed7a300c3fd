"""Every public page, in Chinese and in English: no word of the other language but names and signs."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.conftest import app_over, database_maker
from tests.e2e import world
from tests.e2e.world import JUICE, NUTS, RECALLED, SAFE, SHOP, YOGURT
from tests.recalls.notices.world import Desk, Post
from tests.trace.web.api_client import Api
from trace.kit.db import Database
from trace.models import Party

SEEDS = (
    "/",
    "/check",
    *(f"/check?code={YOGURT}&lot={lot}" for lot in (RECALLED, SAFE, "L9")),
    *(f"/check?code={code}" for code in (YOGURT, JUICE, NUTS, "9529999999992", "9520000000104", "(01)", "abc")),
    *(f"/recalls?{query}" for query in ("q=0000", "q=2026", "from=x", "class=2&before=0", "region=zz")),
    *("/recalls/1999-0001", "/nowhere", "/products/9529999999992", "/answer/nobody", "/offline"),
)
MOST_PAGES = 70

NAMES = {
    *("Atom", "DataMatrix", "EAN", "EPC", "English", "GLN", "GTIN", "HEIC", "ITF", "JPEG", "JSON", "PDF", "PNG"),
    *("QR", "SSCC", "Digital", "Link", "LOT", "UPC", "WebP"),
}
"""What is called the same in Chinese: symbols, formats, standards."""

WORD = re.compile(r"(?<![\w./@:?=&%-])[A-Za-z]{2,}(?![\w./@:?=&%]|-\d)")
HAN = re.compile(r"[\u3400-\u9fff]")
SPOKEN = ("alt", "aria-label", "placeholder", "title")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What a page says, piece by piece with its language, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self.links: list[str] = []
        self._open: list[tuple[str, str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; what it says in attributes is in its language."""
        given = {name: value or "" for name, value in attrs}
        above = self._open[-1] if self._open else ("", "", False)
        language = given.get("lang", above[1])
        code = above[2] or "number" in given.get("class", "").split() or tag in ("script", "style", "svg", "code")
        if tag not in VOID:
            self._open.append((tag, language, code))
        self.said += [(language, given[name]) for name in SPOKEN if name in given]
        if tag == "meta" and (given.get("name") == "description" or given.get("property", "").startswith("og:title")):
            self.said.append((language, given.get("content", "")))
        if tag == "a":
            self.links.append(given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        """Close it, and what it left open."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """A text; digits and codes are no language."""
        if self._open and not self._open[-1][2] and data.strip():
            self.said.append((self._open[-1][1], " ".join(data.split())))


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """A service with recalls, goods held back and goods of which nothing is known; and where a shop answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "MANY", 1)
        for make in database_maker("sqlite", request, tmp_path_factory.mktemp("languages")):
            database = make()
            app = app_over(database)
            patch.setattr(world, "_trade", partial(_trade_with_an_address, database, world._trade))
            world.make_world(app)
            with app.app_context():
                desk = Desk(database, Post(), datetime.now(UTC))
            desk.run()
            yield app, next(urlsplit(one.link).path for _, _, one in desk.post.letters if "/answer/" in one.link)


def _trade_with_an_address(database: Database, trade: Callable[[Api], None], admin: Api) -> None:
    trade(admin)
    with database.write() as session:
        session.execute(update(Party).where(Party.gln == SHOP).values(email="shop@heshun.example"))


def walk(client: FlaskClient, seeds: Sequence[str], language: str) -> dict[str, Page]:
    """The pages of `seeds`, and every page that they lead to, one of each form."""
    found: dict[str, Page] = {}
    forms: set[object] = set()
    waiting = list(seeds)
    while waiting and len(found) < MOST_PAGES:
        address = waiting.pop(0)
        target = urlsplit(address)
        query = [pair for pair in parse_qsl(target.query, keep_blank_values=True) if pair[0] != "lang"]
        form = (re.sub(r"\d+", "0", target.path), tuple(sorted(name for name, _ in query)))
        if address in found or (address not in seeds and form in forms):
            continue
        forms.add(form)
        asked = f"{target.path}?{urlencode([*query, ('lang', language)])}"
        answer = client.get(asked, headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.status_code < 500, address
        if answer.mimetype != "text/html":
            continue
        assert answer.headers["Content-Language"] == language, address
        found[address] = Page(answer.text)
        links = (urljoin(address, link) for link in found[address].links)
        waiting += [link.partition("#")[0] for link in links if link.startswith("/")]
    return found


def test_a_chinese_page_has_no_english_word(site: tuple[Flask, str]) -> None:
    pages = walk(site[0].test_client(), (*SEEDS, site[1]), "zh")
    assert len(pages) >= len(SEEDS)
    wrong = {
        (address, text)
        for address, page in pages.items()
        for language, text in page.said
        if language.startswith("zh") and not set(WORD.findall(text)) <= NAMES
    }
    assert not wrong, "\n".join(f"{address}: {text}" for address, text in sorted(wrong))


def test_an_english_page_marks_what_it_says_in_chinese(site: tuple[Flask, str]) -> None:
    wrong = {
        (address, text)
        for address, page in walk(site[0].test_client(), (*SEEDS, site[1]), "en").items()
        for language, text in page.said
        if language.startswith("en") and HAN.search(text.replace("批号", ""))
    }
    assert not wrong, "\n".join(f"{address}: {text}" for address, text in sorted(wrong))
