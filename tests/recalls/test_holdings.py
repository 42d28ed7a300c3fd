"""What each place has of each batch, and who stands behind the places."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from recalls import cases
from recalls.cases import NewCase
from recalls.consignees import find_consignees
from recalls.models import RecallCase
from recalls.scope import Line
from tests.recalls.chain import REGULATOR, START, Chain, gtin_of

LATER = START + timedelta(days=30)


def recall_of_milk(session: Session) -> RecallCase:
    new = NewCase(title="t", hazard="h", instructions="i", scope=[Line(gtin=gtin_of("milk"))])
    return cases.open_case(session, REGULATOR, new, LATER)


def test_a_firm_is_one_consignee_with_all_its_places_and_batches(session: Session) -> None:
    chain = Chain(session)
    shops = chain.party("shops")
    for name in ("north", "south"):
        chain.place(name, "outlet", shops)
    for lot in ("L1", "L2"):
        chain.make("dairy", "milk", lot, 100)
        chain.move("dairy", "north", "milk", lot, 30)
    chain.ship("dairy", "south", "milk", "L1", 5)
    chain.sell("north", "milk", "L1", 10)
    dairy, firm = find_consignees(session, recall_of_milk(session), LATER)
    assert (dairy.party_id, dairy.tier, dairy.place_id) == (None, 0, dairy.places[0])
    assert (firm.party_id, firm.tier, len(firm.places), firm.place_id) == (shops.id, 1, 2, None)
    held = [(one.figures.received, one.figures.on_hand, one.figures.in_transit, one.most) for one in firm.holdings]
    assert sorted(held) == [(0, 0, 5, 5), (30, 20, 0, 30), (30, 30, 0, 30)]


def test_an_unknown_quantity_leaves_open_how_many_of_the_batch_there_are(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "milk", "L1", 100)
    chain.move("dairy", "shop", "milk", "L1", 30)
    chain.receive("dairy", "shop", "milk", "L1", None)
    _, shop = find_consignees(session, recall_of_milk(session), LATER)
    assert [(one.figures.received, one.most) for one in shop.holdings] == [(Decimal(30), None)]
