"""A place is its number (RULES 1, 9): another name, another firm, another spelling or a merger makes no other place."""

from typing import Any

from sqlalchemy.orm import Session

from recalls import cases
from recalls.cases import NewCase
from recalls.impact import read_impact
from recalls.scope import Line
from tests.recalls.chain import ADMIN, START, Chain, gln_of, gtin_of, place_uri
from tests.recalls.test_cases import LATER
from trace.epcis.event import VocabularyElement as Element
from trace.vocabulary import store_vocabulary

LOCATION = "urn:epcglobal:epcis:vtype:Location"
NAME = "urn:epcglobal:cbv:mda:name"


def impact_of(session: Session) -> dict[str, Any]:
    lots = [Line(gtin=gtin_of("yogurt"), lots=("L1",))]
    case = NewCase(title="酸奶召回", hazard="菌落总数超标", instructions="请停止食用。", scope=lots)
    return read_impact(session, cases.open_case(session, ADMIN, case, START), LATER)


def rows(impact: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {row["gln"]: row for row in (*impact["outlets"], *impact["consignees"])}
    assert len(found) == len(impact["outlets"]) + len(impact["consignees"])
    return found


def delivered(session: Session) -> Chain:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100)
    chain.move("dairy", "shop", "yogurt", "L1", 60)
    return chain


def test_a_place_that_changes_its_name_is_the_same_place(session: Session) -> None:
    chain = delivered(session)
    store_vocabulary(session, [Element(LOCATION, place_uri("shop"), ((NAME, "和顺超市"),))], ADMIN, START)
    before = rows(impact_of(session))[gln_of("shop")]
    store_vocabulary(session, [Element(LOCATION, place_uri("shop"), ((NAME, "永顺超市"),))], ADMIN, LATER)
    chain.move("dairy", "shop", "yogurt", "L1", 10)
    after = rows(impact_of(session))[gln_of("shop")]
    assert (before["name"], before["received"]) == ("和顺超市", 60)
    assert (after["name"], after["received"]) == ("永顺超市", 70)


def test_a_place_that_a_firm_registers_later_is_the_same_place(session: Session) -> None:
    chain = delivered(session)
    before = rows(impact_of(session))[gln_of("shop")]
    chain.place("shop", "outlet", chain.party("和顺"), "320106")
    after = rows(impact_of(session))[gln_of("shop")]
    assert (before["kind"], after["kind"], after["party_name"]) == (None, "outlet", "和顺")
    assert {figure: before[figure] for figure in ("received", "on_hand", "lower", "upper")} == {
        figure: after[figure] for figure in ("received", "on_hand", "lower", "upper")
    }


def test_the_goods_of_a_place_that_another_takes_over_are_found_at_both(session: Session) -> None:
    chain = delivered(session)
    chain.move("shop", "market", "yogurt", "L1", 60)  # the shop is closed, its stock goes to the market next door
    found = rows(impact_of(session))
    assert (found[gln_of("shop")]["on_hand"], found[gln_of("market")]["on_hand"]) == (0, 60)
    assert found[gln_of("shop")]["received"] == 60  # customers of the closed shop are still customers of it


def test_every_spelling_of_a_place_is_one_place(session: Session) -> None:
    chain = delivered(session)
    gln = gln_of("shop")
    for uri in (f"https://id.gs1.org/417/{gln}", f"https://example.com/414/{gln}", f"{place_uri('shop')}/254/dock7"):
        body = chain._object("OBSERVE", "retail_selling", "shop", chain._amount("yogurt", "L1", 1))
        chain.capture({**body, "readPoint": {"id": uri}, "bizLocation": {"id": uri}})
    assert set(rows(impact_of(session))) == {gln_of("dairy"), gln}
    assert rows(impact_of(session))[gln]["sold"] == 3
