"""Any small sheet, imported: the record gives back FoodChain-Lab's sets, whatever its lots, dates and circles."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.chains import OPERATOR
from tests.trace.sources.small_networks import closure, networks, next_by_definition
from trace.capture import capture_events
from trace.epcis.json_format import parse_event
from trace.fcl.events import CONTEXT, tell_deliveries
from trace.fcl.names import Namer
from trace.fcl.sheet import Sheet, SheetDelivery, SheetLink, Station
from trace.sources.bodies import SourcesIn
from trace.sources.search import find_sources
from trace.sources.ways import Assumptions

NOW = datetime(2027, 1, 1, tzinfo=UTC)
LOTS = st.sampled_from([(None, None), ("Milk", None), ("Milk", "L1"), ("Milk", "L2"), ("Cream", "L1")])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(network=networks(), data=st.data())
def test_the_record_gives_the_sets_of_the_sheet(session: Session, network: Any, data: st.DataObject) -> None:
    some, linked, rules = network
    linked = [pair for pair in linked if pair[0] != pair[1]]  # nothing goes into itself: such a sheet is refused
    deliveries = []
    for one in some:
        product, lot = data.draw(LOTS)
        deliveries.append(
            SheetDelivery(
                str(one.id),
                str(one.origin),
                str(one.destination),
                product,
                lot,
                departed=one.departed,
                arrived=one.arrived,
            )
        )
    names = sorted({name for one in deliveries for name in (one.origin, one.recipient)})
    sheet = Sheet(
        tuple(Station(name, name) for name in names),
        tuple(deliveries),
        tuple(SheetLink(str(source), str(into)) for source, into in linked),
    )
    with session.begin_nested() as savepoint:
        events = [parse_event(told.body, CONTEXT) for told in tell_deliveries(sheet, Namer())]
        captured = capture_events(session, events, OPERATOR, NOW)
        assert captured.success, captured.refusals
        following = next_by_definition(some, linked, rules)
        for case in some[:3]:
            source = some[-1].id
            found = find_sources(session, OPERATOR, question(case.id, source, rules, set(names)))
            expected = {one.id for one in some if case.id in {one.id} | closure(one.id, following)}
            assert {int(row["documents"][0]) for row in found["movements"]} == expected
            forward = {int(row["documents"][0]) for row in found["forward"]["movements"]}
            assert forward == closure(source, following) - {source}
            (ways,) = found["paths"]["cases"]
            assert bool(ways["chains"]) is (source in expected)
            for way in ways["chains"]:
                gone = [int(step["documents"][0]) for step in way["steps"] if step["kind"] == "movement"]
                assert (gone[0], gone[-1], len(gone)) == (source, case.id, way["deliveries"])
                assert all(two in following[one] for one, two in pairwise(gone))
        savepoint.rollback()


def question(case: int, source: int, rules: Assumptions, names: set[str]) -> SourcesIn:
    """The case, a source and the assumptions as a client sends them."""

    def stations(some: Any) -> list[str]:
        return [Namer().station(name) for name in sorted(some) if name in names]

    return SourcesIn.model_validate(
        {
            "cases": [{"document": str(case)}],
            "mixing": {
                "locations": stations(rules.mixing_places),
                "documents": [str(one) for one in sorted(rules.mixing_deliveries)],
            },
            "stop": {
                "locations": stations(rules.stopped_places),
                "documents": [str(one) for one in sorted(rules.stopped_deliveries)],
            },
            "dates": rules.dates,
            "forward": {"document": str(source)},
            "paths": True,
        }
    )
