"""From cases back to what can explain them, over the real record."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from tests.chains import NOW, OPERATOR, supply_chain, tell
from tests.trace.sources.asking import PAPER, ask, by_document, scores
from trace.capture import capture_events
from trace.documents import SOURCE_DELIVERY
from trace.sources import load
from trace.sources.bodies import SourcesIn
from trace.sources.named import NotInTheRecord
from trace.sources.search import find_sources

DAIRY = """
    farmA makes  MILK-1 100
    farmB makes  MILK-2 100
    farmA ships  MILK-1 100 to dairy by D1
    dairy receives MILK-1 100 from farmA by D1
    farmB ships  MILK-2 100 to dairy by D2
    dairy receives MILK-2 100 from farmB by D2
    dairy makes  CREAM-1 50 from MILK-1 100
    dairy makes  CURD-1 50 from MILK-2 100
    dairy ships  CREAM-1 30 to shop by D3
    dairy ships  CREAM-1 20 to kiosk by D4
    dairy ships  CURD-1 50 to kiosk by D5
"""


def test_the_batch_behind_both_cases_explains_all(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"location": "shop"}, {"location": "kiosk"}])
    assert found["total_weight"] == 2
    assert scores(chain, found["batches"]) == {"MILK-1": 1.0, "CREAM-1": 1.0, "MILK-2": 0.5, "CURD-1": 0.5}
    assert scores(chain, found["locations"]) == {"farmA": 1.0, "dairy": 1.0, "farmB": 0.5, "shop": 0.5, "kiosk": 0.5}
    assert by_document(found) == {"D1": 1.0, "D2": 0.5, "D3": 0.5, "D4": 0.5, "D5": 0.5}
    assert [row["explains_all"] for row in found["batches"]] == [True, True, False, False]


def test_cases_weigh_what_they_are_given(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"location": "shop"}, {"batch": "CURD-1", "weight": Decimal(3)}])
    assert found["total_weight"] == 4
    assert by_document(found) == {"D1": 0.25, "D2": 0.75, "D3": 0.25, "D5": 0.75}


def test_a_case_in_a_delivery_is_explained_by_it_and_by_what_led_to_it(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"document": "D4"}])
    assert by_document(found) == {"D1": 1.0, "D4": 1.0}
    assert set(scores(chain, found["locations"])) == {"farmA", "dairy"}


def test_a_place_that_mixes_passes_all_that_came_no_later(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    mixing = {"locations": ["dairy"]}
    assert by_document(ask(session, chain, [{"location": "shop"}], mixing=mixing)) == {"D1": 1, "D2": 1, "D3": 1}
    late = supply_chain(session, "20: farmB ships MILK-3 9 to dairy by D9\n21: dairy receives MILK-3 9 by D9", chain)
    found = ask(session, late, [{"location": "shop"}], mixing=mixing)
    assert by_document(found) == {"D1": 1, "D2": 1, "D3": 1}
    undated = ask(session, late, [{"location": "shop"}], mixing=mixing, dates=False)
    assert by_document(undated) == {"D1": 1, "D2": 1, "D3": 1, "D9": 1}


def test_what_is_stopped_passes_nothing_on(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"location": "kiosk"}], stop={"locations": ["dairy"]})
    assert by_document(found) == {"D4": 1, "D5": 1}
    assert set(scores(chain, found["locations"])) == {"kiosk"}
    found = ask(session, chain, [{"location": "kiosk"}], stop={"documents": ["D1"]})
    assert by_document(found) == {"D2": 1, "D4": 1, "D5": 1}


def test_deliveries_mixed_with_each_other_share_where_they_went(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"location": "shop"}], mixing={"documents": ["D1", "D2"]})
    assert by_document(found) == {"D1": 1, "D2": 1, "D3": 1}


def test_another_delivery_of_the_same_batch_to_another_place_explains_nothing(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes FLOUR-1 100
        mill ships FLOUR-1 50 to bakery by D1
        mill ships FLOUR-1 50 to cafe by D2
        cafe receives FLOUR-1 50 by D2
        cafe ships FLOUR-1 20 to shop by D3
        """,
    )
    assert by_document(ask(session, chain, [{"location": "shop"}])) == {"D2": 1, "D3": 1}


def test_a_shipment_taken_back_leads_nowhere(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes FLOUR-1 100
        mill ships FLOUR-1 50 to shop by D1
        mill voids FLOUR-1 50 to shop by D1
        mill ships FLOUR-1 40 to shop by D2
        """,
    )
    assert by_document(ask(session, chain, [{"location": "shop"}])) == {"D2": 1}


def test_a_move_that_nobody_recorded_does_not_break_the_way(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        farm  makes MILK-1 10
        farm  ships MILK-1 10 to plant by D1
        plant makes CREAM-1 5 from MILK-1 10
        depot ships CREAM-1 5 to shop by D2
        """,
    )
    found = ask(session, chain, [{"location": "shop"}])
    assert by_document(found) == {"D1": 1, "D2": 1}
    assert scores(chain, found["locations"])["plant"] == 1.0


