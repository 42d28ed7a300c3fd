"""The pictures of the documents, drawn anew by `make e2e ARGS="-k pictures --pictures"` and tried by every run."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.e2e.conftest import PICTURES, Site, Visit
from tests.e2e.desk_world import DeskSite, sign_in
from tests.e2e.world import RECALLED, YOGURT

MOST_BYTES = 150_000
NAMED = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(location.host, "suyuan.example");
}"""
"""The tests' server has a port for a name, which on paper would puzzle people."""

TALL, WIDE = (390, 844), (1280, 1000)


@pytest.mark.parametrize(
    ("name", "path", "language", "size"),
    [
        ("home", "/", "zh", TALL),
        ("recalled", f"/check?code={YOGURT}&lot={RECALLED}", "zh", TALL),
        ("recall-page", "/recalls/{recall}", "en", WIDE),
        ("labels", "{labels}", "zh", WIDE),
    ],
)
def test_pictures(
    visit: Visit,
    site: Site,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    name: str,
    path: str,
    language: str,
    size: tuple[int, int],
) -> None:
    visitor = visit(language, size, device_scale_factor=2 if size == TALL else 1)
    page = visitor.open(path.format(recall=site.recall, labels=site.labels))
    take(page, name, request, tmp_path)


@pytest.mark.parametrize(
    ("name", "who", "path", "language", "size"),
    [
        ("desk-picture", "first", "/desk/cases/{recall}/picture", "zh", (1280, 1120)),
        ("desk-impact", "first", "/desk/cases/{recall}/impact", "en", WIDE),
        ("desk-answer", "shop", "/desk/inbox/{recall}", "zh", TALL),
    ],
)
def test_pictures_of_the_desk(
    desk_visit: Visit,
    desk_site: DeskSite,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    name: str,
    who: str,
    path: str,
    language: str,
    size: tuple[int, int],
) -> None:
    visitor = desk_visit(language, size, device_scale_factor=2 if size == TALL else 1)
    sign_in(visitor, desk_site, who)
    take(visitor.open(path.format(recall=desk_site.recall)), name, request, tmp_path)


def take(page: Page, name: str, request: pytest.FixtureRequest, folder: Path) -> None:
    """Take the picture of a page, small enough for a document."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement.blur()")
    page.evaluate(NAMED)
    folder = PICTURES if request.config.getoption("--pictures") else folder
    folder.mkdir(parents=True, exist_ok=True)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(64, dither=Image.Dither.NONE).save(folder / f"{name}.png", optimize=True)
    assert (folder / f"{name}.png").stat().st_size < MOST_BYTES
