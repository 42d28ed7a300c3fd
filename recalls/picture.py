"""The picture of an impact as plain values: places as nodes by tier, what moved between them as links.

Everything is added up over columns (`trace.picture.sums`); a column of many places is folded into groups that open.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from recalls.affected import UNREACHED
from recalls.impact_table import PlaceColumns
from recalls.publication.regions import PROVINCES
from trace.fold.contents import Unit
from trace.kit.formats import Language, say_number
from trace.picture.fold import Group, Spot, fold, members_of, open_group
from trace.picture.model import Evidence, Link, Node, State, SupplyView
from trace.picture.sums import LinkSum, NodeSum, neighbours, sum_links, sum_nodes
from trace.picture.words import say

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FROM_NOWHERE, TO_NOWHERE = "from", "to"
"""Keys of the senders and of the receivers that nobody recorded."""

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which picture: in which unit of measure, in which language, and the key of the group that was opened."""

    uom: Unit
    language: Language
    group: str = ""


def units_of(columns: PlaceColumns) -> list[Unit]:
    """Return the units of measure that there is a picture in, that of the most places first."""
    table = columns.affected.table
    counts = {unit: int((table.uom == code).sum()) for code, unit in enumerate(table.units)}
    return sorted((unit for unit, count in counts.items() if count), key=lambda unit: (-counts[unit], unit))


def view_of(columns: PlaceColumns, asked: Asked) -> SupplyView:
    """Return what the picture shows; empty where nothing is recorded in this unit of measure."""
    supply, table = columns.affected.supply, columns.affected.table
    if asked.uom not in table.units:
        return SupplyView(asked.uom, (), (), ())
    code = table.units.index(asked.uom)
    tiers = _tiers(columns, code)
    order = {tier: at for at, tier in enumerate(sorted(set(tiers.values())))}
    spots = [_spot(columns, number, order[tier]) for number, tier in tiers.items()]
    focus = open_group(spots, asked.group) if asked.group else None
    drawn = _fold(spots, focus, asked.group, neighbours(supply.postings, focus) if focus else set())
    members = members_of(drawn)
    keys = list(members)
    node_of = {number: at for at, key in enumerate(keys) for number in members[key]}
    sums = sum_nodes(supply.postings, table, code, node_of, len(keys), supply.seeds)
    links = sum_links(supply.postings, code, node_of, len(keys), supply.seeds, focus)
    column_of = {spot.number: spot.column for spot in spots}
    nodes = [
        _node(columns, asked, drawn[members[key][0]], members[key], column_of[members[key][0]], one)
        for key, one in zip(keys, sums, strict=True)
    ]
    ends = list(_unrecorded(links, len(keys), len(order), asked.language))
    known = dict(enumerate(nodes)) | dict(ends)
    return SupplyView(
        asked.uom,
        tuple(_head(tier, asked.language) for tier in order),
        tuple(known.values()),
        tuple(_link(one, known[one.origin], known[one.target]) for one in links),
    )


def _tiers(columns: PlaceColumns, code: int) -> dict[int, int]:
    table = columns.affected.table
    rows = (table.uom == code).nonzero()[0]
    return dict(zip(table.number[rows].tolist(), columns.affected.tier[rows].tolist(), strict=True))


def _spot(columns: PlaceColumns, number: int, column: int) -> Spot:
    place = columns.places[number]
    return Spot(number, column, place.kind or "other", place.region or "")


def _fold(
    spots: Collection[Spot], focus: Collection[int] | None, group: str, near: Collection[int]
) -> dict[int, str | Group]:
    if not focus:
        return fold(spots)
    inside = fold([spot for spot in spots if spot.number in focus], within=group)
    around = fold([spot for spot in spots if spot.number in near and spot.number not in focus])
    return around | inside


def _head(tier: int, language: Language) -> str:
    if tier == 0:
        return say("maker", language)
    if tier == UNREACHED:
        return say("unreached", language)
    return f"第 {tier} 级" if language == "zh" else f"Tier {tier}"


def _node(
    columns: PlaceColumns, asked: Asked, drawn: str | Group, members: Collection[int], column: int, one: NodeSum
) -> Node:
    evidence = _evidence(columns, members, one)
    reached = one.figures["produced"] + one.figures["received"] + one.figures["in_transit"]
    single = isinstance(drawn, str)
    place = columns.places[min(members)]
    name = (asked.language == "en" and place.name_en) or place.name or place.gln or place.id
    return Node(
        key=drawn if isinstance(drawn, str) else drawn.key,
        name=name if isinstance(drawn, str) else _group_name(drawn, asked.language),
        column=column,
        units=None if evidence == "possible" and not reached else reached,
        state=_state(one),
        evidence=evidence,
        figures=one.figures,
        complete=one.complete,
        members=len(members),
        first=None if one.first is None else EPOCH + timedelta(microseconds=one.first),
        link="?" + urlencode({"q": place.gln or place.name or place.id}) if single else "",
    )


def _group_name(group: Group, language: Language) -> str:
    count, kind = say_number(len(group.members), language), say(group.kind, language)
    names = PROVINCES.get(group.region[:2])
    where = "" if names is None else names[0 if language == "zh" else 1]
    if language == "zh":
        return f"{where}{count} 家{kind}"
    return f"{count} {kind}{f' in {where}' if where else ''}"


def _state(one: NodeSum) -> State:
    if one.figures["on_hand"] > 0 or one.figures["in_transit"] > 0 or not one.complete:
        return "out"
    return "sold" if one.figures["sold"] > 0 else "back"


def _evidence(columns: PlaceColumns, members: Collection[int], one: NodeSum) -> Evidence:
    if one.named:
        return "certain"
    known = columns.affected.supply.evidence
    return "possible" if all(known.get(number) == "possible" for number in members) else "derived"


def _unrecorded(links: Iterable[LinkSum], size: int, columns: int, language: Language) -> Iterable[tuple[int, Node]]:
    """The nodes that stand for senders and for receivers that nobody recorded, where there are any."""
    sent = [one.received or one.shipped for one in links if one.origin == size]
    came = [one.shipped or one.received for one in links if one.target == size + 1]
    if sent:
        yield size, Node(FROM_NOWHERE, say("from_nowhere", language), 0, sum(sent, _ZERO), "back", complete=False)
    if came:
        last = max(columns - 1, 0)
        yield size + 1, Node(TO_NOWHERE, say("to_nowhere", language), last, sum(came, _ZERO), "out", complete=False)


def _link(one: LinkSum, origin: Node, target: Node) -> Link:
    returned = target.column < origin.column
    evidence: Evidence = "certain" if one.named else "derived"
    state: State = "back" if returned else target.state
    return Link(origin.key, target.key, one.shipped, one.received, state, evidence, one.complete, one.times)


def facts_of(view: SupplyView) -> list[Mapping[str, object]]:
    """Return the same nodes as rows, column by column and the largest first, for those who read instead of look."""
    ordered = sorted(view.nodes, key=lambda node: (node.column, -(node.units or _ZERO), node.key))
    return [{"node": node, "head": view.heads[node.column]} for node in ordered]
