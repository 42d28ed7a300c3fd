"""The page that prints labels: what stands on it is read by a decoder, on the screen and on its paper."""

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from tests.e2e.conftest import Site, Visit
from tests.e2e.test_accessibility import violations
from tests.e2e.world import RECALLED, SAFE, YOGURT
from trace.symbols.decode import read_symbols


def links(image: Image.Image) -> set[str]:
    """The texts of all QR Codes on a picture."""
    return {reading.text for reading in read_symbols(image) if reading.identifier.startswith("]Q")}


def test_every_label_on_the_screen_is_read(visit: Visit, site: Site) -> None:
    visitor = visit("zh", (1280, 1200), device_scale_factor=2)
    page = visitor.open(site.labels)
    assert page.locator("svg.sheet").count() >= 1
    read = links(Image.open(BytesIO(page.locator("svg.sheet").first.screenshot())))
    for lot in (RECALLED, SAFE):
        assert f"{site.url}/01/0{YOGURT}/10/{lot}" in read
    assert len({text for text in read if "/21/S" in text}) == 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_has_the_size_of_the_sheet_and_is_read_too(visit: Visit, site: Site, language: str) -> None:
    visitor = visit(language, (1280, 1200), bypass_csp=True)
    page = visitor.open(site.labels)
    assert violations(visitor, "labels") == []
    paper = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert [round(one * 25.4 / 72) for one in paper[0].get_size()] == [210, 297]
    assert len(paper) == page.locator("svg.sheet").count()
    assert any(f"/10/{SAFE}" in text for text in links(paper[0].render(scale=300 / 72).to_pil()))
    paper.close()
