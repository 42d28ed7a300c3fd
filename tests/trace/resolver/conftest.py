"""One world for all tests that only read it, on SQLite: links are plain rows."""

from collections.abc import Iterator

import pytest

from tests.conftest import database_maker
from tests.trace.resolver.world import World, make_world


@pytest.fixture(scope="package")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    for make in database_maker("sqlite", request, tmp_path_factory.mktemp("resolver")):
        yield make_world(make())
