"""Every refusal about people is said in Chinese too, without a rest of English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import trace as package
from trace.kit.errors import Invalid
from trace.mistakes import say_problem

ROOT = Path(package.__file__).parent
FILES = [
    *sorted((ROOT / "accounts").glob("*.py")),
    *(ROOT / "web" / "desk" / f"{name}.py" for name in ("people", "keys", "me", "openid")),
    *(ROOT / "kit" / f"{name}.py" for name in ("desk", "forms")),
]
FOR_OPERATORS = ("Expected one of ", "Expected the extra ", "Expected an administrator of the firm")
"""What no page of ours can cause."""


def details(path: Path) -> Iterator[str]:
    """The sentences with which a module refuses, a number in place of each value."""
    tree = ast.parse(path.read_text())
    comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in comments:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = node.value
        elif isinstance(node, ast.JoinedStr):
            said = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "'7'" if part.conversion == ord("r") else "7"
                for part in node.values
                if isinstance(part, ast.Constant | ast.FormattedValue)
            )
        else:
            continue
        if said.startswith(("Expected ", "There were ", "Nobody ", "No ", "This ", "You ", "Cannot ", "The provider ")):
            yield said


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_refusals_are_said_in_chinese(path: Path) -> None:
    spoken = {said: say_problem(Invalid(said), "zh") for said in details(path) if said.endswith((".", "?"))}
    left = [said for said, chinese in spoken.items() if re.search(r"[a-z]{3,} [a-z]{2,} ", chinese)]
    assert not [said for said in left if not said.startswith(FOR_OPERATORS)]
