"""Cursors: a list is walked once, in order, whatever the size of its pages."""

import pytest
from flask import Flask

from trace.kit.errors import Problem
from trace.kit.paging import Page, PageQuery, cut, make_cursor, read_cursor, read_page

ROWS = [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("c", 1)]


def select_rows(page: Page) -> list[tuple[str, int]]:
    return [row for row in ROWS if page.after is None or row > page.after][: page.limit + 1]


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_the_pages_make_the_list(app: Flask, limit: int) -> None:
    seen: list[tuple[str, int]] = []
    link: str | None = f"/things?kind=x&limit={limit}"
    while link:
        with app.test_request_context(link) as context:
            args = context.request.args
            page = read_page(PageQuery(limit=int(args["limit"]), cursor=args.get("cursor")))
            rows, link = cut(select_rows(page), page, key=tuple)
            assert args["kind"] == "x"
        seen += rows
    assert seen == ROWS


@pytest.mark.parametrize(
    "cursor", ["", "nonsense", make_cursor("secret", "other", [1]), make_cursor("other", "list", [1])]
)
def test_a_cursor_of_another_list_or_service_is_refused(cursor: str) -> None:
    with pytest.raises(Problem) as caught:
        read_cursor("secret", "list", cursor)
    assert caught.value.status == 422
    assert caught.value.errors[0].pointer == "/cursor"


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_limit_out_of_bounds_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="Expected a limit from 1 to 1000"):
        PageQuery(limit=limit)
