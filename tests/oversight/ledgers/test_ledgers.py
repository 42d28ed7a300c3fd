"""What stands in a ledger, and who reads whose: receipts, sales, what takes them back, what the law has recorded."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from oversight.ledgers.firms import LedgerNotFound, Wanted, find_firm, open_ledger, search_readable, side_of
from oversight.ledgers.reading import MOST_EXPORTED, TooManyLines, each_line, read_lines, read_totals
from tests.oversight.ledgers.world import NOW, World, make_world
from tests.oversight.offices import ADMIN, add_offices
from tests.recalls.chain import START, gln_of, gtin_of
from trace.kit.auth import Principal
from trace.kit.errors import Invalid
from trace.master_data import PartyNotFound

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_a_receipt_is_a_purchase_with_all_that_the_law_has_recorded(world: World) -> None:
    world.chain.ship("warehouse", "outlet", "yogurt", "L1", 60)
    event = world.chain.receive("warehouse", "outlet", "yogurt", "L1", 55)
    (row,) = world.rows(world.shop, "purchase")
    assert row["product"] is not None
    assert row["counterparty"] is not None
    firm = row["counterparty"]["party"]
    assert firm is not None
    assert (row["product"]["name"], row["lot"], row["quantity"], row["complete"]) == ("yogurt", "L1", 55, True)
    assert (row["produced_on"], row["expires_on"], row["keep_until"]) == ("2026-03-01", "2026-08-31", "2027-02-28")
    assert (firm["name"], row["counterparty"]["address"], firm["phone"]) == ("dairy", firm["address"], "025-1234567")
    assert (row["date"], row["event_id"], row["word"]) == ("2026-03-02", event, "received")


@on_sqlite
def test_without_a_known_shelf_life_the_record_is_kept_two_years_from_its_day(world: World) -> None:
    (row,) = world.rows(world.dairy, "purchase")
    assert (row["lot"], row["quantity"], row["expires_on"]) == ("M1", 400, None)
    assert (row["date"], row["keep_until"]) == ("2026-03-01", "2028-03-01")


@on_sqlite
def test_what_moves_between_the_firms_own_places_is_neither_bought_nor_sold(world: World) -> None:
    assert world.rows(world.dairy, "sale") == []
    assert [row["lot"] for row in world.rows(world.dairy, "purchase")] == ["M1"]


@on_sqlite
def test_a_pallet_is_what_is_in_it(world: World) -> None:
    world.chain.pack("warehouse", "095200000000000017", "yogurt", "L1", 40)
    world.receive_pallet("warehouse", "outlet", "095200000000000017")
    (row,) = world.rows(world.shop, "purchase")
    assert (row["gtin"], row["lot"], row["quantity"]) == (gtin_of("yogurt"), "L1", 40)


def test_what_takes_a_sale_back_is_a_line_of_its_own_with_a_minus(world: World) -> None:
    world.chain.ship("warehouse", "outlet", "yogurt", "L1", 30)
    world.void("warehouse", "outlet", "yogurt", 10)
    world.chain.receive("warehouse", "outlet", "yogurt", "L1", 20)
    world.chain.sell("outlet", "yogurt", "L1", 5)
    world.take_back("outlet", "yogurt", 2)
    sold = [(row["word"], row["quantity"]) for row in world.rows(world.dairy, "sale")]
    assert sold == [("voided", -10), ("shipped", 30)]
    assert [(row["word"], row["quantity"]) for row in world.rows(world.shop, "sale")] == [("returned", -2), ("sold", 5)]
    assert all(row["consumers"] and row["counterparty"] is None for row in world.rows(world.shop, "sale"))
    ledger = open_ledger(world.session, world.shop, "sale", Wanted())
    (total,) = read_totals(world.session, ledger)
    assert (total.product, total.quantity, total.to_consumers) == (gtin_of("yogurt"), Decimal(3), Decimal(3))


@on_sqlite
def test_an_event_declared_in_error_takes_its_lines_out(world: World) -> None:
    world.chain.receive("warehouse", "outlet", "yogurt", "L1", 12)
    event = world.chain.receive("warehouse", "outlet", "yogurt", "L1", 13)
    assert [row["quantity"] for row in world.rows(world.shop, "purchase")] == [13, 12]
    world.chain.declare_in_error(event, NOW)
    assert [row["quantity"] for row in world.rows(world.shop, "purchase")] == [12]


@on_sqlite
def test_an_unknown_quantity_is_said_to_be_unknown(world: World) -> None:
    world.chain.receive("warehouse", "outlet", "yogurt", "L1", None)
    (row,) = world.rows(world.shop, "purchase")
    assert (row["quantity"], row["complete"]) == (0, False)


@on_sqlite
def test_a_supplier_whom_nobody_registered_stands_by_its_number_alone(world: World) -> None:
    world.chain.receive("nowhere", "outlet", "yogurt", "L1", 3)
    (row,) = world.rows(world.shop, "purchase")
    assert row["counterparty"] is not None
    assert (row["counterparty"]["gln"], row["counterparty"]["party"]) == (gln_of("nowhere"), None)
    assert row["counterparty"]["address"] is None


def test_days_begin_and_end_in_china_and_conditions_narrow(world: World) -> None:
    world.chain.move("warehouse", "outlet", "yogurt", "L1", 7, day=(24 - 8 - 8) / 24 - 1e-6 / 86400)
    world.chain.move("warehouse", "outlet", "yogurt", "L1", 8, day=(24 - 8 - 8) / 24)

    def bought(wanted: Wanted) -> list[Decimal]:
        return [row["quantity"] for row in world.rows(world.shop, "purchase", wanted)]

    assert START.isoformat() == "2026-03-01T08:00:00+00:00"
    assert bought(Wanted(until=date(2026, 3, 1))) == [7]
    assert bought(Wanted(since=date(2026, 3, 2))) == [8]
    assert bought(Wanted(gtin=gtin_of("yogurt"), counterparty=gln_of("party dairy"))) == [8, 7]
    assert bought(Wanted(counterparty=gln_of("warehouse"))) == [8, 7]
    assert bought(Wanted(gtin=gtin_of("milk"))) == bought(Wanted(counterparty=gln_of("party farm"))) == []
    assert bought(Wanted(counterparty=gln_of("nobody"))) == []
    with pytest.raises(Invalid):
        bought(Wanted(since=date(2026, 3, 2), until=date(2026, 3, 1)))


@on_sqlite
def test_a_firm_reads_its_own_ledger_and_another_one_is_not_there(world: World) -> None:
    shop = Principal("company", world.shop.id, 900, "shop")
    assert find_firm(world.session, shop, None) is world.shop
    assert find_firm(world.session, shop, world.shop.gln) is world.shop
    for code in (world.dairy.gln, gln_of("nobody")):
        with pytest.raises(PartyNotFound) as error:
            find_firm(world.session, shop, code)
        assert error.value.detail == f"No firm {code} is known."


@on_sqlite
def test_officials_read_those_of_firms_with_a_place_in_their_jurisdiction(world: World) -> None:
    offices = add_offices(world.session)
    for official in (offices.county, offices.city, offices.nation, ADMIN):
        assert find_firm(world.session, official, world.shop.gln) is world.shop
    with pytest.raises(PartyNotFound):
        find_firm(world.session, offices.neighbour, world.shop.gln)
    assert find_firm(world.session, offices.neighbour, gln_of("party other")).name == "other"
    assert [one.name for one in search_readable(world.session, offices.county, "o", 9)] == ["shop"]
    assert [one.name for one in search_readable(world.session, offices.city, "o", 9)] == ["shop", "other"]
    with pytest.raises(Invalid):
        find_firm(world.session, offices.county, None)


def test_there_are_two_ledgers() -> None:
    assert [side_of(word) for word in ("purchase", "sale")] == ["purchase", "sale"]
    with pytest.raises(LedgerNotFound):
        side_of("stock")


@on_sqlite
def test_a_sheet_has_a_limit_and_a_page_has_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.chain.move("warehouse", "outlet", "yogurt", "L1", 1)
    world.chain.move("warehouse", "outlet", "yogurt", "L1", 2, day=900)
    ledger = open_ledger(world.session, world.shop, "purchase", Wanted())
    assert MOST_EXPORTED == 100_000
    monkeypatch.setattr("oversight.ledgers.reading.MOST_EXPORTED", 1)
    with pytest.raises(TooManyLines):
        list(each_line(world.session, ledger, NOW))
    first, second = read_lines(world.session, ledger, NOW + timedelta(days=2000), 5)
    assert (first.quantity, second.quantity) == (2, 1)
