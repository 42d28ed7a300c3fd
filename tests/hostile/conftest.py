"""A world of harmless words to compare with, and hostile ones; SQLite alone, for no page knows its database."""

import shutil
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.hostile.strings import ACCEPTED, LOTS
from tests.hostile.world import TEXTS, World, app_of, make_world
from trace.kit.db import Database

WORLDS = -(-len(ACCEPTED) // TEXTS)
"""So many worlds take each string once."""

NewWorld = Callable[..., World]


@pytest.fixture(scope="session")
def new_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewWorld]:
    """Call it with texts (repeated as needed) and two lots for a world of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    made: list[Database] = []

    def make(texts: tuple[str, ...], first: int = 0, *lots: str) -> World:
        path = folder / f"{len(made)}.sqlite3"
        shutil.copyfile(sqlite_template, path)
        made.append(Database(f"sqlite:///{path}"))
        return make_world(app_of(made[-1]), islice(cycle(texts), first, None), *lots)

    yield make
    for database in made:
        database.close()


@pytest.fixture(scope="session")
def plain(new_world: NewWorld) -> World:
    """The same world, told in plain words."""
    return new_world(("plain words",))


@pytest.fixture(scope="session")
def hostile(new_world: NewWorld) -> list[World]:
    """Worlds in which every string has been written somewhere."""
    lots = iter(LOTS)
    return [new_world(ACCEPTED, number * TEXTS, next(lots), next(lots)) for number in range(WORLDS)]
