"""An impact as text for a terminal: affected outlets, the tally, and its conservation line. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

STATUS_WORDS = {
    "inbound": "on the way",
    "holding": "on hand",
    "sold_through": "sold through",
    "returned": "sent back",
    "cleared": "none left",
}
_FIGURES = ("on_hand", "in_transit", "sold", "consumed", "destroyed", "lost", "unaccounted")


def write_impact(impact: Mapping[str, Any], most_outlets: int | None = None) -> str:
    """Return the report of an impact as `recalls.impact.read_impact` gives it; ``most_outlets`` cuts the table."""
    outlets, consignees = impact["outlets"], impact["consignees"]
    parts = [
        f"Recall {impact['number']} as of {impact['as_of']}",
        f"Batches in scope: {_named(impact['batches'])} · "
        f"outlets: {_count(outlets)} · other places: {_count(consignees)}",
        "",
        *write_outlets(outlets, most_outlets),
        "",
        *write_tally(impact["totals"]),
        *write_unnamed(impact["possible"]["totals"]),
    ]
    errors = [finding for finding in impact["findings"] if finding["severity"] == "error"]
    parts += ["", f"Findings: {len(impact['findings'])}, errors among them: {len(errors)}"]
    parts += [f"  {finding['rule']}: {finding['message']}" for finding in errors[:10]]
    parts += ["", f"digest {impact['digest']}"]
    return "\n".join(parts)


def write_outlets(outlets: Sequence[Mapping[str, Any]], most: int | None = None) -> list[str]:
    """Return the table of affected outlets as lines; quantities are in the unit of their row."""
    if not outlets:
        return ["No outlet is affected."]
    shown = outlets if most is None else outlets[:most]
    head: tuple[str, ...] = ("outlet", "GLN", "region", "status", "unit", "received", "on hand", "in transit", "sold")
    rows: list[tuple[str, ...]] = [
        (
            row["name"] or row["id"],
            row["gln"] or "",
            row["region"] or "",
            STATUS_WORDS[row["status"]],
            row["uom"] or "pieces",
            *(write_quantity(row[name]) for name in ("received", "on_hand", "in_transit", "sold")),
        )
        for row in shown
    ]
    if any(row["lower"] != row["upper"] for row in shown):
        head = (*head, "at least … at most")
        rows = [(*cells, write_limits(row)) for cells, row in zip(rows, shown, strict=True)]
    lines = write_table(head, rows, figures_from=5)
    if len(shown) < len(outlets):
        lines.append(f"… and {len(outlets) - len(shown)} more")
    return lines


def write_tally(totals: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one conservation line for each item, unit of measure and kind of total."""
    lines = []
    for row in totals:
        name = row["gtin"] or row["id"]
        kind = "made from it" if row["derived"] else "recalled"
        lines.append(f"{name} ({kind}, in {row['uom'] or 'pieces'}, batches: {row['batches']})")
        lines.append("  " + write_conservation(row))
    return lines or ["No units are recorded."]


def write_conservation(row: Mapping[str, Any]) -> str:
    """Return RULES 8 as a line: what was made = where it is; says so where it does not hold, or is a lower bound."""
    total = sum((row[name] for name in _FIGURES), Decimal(0))
    parts = " + ".join(f"{write_quantity(row[name])} {name.replace('_', ' ')}" for name in _FIGURES)
    sign = "=" if row["produced"] == total else "≠"
    note = "" if row["complete"] else "  (some quantities are not recorded: lower bounds)"
    return f"{write_quantity(row['produced'])} produced {sign} {parts}{note}"


def write_quantity(quantity: Decimal | int | None) -> str:
    """Return a quantity with thousands set apart; ``?`` where it is unknown."""
    return "?" if quantity is None else f"{quantity:,f}" if isinstance(quantity, Decimal) else f"{quantity:,}"


def write_table(head: Sequence[str], rows: Iterable[Sequence[str]], figures_from: int) -> list[str]:
    """Return an aligned table; columns from number ``figures_from`` on stand to the right. Chinese counts double."""
    table = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(text_width(row[column]) for row in table) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = []
        for column, cell in enumerate(row):
            gap = " " * (widths[column] - text_width(cell))
            cells.append(gap + cell if column >= figures_from else cell + gap)
        return "  ".join(cells).rstrip()

    return [line(table[0]), line(["-" * width for width in widths]), *(line(row) for row in table[1:])]


def text_width(text: str) -> int:
    """Return how many columns a terminal needs for ``text``."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def write_unnamed(totals: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one line for each item of which units are no longer where the records name them."""
    return [
        f"{row['gtin']}: {write_limits(row)} {row['uom'] or 'pieces'} moved on without a lot or were mixed"
        for row in totals
    ]


def write_limits(row: Mapping[str, Any]) -> str:
    """Return the bounds of a row as ``lower … upper``."""
    upper = "?" if row["upper"] is None else write_quantity(row["upper"])
    return f"{write_quantity(row['lower'])} … {upper}"


def _named(batches: Sequence[Mapping[str, Any]]) -> int:
    return sum(batch["evidence"] != "possible" for batch in batches)


def _count(rows: Sequence[Mapping[str, Any]]) -> int:
    return len({row["id"] for row in rows})
