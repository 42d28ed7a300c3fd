"""A photograph is chosen, its number shown for comparison, and then checked; with script and without."""

import pytest

from tests.e2e.conftest import Visit, Visitor
from tests.e2e.packs import photograph
from tests.e2e.words import SAID
from tests.e2e.world import JUICE, RECALLED, YOGURT
from trace.symbols.linear import draw_gtin
from trace.symbols.matrix import draw_datamatrix, draw_qr

EAN = draw_gtin(YOGURT)
DATAMATRIX = draw_datamatrix((("01", "0" + YOGURT), ("10", RECALLED)))
QR = draw_qr(f"https://id.gs1.org/01/0{YOGURT}/10/{RECALLED}")
PACKS = {
    "EAN-13 askew": (photograph(EAN), "lot_needed"),
    "EAN-13 upside down": (photograph(EAN, turned=175), "lot_needed"),
    "DataMatrix beside the EAN-13": (photograph(EAN, DATAMATRIX, turned=-12), "recalled"),
    "QR code on its side": (photograph(QR, turned=95), "recalled"),
    "another product": (photograph(draw_gtin(JUICE)), "no_recall_known"),
}


def send(visitor: Visitor, data: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> None:
    """Choose a photograph and send it: with script choosing is enough."""
    page = visitor.page
    with page.expect_navigation():
        page.set_input_files("#photo", {"name": name, "mimeType": kind, "buffer": data})
        if page.locator("#photo-form button[type=submit]").is_visible():
            page.click("#photo-form button[type=submit]")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("name", PACKS)
def test_a_photograph_leads_to_the_answer(visit: Visit, language: str, script: bool, name: str) -> None:
    data, status = PACKS[name]
    visitor = visit(language, script=script)
    page = visitor.open("/check")
    send(visitor, data)
    shown = page.locator("main h2.number").first.inner_text()
    digits = "".join(one for one in shown if one.isdigit())
    assert (JUICE if name == "another product" else YOGURT) in digits  # shown, to be compared with the pack
    page.locator("section.card a.button").first.click()
    assert SAID[language][status] in visitor.headline


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_what_is_no_photograph_is_said_plainly_and_never_safe(visit: Visit, script: bool) -> None:
    visitor = visit("en", script=script)
    for data, name, kind, words in (
        (photograph(), "blank.jpg", "image/jpeg", "No product code was found"),
        (b"\0\0\0\x18ftypheic" + bytes(2000), "IMG_1.HEIC", "image/heic", "HEIC"),
        (b"%PDF-1.7", "scan.pdf", "application/pdf", "no picture"),
    ):
        visitor.open("/check")
        send(visitor, data, name, kind)
        assert words in visitor.text
        assert "does not mean that there is no recall" in visitor.text
        assert visitor.page.locator("#photo").count() == 1  # another one can be sent at once
