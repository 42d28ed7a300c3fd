"""Parts that a later package adds to pages of an earlier one: a page names a slot and says what it is about."""

from collections.abc import Callable, Mapping

from flask import Flask, current_app
from markupsafe import Markup

_PANELS = "suyuan_panels"

Panel = Callable[[Mapping[str, str]], str]
"""From what the page is about (a product by `gtin`, say) to HTML, empty where there is nothing to say."""


def add_panel(app: Flask, slot: str, panel: Panel) -> None:
    """Show a panel wherever a page names the slot."""
    app.extensions.setdefault(_PANELS, {}).setdefault(slot, []).append(panel)


def register(app: Flask) -> None:
    """Give templates `panels(slot, …)`."""
    app.jinja_env.globals["panels"] = show_panels


def show_panels(slot: str, **about: str) -> Markup:
    """Return what the packages say in a slot, in the order in which they were registered."""
    panels: list[Panel] = current_app.extensions.get(_PANELS, {}).get(slot, [])
    return Markup("").join(Markup(panel(about)) for panel in panels)
