"""A firm's batches as a list: all that it may see and no other, newest first, page by page; its stock; its findings."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.recalls.chain import START, Chain, batch_uri, gtin_of, place_uri
from trace import batch_list, ledger
from trace.batch_life import read_life
from trace.batch_list import BatchFilter, each_batch, list_batches, seen_among
from trace.findings_list import (
    ExplanationIn,
    NothingToExplain,
    explain_finding,
    find_recent,
    findings_of_batch,
    list_findings,
)
from trace.firm_today import held_in_stock, read_today
from trace.holds import Condition, place_hold
from trace.kit.auth import Principal, issue_key
from trace.kit.errors import Forbidden
from trace.models import HeldBatch, Identifier, Location, Posting
from trace.readings import BatchNotFound, read_balance
from trace.visibility import may_see_batch


@dataclass(frozen=True)
class Trade:
    """A dairy with two places, a depot and a shop; milk goes into yoghurt, which goes down the chain."""

    session: Session
    chain: Chain
    dairy: Principal
    depot: Principal
    shop: Principal


@pytest.fixture
def trade(session: Session) -> Trade:
    chain = Chain(session)
    people = {}
    for firm, places in (("dairy", ("plant", "store")), ("depot", ("depot",)), ("shop", ("shop",))):
        party = chain.party(firm)
        for place in places:
            chain.place(place, "warehouse", party)
        issue_key(session, "company", party.id, firm)
        people[firm] = Principal("company", party.id, party.id, f"{firm} person")
        if firm == "dairy":
            chain.product("milk", party)
            chain.product("yoghurt", party)
    chain.make("plant", "milk", "M1", 100)
    chain.blend("plant", [("milk", "M1", 100)], [("yoghurt", "Y1", 200)])
    chain.make("plant", "yoghurt", "Y2", 50, productionDate="2026-03-01")
    chain.move("plant", "store", "yoghurt", "Y1", 150)
    chain.move("store", "depot", "yoghurt", "Y1", 120)
    chain.ship("depot", "shop", "yoghurt", "Y1", 40)
    chain.receive("depot", "shop", "yoghurt", "Y1", 30)
    chain.sell("shop", "yoghurt", "Y1", 12)
    return Trade(session, chain, **people)


def lots(trade: Trade, who: Principal, wanted: BatchFilter | None = None) -> list[str | None]:
    return [row.lot for row in each_batch(trade.session, who, wanted or BatchFilter())]


def test_a_firm_lists_what_it_may_see_and_nothing_else(trade: Trade) -> None:
    rows = trade.session.scalars(select(Identifier).where(Identifier.kind == "batch")).all()
    for who in (trade.dairy, trade.depot, trade.shop):
        allowed = {row.id for row in rows if may_see_batch(trade.session, who, row)}
        assert {row.number for row in each_batch(trade.session, who, BatchFilter())} == allowed
        assert seen_among(trade.session, who, {row.id for row in rows}) == allowed
    assert lots(trade, trade.dairy) == ["Y2", "Y1", "M1"]
    assert lots(trade, trade.shop) == ["Y1"]


def test_pages_join_without_a_gap_however_small_the_ranges_are(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers between the batches belong to events, places and products."""
    monkeypatch.setattr(batch_list, "FIRST_RANGE", 1)
    found, before = [], None
    while True:
        page = list_batches(trade.session, trade.dairy, BatchFilter(), 1, before)
        found += [row.lot for row in page.rows]
        before = page.before
        if before is None:
            break
    assert found == ["Y2", "Y1", "M1"]


def test_conditions_narrow_the_list(trade: Trade) -> None:
    place_hold(trade.session, "R1", "recall", [Condition(gtin=gtin_of("milk"), lot="M1")], START, "t", None, "i")
    depot = trade.session.scalars(select(Location.id).where(Location.name == "depot")).one()
    cases = [
        (BatchFilter(gtin=gtin_of("milk")), ["M1"]),
        (BatchFilter(lot="Y"), ["Y2", "Y1"]),
        (BatchFilter(text="Y1"), ["Y1"]),
        (BatchFilter(lot="y"), []),
        (BatchFilter(text=gtin_of("yoghurt").lstrip("0")), ["Y2", "Y1"]),
        (BatchFilter(held=True), ["Y1", "M1"]),
        (BatchFilter(produced_from=date(2026, 3, 1), produced_to=date(2026, 3, 1)), ["Y2"]),
        (BatchFilter(produced_from=date(2026, 3, 2)), []),
        (BatchFilter(place=depot), []),
    ]
    assert [lots(trade, trade.dairy, wanted) for wanted, _ in cases] == [expected for _, expected in cases]
    assert lots(trade, trade.depot, BatchFilter(place=depot)) == ["Y1"]


