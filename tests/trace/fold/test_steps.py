"""What an event does and where: the choices of trace.fold.steps, each as a sentence."""

from typing import Any

import pytest

from tests.chains import parse_events
from trace.fold.steps import RANKS, Reading, Verb, read_step

MILL, SHOP, HUB = "6901234000016", "6901234000023", "6901234000030"
GOODS = {"quantityList": [{"epcClass": "https://id.gs1.org/01/06901234000016/10/A", "quantity": 1}]}


def place(gln: str) -> str:
    return f"https://id.gs1.org/414/{gln}"


def ends(key: str, *pairs: tuple[str, str]) -> dict[str, Any]:
    name = "source" if key == "sourceList" else "destination"
    return {key: [{"type": kind, name: uri} for kind, uri in pairs]}


def reading(**fields: Any) -> Reading:
    body = {"type": "ObjectEvent", "action": "OBSERVE", **fields}
    body |= {"eventTime": "2026-01-01T00:00:00Z", "eventTimeZoneOffset": "+08:00"}
    if body["type"] == "ObjectEvent" and "epcList" not in body:
        body |= GOODS
    (event,) = parse_events([body])
    return read_step(event)


def verb(**fields: Any) -> Verb:
    return reading(**fields).verb


@pytest.mark.parametrize("action", ["ADD", "OBSERVE", "DELETE"])
def test_the_step_of_an_object_event_decides_before_its_action(action: str) -> None:
    assert verb(action=action, bizStep="shipping") is Verb.SHIP
    assert verb(action=action, bizStep="receiving") is Verb.RECEIVE
    assert verb(action=action, bizStep="retail_selling") is Verb.SELL


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("departing", Verb.DEPART),
        ("accepting", Verb.ACCEPT),
        ("void_shipping", Verb.VOID),
        ("dispensing", Verb.SELL),
        ("cycle_counting", Verb.COUNT),
        ("stock_taking", Verb.COUNT),
        ("storing", Verb.NOTHING),
        ("inspecting", Verb.NOTHING),
        ("loading", Verb.NOTHING),
    ],
)
def test_each_step_has_its_verb(step: str, expected: Verb) -> None:
    assert verb(bizStep=step) is expected


def test_without_a_step_of_its_own_adding_makes_and_deleting_ends() -> None:
    assert verb(action="ADD") is Verb.MAKE
    assert verb(action="ADD", bizStep="commissioning") is Verb.MAKE
    assert verb(action="DELETE") is Verb.DESTROY
    assert verb(action="DELETE", bizStep="decommissioning") is Verb.RETIRE


@pytest.mark.parametrize("disposition", ["stolen", "unknown"])
def test_what_is_stolen_or_unknown_is_lost_and_under_way_if_a_destination_is_named(disposition: str) -> None:
    assert verb(action="DELETE", disposition=disposition) is Verb.LOSE
    under_way = ends("destinationList", ("location", place(SHOP)))
    assert verb(action="DELETE", disposition=disposition, **under_way) is Verb.LOSE_IN_TRANSIT


def test_a_consumers_return_is_received_with_the_disposition_returned_and_no_source() -> None:
    assert verb(bizStep="receiving", disposition="returned") is Verb.TAKE_BACK
    source = ends("sourceList", ("possessing_party", place(SHOP)))
    assert verb(bizStep="receiving", disposition="returned", **source) is Verb.RECEIVE


def test_packing_is_by_action_whatever_the_step_and_into_a_location_moves_nothing() -> None:
    pallet = {"type": "AggregationEvent", "childEPCs": ["https://id.gs1.org/01/06901234000016/21/1"]}
    parent = "https://id.gs1.org/00/069012340000000016"
    assert verb(**pallet, action="ADD", parentID=parent, bizStep="shipping") is Verb.PACK
    assert verb(**pallet, action="DELETE", parentID=parent) is Verb.UNPACK
    assert verb(**pallet, action="OBSERVE", parentID=parent) is Verb.NOTHING
    assert verb(**pallet, action="OBSERVE", parentID=parent, bizStep="shipping") is Verb.SHIP
    assert verb(**pallet | {"type": "AssociationEvent"}, action="ADD", parentID=place(MILL)) is Verb.NOTHING


def test_the_place_is_the_business_location_else_the_read_point() -> None:
    here = {"bizLocation": {"id": place(MILL)}, "readPoint": {"id": place(HUB)}}
    assert reading(action="ADD", **here).destination == place(MILL)
    assert reading(action="ADD", readPoint={"id": place(HUB)}).destination == place(HUB)


def test_a_gln_is_one_place_as_a_location_as_a_party_and_with_an_extension() -> None:
    for text in (place(MILL), f"https://id.gs1.org/417/{MILL}", f"{place(MILL)}/254/dock7"):
        assert reading(action="ADD", readPoint={"id": text}).origin == place(MILL)
    assert reading(action="ADD", readPoint={"id": "urn:example:shed"}).origin == "urn:example:shed"


def test_of_several_ends_the_location_comes_first_then_who_has_it_then_who_owns_it() -> None:
    owner, holder, site = ("owning_party", place(HUB)), ("possessing_party", place(SHOP)), ("location", place(MILL))
    to = [ends("destinationList", *some) for some in ([owner, holder, site], [owner, holder], [owner])]
    assert [reading(bizStep="shipping", **one).destination for one in to] == [place(MILL), place(SHOP), place(HUB)]


def test_a_shipment_without_a_source_leaves_the_read_point_and_needs_no_destination() -> None:
    here = {"bizLocation": {"id": place(MILL)}, "readPoint": {"id": place(HUB)}}
    found = reading(bizStep="shipping", **here)
    assert (found.origin, found.destination) == (place(HUB), None)


def test_a_receipt_without_a_destination_arrives_where_it_happened_from_nobody_knows_where() -> None:
    found = reading(bizStep="receiving", bizLocation={"id": place(SHOP)}, readPoint={"id": place(HUB)})
    assert (found.origin, found.destination) == (None, place(SHOP))


def test_the_order_of_steps_at_the_same_time_is_that_of_rules_6() -> None:
    order = [Verb.MAKE, Verb.PACK, Verb.SHIP, Verb.VOID, Verb.RECEIVE, Verb.UNPACK, Verb.SELL, Verb.DESTROY, Verb.COUNT]
    assert [RANKS[one] for one in order] == sorted({RANKS[one] for one in RANKS})
