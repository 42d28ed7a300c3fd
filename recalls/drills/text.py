"""A drill's report as text for a terminal. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from recalls.drills.words import PARTS, code_of, name_of, ways_of, write_percent, write_quantity, write_sum
from trace.text_table import write_table

Row = Mapping[str, Any]

MOST_DIFFERENCES = 20
MOST_CONTACTS = 20


def write_report(report: Row, backward: bool = False) -> str:
    """Return the report; ``backward`` adds the table of what the batch was made from."""
    forward, back = report["forward"], report["backward"]
    verdict = "in time" if report["in_time"] else "TOO LATE"
    batch = report["batch"]
    name = f"{batch['gtin']} {batch['lot']}" if batch["gtin"] and batch["lot"] else batch["id"]
    return "\n".join(
        [
            f"Drill {report['number']}: {name}",
            f"started {report['started_at']}, limit {report['hours']} h, reported {report['finished_at']}: {verdict}",
            "parts: " + ", ".join(f"{PARTS[one['part']][1]} {one['milliseconds']} ms" for one in report["parts"]),
            "",
            f"backward: made from {len(back['batches'])} batches, which came by {back['movements']} movements "
            f"between {len(back['places'])} places",
            *([write_inputs(back["batches"])] if backward and back["batches"] else []),
            f"forward: {len(forward['batches'])} batches, {forward['places']} places, {forward['outlets']} outlets"
            + "".join(f"; tier {one['tier']}: {one['places']}" for one in forward["tiers"]),
            "",
            *write_balance(report["balance"]),
            *(_unnamed(one) for one in report["possible"]),
            "",
            *write_contacts(report["contacts"], report["reachable"]),
            "",
            f"Findings: {len(report['findings'])}. The impact is kept as run {report['run']}.",
        ]
    )


def write_inputs(batches: Sequence[Row]) -> str:
    """Return the table of what the batch was made from."""
    rows = [[one["gtin"] or one["id"], one["lot"], one["depth"]] for one in batches]
    return write_table(("made from", "lot", "distance"), rows)


def write_balance(rows: Sequence[Row]) -> list[str]:
    """Return for each item what is accounted for, and each difference with what explains it."""
    lines = []
    for row in rows:
        kind = "made from it" if row["derived"] else "drilled"
        lines += [
            f"{row['gtin'] or row['id']} ({kind}, in {row['uom'] or 'pieces'}): "
            f"accounted {write_percent(row['accounted_percent'], 'en')}",
            f"  {write_quantity(row['produced'])} made, {write_quantity(row['accounted'])} accounted for = "
            f"{write_sum(row, 'en')}",
        ]
        if row["difference"]:
            lines.append(f"  difference {write_quantity(row['difference'])}:")
        lines += [_difference(one) for one in row["differences"][:MOST_DIFFERENCES]]
        if len(row["differences"]) > MOST_DIFFERENCES:
            lines.append(f"    … and {len(row['differences']) - MOST_DIFFERENCES} more")
        if row["difference"] or row["differences"]:
            lines.append(f"    unexplained {write_quantity(row['unexplained'])}")
    return lines or ["Nothing of it is recorded: there is nothing to balance."]


def _difference(one: Row) -> str:
    place = one["place"]["name"] or one["place"]["id"]
    return f"    {write_quantity(one['quantity'])}  {one['rule']} at {place}: {one['message']}"


def _unnamed(row: Row) -> str:
    most = "?" if row["upper"] is None else write_quantity(row["upper"])
    unit = row["uom"] or "pieces"
    return f"{row['gtin']}: {write_quantity(row['lower'])} … {most} {unit} moved on without a lot or were mixed"


def write_contacts(contacts: Sequence[Row], reachable: int) -> list[str]:
    """Return how many consignees can be reached, and a table of those that cannot, which are the work to be done."""
    lines = [f"Contacts: {len(contacts)} consignees, {reachable} with an address, {len(contacts) - reachable} without"]
    silent = [one for one in contacts if not one["contacts"]]
    if silent:
        rows = [[name_of(one, "en"), code_of(one), one["tier"]] for one in silent[:MOST_CONTACTS]]
        lines.append(write_table(("no address", "code", "tier"), rows))
    reached = [one for one in contacts if one["contacts"]][: max(MOST_CONTACTS - len(silent), 0)]
    if reached:
        rows = [[name_of(one, "en"), code_of(one), one["tier"], ways_of(one)] for one in reached]
        lines.append(write_table(("reachable", "code", "tier", "how"), rows))
    return lines
