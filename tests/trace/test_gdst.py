"""The GDST tuna chain: three firms' documents in any order, six lots into two into one, each shipment twice."""

import itertools
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import oracle
from tests.data import DATA
from tests.trace.derived_rows import capture, read_derived, read_rows
from trace import supply_graph
from trace.derivation.rebuild import find_differences
from trace.epcis import xml_format
from trace.epcis.event import Event
from trace.models import Identifier
from trace.postings import Postings
from trace.tally import tally, tally_places

FOLDER = DATA / "epcis" / "gdst"
NAMES = ("gdst_primary-processor.xml", "gdst_secondary-processor.xml", "gdst_importer.xml")
SENT = {"yellowfintunafillets": 59010, "00860003130308": 45246}
SEED = "processor02.yellowfintunawhole.2025121114333457"

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="test data missing: epcis/gdst")


def documents() -> list[list[Event]]:
    """The events of each firm."""
    found = [xml_format.parse_document((FOLDER / name).read_bytes()).events for name in NAMES]
    return [[event for event in events if isinstance(event, Event)] for events in found]


def test_every_event_of_the_chain_is_valid() -> None:
    for name in NAMES:
        events: Sequence[object] = xml_format.parse_document((FOLDER / name).read_bytes()).events
        assert events
        assert all(isinstance(event, Event) for event in events), name


def test_a_recall_of_one_whole_fish_lot_puts_four_batches_in_scope(session: Session) -> None:
    for events in documents():
        capture(session, events)
    seed = _seed(session)
    supply = supply_graph.load(session, [seed])
    uris = {number: uri for number, uri in session.execute(select(Identifier.id, Identifier.uri))}  # noqa: C416
    assert len(supply.depth) == 4
    assert sorted(supply.depth.values()) == [0, 1, 1, 2]
    (importers,) = [uris[batch] for batch, depth in supply.depth.items() if depth == 2]
    assert "/01/" in importers or "lgtin" in importers
    assert find_differences(session) == 0


def test_its_units_are_where_the_documents_say_they_are(session: Session) -> None:
    for events in documents():
        capture(session, events)
    seed = _seed(session)
    supply = supply_graph.load(session, [seed])
    uris = {number: uri for number, uri in session.execute(select(Identifier.id, Identifier.uri))}  # noqa: C416
    whole = supply.postings.of([seed])
    assert _at(whole, uris, "consumed") == {"processor02": Decimal(9425)}
    fillets = supply.postings.of([batch for batch, depth in supply.depth.items() if depth == 1])
    assert sum(figures.produced for figures in tally(fillets).values()) == 59010
    assert sum(row.received for row in tally_places(fillets).values()) == 59010
    assert _at(fillets, uris, "consumed") == {"processor01": Decimal(59010)}
    loins = supply.postings.of([batch for batch, depth in supply.depth.items() if depth == 2])
    assert _at(loins, uris, "on_hand") == {"importer01": Decimal(45246)}


def test_every_shipment_counts_once_although_each_is_written_twice(session: Session) -> None:
    everything = [event for events in documents() for event in events]
    declared = [event for event in everything if event.error_declaration is not None]
    assert declared
    capture(session, everything)
    edges = read_derived(session).edges
    shipped = Counter({kind: sum(row[0] for edge, row in edges.items() if kind in edge[2]) for kind in SENT})
    assert shipped == SENT


def test_the_firms_may_report_in_any_order(session: Session) -> None:
    rows = []
    for order in itertools.permutations(documents()):
        for events in order:
            capture(session, events)
        rows.append(read_rows(session))
        session.rollback()
    assert all(row == rows[0] for row in rows)


def test_the_oracle_agrees_about_the_tuna(session: Session) -> None:
    everything = [event for events in documents() for event in events]
    capture(session, everything)
    assert read_derived(session) == oracle.derive(everything)


def _seed(session: Session) -> int:
    (seed,) = session.scalars(select(Identifier.id).where(Identifier.uri.like(f"%{SEED}")))
    return seed


def _at(rows: Postings, uris: dict[int, str], figure: str) -> dict[str, Decimal]:
    """The figure by the firm whose name is in the place's URI, places without any left out."""
    found: dict[str, Decimal] = {}
    for (place, _), row in tally_places(rows).items():
        amount = getattr(row, figure)
        if place is not None and amount:
            found[_firm(uris[place])] = found.get(_firm(uris[place]), Decimal(0)) + amount
    return found


def _firm(uri: str) -> str:
    return next((name for name in ("processor01", "processor02", "importer01") if name in uri), uri)
