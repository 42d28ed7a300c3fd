"""Answers of places that goods may have reached although no name tells: nobody can say that it is too many."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from recalls import cases
from recalls.models import RecallCase
from recalls.responses.answer import Answer, AnswerLine, Sender
from recalls.responses.checks import AnswerRefused
from recalls.responses.figures import Counted
from recalls.responses.record import record_response
from recalls.responses.show import show_units
from recalls.responses.units import read_units
from recalls.scope import Line
from tests.chains import NOW, OPERATOR, Chain, supply_chain
from tests.recalls import taking
from tests.recalls.test_possible import STORY, item_of
from trace.identifiers import find_numbers


@pytest.fixture
def chain(session: Session) -> Chain:
    return supply_chain(session, STORY)


@pytest.fixture
def case(session: Session, chain: Chain) -> RecallCase:
    scope = [Line(gtin=item_of(chain), lots=["A"])]
    new = cases.NewCase(title="召回", hazard="菌落总数超标", instructions="停止食用", scope=scope)
    case = cases.open_case(session, OPERATOR, new, NOW)
    taking.file_plan(session, OPERATOR, case.number, NOW)
    return taking.announce(session, OPERATOR, case.number, NOW)


def sender(session: Session, chain: Chain, name: str) -> Sender:
    return Sender("link", None, find_numbers(session, [chain.uri(name)])[chain.uri(name)], name)


def answer(session: Session, chain: Chain, case: RecallCase, name: str, on_hand: int) -> None:
    line = AnswerLine(chain.uri("FLOUR-A"), counted=Counted(on_hand=Decimal(on_hand)))
    record_response(session, case, sender(session, chain, name), Answer([line]), NOW)


def test_where_goods_without_a_lot_may_have_come_any_number_is_taken(
    session: Session, chain: Chain, case: RecallCase
) -> None:
    for name, on_hand in (("shop", 20), ("store", 15)):
        answer(session, chain, case, name, on_hand)
    with pytest.raises(AnswerRefused, match="at most 40"):
        answer(session, chain, case, "mill", 41)


def test_a_place_with_nothing_under_a_name_is_a_consignee_and_shows_what_it_answered(
    session: Session, chain: Chain, case: RecallCase
) -> None:
    shop = sender(session, chain, "shop")
    consigned = (None, shop.place_id)
    assert set(read_units(session, case, consigned, NOW).places) == {shop.place_id}
    ((_, row),) = show_units(session, case, consigned, None, 9, NOW)
    assert (row["id"], row["ledger"]["arrived"], row["stated"]) == (chain.uri("FLOUR-A"), 0, None)
    answer(session, chain, case, "shop", 20)
    ((_, row),) = show_units(session, case, consigned, None, 9, NOW)
    assert row["stated"] is not None
    assert (row["ledger"]["on_hand"], row["ledger"]["most"], row["stated"]["on_hand"]) == (0, None, 20)
    assert [found["rule"] for found in row["findings"]] == ["answer_differs"]
