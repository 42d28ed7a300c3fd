"""What the desk's lists share: which page is asked for, and where the next one is."""

from trace.kit.desk import DeskCall
from trace.kit.paging import PageQuery, link_to_next, read_page


def page_of(call: DeskCall) -> tuple[int, int | None]:
    """How many rows a page has, and the row number that it stops short of. Raises CursorRefused (422)."""
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    return page.limit, None if page.after is None else page.after[0]


def next_page(before: int | None) -> str | None:
    """The link to the page after the row with this number, None after the last."""
    return None if before is None else link_to_next(read_page(PageQuery()), [before])
