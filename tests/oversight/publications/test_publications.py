"""What the public is told: by two people, in plain words, corrected in sight."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from oversight.matters.kinds import Nothing, act
from oversight.matters.steps import OtherPersonNeeded, actor_of
from oversight.models import Matter
from oversight.publications import firm
from oversight.publications.drafts import (
    PUBLICATIONS,
    NewPublication,
    OfficialsAlone,
    Softening,
    WordsIn,
    draft_publication,
)
from oversight.publications.reading import (
    PublicationNotFound,
    Wanted,
    list_publications,
    read_publication,
    write_publications,
)
from tests.oversight.offices import COUNTY
from tests.oversight.withdrawals.world import NOW, World, make_world
from trace.kit.auth import Principal
from trace.kit.errors import Invalid
from trace.models import Party

WORDS = WordsIn(title="抽检结果", title_en="Results", text="一批不合格", text_en="One lot failed")
TIP = NewPublication("tip", "如何识别", "How to tell", "看标签", "Read the label", COUNTY)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def draft(world: World, new: NewPublication = TIP, who: Principal | None = None) -> Matter:
    return draft_publication(world.session, actor_of(world.session, who or world.offices.county), new, NOW)


def step(world: World, matter: Matter, who: Principal, name: str, body: Any = None, days: int = 0) -> None:
    act(world.session, PUBLICATIONS, who, matter.number, name, body or Nothing(), "理由", NOW + timedelta(days=days))


def titles(world: World, wanted: Wanted = Wanted()) -> list[str]:  # noqa: B008
    rows = list_publications(world.session, wanted, None, 9)
    return [row["title"] for row in write_publications(world.session, rows)]


def test_nothing_reaches_the_public_by_one_person_alone(world: World) -> None:
    matter = draft(world)
    assert titles(world) == []
    with pytest.raises(PublicationNotFound):
        read_publication(world.session, matter.number)
    with pytest.raises(OtherPersonNeeded):
        step(world, matter, world.offices.county, "approve")
    step(world, matter, world.offices.colleague, "approve")
    assert titles(world) == ["如何识别"]


def test_a_correction_stands_in_sight_of_what_was_wrong(world: World) -> None:
    matter = draft(world)
    step(world, matter, world.offices.colleague, "approve")
    step(world, matter, world.offices.county, "correct", WORDS, 1)
    assert titles(world) == ["如何识别"]  # until another person approves it
    step(world, matter, world.offices.colleague, "approve", None, 2)
    read = read_publication(world.session, matter.number)
    assert [(one["version"], one["title"], one["reason"]) for one in read["versions"]] == [
        (2, "抽检结果", "理由"),
        (1, "如何识别", None),
    ]


def test_a_draft_that_was_never_approved_is_no_version_of_the_public(world: World) -> None:
    matter = draft(world)
    step(world, matter, world.offices.county, "revise", WORDS)
    step(world, matter, world.offices.colleague, "approve")
    assert [one["version"] for one in read_publication(world.session, matter.number)["versions"]] == [2]


def test_what_is_withdrawn_is_not_listed_and_says_why(world: World) -> None:
    matter = draft(world)
    step(world, matter, world.offices.colleague, "approve")
    step(world, matter, world.offices.county, "propose-withdrawal")
    step(world, matter, world.offices.colleague, "withdraw")
    assert titles(world) == []
    assert read_publication(world.session, matter.number)["withdrawn_because"] == "理由"


def test_words_that_make_a_danger_smaller_are_refused_where_there_is_one(world: World) -> None:
    soft = replace(TIP, topic="inspection", text="出于预防性目的")
    with pytest.raises(Softening) as refused:
        draft(world, soft)
    assert refused.value.errors[0].pointer == "/text"
    draft(world, replace(soft, topic="tip"))


def test_a_grade_is_that_of_the_firm_at_the_moment(world: World) -> None:
    grade = replace(TIP, topic="grade", title="信用等级")
    with pytest.raises(Invalid):
        draft(world, grade)
    matter = draft(world, replace(grade, party_id=world.shop.party_id))
    step(world, matter, world.offices.colleague, "approve")
    assert read_publication(world.session, matter.number)["grade"] == "A"
    assert titles(world, Wanted(party_id=world.shop.party_id)) == ["信用等级"]
    assert titles(world, Wanted(topic="tip")) == []


def test_the_published_grade_is_found_behind_whatever_was_published_since(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firm, "MOST", 1)
    for topic in ("grade", "tip", "tip"):
        matter = draft(world, replace(TIP, topic=topic, party_id=world.shop.party_id))
        step(world, matter, world.offices.colleague, "approve")
    party = world.session.get_one(Party, world.shop.party_id)
    read = firm.read_public_firm(world.session, party.gln or "")
    assert ([one["topic"] for one in read["publications"]], read["grade"]) == (["tip"], "A")


def test_a_firm_publishes_nothing(world: World) -> None:
    with pytest.raises(OfficialsAlone):
        draft(world, TIP, world.shop)
