"""The camera, as far as this browser has a detector: the picture is taken by hand and read by the server."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Playwright

from tests.e2e.conftest import QUIET, Site, Visit, find_chromium, visitors
from tests.e2e.packs import photograph
from tests.e2e.words import SAID
from tests.e2e.world import RECALLED, YOGURT
from trace.symbols.matrix import draw_datamatrix

PACK = draw_datamatrix((("01", "0" + YOGURT), ("10", RECALLED)))


@pytest.fixture(scope="module")
def camera(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium whose camera looks at a pack."""
    film = tmp_path_factory.mktemp("camera") / "pack.mjpeg"
    frame = BytesIO()
    Image.open(BytesIO(photograph(PACK, turned=4))).resize((1280, 960)).save(frame, "JPEG", quality=90)
    film.write_bytes(frame.getvalue() * 3)
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    device = f"--use-file-for-fake-video-capture={film}"
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*QUIET, *fake, device])
    yield browser
    browser.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_picture_of_the_camera_leads_to_the_answer(camera: Browser, site: Site, language: str) -> None:
    for visit in visitors(site, camera):
        visitor = visit(language, permissions=["camera"])
        page = visitor.open("/check")
        page.click("#scan")
        visitor.wait_until("document.querySelector('#view').videoWidth > 0")
        with page.expect_navigation():
            page.click("#shoot")
        assert YOGURT in page.locator("main h2.number").first.inner_text()
        page.locator("section.card a.button").first.click()
        assert SAID[language]["recalled"] in visitor.headline


def test_a_detector_of_the_browser_reads_twice_and_asks_before_it_checks(visit: Visit) -> None:
    """Stands in for the detector that Chromium on Android and macOS has and the one on Linux has not."""
    visitor = visit("en")
    visitor.context.add_init_script(DETECTOR)
    page = visitor.open("/check")
    page.click("#scan")
    page.wait_for_selector("#confirm:not([hidden])")
    assert "952000000010" in "".join(page.inner_text("#confirm-number").split())
    assert page.evaluate("window.looks") >= 2
    page.click("#confirm-check")
    assert SAID["en"]["lot_needed"] in visitor.headline


DETECTOR = f"""
window.looks = 0;
window.BarcodeDetector = class {{
  static async getSupportedFormats() {{ return ["ean_13", "data_matrix"]; }}
  async detect() {{ window.looks += 1; return [{{ format: "ean_13", rawValue: "{YOGURT}" }}]; }}
}};
const canvas = document.createElement("canvas");
canvas.getContext("2d");
navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10);
setInterval(() => canvas.getContext("2d").fillRect(0, 0, 10, 10), 50);
"""


def test_without_leave_to_use_the_camera_the_other_ways_are_named(visit: Visit) -> None:
    visitor = visit("en")
    visitor.context.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }"
    )
    page = visitor.open("/check")
    page.click("#scan")
    visitor.wait_until("document.querySelector('#camera-said').textContent.includes('take a photo instead')")
    assert page.locator("#code").is_visible()


def test_a_camera_that_opens_after_it_was_closed_is_stopped_at_once(visit: Visit) -> None:
    visitor = visit("en")
    visitor.context.add_init_script(DETECTOR + SLOW)
    page = visitor.open("/check")
    page.click("#scan")
    page.click("#stop")
    page.evaluate("window.allow()")
    visitor.wait_until("window.given && window.given.getTracks().every((track) => track.readyState === 'ended')")
    assert page.is_hidden("#camera")


SLOW = """
const quick = navigator.mediaDevices.getUserMedia;
const asked = new Promise((done) => { window.allow = done; });
navigator.mediaDevices.getUserMedia = async () => { await asked; return window.given = await quick(); };
"""


def test_a_detector_that_swallows_the_separator_of_a_square_code_is_not_believed(visit: Visit) -> None:
    """In `…10L1<FNC1>21S1` the lot is L1; without the separator it would be L121S1."""
    visitor = visit("en")
    swallowing = DETECTOR.replace('"ean_13", rawValue: "', '"qr_code", rawValue: "010').replace(
        YOGURT, YOGURT + "10L121S1"
    )
    visitor.context.add_init_script(swallowing)
    page = visitor.open("/check")
    page.click("#scan")
    page.wait_for_url("**/check/photo")
    assert "L121S1" not in page.inner_text("main")
