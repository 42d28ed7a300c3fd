"""Hostile names at the desk: a person who follows every link finds text, and no element that we did not write."""

from collections import deque
from urllib.parse import urlsplit

import pytest
from lxml import html

from tests.desk import DeskClient, sign_in
from tests.hostile.shapes import read_html
from tests.hostile.world import DAIRY, OFFICE, SHOP, World
from tests.trace.web.firms import party_number

PAGES = 60
"""So many pages are looked at for each person; links come by breadth, so every kind is among them."""

NEVER = {"iframe", "object", "embed", "base", "frame", "style", "applet"}
LEFT = ("/desk/sign-out", "/desk/people", "/desk/keys", "/desk/me")


@pytest.mark.parametrize("role", ["regulator", "company", "shop"])
def test_every_page_shows_text_as_text(hostile: list[World], role: str) -> None:
    for number, world in enumerate(hostile):
        firm = {"regulator": OFFICE, "company": DAIRY, "shop": SHOP}[role]
        person = sign_in(
            world.app, "regulator" if role == "regulator" else "company", party_number(world.app, firm), language="zh"
        )
        seen = crawl(person, PAGES if number == 0 else PAGES // 3)
        assert len(seen) > 8, seen


def crawl(person: DeskClient, most: int) -> list[str]:
    """Follow links from the desk's home; return the pages that were looked at."""
    waiting, known, seen = deque(["/desk"]), {"/desk"}, []
    while waiting and len(seen) < most:
        path = waiting.popleft()
        answer = person.send("GET", path)
        assert answer.status_code in (200, 303), (path, answer.status_code)
        if answer.mimetype != "text/html":
            continue
        seen.append(path)
        read_html(answer.text)
        tree = html.document_fromstring(answer.text)
        for element in tree.iter():
            if not isinstance(element.tag, str):
                continue
            assert element.tag not in NEVER, (path, element.tag)
            assert element.get("style") is None, (path, element.tag)
            if element.tag == "script":
                assert (element.get("src") or "").startswith("/static/"), path
                assert not element.text, path
        for link in tree.xpath("//a/@href"):
            address = urlsplit(link)
            target = address.path + ("?" + address.query if address.query else "")
            ours = not address.netloc and (address.path == "/desk" or address.path.startswith("/desk/"))
            if ours and "lang=" not in target and target not in known and not address.path.startswith(LEFT):
                known.add(target)
                waiting.append(target)
    return seen
