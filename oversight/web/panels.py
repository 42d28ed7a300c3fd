"""What the public reads of a product's inspections, on the pages of the check and of the product."""

from collections.abc import Mapping

from flask import Flask, render_template

from oversight.publications.reading import Wanted, list_publications, write_publications
from oversight.web.publication_pages import topic_words
from trace.kit.panels import add_panel
from trace.kit.web import current_database

MOST = 5


def say_published(about: Mapping[str, str]) -> str:
    """The newest publications about a product; nothing where there are none."""
    with current_database().public() as session:
        rows = write_publications(session, list_publications(session, Wanted(gtin=about["gtin"]), None, MOST))
    return render_template("panel_published.html", rows=rows, topics=topic_words()) if rows else ""


def register(app: Flask) -> None:
    """Add them to the pages about a product, and to the home page."""
    add_panel(app, "product", say_published)
    add_panel(app, "home", lambda _about: render_template("panel_services.html"))
