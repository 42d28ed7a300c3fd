"""Every place that an event of the goods names is in the list (RULES 7, certain)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.chains import parse_events
from tests.trace.derived_rows import capture
from trace import supply_graph
from trace.models import Identifier

LOT = "https://id.gs1.org/01/06901234000016/10/A"
HEAD_OFFICE, STORE = "6901234000023", "6901234000030"
PALLET = "https://id.gs1.org/00/069012340000000016"


def told(number: int, kind: str, step: str, gln: str, **fields: object) -> dict[str, object]:
    """One event of day ``number`` at ``gln``."""
    place = {"id": f"https://id.gs1.org/414/{gln}"}
    return {
        "type": kind,
        "eventID": f"urn:example:told:{number}",
        "eventTime": f"2026-03-{number:02d}T01:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "bizStep": step,
        "readPoint": place,
        "bizLocation": place,
        **fields,
    }


def known_places(session: Session) -> set[str]:
    """The GLNs of the places that the lot's recall lists."""
    number = session.scalar(select(Identifier.id).where(Identifier.uri == LOT))
    assert number is not None
    affected = supply_graph.load(session, [number]).places
    return set(session.scalars(select(Identifier.gln).where(Identifier.id.in_(affected))))  # type: ignore[arg-type]


def test_a_store_that_receives_under_its_head_office_s_number_is_affected(session: Session) -> None:
    ends = {
        "sourceList": [{"type": "possessing_party", "source": "https://id.gs1.org/417/6901234000016"}],
        "destinationList": [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{HEAD_OFFICE}"}],
    }
    goods = [{"epcClass": LOT, "quantity": 10}]
    received = told(2, "ObjectEvent", "receiving", STORE, action="OBSERVE", quantityList=goods, **ends)
    capture(session, parse_events([received]))
    assert known_places(session) == {"6901234000016", HEAD_OFFICE, STORE}


def test_a_place_that_only_empties_a_pallet_is_affected_by_what_was_in_it(session: Session) -> None:
    goods = [{"epcClass": LOT, "quantity": 10}]
    packed = told(2, "AggregationEvent", "packing", HEAD_OFFICE, action="ADD", parentID=PALLET, childQuantityList=goods)
    emptied = told(3, "AggregationEvent", "unpacking", STORE, action="DELETE", parentID=PALLET)
    capture(session, parse_events([emptied]))
    capture(session, parse_events([packed]))
    assert known_places(session) == {HEAD_OFFICE, STORE}
