"""The picture of a trace-back: places from where goods may come to where cases are, by the share that each explains.

Pure: it is drawn from the answer alone. Nodes and bands are scores, never units; the strongest are shown.
"""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from trace.kit.formats import Language
from trace.picture.fold import MOST
from trace.picture.model import Link, Node, State, SupplyView
from trace.picture.words import say
from trace.sources.rows import ScoredMovement, ScoredPlace, Sources
from trace.walk import layers

PERCENT = 100


def picture_sources(sources: Sources, language: Language, most: int = MOST) -> SupplyView:
    """Return the picture of an answer; each column has its ``most`` strongest places.

    A column is the longest way to an end of the goods; places that returns tie into a circle stand in one. A band is
    the strongest of the deliveries between two places.
    """
    between: dict[tuple[str, str], list[ScoredMovement]] = defaultdict(list)
    for moved in sources["movements"]:
        if moved["from_id"] is not None and moved["to_id"] is not None:
            between[moved["from_id"], moved["to_id"]].append(moved)
    places = {place["id"]: place for place in sources["locations"]}
    pairs = sorted(pair for pair in between if pair[0] in places and pair[1] in places)
    far = layers(places, ((end, begin) for begin, end in pairs))
    shown = _strongest(places, far, most)
    steps = sorted({far[place] for place in shown}, reverse=True)
    column_of = {step: at for at, step in enumerate(steps)}
    nodes = tuple(_node(places[place], column_of[far[place]]) for place in sorted(shown))
    links = tuple(_link(pair, between[pair]) for pair in pairs if shown.issuperset(pair))
    heads = ["" for _ in steps]
    if len(heads) > 1:
        heads[0], heads[-1] = say("towards_source", language), say("towards_cases", language)
    return SupplyView("", tuple(heads), nodes, links, measure="share")


def _strongest(places: Mapping[str, ScoredPlace], far: Mapping[str, int], most: int) -> set[str]:
    columns: dict[int, list[str]] = defaultdict(list)
    for place in sorted(places, key=lambda one: (-places[one]["score"], one)):
        columns[far[place]].append(place)
    return {place for column in columns.values() for place in column[:most]}


def _node(place: ScoredPlace, column: int) -> Node:
    name = place["name"] or place["gln"] or place["id"]
    return Node(place["id"], name, column, _share(place["score"]), _state(explains_all=place["explains_all"]))


def _link(pair: tuple[str, str], moved: list[ScoredMovement]) -> Link:
    share = _share(max(one["score"] for one in moved))
    state = _state(explains_all=any(one["explains_all"] for one in moved))
    return Link(*pair, share, share, state, times=len(moved))


def _share(score: float) -> Decimal:
    """A score in hundredths, to one decimal."""
    return Decimal(str(round(score * PERCENT, 1)))


def _state(*, explains_all: bool) -> State:
    return "out" if explains_all else "sold"
