"""`/recalls`: announced recalls, searched and filtered, the newest first, 20 a page."""

from flask import Response, render_template, request, url_for

from recalls.publication.listing import Choices, Filters, Listing, code_in, find_choices, find_label, find_recalls
from recalls.publication.search import Mark, MarkKind
from recalls.web.filters import KEPT, kept, link, list_chosen, list_groups, read_filters, say_mistakes
from recalls.web.pages import pages
from recalls.web.public_answer import describe, send_page
from recalls.web.words import class_words, stage_words
from trace.kit.errors import BadRequest
from trace.kit.i18n import _, current_language
from trace.kit.web import current_database

PAGE = 20
MOST_NAMED = 3


@pages.get("/recalls")
def list_page() -> Response:
    """The newest first, 20 a page; what cannot be filtered by is said beside its field, and nothing is listed."""
    path, args = url_for("recalls.list_page"), request.args
    listing, mistakes, names = Listing((), 0, None), dict[str, str](), dict[str, str]()
    filters: Filters | None = None
    with current_database().public() as session:
        choices: Choices = find_choices(session)
        try:
            filters = read_filters(args)
            listing = find_recalls(session, filters, PAGE, args.get("before") or None)
        except BadRequest as problem:
            mistakes = dict(say_mistakes(problem))
        else:
            marks: dict[MarkKind, str | None] = {"product": filters.product, "firm": filters.firm}
            names = {kind: say_mark(find_label(session, kind, value)) for kind, value in marks.items() if value}
    asked = {name: args.get(name, "") for name in KEPT}
    page = render_template(
        "recalls.html",
        listing=listing,
        asked=asked,
        mistakes=mistakes,
        narrowed=bool(kept(args).keys() - {"lang"}),
        first_page=not args.get("before"),
        readable=asked["q"] if filters is not None and code_in(filters.text) else None,
        chosen=list_chosen(path, args, names) if filters is not None else [],
        groups=list_groups(path, args, choices),
        link=lambda **changes: link(path, args, **changes),
        feed_link=lambda name: link(url_for(name), {**args, "lang": current_language()}),
        head=describe(_("Recalls"), _("Product recalls announced here, the newest first."), path),
        **card_words(),
    )
    return send_page(page, 400 if mistakes else 200)


def card_words() -> dict[str, object]:
    """Return what the template of a card needs."""
    return {
        "say_mark": say_mark,
        "stage_words": stage_words(),
        "class_words": class_words(),
        "most_named": MOST_NAMED,
        "by_product": lambda mark: link(url_for("recalls.list_page"), {}, product=mark.value),
        "by_firm": lambda mark: link(url_for("recalls.list_page"), {}, firm=mark.value),
    }


def say_mark(mark: Mark) -> str:
    """Return what a product or a firm is called: the Chinese name where there is no other, else what it is known by."""
    return (mark.label_en if current_language() == "en" else None) or mark.label or mark.value
