"""Transformations that remove the hazard: what was in the goods before does not pass by them."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.chains import NOW, OPERATOR, Chain, supply_chain, tell
from tests.trace.sources.asking import ask, by_document, scores
from trace.capture import capture_events
from trace.sources.bodies import SourcesIn
from trace.sources.named import NotInTheRecord
from trace.sources.search import find_sources

HEATING = "urn:example:bizstep:pasteurising"

DAIRY = """
    farm  makes MILK-1 100
    farm  ships MILK-1 100 to dairy by D1
    heat: dairy makes CREAM-1 50 from MILK-1 50
    raw:  dairy makes CURD-1 50 from MILK-1 50
    dairy ships CREAM-1 50 to shop by D2
    dairy ships CURD-1 50 to kiosk by D3
"""


def heated(session: Session) -> Chain:
    """The cream is heated, the curd is not."""
    chain = tell(DAIRY)
    chain.bodies[2] |= {"bizStep": HEATING, "disposition": "conformant"}
    assert capture_events(session, chain.events, OPERATOR, NOW).success
    return chain


@pytest.mark.parametrize(
    "stop",
    [
        {"events": ["urn:example:event:heat"]},
        {"biz_steps": [HEATING]},
        {"dispositions": ["https://ref.gs1.org/cbv/Disp-conformant"]},
        {"batches": ["CREAM-1"]},
    ],
    ids=str,
)
def test_what_went_into_a_treatment_explains_nothing_behind_it(session: Session, stop: Any) -> None:
    chain = heated(session)
    cases = [{"location": "shop"}, {"location": "kiosk"}]
    found = ask(session, chain, cases, stop=stop, forward={"batch": "MILK-1"})
    assert by_document(found) == {"D1": 0.5, "D2": 0.5, "D3": 0.5}
    assert scores(chain, found["batches"]) == {"MILK-1": 0.5, "CREAM-1": 0.5, "CURD-1": 0.5}
    assert scores(chain, found["locations"])["dairy"] == 1  # what happened to the cream afterwards, the dairy explains
    assert by_forward(found) == {"D1", "D3"}


def by_forward(found: Any) -> set[str]:
    return {row["documents"][0].rsplit(":", 1)[1] for row in found["forward"]["movements"]}


def test_of_two_batches_from_one_transformation_the_treated_one_is_stopped(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        farm  makes MILK-1 100
        farm  ships MILK-1 100 to dairy by D1
        dairy makes POWDER-1 50, CREAM-1 9 from MILK-1 100
        dairy ships POWDER-1 50 to shop by D2
        dairy ships CREAM-1 9 to kiosk by D3
        """,
    )
    stop = {"batches": ["POWDER-1"]}
    assert by_document(ask(session, chain, [{"location": "shop"}], stop=stop)) == {"D2": 1}
    assert by_document(ask(session, chain, [{"location": "kiosk"}], stop=stop)) == {"D1": 1, "D3": 1}


def test_of_a_transformation_told_in_several_events_each_is_treated_by_itself(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        farm  makes MILK-1 100
        farm  makes SALT-1 100
        farm  ships MILK-1 100 to dairy by D1
        farm  ships SALT-1 100 to dairy by D2
        hot:  dairy makes from MILK-1 100 as BLEND
        cold: dairy makes CHEESE-1 9 from SALT-1 100 as BLEND
        dairy ships CHEESE-1 9 to shop by D3
        """,
    )
    cases = [{"location": "shop"}]
    assert by_document(ask(session, chain, cases, stop={"events": ["urn:example:event:hot"]})) == {"D2": 1, "D3": 1}
    assert by_document(ask(session, chain, cases, stop={"events": ["urn:example:event:cold"]})) == {"D3": 1}


def test_only_transformations_are_treatments(session: Session) -> None:
    chain = heated(session)
    body = {
        "cases": [{"location": chain.uri("shop")}],
        "stop": {"events": ["urn:example:event:heat", "urn:example:event:1", "urn:example:none"]},
    }
    with pytest.raises(NotInTheRecord) as refused:
        find_sources(session, OPERATOR, SourcesIn.model_validate(body))
    assert [error.pointer for error in refused.value.errors] == ["/stop/events/1", "/stop/events/2"]
    shipping = ask(session, chain, [{"location": "shop"}], stop={"biz_steps": ["shipping"]})
    assert by_document(shipping) == {"D1": 1, "D2": 1}
