"""Figures as Markdown tables, as docs/performance.md keeps them."""

import os
import platform
from collections.abc import Sequence


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table with its title."""
    print(f"\n### {title}\n")
    for row in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)


def machine() -> str:
    """What the figures were measured on, in general terms."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"
