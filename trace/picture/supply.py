"""The picture of where goods went: columns from makers to outlets, heights and bands by units. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from trace.kit.formats import Language, say_number
from trace.picture.letters import clean, shorten, width_of
from trace.picture.model import Band, Box, Drawing, Link, Node, Shape, State, SupplyView, Words
from trace.picture.svg import write_svg
from trace.picture.words import say, say_share, say_units

WIDTH, PAPER = 1040.0, 660.0
"""A picture of up to four columns is so wide on a page or, of up to two, on A4; more need more room."""

BAR, LABEL, GUTTER = 14.0, 232.0, 232.0
TOP, MARGIN, LEAST_HEIGHT = 40.0, 12.0, 300.0
SIZE, SMALL = 13.0, 12.0
THIN, FLAT = 1.2, 4.0
"""The least width of a band and height of a node: what is there is seen, however little it is."""

ROOMY = 30
"""Up to so many nodes in a column have a line for the name and one for the figures."""

SWEEPS = 6

MARKS: Mapping[State, str] = {"out": "■", "sold": "◆", "back": "●"}

SAID = ("produced", "received", "in_transit", "on_hand", "sold", "shipped", "returned", "consumed", "destroyed", "lost")
"""The figures of a node that its title tells, in this order, where they are not 0."""


def draw_supply(view: SupplyView, language: Language, standalone: bool = False) -> str:
    """Return the picture as SVG; `standalone` for a file of its own."""
    return write_svg(lay_out_supply(view, language), standalone, "supply")


def lay_out_supply(view: SupplyView, language: Language, width: float = WIDTH) -> Drawing:
    """Return the picture as shapes: bands first, nodes over them, labels on top. The same view, the same drawing.

    It is about ``width`` wide, or as wide as its columns need at the least.
    """
    if not view.nodes:
        words = say("empty", language)
        return Drawing(480, 64, words, (Words(MARGIN, 38, words, SIZE, "soft", width_of(words, SIZE)),))
    columns = order_columns(view)
    placed = _place(view, columns, width)
    room = _label_room(placed)
    shapes: list[Shape] = list(_bands(view, placed, language))
    for node in view.nodes:
        shapes += _node(node, placed, view, language)
    for column, nodes in enumerate(columns):
        if nodes:
            shapes.append(_line(placed.x[column], 20.0, view.heads[column], SIZE, room, strong=True, tone="soft"))
    for nodes in columns:
        for node in nodes:
            shapes += _label(node, placed, view, language, room, roomy=len(nodes) <= ROOMY)
    title = say("supply" if view.measure == "units" else "sources", language)
    return Drawing(placed.width, placed.height, title, tuple(shapes))


# -- order ---------------------------------------------------------------------------------------------


def order_columns(view: SupplyView) -> list[list[Node]]:
    """Return the nodes of each column from top to bottom: in time order, then so that fewer bands cross."""
    columns: list[list[Node]] = [[] for _ in view.heads]
    for node in view.nodes:
        columns[node.column].append(node)
    for nodes in columns:
        nodes.sort(key=lambda one: (one.first is None, one.first and one.first.timestamp(), one.key))
    near: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for link in view.links:
        near[link.origin].append((link.target, float(link.units) + 1.0))
        near[link.target].append((link.origin, float(link.units) + 1.0))
    column_of = {node.key: node.column for node in view.nodes}
    height = {node.key: (at + 0.5) / len(nodes) for nodes in columns for at, node in enumerate(nodes)}
    for sweep in range(SWEEPS):
        step = 1 if sweep % 2 == 0 else -1
        for nodes in columns[::step]:
            middle = {one.key: _middle(one, near[one.key], height, column_of, -step) for one in nodes}
            nodes.sort(key=lambda one: (middle[one.key], height[one.key], one.key))
            height |= {one.key: (at + 0.5) / len(nodes) for at, one in enumerate(nodes)}
    return columns


def _middle(
    node: Node,
    near: Sequence[tuple[str, float]],
    height: Mapping[str, float],
    column_of: Mapping[str, int],
    side: int,
) -> float:
    """Where the nodes on one side of a node pull it, each by its units."""
    pulls = [(height[key], weight) for key, weight in near if (column_of[key] - node.column) * side > 0]
    if not pulls:
        return height[node.key]
    return sum(at * weight for at, weight in pulls) / sum(weight for _, weight in pulls)


# -- places --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Placed:
    """Where everything is: `box` is (top, height) of each node, `corner` the upper corner of each band at a node."""

    width: float
    height: float
    x: Sequence[float]
    box: Mapping[str, tuple[float, float]]
    corner: Mapping[tuple[int, str, bool], float]
    thick: Sequence[float]
    slot: Mapping[str, tuple[float, float]]


def _place(view: SupplyView, columns: Sequence[Sequence[Node]], wide: float) -> _Placed:
    column_of = {node.key: node.column for node in view.nodes}
    sides = _sides(view, column_of)
    size = {node.key: float(node.units or 0) for node in view.nodes}
    for side in sides:
        for key, links in side.items():
            size[key] = max(size[key], float(sum((view.links[at].units for at in links), Decimal(0))))
    label = [SIZE * 2.9 if len(nodes) <= ROOMY else SIZE * 1.5 for nodes in columns]
    fixed = max(len(nodes) * label[at] for at, nodes in enumerate(columns))
    room = max(LEAST_HEIGHT, fixed * 0.35 + 160)
    whole = max(sum(size[node.key] for node in nodes) for nodes in columns) or 1.0
    scale = room / whole
    thick = [max(THIN, float(link.units) * scale) for link in view.links]
    tall = {
        node.key: max(
            FLAT, size[node.key] * scale, *(sum(thick[at] for at in side.get(node.key, ())) for side in sides)
        )
        for node in view.nodes
    }
    slots = [[max(tall[node.key], label[at]) + 6 for node in nodes] for at, nodes in enumerate(columns)]
    height = max(sum(column) for column in slots)
    box, slot = {}, {}
    for nodes, heights in zip(columns, slots, strict=True):
        spare = (height - sum(heights)) / (len(nodes) + 1) if nodes else 0.0
        y = TOP + spare
        for node, high in zip(nodes, heights, strict=True):
            slot[node.key] = (y, high)
            box[node.key] = (y + (high - tall[node.key]) / 2, tall[node.key])
            y += high + spare
    gutter = max(GUTTER, (wide - 2 * MARGIN - BAR - LABEL) / max(len(columns) - 1, 1)) if len(columns) > 1 else 0.0
    gutter = min(gutter, 420.0)
    x = [MARGIN + at * gutter for at in range(len(columns))]
    width = x[-1] + BAR + LABEL + MARGIN
    corner = {
        (at, key, on_right): y
        for on_right, side in zip((False, True), sides, strict=True)
        for key, links in side.items()
        for at, y in _stack(key, links, box, thick, view)
    }
    return _Placed(width, TOP + height + MARGIN, x, box, corner, thick, slot)


def _sides(view: SupplyView, column_of: Mapping[str, int]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """The links on the left and on the right of each node; those within a column are on the right of both ends.

    A loop on one node has one end on each side.
    """
    left: dict[str, list[int]] = defaultdict(list)
    right: dict[str, list[int]] = defaultdict(list)
    for at, link in enumerate(view.links):
        begin, end = column_of[link.origin], column_of[link.target]
        if begin <= end:
            right[link.origin].append(at)
            (left if begin < end or link.origin == link.target else right)[link.target].append(at)
        else:
            left[link.origin].append(at)
            right[link.target].append(at)
    return left, right


def _stack(
    key: str,
    links: Sequence[int],
    box: Mapping[str, tuple[float, float]],
    thick: Sequence[float],
    view: SupplyView,
) -> list[tuple[int, float]]:
    """Put the bands of one side of a node one below the other, in the order of their other ends."""

    def other(at: int) -> tuple[float, int]:
        link = view.links[at]
        return box[link.target if link.origin == key else link.origin][0], at

    top, high = box[key]
    y = top + (high - sum(thick[at] for at in links)) / 2
    found = []
    for at in sorted(links, key=other):
        found.append((at, y))
        y += thick[at]
    return found


# -- shapes --------------------------------------------------------------------------------------------


def _bands(view: SupplyView, placed: _Placed, language: Language) -> list[Band]:
    nodes = {node.key: node for node in view.nodes}
    found = []
    for at, link in enumerate(view.links):
        begin, end = nodes[link.origin], nodes[link.target]
        backward = begin.column > end.column
        x0 = placed.x[begin.column] + (0.0 if backward else BAR)
        x1 = placed.x[end.column] + (BAR if begin.column >= end.column and begin.key != end.key else 0.0)
        y0 = placed.corner[at, begin.key, not backward]
        y1 = placed.corner[at, end.key, begin.column >= end.column and begin.key != end.key]
        bend = (x1 - x0) / 2
        bends = (70.0, 70.0) if begin.column == end.column and begin.key != end.key else (bend, -bend)
        tone = "back" if backward else link.state
        title = _say_link(link, begin, end, view, language)
        dashed = link.evidence == "possible" or (link.units == 0 and not link.complete)
        found.append(Band(x0, y0, x1, y1, placed.thick[at], tone, title, dashed, bends))
    return sorted(found, key=lambda one: ({"back": 0, "sold": 1, "out": 2}[one.tone], -one.width))


def _node(node: Node, placed: _Placed, view: SupplyView, language: Language) -> list[Shape]:
    top, high = placed.box[node.key]
    title = _say_node(node, view, language)
    dashed = node.evidence == "possible" or node.units is None
    return [Box(placed.x[node.column], top, BAR, high, node.state, title, node.link, dashed)]


def _label_room(placed: _Placed) -> float:
    if len(placed.x) < 2:
        return LABEL
    return min(placed.x[1] - placed.x[0] - BAR - 16, LABEL + 60)


def _label(
    node: Node, placed: _Placed, view: SupplyView, language: Language, room: float, *, roomy: bool
) -> list[Words]:
    top, high = placed.slot[node.key]
    middle, x = top + high / 2, placed.x[node.column] + BAR + 6
    room = room if node.column + 1 < len(placed.x) else LABEL - 8
    units = _amount(node, view, language)
    name = f"{MARKS[node.state]} {clean(node.name)}"
    if roomy:
        parts = [units, *_now(node, language)]
        text = " · ".join(parts)
        return [
            _line(x, middle - 3, name, SIZE, room, halo=True),
            _line(x, middle + 13, text, SMALL, room, halo=True, tone="soft"),
        ]
    tail = f" {units}"
    return [_line(x, middle + 4, shorten(name, SMALL, room - width_of(tail, SMALL)) + tail, SMALL, room, halo=True)]


def _now(node: Node, language: Language) -> list[str]:
    """Where the goods are now, as far as they are not gone."""
    shown = [name for name in ("on_hand", "in_transit") if node.figures.get(name)]
    return [f"{say(name, language)} {say_number(node.figures[name], language)}" for name in shown]


def _line(
    x: float,
    y: float,
    text: str,
    size: float,
    room: float,
    *,
    halo: bool = False,
    strong: bool = False,
    tone: str = "ink",
) -> Words:
    shown = shorten(text, size, room)
    words = Words(x, y, shown, size, "ink", width_of(shown, size), "start", halo, strong)
    return replace(words, tone="soft") if tone == "soft" else words


def _amount(node: Node, view: SupplyView, language: Language) -> str:
    if view.measure == "share":
        return say_share(node.units, language)
    return say_units(node.units, view.uom, language, node.complete)


def _say_node(node: Node, view: SupplyView, language: Language) -> str:
    if view.measure == "share":
        said = say("all_cases", language)
        if node.state != "out":
            said = f"{say('explains', language)} {_amount(node, view, language)}"
        return _sentence(clean(node.name), [said], language)
    figures = [
        f"{say('sent_on' if name == 'shipped' else 'sold_units' if name == 'sold' else name, language)} "
        f"{say_number(node.figures[name], language)}"
        for name in SAID
        if node.figures.get(name)
    ]
    facts = [_amount(node, view, language), *figures, say(node.state, language)]
    if node.evidence != "certain":
        facts.append(say(node.evidence, language))
    return _sentence(clean(node.name), facts, language)


def _say_link(link: Link, begin: Node, end: Node, view: SupplyView, language: Language) -> str:
    ends = f"{clean(begin.name)} → {clean(end.name)}"
    if view.measure == "share":
        times = say_number(link.times, language)
        fact = f"{times} {say('deliveries', language)} {say_share(link.units, language)}"
        return _sentence(ends, [fact], language)
    facts = [
        f"{say('shipped', language)} {say_units(link.shipped, view.uom, language, link.complete)}",
        f"{say('received', language)} {say_units(link.received, view.uom, language, link.complete)}",
    ]
    return _sentence(ends, facts, language)


def _sentence(subject: str, facts: Sequence[str], language: Language) -> str:
    return f"{subject}：{'，'.join(facts)}" if language == "zh" else f"{subject}: {', '.join(facts)}"