def test_goods_that_went_in_a_circle_are_found_once(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes FLOUR-1 100
        mill ships FLOUR-1 50 to shop by D1
        shop ships FLOUR-1 20 to mill by D2
        mill ships FLOUR-1 20 to cafe by D3
        """,
    )
    assert by_document(ask(session, chain, [{"location": "cafe"}])) == {"D1": 1, "D2": 1, "D3": 1}


def test_goods_that_arrived_elsewhere_than_sent_lead_to_where_they_arrived(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes  FLOUR-1/S1 1
        mill ships  FLOUR-1/S1 to shop by D1
        cafe receives FLOUR-1/S1 from mill by D1
        """,
    )
    assert by_document(ask(session, chain, [{"location": "cafe"}])) == {"D1": 1}
    assert by_document(ask(session, chain, [{"location": "shop"}])) == {}


def test_a_place_without_records_explains_what_was_found_at_it(session: Session) -> None:
    chain = supply_chain(session, "farm makes MILK-1 10\nfarm ships MILK-1 10 to shop\nhall inspects MILK-1 1")
    found = ask(session, chain, [{"location": "hall"}])
    assert scores(chain, found["locations"]) == {"hall": 1.0}
    assert found["movements"] == []


def test_an_event_may_state_which_deliveries_its_goods_came_by(session: Session) -> None:
    """Two deliveries of one lot, each into another product: the lot alone could not tell them apart."""
    chain = tell(
        """
        farm  makes MILK-1 30
        farm  ships MILK-1 10 to dairy by D1
        farm  ships MILK-1 20 to dairy by D2
        dairy makes CREAM-1 5 from MILK-1
        dairy makes CURD-1 5 from MILK-1
        dairy ships CREAM-1 5 to shop by D3
        dairy ships CURD-1 5 to kiosk by D4
        dairy ships CURD-1 1 to fair by D5
        """
    )
    for number, paper in ((3, "D1"), (4, "D2"), (5, "D1"), (6, "D2"), (7, "D5")):
        papers = chain.bodies[number].setdefault("bizTransactionList", [])
        papers.append({"type": SOURCE_DELIVERY, "bizTransaction": PAPER + paper})
    assert capture_events(session, chain.events, OPERATOR, NOW).success
    assert by_document(ask(session, chain, [{"location": "shop"}])) == {"D1": 1, "D3": 1}
    assert by_document(ask(session, chain, [{"location": "kiosk"}])) == {"D2": 1, "D4": 1}
    assert by_document(ask(session, chain, [{"batch": "CREAM-1"}])) == {"D1": 1, "D3": 1}
    assert by_document(ask(session, chain, [{"location": "fair"}])) == {"D5": 1}  # names itself: it came by none


@pytest.mark.parametrize("kind", ["location", "batch", "document"])
def test_what_nobody_recorded_is_refused_with_its_place(session: Session, kind: str) -> None:
    supply_chain(session, "farm makes MILK-1 10\nfarm ships MILK-1 10 to shop by D1")
    body = SourcesIn.model_validate({"cases": [{"document": PAPER + "D1"}, {kind: "urn:example:nobody:knows"}]})
    with pytest.raises(NotInTheRecord) as refused:
        find_sources(session, OPERATOR, body)
    assert [error.pointer for error in refused.value.errors] == [f"/cases/1/{kind}"]


def test_what_is_mixed_or_stopped_must_be_known_too(session: Session) -> None:
    supply_chain(session, "farm makes MILK-1 10\nfarm ships MILK-1 10 to shop by D1")
    body = SourcesIn.model_validate(
        {
            "cases": [{"document": PAPER + "D1"}],
            "mixing": {"documents": [PAPER + "D1", "D7"]},
            "stop": {"locations": ["urn:example:nowhere"]},
        }
    )
    with pytest.raises(NotInTheRecord) as refused:
        find_sources(session, OPERATOR, body)
    assert [error.pointer for error in refused.value.errors] == ["/mixing/documents/1", "/stop/locations/0"]


def test_a_question_about_too_much_is_refused_and_not_cut(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = supply_chain(session, DAIRY)
    monkeypatch.setattr(load, "MAX_POSTINGS", 3)
    with pytest.raises(load.TooManyMovements, match="at most 3"):
        ask(session, chain, [{"location": "kiosk"}])
    with pytest.raises(load.TooManyMovements, match="at most 3"):
        ask(session, chain, [{"location": "shop"}], forward={"location": "farmA"})


def test_two_cases_at_one_place_and_one_in_a_batch_each_count(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    weights = [Decimal("0.1"), Decimal("0.2"), Decimal("0.3")]
    places = [{"location": "shop"}, {"location": "shop"}, {"batch": "CURD-1"}]
    found = ask(session, chain, [{**case, "weight": weight} for case, weight in zip(places, weights, strict=True)])
    assert found["total_weight"] == Decimal("0.6")
    assert by_document(found) == {"D1": 0.5, "D3": 0.5, "D2": 0.5, "D5": 0.5}
    assert scores(chain, found["locations"])["dairy"] == 1.0
