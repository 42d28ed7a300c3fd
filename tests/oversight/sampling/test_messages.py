"""Maker and seller are told what became of a sample of their goods, and until when they may object."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.letters import WRITERS
from oversight.matters.messages import Letter, claim_next, finish
from oversight.models import MatterMessage
from recalls.notices.contacts import Contact, record_contact
from tests.oversight.sampling.world import BAD, GOOD, NOW, World, make_world
from tests.recalls.chain import ADMIN
from trace.models import Party

SITE = "https://suyuan.example"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def mail(world: World, name: str, address: str) -> None:
    """A notice contact of a firm."""
    party = world.session.query(Party).filter_by(name=name).one()
    record_contact(world.session, ADMIN, party.gln or "", Contact(1, "质量负责人", address), NOW)


def sent(world: World) -> list[Letter]:
    found = []
    while world.session.scalar(select(MatterMessage.id).where(MatterMessage.next_at <= NOW)) is not None:
        claimed = claim_next(world.session, WRITERS, SITE, NOW)
        if claimed is not None:
            finish(world.session, claimed.message_id, None, NOW)
            found.append(claimed.letter)
    return found


def test_a_failed_result_says_until_when_the_firm_may_object(world: World) -> None:
    mail(world, "dairy", "quality@dairy.example")
    sample = world.step(world.report(BAD, kinds=["outlet"]), world.offices.colleague, "fail-food")
    [letter] = sent(world)
    assert letter.address == "quality@dairy.example"
    # seven working days after Tuesday the third of March
    assert letter.body.splitlines() == [
        f"{sample.number} {sample.title}",
        "监督抽查检验结果不合格",
        "A sample of your goods failed",
        "对结果有异议的，请于 2026-03-12 23:59 前提出",
        "If you object to the result, say so by 2026-03-12 23:59",
        "",
        f"{SITE}/desk/matters/{sample.number}",
    ]


def test_a_seller_is_told_too_and_by_whom_it_objects(world: World) -> None:
    mail(world, "first", "shop@firms.example")
    mail(world, "second", "other@firms.example")
    world.step(world.report(BAD, kinds=["outlet"]), world.offices.colleague, "fail-food")
    [letter] = sent(world)
    assert letter.address in ("shop@firms.example", "other@firms.example")
    assert "2026-03-12 23:59" in letter.body
    assert "鼓楼区市场监督管理局" in letter.body
    assert SITE not in letter.body  # the maker's matter is not for it to read


def test_what_passed_is_told_without_a_limit(world: World) -> None:
    mail(world, "dairy", "quality@dairy.example")
    sample = world.step(world.report(GOOD, kinds=["outlet"]), world.offices.colleague, "pass")
    assert [one.subject for one in sent(world)] == [
        f"{sample.number} 监督抽查检验结果合格 / A sample of your goods passed"
    ]


def test_a_firm_without_a_mail_address_is_not_written_to(world: World) -> None:
    world.failed()
    assert sent(world) == []
    assert {row.error for row in world.session.scalars(select(MatterMessage))} == {"no address"}
