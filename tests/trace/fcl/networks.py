"""The networks of the test data as all-in-one sheets."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.data import data_path
from trace.fcl.sheet import Amount, Sheet, SheetDelivery, SheetLink, Station
from trace.fcl.tables import write_tables
from trace.fcl.workbook import write_workbook
from trace.sources.periods import Period, read_period

SMALL, YOGURT, TEA = (
    f"tracing/networks/{name}.json" for name in ("small21", "yogurt_all_in_one", "babytea_scenario2_lasource")
)
DATED, UNDATED = "tracing/golden/g1_temporal_order_on.json", "tracing/golden/g2_temporal_order_off.json"


def read_network(name: str) -> Any:
    return json.loads(data_path(name).read_text("utf-8"))


def as_sheet(network: Mapping[str, Any]) -> Sheet:
    """The stations, deliveries and relations of a network."""
    return Sheet(
        tuple(
            Station(row["id"], row["name"], {"Country": row["country"]} if row.get("country") else {})
            for row in network["stations"]
        ),
        tuple(
            SheetDelivery(
                row["id"],
                row["from"],
                row["to"],
                row["product"],
                row["lot"],
                departed=_period(row["departure"]),
                arrived=_period(row["arrival"]),
                amount=_amount(row),
            )
            for row in network["deliveries"]
        ),
        tuple(SheetLink(row["from"], row["to"]) for row in network["relations"]),
    )


def _period(text: str | None) -> Period | None:
    return read_period(text) if text else None


def _amount(row: Mapping[str, Any]) -> Amount:
    kilograms = row.get("amount_kg")
    if kilograms:
        return Amount(Decimal(str(kilograms)), "kg")
    amount = row.get("amount")
    return Amount(Decimal(str(amount)), row["unit"]) if amount else Amount()


def write_sheet(folder: Path, sheet: Sheet, name: str = "network.xlsx") -> str:
    path = folder / name
    path.write_bytes(write_workbook(write_tables(sheet)))
    return str(path)
