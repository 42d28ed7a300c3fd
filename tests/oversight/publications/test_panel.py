"""A consumer who asks about a product reads what was published about it."""

import pytest

from tests.hostile.world import YOGURT, app_of, make_world
from trace.kit.db import Database


@pytest.fixture
def database_kind() -> str:
    """Nothing here differs between databases."""
    return "sqlite"


@pytest.mark.parametrize("path", [f"/check?code={YOGURT}&lot=L2", f"/products/{YOGURT}"])
def test_a_consumer_reads_what_was_published_about_the_product(database: Database, path: str) -> None:
    """With the check's own answer first."""
    world = make_world(app_of(database), (f"text {number}" for number in range(200)))
    page = world.app.test_client().get(path, headers={"Accept-Language": "en"}).text
    assert f'href="/publications/{world.told}"' in page
    assert "Consumer tips" in page
