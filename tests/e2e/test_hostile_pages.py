"""Hostile names in a real browser: nothing runs, nothing is loaded, nothing hides the answer."""

import shutil
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Site, Visit, Visitor, visitors
from tests.e2e.test_layout import WIDE
from tests.faults.gunicorn import Server
from tests.hostile.conftest import WORLDS
from tests.hostile.strings import ACCEPTED, LOTS
from tests.hostile.world import TEXTS, World, app_of, make_world
from trace.kit.db import Database


@pytest.fixture(scope="module", params=range(WORLDS))
def hostile(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Site]]:
    """A server over a world of hostile names; so many of them take each string once."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copyfile(sqlite_template, folder / "world.sqlite3")
    database = Database(f"sqlite:///{folder / 'world.sqlite3'}")
    at = request.param
    world = make_world(app_of(database), islice(cycle(ACCEPTED), at * TEXTS, None), LOTS[2 * at], LOTS[2 * at + 1])
    database.close()
    server = Server(f"sqlite:///{folder / 'world.sqlite3'}", folder / "gunicorn.log")
    try:
        yield world, Site(server.wait().url, world.number)
    finally:
        server.kill()


FOREIGN = """() => [...document.querySelectorAll("script, img, iframe, object, embed, base, form, link, style, a")]
  .filter((one) => one.matches("script:not([src]), iframe, object, embed, base, style")
    || (one.src && new URL(one.src).origin !== location.origin)
    || (one.action && new URL(one.action).origin !== location.origin)
    || (one.matches("a") && one.protocol === "javascript:")
    || [...one.attributes].some((attribute) => attribute.name.startsWith("on")))
  .map((one) => one.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_hostile_names_are_only_text(hostile: tuple[World, Site], browser: Browser, script: bool) -> None:
    world, site = hostile
    visit: Visit
    for visit in visitors(site, browser):
        look_at(visit("zh", script=script), world)


def look_at(visitor: Visitor, world: World) -> None:
    """Open every page of the world."""
    visitor.page.on("dialog", lambda one: visitor.complaints.append(f"a dialog: {one.message}"))
    for path in world.html:
        page = visitor.open(path)
        assert page.evaluate(FOREIGN) == [], path
        assert page.locator("h1").count() == 1
        assert page.evaluate(WIDE) <= 0, path
