"""The scope of an order as it is kept: its lines as JSON. Pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from recalls.scope import Line


def write_lines(lines: Sequence[Line]) -> str:
    """Return lines as JSON, without what they leave open."""
    return json.dumps([_write(line) for line in lines], ensure_ascii=False)


def read_lines(text: str) -> list[Line]:
    """Return kept lines as they were given."""
    return [_read(row) for row in json.loads(text)]


def _write(line: Line) -> dict[str, Any]:
    given = {name: value for name, value in asdict(line).items() if value not in (None, (), False)}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}


def _read(row: dict[str, Any]) -> Line:
    days = {name: date.fromisoformat(row[name]) for name in ("produced_from", "produced_to") if name in row}
    values: dict[str, Any] = row | days | {"lots": tuple(row.get("lots", ()))}
    return Line(**values)
