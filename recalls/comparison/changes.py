"""Two impacts of one case compared: who came in, who dropped out, and which figures are others. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Row = Mapping[str, Any]
"""A row of an impact, as `recalls.impact_answers` shapes it."""

Kind = Literal["came_in", "dropped_out", "changed"]
KINDS: tuple[Kind, ...] = ("came_in", "dropped_out", "changed")

Pair = tuple[Any, Any]
"""(before, after)."""

FIGURES = (
    "lower",
    "expected",
    "upper",
    "produced",
    "received",
    "on_hand",
    "in_transit",
    "sold",
    "shipped",
    "returned",
    "consumed",
    "destroyed",
    "lost",
)
FACTS = ("status", "evidence", "tier", "complete")
"""What else follows from movements."""

NAMES = ("gln", "name", "name_en", "party", "party_name", "region", "kind")
"""What is registered about a place, or said by documents."""

TOTALS = ("produced", "on_hand", "in_transit", "sold", "consumed", "destroyed", "lost", "unaccounted", "complete")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an affected place in one unit of measure; ``row`` is the later one, if there is one.

    ``figures``, ``facts`` and ``names`` hold what differs; of a row that came or went, its figures that are not 0.
    """

    kind: Kind
    id: str
    uom: str
    row: Row
    figures: Mapping[str, Pair]
    facts: Mapping[str, Pair]
    names: Mapping[str, Pair]

    @property
    def key(self) -> tuple[int, str, str]:
        """Return where it stands: those who came in first, then those who dropped out, then the others."""
        return KINDS.index(self.kind), self.id, self.uom


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two impacts; ``came_in`` and ``dropped_out`` are identifiers of batches."""

    changes: Sequence[Change]
    totals: Sequence[tuple[Row, Mapping[str, Pair]]]
    came_in: Sequence[str]
    dropped_out: Sequence[str]


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Return what differs between two impacts of one case, in a fixed order; what only one of them tells is no change.

    Impacts that were frozen before a figure was introduced lack it.
    """
    earlier = {_place(row): row for row in (*before["outlets"], *before["consignees"])}
    changes = []
    for row in (*after["outlets"], *after["consignees"]):
        old = earlier.pop(_place(row), None)
        if old is None:
            changes.append(_one_sided("came_in", row))
        elif old != row:
            changes += _changed(old, row)
    changes += [_one_sided("dropped_out", row) for row in earlier.values()]
    batches, later = ({row["id"] for row in impact["batches"]} for impact in (before, after))
    return Comparison(
        sorted(changes, key=lambda change: change.key),
        list(_compare_totals(before["totals"], after["totals"])),
        sorted(later - batches),
        sorted(batches - later),
    )


def _place(row: Row) -> tuple[str, str]:
    return row["id"], row["uom"] or ""


def _one_sided(kind: Kind, row: Row) -> Change:
    there = {name: row[name] for name in FIGURES if row.get(name, 0) != 0}  # unknown is not 0
    figures = {name: (0, value) if kind == "came_in" else (value, 0) for name, value in there.items()}
    return Change(kind, *_place(row), row, figures, {}, {})


def _changed(old: Row, row: Row) -> Iterable[Change]:
    figures, facts, names = (differences(old, row, group) for group in (FIGURES, FACTS, NAMES))
    if figures or facts or names:
        yield Change("changed", *_place(row), row, figures, facts, names)


def differences(old: Row, new: Row, fields: Iterable[str]) -> dict[str, Pair]:
    """Return those of ``fields`` that both rows have and that differ."""
    return {name: (old[name], new[name]) for name in fields if name in old and name in new and old[name] != new[name]}


def _compare_totals(before: Iterable[Row], after: Iterable[Row]) -> Iterable[tuple[Row, Mapping[str, Pair]]]:
    earlier = {_total(row): row for row in before}
    for row in after:
        nothing = {**dict.fromkeys(TOTALS, 0), "complete": row["complete"]}
        changed = differences(earlier.pop(_total(row), nothing), row, TOTALS)
        if changed:
            yield row, changed
    for row in earlier.values():
        yield row, differences(row, {**dict.fromkeys(TOTALS, 0), "complete": row["complete"]}, TOTALS)


def _total(row: Row) -> tuple[str, str, bool]:
    return row["id"], row["uom"] or "", row["derived"]
