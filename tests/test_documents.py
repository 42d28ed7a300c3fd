"""What the documents name exists: files, tasks, commands, routes."""

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from trace.kit.config import ROOT, Settings
from wsgi import create_app

DOCUMENTS = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
FILE = re.compile(r"(?<![\w/])((?:trace|recalls|demo|bench|deploy|docs|tests|migrations)/[A-Za-z0-9_./-]*)")
TASK = re.compile(r"\bmake ([a-z0-9]+)\b")
COMMAND = re.compile(r"\bflask ([a-z]+(?: [a-z]+)?)")
ROUTE = re.compile(r"(?<![a-z])(/(?:api/v1|epcis)/[A-Za-z0-9_./<>-]+)")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, for its routes and commands alone."""
    url = f"sqlite:///{tmp_path_factory.mktemp('documents') / 'none.sqlite3'}"
    return create_app(Settings(database_url=url, secret_key="a key for tests", public_url="https://suyuan.example"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(document: Path) -> None:
    named = {name.rstrip("./") for name in FILE.findall(document.read_text("utf-8"))}
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_task_that_is_named_exists(document: Path) -> None:
    tasks = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = document.read_text("utf-8")
    code = " ".join([*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^make .*$", text, re.MULTILINE)])
    assert set(TASK.findall(code)) <= tasks


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(program: Flask, document: Path) -> None:
    for words in COMMAND.findall(document.read_text("utf-8")):
        name, _, sub = words.partition(" ")
        command = program.cli.commands.get(name)
        assert command is not None, words
        subcommands = getattr(command, "commands", None)
        assert not sub or subcommands is None or sub in subcommands, words


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_route_that_is_named_exists(program: Flask, document: Path) -> None:
    routes = program.url_map.bind("localhost")
    missing = []
    for path in ROUTE.findall(document.read_text("utf-8")):
        try:
            routes.match(path.rstrip("."), method="OPTIONS")
        except (RequestRedirect, MethodNotAllowed):
            continue
        except NotFound:
            missing.append(path)
    assert missing == []
