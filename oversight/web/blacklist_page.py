"""`/blacklist`: who is listed, for everybody."""

from datetime import datetime

from flask import Response, render_template, request

from oversight.blacklist.listings import list_listed, row_of
from oversight.web.public import pages
from recalls.clocks.working_days import CHINA
from recalls.web.public_answer import send_page
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.web import current_database


@pages.get("/blacklist")
def blacklist_page() -> Response:
    """Listings in force today, the newest first."""
    page = read_page(PageQuery(cursor=request.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    today = datetime.now(CHINA).date()
    with current_database().public() as session:
        rows = list_listed(session, today, after, page.limit + 1)
        shown, following = cut(rows, page, lambda row: [row_of(session, row["number"])])
    return send_page(render_template("blacklist.html", rows=shown, next=following))
