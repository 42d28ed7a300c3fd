"""The generator of the demonstration: deterministic, believable, and every number right."""

from collections import Counter
from datetime import timedelta

import pytest

from demo.books import at_places, balances
from demo.chain import build_chain, write_documents
from demo.values import Chain
from demo.world import PROVINCES, regulator
from trace.epcis.event import Event
from trace.epcis.json_format import parse_document
from trace.gs1 import Gln, Gtin, read_identifier
from trace.uscc import Uscc


@pytest.fixture(scope="module")
def chain() -> Chain:
    """The demonstration in full."""
    return build_chain()


@pytest.fixture(scope="module")
def events(chain: Chain) -> list[Event]:
    """Its events as the product reads them, in the order of capture."""
    found: list[Event] = []
    for data in write_documents(chain):
        document = parse_document(data)
        assert len(document.events) <= 500
        for event in document.events:
            assert isinstance(event, Event), event
            found.append(event)
    return found


def test_the_same_seed_tells_the_same_story(chain: Chain) -> None:
    assert list(write_documents(build_chain())) == list(write_documents(chain))
    assert list(write_documents(build_chain(seed=1))) != list(write_documents(chain))


def test_another_first_day_moves_dates_and_changes_no_quantity(chain: Chain) -> None:
    later = build_chain(chain.first_day + timedelta(days=100))
    assert later.end - chain.end == timedelta(days=100)
    assert [one.moves for one in later.happenings] == [one.moves for one in chain.happenings]


def test_the_chain_is_as_large_as_promised(chain: Chain) -> None:
    assert 4_500 <= len(chain.happenings) <= 5_500
    assert len(chain.outlets) >= 80
    assert len({outlet.city.region[:2] for outlet in chain.outlets}) >= 8
    assert {outlet.city.region[:2] for outlet in chain.outlets} == set(PROVINCES)
    assert Counter(place.kind for place in chain.places)["warehouse"] == 2 + 6


def test_every_number_is_a_demonstration_number_with_its_check_digit(chain: Chain) -> None:
    for firm in (*chain.firms, regulator()):
        assert Uscc.read(firm.uscc).organisation_code_ok
        assert Gln.read(firm.gln).digits.startswith("952")
    for place in chain.places:
        assert Gln.read(place.gln).digits.startswith(place.firm.prefix)
    for product in chain.products:
        assert Gtin.read(product.gtin).gtin14.startswith("0952")
    glns = [place.gln for place in chain.places] + [firm.gln for firm in chain.firms]
    for many in (glns, [firm.uscc for firm in chain.firms], [lot.key for lot in chain.lots]):
        assert len(many) == len(set(many))


def test_every_identifier_in_an_event_is_read_without_a_problem(events: list[Event]) -> None:
    for event in events:
        texts = [*event.epcs, *(one.epc_class for one in event.quantities), event.read_point, event.parent_id]
        for text in filter(None, texts):
            assert read_identifier(text).problem is None, text
            assert not read_identifier(text).uri.startswith("urn:")


def test_every_firm_says_that_it_is_made_up(chain: Chain) -> None:
    assert all(firm.name.startswith("示例") and firm.name_en.startswith("Example ") for firm in chain.firms)


def test_every_batch_is_conserved_in_the_generator_s_own_books(chain: Chain) -> None:
    moves = [move for one in chain.happenings for move in one.moves]
    for figures in balances(moves).values():
        assert figures["produced"] == sum(value for name, value in figures.items() if name != "produced")
    assert all(min(at.on_hand, at.in_transit, at.sold) >= 0 for at in at_places(moves).values())


def test_the_story_holds_what_makes_tracing_hard(chain: Chain, events: list[Event]) -> None:
    captured = {event.event_id: number for number, event in enumerate(events)}
    packed = {event.parent_id: captured[event.event_id] for event in events if event.biz_step == "packing"}
    shipped = [event for event in events if event.biz_step == "shipping"]
    assert any(packed.get(unit, -1) > captured[event.event_id] for event in shipped for unit in event.epcs)
    declarations = [event for event in events if event.error_declaration is not None]
    assert len(declarations) == 1
    for correction in declarations[0].error_declaration.corrective_event_ids:  # type: ignore[union-attr]
        assert correction in captured
    documents = {event.biz_transactions[0][1]: captured[event.event_id] for event in shipped}
    receipts = [event for event in events if event.biz_step == "receiving" and event.biz_transactions]
    assert any(documents[event.biz_transactions[0][1]] > captured[event.event_id] for event in receipts)
    assert any(event.disposition == "returned" for event in events)
    assert any(kind == "rma" for event in events for kind, _ in event.biz_transactions)
    assert any(event.disposition == "stolen" and event.destinations for event in events)
    pallets = {event.parent_id for event in events if event.biz_step == "packing" and event.epcs}
    assert pallets & {unit for event in shipped for unit in event.epcs}


def test_a_smaller_chain_has_the_same_shape_and_one_too_small_is_refused(chain: Chain) -> None:
    smaller = build_chain(cases_per_pallet=6)
    assert len(smaller.happenings) < len(chain.happenings) / 2
    assert [lot.key for lot in smaller.affected] == [lot.key for lot in chain.affected]
    with pytest.raises(ValueError, match="expected at least 6 cases on a pallet, got 5"):
        build_chain(cases_per_pallet=5)
