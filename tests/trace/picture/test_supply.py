"""The picture of a supply graph: sums, labels that keep apart, everything on the sheet, the same each time."""

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from trace.picture import Link, Node, SupplyView, draw_supply, lay_out_supply
from trace.picture.model import Band, Box, Drawing, Words

HOSTILE = '<script>alert("1")</script>\u202e&\'"]]>\x00'

names = st.sampled_from(["晨雾乳品厂", "A shop with a very long name in a very long street", HOSTILE, "", "店"])
amounts = st.decimals(0, 10**7, places=1)


@st.composite
def views(draw: st.DrawFn) -> SupplyView:
    columns = draw(st.integers(1, 5))
    count = draw(st.integers(1, 30))
    nodes = tuple(
        Node(
            str(at),
            draw(names),
            draw(st.integers(0, columns - 1)),
            draw(st.none() | amounts),
            draw(st.sampled_from(["out", "sold", "back"])),
            draw(st.sampled_from(["certain", "derived", "possible"])),
            complete=draw(st.booleans()),
            link=draw(st.sampled_from(["", '?a="b"&c'])),
        )
        for at in range(count)
    )
    keys = st.sampled_from([node.key for node in nodes])
    pairs = draw(st.sets(st.tuples(keys, keys), max_size=40))
    links = tuple(
        Link(begin, end, draw(amounts), draw(amounts), draw(st.sampled_from(["out", "sold", "back"])))
        for begin, end in sorted(pairs)
    )
    return SupplyView("", tuple(f"column {at}" for at in range(columns)), nodes, links)


def overlaps(one: Words, other: Words) -> bool:
    a, b = one.frame, other.frame
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def lies_on_the_sheet(drawing: Drawing) -> None:
    for shape in drawing.shapes:
        if isinstance(shape, Box):
            corners = [(shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)]
        elif isinstance(shape, Words):
            left, top, right, bottom = shape.frame
            corners = [(left, top), (right, bottom)]
        elif isinstance(shape, Band):
            corners = [(shape.x0, shape.y0), (shape.x1, shape.y1 + shape.width)]
        else:
            corners = list(shape.points)
        for x, y in corners:
            assert -1 <= x <= drawing.width + 1
            assert -1 <= y <= drawing.height + 1


few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(views())
def test_labels_never_overlap_and_all_is_on_the_sheet(view: SupplyView) -> None:
    drawing = lay_out_supply(view, "zh")
    words = [shape for shape in drawing.shapes if isinstance(shape, Words) and shape.text]
    assert not [(a.text, b.text) for at, a in enumerate(words) for b in words[at + 1 :] if overlaps(a, b)]
    lies_on_the_sheet(drawing)


@few
@given(views())
def test_every_node_and_link_is_a_mark_with_a_title_and_names_are_never_markup(view: SupplyView) -> None:
    for standalone in (False, True):
        svg = draw_supply(view, "en", standalone)
        tree: Any = etree.fromstring(svg.encode())
        found = tree.xpath("//*[local-name()='rect' or local-name()='path'][*[local-name()='title']]")
        assert len(found) == len(view.nodes) + len(view.links)
        assert not tree.xpath("//*[local-name()='script']")
        assert not tree.xpath("//@style")
        assert svg == draw_supply(view, "en", standalone)


@few
@given(views())
def test_bands_are_never_taller_than_the_node_that_they_leave(view: SupplyView) -> None:
    drawing = lay_out_supply(view, "zh")
    boxes = [shape for shape in drawing.shapes if isinstance(shape, Box)]
    for band in (shape for shape in drawing.shapes if isinstance(shape, Band)):
        edges = [box for box in boxes if min(abs(band.x0 - box.x), abs(band.x0 - box.x - box.width)) < 0.01]
        assert any(box.y - 0.01 <= band.y0 and band.y0 + band.width <= box.y + box.height + 0.01 for box in edges)


def test_an_empty_picture_says_so() -> None:
    assert "此刻没有记录可画" in draw_supply(SupplyView("", (), (), ()), "zh")


def test_ten_thousand_nodes_are_drawn() -> None:
    nodes = tuple(Node(str(at), f"店 {at}", at % 4, Decimal(at), "out") for at in range(10_000))
    drawing = lay_out_supply(SupplyView("", ("a", "b", "c", "d"), nodes, ()), "zh")
    assert sum(isinstance(shape, Box) for shape in drawing.shapes) == 10_000
