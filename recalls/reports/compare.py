"""What changed from one report to another of the same form: rows that came, went, or say something else. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import TypedDict

from recalls.reports.parts import Part

Row = Mapping[str, Any]


class ChangedRow(TypedDict):
    """A row that both reports have: by which fields it is known, and its fields that differ, as [before, after]."""

    key: dict[str, Any]
    fields: dict[str, list[Any]]


class PartChanges(TypedDict):
    """What changed in one part."""

    part: str
    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    changed: list[ChangedRow]


def compare_parts(
    parts: Sequence[Part], before: Mapping[str, Sequence[Row]], after: Mapping[str, Sequence[Row]]
) -> list[PartChanges]:
    """Return what changed in each of ``parts``, those with no change left out."""
    found = [_compare(part, before.get(part.name, ()), after.get(part.name, ())) for part in parts]
    return [one for one in found if one["added"] or one["removed"] or one["changed"]]


def _compare(part: Part, before: Sequence[Row], after: Sequence[Row]) -> PartChanges:
    old, new = _by_key(part, before), _by_key(part, after)
    changed: list[ChangedRow] = []
    for key in old.keys() & new.keys():
        names = [*old[key], *(name for name in new[key] if name not in old[key])]
        fields = {name: [old[key].get(name), new[key].get(name)] for name in names}
        fields = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
        if fields:
            changed.append({"key": {name: new[key].get(name) for name in part.keys}, "fields": fields})
    return {
        "part": part.name,
        "added": [dict(row) for key, row in new.items() if key not in old],
        "removed": [dict(row) for key, row in old.items() if key not in new],
        "changed": sorted(changed, key=lambda row: str(list(row["key"].values()))),
    }


def _by_key(part: Part, rows: Sequence[Row]) -> dict[tuple[Any, ...], Row]:
    """Return rows by what names them; equal names are told apart by their order."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key: tuple[Any, ...] = tuple(row.get(name) for name in part.keys)
        number = 0
        while (*key, number) in found:
            number += 1
        found[*key, number] = row
    return found
