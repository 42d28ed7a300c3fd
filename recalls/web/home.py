"""`/`: the one question that everybody has, three ways to ask it, and what was recalled lately."""

from flask import Response, render_template, url_for

from recalls.publication.listing import Filters, find_recalls
from recalls.web.list_page import card_words
from recalls.web.pages import pages
from recalls.web.public_answer import describe, send_page
from trace.kit.i18n import _
from trace.kit.web import current_database

NEWEST = 5


@pages.get("/")
def home() -> Response:
    """The check's three ways, and the newest recalls."""
    with current_database().public() as session:
        listing = find_recalls(session, Filters(), NEWEST)
    title, path = _("Was the product in your hands recalled?"), url_for("recalls.home")
    what = _("Check a product by its bar code and lot number, and read the recalls announced here.")
    page = render_template(
        "home.html",
        listing=listing,
        asked={},
        head=describe(title, what, path),
        **card_words(),
    )
    return send_page(page)
