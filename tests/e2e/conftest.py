"""Fixtures: a real server over a small world, and a real Chromium that reaches nothing else."""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

from tests.conftest import app_over
from tests.e2e.world import make_world, order_labels
from tests.faults.gunicorn import Server
from trace.kit.config import ROOT
from trace.kit.db import Database

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing but our server can be reached
)
PHONE, DESKTOP = (390, 844), (1280, 800)
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
PICTURES = ROOT / "docs" / "pictures"
FAILURES = ROOT / "instance" / "e2e"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="write the pictures of docs/pictures anew")


def find_chromium() -> str:
    """The browser of CHROMIUM, else the first of the usual names; ends the run where there is none."""
    given = os.environ.get("CHROMIUM")
    for name in (given,) if given else BROWSERS:
        path = shutil.which(name)
        if path is not None:
            return path
    looked = f"CHROMIUM={given}" if given else ", ".join(BROWSERS)
    pytest.exit(
        f"No browser found (looked for {looked}). Install the package chromium (Debian: apt-get install chromium), "
        "or name one: make e2e CHROMIUM=/path/to/chromium",
        returncode=1,
    )


@dataclass(frozen=True)
class Site:
    """Where the service answers, the number of the yogurt's recall, and the path of a page that prints its labels."""

    url: str
    recall: str
    labels: str = ""


@pytest.fixture(scope="session")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two gunicorn workers over one world, which no test changes."""
    folder = tmp_path_factory.mktemp("e2e")
    url = f"sqlite:///{folder / 'world.sqlite3'}"
    shutil.copyfile(sqlite_template, folder / "world.sqlite3")
    database = Database(url)
    app = app_over(database)
    number, labels = make_world(app), order_labels(app)
    database.close()
    server = Server(url, folder / "gunicorn.log")
    try:
        yield Site(server.wait().url, number, labels)
    finally:
        server.kill()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*QUIET])
    yield browser
    browser.close()


@dataclass
class Visitor:
    """One person's browser. What goes wrong in it is gathered in ``complaints`` and fails the test."""

    context: BrowserContext
    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, path: str, status: int = 200) -> Page:
        """Go to a page of the service, which must answer with `status`."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == status, f"{path}: expected {status}, got {answer.status}"
        return self.page

    def wait_until(self, condition: str) -> None:
        """Wait until a condition holds in the page. Playwright's own way is refused by the policy for scripts."""
        deadline = time.monotonic() + 15
        while not self.page.evaluate(condition):
            assert time.monotonic() < deadline, f"not in 15 s: {condition}"
            self.page.wait_for_timeout(30)

    @property
    def headline(self) -> str:
        """The page's one h1 as it is read: without marks and doubled spaces."""
        text = self.page.locator("h1").inner_text()
        return re.sub(r"\s+", " ", re.sub("[■▲●◆]", "", text)).strip()

    @property
    def text(self) -> str:
        """What the main part says, as it is seen."""
        text: str = self.page.locator("main").inner_text()
        return text


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Visit]:
    """Call it for a new visitor: language, (width, height), script or none, theme; other options as Playwright's."""
    yield from visitors(site, browser)


def visitors(site: Site, browser: Browser) -> Iterator[Visit]:
    """One function that makes visitors; each is looked after when the iterator ends."""
    made: list[Visitor] = []

    def make(
        language: str = "zh",
        size: tuple[int, int] = PHONE,
        script: bool = True,
        theme: Any = "light",
        **options: Any,
    ) -> Visitor:
        context = browser.new_context(
            is_mobile=size[0] < 600,
            has_touch=size[0] < 600,
            locale=LANGUAGES[language],
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            color_scheme=theme,
            **options,
        )
        context.set_default_timeout(15_000)
        visitor = Visitor(context, context.new_page(), site.url)
        _watch(visitor)
        made.append(visitor)
        return visitor

    yield make
    for visitor in made:
        visitor.context.close()
    assert [one for visitor in made for one in visitor.complaints] == []


def _watch(visitor: Visitor) -> None:
    """Gather requests to others, errors of scripts, and what the console calls an error."""

    def request(sent: Any) -> None:
        visitor.asked.append(sent.url)
        host = urlsplit(sent.url)
        if host.scheme in ("http", "https") and host.netloc != urlsplit(visitor.url).netloc:
            visitor.complaints.append(f"a request to {sent.url}")

    def console(message: ConsoleMessage) -> None:
        # a page that answers 404 or 503, and one that is not reached, are said to be errors, and are meant
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            visitor.complaints.append(f"console: {message.text} ({message.location})")

    def response(got: Any) -> None:
        if got.status >= 400 and got.request.resource_type not in ("document", "fetch", "xhr"):
            visitor.complaints.append(f"{got.status} for {got.url}")

    visitor.context.on("request", request)
    visitor.context.on("response", response)
    visitor.context.on("console", console)
    visitor.context.on("weberror", lambda error: visitor.complaints.append(f"script: {error.error}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Keep a picture of what the browser showed when a test failed."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if call.when == "call" and report.failed and browser is not None:
        FAILURES.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]+", "_", item.name)[:100]
        pages = [page for context in browser.contexts for page in context.pages]
        for number, page in enumerate(pages):
            path = FAILURES / f"{name}-{number}.png"
            page.screenshot(path=path, timeout=5_000)
            report.sections.append(("picture", str(path)))
    return report


from tests.e2e.desk_world import desk_site, desk_visit  # noqa: E402, F401  (it needs the visitors above)
