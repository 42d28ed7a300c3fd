"""Lists as people write them in one field or cell: a line each, its parts with | between them. Pure.

A suspension: `2026-03-01 | 2026-04-30 | hygiene`. A test item: `aflatoxin M1 | GB 5009.24 | 2026-01-01 | 2028-12-31`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SUSPENSION = ("since", "until", "ground")
SCOPE = ("item", "method", "valid_from", "valid_to")


def read_lines(text: str, parts: Sequence[str]) -> list[dict[str, str]]:
    """Return one object a line, with those of ``parts`` that are not empty. Raises ValueError for too many."""
    found = []
    for number, line in enumerate((one for one in text.splitlines() if one.strip()), 1):
        cells = [cell.strip() for cell in re.split(r"[|｜]", line)]
        if len(cells) > len(parts):
            raise ValueError(f"Expected at most {len(parts)} parts in line {number}, got {len(cells)}.")
        found.append({part: cell for part, cell in zip(parts, cells, strict=False) if cell})
    return found


def write_lines(rows: Iterable[Mapping[str, Any]], parts: Sequence[str]) -> str:
    """Return the lines that `read_lines` reads."""
    return "\n".join(" | ".join(str(row.get(part) or "") for part in parts).rstrip(" |") for row in rows)
