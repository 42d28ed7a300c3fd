"""`/products/<code>`: what is known of a product, and whether the one in somebody's hands is recalled."""

from datetime import UTC, datetime

from flask import Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from recalls.publication.listing import Filters, code_in, find_recalls
from recalls.publication.product import ProductUnknown, read_product
from recalls.web.list_page import card_words
from recalls.web.pages import pages
from recalls.web.public_answer import NO_STORE, describe, send_page
from trace.check.code import check_code
from trace.kit.i18n import _, current_language
from trace.kit.web import current_database
from trace.symbols.linear import draw_gtin
from trace.symbols.svg import write_svg
from trace.web.check_words import mark_language, say_answer, write_number

MOST_LISTED = 20


@pages.get("/products/<code>")
def product_page(code: str) -> Response:
    """A registered product under its commodity code; every other form of the number leads there (308)."""
    gtin = code_in(code)
    if gtin is None:
        return send_page(render_template("no_product.html", code=code, gtin=None), 404, NO_STORE)
    language, found = current_language(), None
    try:
        with current_database().public() as session:
            product = read_product(session, gtin)
            listing = find_recalls(session, Filters(product=gtin), MOST_LISTED)
            found = check_code(session, gtin, datetime.now(UTC))
    except ProductUnknown:
        return send_page(render_template("no_product.html", code=code, gtin=gtin), 404, NO_STORE)
    path = url_for("recalls.product_page", code=product.code)
    if code != product.code:
        query = request.query_string.decode("ascii", "replace")
        return make_response(redirect(f"{path}?{query}" if query else path, 308))
    name = product.called(language)
    what = _("{name}: recalls announced here, and the check of your own pack by its lot number.", name=name)
    page = render_template(
        "product.html",
        product=product,
        name=name,
        maker=product.made_by(language),
        found=found,
        headline=say_answer(found),
        listing=listing,
        symbol=Markup(write_svg(draw_gtin(gtin), gtin)),
        write_number=write_number,
        mark_language=mark_language,
        head=describe(name, what, path),
        **card_words(),
    )
    return send_page(page, cache=NO_STORE)
