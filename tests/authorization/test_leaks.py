"""A company never reads of another chain, nor the names of whom its own goods reached beyond its customers."""

from collections.abc import Iterator

import pytest

from tests.authorization.row import COMPANY, NAMES, Row, Things
from tests.authorization.test_matrix import PARTS, Stage, rows_of, stage  # noqa: F401  (a fixture)
from tests.authorization.world import Town


def answers(stage: Stage, part: str, things: Things) -> Iterator[tuple[Row, str]]:  # noqa: F811
    for row in rows_of(part):
        if row.who & COMPANY and not row.is_public and not (row.told and things.party != stage.world.own.things.party):
            answer = stage.call("manager", row, things)
            yield row, f"{answer.headers} {answer.get_data().decode('utf-8', 'replace')}"


@pytest.mark.parametrize("part", PARTS)
def test_no_answer_about_own_goods_names_a_firm_beyond_ones_neighbours(stage: Stage, part: str) -> None:  # noqa: F811
    own = stage.world.own
    named = [
        f"{row.method} {row.address} tells {secret}"
        for row, said in answers(stage, part, own.things)
        for secret in (*own.deeper, *stage.world.foreign.secrets)
        if secret in said
    ]
    assert not named, "\n".join(named)


@pytest.mark.parametrize("part", PARTS)
def test_no_name_of_another_chain_opens_anything_of_it(stage: Stage, part: str) -> None:  # noqa: F811
    foreign = stage.world.foreign
    told = [
        f"{row.method} {row.address} tells {secret}"
        for row, said in answers(stage, part, foreign.things)
        for secret in _private_words(foreign)
        if secret in said
    ]
    assert not told, "\n".join(told)


def _private_words(town: Town) -> list[str]:
    """What was not in the question itself."""
    asked = {getattr(town.things, name) for name in NAMES}
    return [word for word in town.secrets if word not in asked]
