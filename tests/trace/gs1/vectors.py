"""The GS1 vectors of the test data, read once; tests that want them skip by name where they are missing."""

import json
from typing import Any

from tests.data import data_path


def lines(name: str) -> list[list[str]]:
    """Lines of a text file under `gs1/`, split at tabs; blank lines left out."""
    text = data_path(f"gs1/{name}").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.split("\n") if line.strip()]


def document(name: str) -> Any:
    """A JSON file under `gs1/`."""
    return json.loads(data_path(f"gs1/{name}").read_text(encoding="utf-8"))
