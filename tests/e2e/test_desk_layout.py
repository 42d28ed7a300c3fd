"""The desk as the public pages: axe finds nothing, nothing scrolls sideways, targets are large enough for a thumb."""

import pytest

from tests.e2e.conftest import DESKTOP, PHONE, Visit
from tests.e2e.desk_world import DeskSite, sign_in
from tests.e2e.test_accessibility import violations
from tests.e2e.test_layout import SMALL, WIDE

LOT = "/desk/batches/09520004000017/PY-08"
FIRM = (
    *("/desk", "/desk/batches", "/desk/batches?q=nothing", "/desk/batches/new", LOT, "/desk/findings"),
    *("/desk/products", "/desk/products/new", "/desk/places", "/desk/places/new", "/desk/firm", "/desk/glossary"),
)
PAGES = {"dairy": FIRM, "shop": ("/desk", "/desk/batches", LOT), "first": (LOT, "/desk/glossary")}
"""What each opens; pages of other parts have tests of their own."""


@pytest.mark.parametrize("who", sorted(PAGES))
@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [("zh", "light", PHONE), ("en", "dark", DESKTOP)],
    ids=["zh-phone", "en-dark-desktop"],
)
def test_pages_of_the_desk_are_for_everybody(
    desk_visit: Visit, desk_site: DeskSite, who: str, language: str, theme: str, size: tuple[int, int]
) -> None:
    visitor = desk_visit(language, size, theme=theme, bypass_csp=True)  # axe itself is a script of the test's
    sign_in(visitor, desk_site, who)
    wrong = []
    for path in PAGES[who]:
        page = visitor.open(path)
        wrong += violations(visitor, path)
        for width in (1280, 640, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate(WIDE) > 0:
                wrong.append(f"{path} is {page.evaluate(WIDE)} pixels too wide at {width}")
        wrong += [f"{path}: {one}" for one in page.evaluate(SMALL)]
        page.set_viewport_size({"width": size[0], "height": size[1]})
    assert wrong == []
