"""Columns of many places are folded into groups that open: by kind and region, from coarse to fine. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST = 60
"""So many nodes a column has at the most."""


class Spot(NamedTuple):
    """A place in a column; ``region`` is GB/T 2260, empty where nobody registered one."""

    number: int
    column: int
    kind: str
    region: str


@dataclass(frozen=True, slots=True)
class Group:
    """Several places of a column as one node: those of ``kind`` in ``region`` (a beginning of its digits, or none).

    ``key`` names it in an address.
    """

    key: str
    column: int
    kind: str
    region: str
    members: tuple[int, ...]


def fold(spots: Iterable[Spot], most: int = MOST, within: str = "") -> dict[int, str | Group]:
    """Return for each place the node it is drawn as: its own number as text, or the group it is folded into.

    ``within`` is the key of the group that ``spots`` are the members of, if of one that was opened.
    """
    columns: dict[int, list[Spot]] = defaultdict(list)
    for spot in spots:
        columns[spot.column].append(spot)
    found: dict[int, str | Group] = {}
    for some in columns.values():
        if len(some) <= most:
            found |= {spot.number: str(spot.number) for spot in some}
            continue
        for group in _groups(some, most, within):
            alone = len(group.members) == 1
            found |= {number: str(number) if alone else group for number in group.members}
    return found


def open_group(spots: Iterable[Spot], key: str, most: int = MOST) -> set[int]:
    """Return the places that a group stands for, wherever it is met; none for a key that names none."""
    path, _, part = key.partition("~")
    pieces = path.split(".")
    if len(pieces) != 3:
        return set()
    column, kind, region = pieces
    some = [spot for spot in spots if str(spot.column) == column and spot.kind == kind and _lies_in(spot, region)]
    if not part:
        return {spot.number for spot in some}
    for piece in part.split("~"):
        some = dict(_slices(some, most)).get(piece, [])
    return {spot.number for spot in some}


_LEVELS: Sequence[Callable[[Spot], str]] = tuple(lambda spot, n=digits: spot.region[:n] for digits in (2, 4, 6))  # type: ignore[misc]

_ANYWHERE, _UNKNOWN = "all", "none"


def _groups(some: Sequence[Spot], most: int, within: str) -> list[Group]:
    column = some[0].column
    for level in _LEVELS:
        split: dict[tuple[str, str], list[int]] = defaultdict(list)
        for spot in some:
            split[spot.kind, level(spot)].append(spot.number)
        if len(split) > most:
            break
        if len(split) > 1:
            return [
                Group(f"{column}.{kind}.{region or _UNKNOWN}", column, kind, region, tuple(sorted(members)))
                for (kind, region), members in sorted(split.items())
            ]
    kinds: dict[str, list[Spot]] = defaultdict(list)
    for spot in some:
        kinds[spot.kind].append(spot)
    if len(kinds) > 1:
        return [
            Group(f"{column}.{kind}.{_ANYWHERE}", column, kind, "", tuple(sorted(spot.number for spot in spots)))
            for kind, spots in sorted(kinds.items())
        ]
    kind, common = some[0].kind, some[0].region  # nothing tells them apart
    path = within if "~" in within else f"{column}.{kind}.{common or _UNKNOWN}"
    return [
        Group(f"{path}~{name}", column, kind, common, tuple(spot.number for spot in spots))
        for name, spots in _slices(some, most)
    ]


def _slices(some: Sequence[Spot], most: int) -> list[tuple[str, list[Spot]]]:
    """Cut places that nothing tells apart into at most ``most`` parts, in the order of their numbers."""
    ordered = sorted(some)
    size = -(-len(ordered) // most) or 1
    return [(str(at // size + 1), ordered[at : at + size]) for at in range(0, len(ordered), size)]


def _lies_in(spot: Spot, region: str) -> bool:
    if region == _ANYWHERE:
        return True
    if region == _UNKNOWN:
        return not spot.region
    return spot.region.startswith(region)


def members_of(drawn: Mapping[int, str | Group]) -> dict[str, list[int]]:
    """Return the places of each node, by its key."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, node in drawn.items():
        found[node if isinstance(node, str) else node.key].append(number)
    return dict(found)
