"""Pages of labels: sheets as SVG at their own size, printed from a browser without script."""

from flask import Blueprint, Flask, Response, abort, make_response, render_template
from markupsafe import Markup

from trace.kit.limits import spending
from trace.kit.web import current_database, current_settings
from trace.labels.drawing import write_page
from trace.labels.links import read_token
from trace.labels.orders import draw_labels, read_items, sheet_of
from trace.labels.sheets import SHEETS, place
from trace.web.api_labels import printing

labels = Blueprint("labels", __name__, template_folder="templates")


def register(app: Flask) -> None:
    """Serve the pages."""
    app.register_blueprint(labels)


@labels.get("/labels/<token>")
def page(token: str) -> Response:
    """The sheets of a signed order; names and dates are those of the record now."""
    order = read_token(current_settings().secret_key, token)
    wanted = {f"/items/{number}": one for number, one in enumerate(order.items)}
    with spending("paper"):
        with current_database().read() as session:
            items = read_items(session, None, wanted)
        sheet = sheet_of(items, order)
        drawn = draw_labels(items, sheet, order, printing())
    name = next(name for name, one in SHEETS.items() if one is sheet)
    # what is in them was escaped when it was written
    pages = [Markup(write_page(sheet, some)) for some in place(sheet, drawn, order.first)]
    answer = make_response(render_template("labels.html", sheet=sheet, name=name, pages=pages, count=len(drawn)))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@labels.get("/labels/sheets/<name>.css")
def stylesheet(name: str) -> Response:
    """How a browser prints a sheet: at its own size, without margins of its own."""
    sheet = next((one for known, one in SHEETS.items() if known == name), None)
    if sheet is None:
        abort(404)
    answer = Response(_CSS.format(width=f"{sheet.width:g}", height=f"{sheet.height:g}"), content_type="text/css")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


_CSS = """@page {{ size: {width}mm {height}mm; margin: 0 }}
html {{ background: #e5e7eb; color: #111; font: 16px/1.6 -apple-system, "PingFang SC", "Microsoft YaHei", sans-serif }}
body {{ margin: 0 }}
header {{ max-width: 42em; margin: 0 auto; padding: 16px }}
h1 {{ font-size: 1.25rem; margin: 0 }}
svg.sheet {{ display: block; background: #fff; margin: 0 auto 16px }}
@media print {{
  html {{ background: none }}
  header {{ display: none }}
  svg.sheet {{ margin: 0; break-inside: avoid; break-after: page }}
  svg.sheet:last-child {{ break-after: auto }}
}}
"""