def test_stock_is_that_of_the_firm_s_own_places_and_equals_the_balance(trade: Trade) -> None:
    for who, expected in ((trade.dairy, 80), (trade.depot, 80), (trade.shop, 18)):
        (row,) = [row for row in each_batch(trade.session, who, BatchFilter()) if row.lot == "Y1"]
        assert [one.quantity for one in row.stock] == [Decimal(expected)]
    held = list_batches(trade.session, trade.shop, BatchFilter()).rows[0]
    assert held.ban is None


def test_a_firm_s_part_of_batches_too_large_to_read_whole_is_the_same(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Goods between two of its own places are counted once either way."""
    trade.chain.sell("shop", "yoghurt", "Y1", 30)

    def told() -> list[object]:
        people = (trade.dairy, trade.depot, trade.shop)
        listed = [list(each_batch(trade.session, who, BatchFilter())) for who in people]
        return [*listed, *(list_findings(trade.session, who) for who in people)]

    whole = told()
    monkeypatch.setattr(ledger, "WHOLE", 0)
    assert told() == whole


def test_what_is_held_and_in_stock_waits_until_it_is_gone(trade: Trade) -> None:
    place_hold(trade.session, "R1", "recall", [Condition(gtin=gtin_of("milk"), lot="M1")], START, "t", None, "i")
    assert trade.session.scalars(select(HeldBatch)).all()
    assert [row.lot for row in held_in_stock(trade.session, trade.dairy)] == ["Y1"]
    assert [row.lot for row in held_in_stock(trade.session, trade.shop)] == ["Y1"]
    trade.chain.destroy("shop", "yoghurt", "Y1", 18)
    assert held_in_stock(trade.session, trade.shop) == []


# -- a batch's life --------------------------------------------------------------------------------------------------


def test_a_life_is_told_in_the_order_in_which_it_happened(trade: Trade) -> None:
    """The firm sees its own places and one step down: the shop's sales are not its affair."""
    life = read_life(trade.session, trade.dairy, batch_uri("yoghurt", "Y1"))
    assert [(one.step, one.quantity) for one in life.moments] == [("made", 200), ("shipped", 270), ("received", 270)]
    assert [one["lot"] for one in life.made_from] == ["M1"]
    assert life.whole
    assert life.accounts == []
    shop = read_life(trade.session, trade.shop, batch_uri("yoghurt", "Y1"))
    assert [(one.step, one.quantity) for one in shop.moments] == [("shipped", 40), ("received", 30), ("sold", 12)]
    assert shop.made_from == []
    assert [event.verb for event in shop.events] == ["SELL", "RECEIVE", "SHIP"]
    with pytest.raises(BatchNotFound):
        read_life(trade.session, trade.shop, batch_uri("milk", "M1"))


def test_a_firm_s_own_account_sums_to_what_came_to_it(trade: Trade) -> None:
    """Of a product that is another's, a firm accounts for what came to its own places."""
    (shop,) = read_life(trade.session, trade.shop, batch_uri("yoghurt", "Y1")).accounts
    assert (shop.came, shop.on_hand, shop.sold, shop.sums) == (30, 18, 12, True)
    (depot,) = read_life(trade.session, trade.depot, batch_uri("yoghurt", "Y1")).accounts
    assert (depot.came, depot.on_hand, depot.sent, depot.between, depot.sums) == (120, 80, 40, 0, True)


def test_an_earlier_moment_leaves_out_what_came_later(trade: Trade) -> None:
    life = read_life(trade.session, trade.shop, batch_uri("yoghurt", "Y1"), START + timedelta(hours=8, minutes=30))
    assert [one.step for one in life.moments] == ["shipped"]
    assert life.accounts[0].came == 0


# -- findings --------------------------------------------------------------------------------------------------------


def explanation(row: object, words: str = "Ten broke on the way.") -> ExplanationIn:
    finding, batch = row.finding, row.batch  # type: ignore[attr-defined]
    return ExplanationIn(
        batch=batch["id"], rule=finding.rule, event=finding.event_id or "", said=finding.message, words=words
    )


def test_a_firm_s_findings_are_those_that_its_balance_tells(trade: Trade) -> None:
    trade.chain.sell("shop", "yoghurt", "Y1", 30)
    trade.chain.receive("depot", "shop", "yoghurt", "Y2", 5)
    for who in (trade.dairy, trade.depot, trade.shop):
        listed = {
            (one.batch["id"], one.finding.rule, one.finding.event_id) for one in list_findings(trade.session, who).rows
        }
        told = set()
        for row in each_batch(trade.session, who, BatchFilter()):
            for one in read_balance(trade.session, who, row.uri)["findings"]:
                if one["severity"] != "info" and one["batch"] is not None:
                    told.add((one["batch"]["id"], one["rule"], one["event_id"]))
        assert listed == told
    assert {row.finding.rule for row in list_findings(trade.session, trade.shop).rows} == {
        "negative_stock",
        "receipt_without_shipment",
    }


def test_an_explanation_stands_beside_its_finding_and_changes_no_figure(trade: Trade) -> None:
    trade.chain.sell("shop", "yoghurt", "Y1", 30)
    before = read_balance(trade.session, trade.shop, batch_uri("yoghurt", "Y1"))
    (row,) = [one for one in list_findings(trade.session, trade.shop).rows if one.waits]
    explain_finding(trade.session, trade.shop, explanation(row, " Counted twice. "), START)
    (explained,) = list_findings(trade.session, trade.shop).rows
    assert [(said.words, said.name) for said in explained.explained] == [("Counted twice.", "shop person")]
    assert not explained.waits
    assert read_balance(trade.session, trade.shop, batch_uri("yoghurt", "Y1")) == before


def test_a_finding_whose_figures_changed_is_to_be_explained_anew(trade: Trade) -> None:
    trade.chain.sell("shop", "yoghurt", "Y1", 30)
    (row,) = list_findings(trade.session, trade.shop).rows
    explain_finding(trade.session, trade.shop, explanation(row), START)
    trade.chain.sell("shop", "yoghurt", "Y1", 1)
    assert [one.waits for one in list_findings(trade.session, trade.shop).rows] == [True]
    with pytest.raises(NothingToExplain):
        explain_finding(trade.session, trade.shop, explanation(row), START)


def test_nobody_explains_or_reads_for_another_firm(trade: Trade) -> None:
    """Regulators read what was said; the maker, whose product it is, sees neither the finding nor the words."""
    trade.chain.sell("shop", "yoghurt", "Y1", 30)
    (row,) = list_findings(trade.session, trade.shop).rows
    explain_finding(trade.session, trade.shop, explanation(row, "Mixed up at the till."), START)
    for who in (trade.dairy, trade.depot):
        assert not any(one.explained for one in findings_of_batch(trade.session, who, batch_uri("yoghurt", "Y1")))
        with pytest.raises(NothingToExplain):
            explain_finding(trade.session, who, explanation(row), START)
    regulator = Principal("regulator", None, 9, "regulator")
    seen = [one for one in findings_of_batch(trade.session, regulator, batch_uri("yoghurt", "Y1")) if one.explained]
    assert [one.explained[0].words for one in seen] == ["Mixed up at the till."]
    with pytest.raises(Forbidden):
        explain_finding(trade.session, regulator, explanation(row), START)


def test_the_desk_s_home_looks_at_what_the_firm_told_of_last(trade: Trade) -> None:
    mine = Chain(trade.session, trade.shop, hours=50, count=500)
    mine.sell("shop", "yoghurt", "Y1", 30)
    assert [one.finding.rule for one in find_recent(trade.session, trade.shop)] == ["negative_stock"]
    assert find_recent(trade.session, trade.dairy) == []


def test_today_has_today_s_shipments(trade: Trade) -> None:
    mine = Chain(trade.session, trade.dairy, hours=50, count=600)
    mine.ship("store", "depot", "yoghurt", "Y1", 5)
    now = START + timedelta(hours=52)
    today = read_today(trade.session, trade.dairy, now)
    assert [trade.session.get_one(Identifier, one.destination).uri for one in today.shipments] == [place_uri("depot")]
    assert read_today(trade.session, trade.shop, now).shipments == []
    assert read_today(trade.session, trade.dairy, now + timedelta(days=2)).shipments == []
    assert today.batches == []  # nobody registered one
    assert trade.session.scalar(select(Posting.id).limit(1)) is not None
