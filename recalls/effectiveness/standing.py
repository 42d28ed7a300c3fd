"""Where a case stands at a moment: who was told and answered, what the ledger and the answers say of the goods.

Progress and every report are read off one `Standing`, so two of them cannot disagree.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.consignees import Consignee, consignees_of
from recalls.effectiveness.checks import latest_results
from recalls.effectiveness.ratios import Item, Said, Stock, Told
from recalls.holdings import Holding, find_holdings
from recalls.impact import load_scope
from recalls.models import Notice, RecallCase
from recalls.plans import planned_quantities
from recalls.responses.figures import Stated
from recalls.responses.stated import read_history, responders
from recalls.ways_back import WayBack, find_ways_back
from trace.answers import BatchRef, describe_batches
from trace.fold.contents import Unit
from trace.fold.entries import Entry
from trace.postings import Postings
from trace.supply_graph import Supply

Consigned = tuple[int | None, int | None]
"""(firm, place): one of them, as a `recalls.consignees.Consignee` is known by."""

StockKey = tuple[int, int, Unit]
"""(place, batch, unit of measure)."""


@dataclass(frozen=True)
class Standing:
    """Plain values of one moment; ``told`` are the consignees again, as the ratios take them, in the same order.

    ``notices`` are the notifications of each consignee, the oldest first; ``answered`` when each one answered first;
    ``history`` all lines of answers, in which the newest of a stock stands.
    """

    as_of: datetime
    supply: Supply
    batches: Mapping[int, BatchRef]
    consignees: list[Consignee]
    told: list[Told]
    notices: Mapping[Consigned, list[Notice]]
    answered: Mapping[Consigned, datetime]
    history: list[tuple[StockKey, Stated]]
    stocks: Mapping[StockKey, Stock]
    planned: Mapping[Item, Decimal | None]

    @cached_property
    def stated(self) -> dict[StockKey, Stated]:
        """What stands of the answers."""
        return dict(self.history)


def read_standing(session: Session, case: RecallCase, as_of: datetime) -> Standing:
    """Return where ``case`` stands at ``as_of`` (inclusive), with the scope in force then."""
    supply = load_scope(session, case, as_of)
    batches = describe_batches(session, supply.depth)
    consignees = consignees_of(session, supply)
    notices = _read_notices(session, case, as_of)
    answered = responders(session, case, as_of)
    history = list(read_history(session, case, as_of))
    checked = latest_results(session, case, as_of)
    stocks = find_stocks(supply.postings, dict(history))
    return Standing(
        as_of=as_of,
        supply=supply,
        batches=batches,
        consignees=consignees,
        told=[
            _tell(one, notices.get(key_of(one), ()), answered, checked, stocks, batches, as_of) for one in consignees
        ],
        notices=notices,
        answered=answered,
        history=history,
        stocks=stocks,
        planned=planned_quantities(session, case, as_of),
    )


def key_of(consignee: Consignee) -> Consigned:
    """Return by what notices, answers and checks know a consignee."""
    return consignee.party_id, consignee.place_id


def item_of(batch: BatchRef, uom: Unit) -> Item:
    """Return under which item a batch is counted: its GTIN, or its own identifier where it has none."""
    return batch["gtin"] or batch["id"], uom


def is_acknowledged(notice: Notice, as_of: datetime) -> bool:
    """Tell whether somebody at the firm knew of it at ``as_of``: sent is only sent."""
    return notice.acknowledged_at is not None and notice.acknowledged_at <= as_of


def find_stocks(
    postings: Postings, stated: Mapping[StockKey, Stated], with_maker: Collection[int] | None = None
) -> dict[StockKey, Stock]:
    """Return what the ledger and the answers say of every batch at every place.

    ``with_maker`` are the batches whose making was recorded, where ``postings`` are a part that may not have it.
    """
    ways = find_ways_back(postings)
    makers = find_makers(postings)
    recorded = {batch for batch, _ in makers} if with_maker is None else with_maker
    found = {}
    for one in find_holdings(postings):
        key = (one.place, one.batch, one.uom)
        back = ways.get(key, WayBack())
        maker = (one.batch, one.place) in makers or (one.batch not in recorded and _nothing_came(one, back))
        found[key] = _stock_of(one, back, stated.get(key), maker)
    return found


def find_makers(postings: Postings) -> set[tuple[int, int]]:
    """Return by whom each batch was made: (batch, place)."""
    made = (postings.entry == Entry.MADE) | (postings.entry == Entry.YIELDED)
    return set(zip(postings.batch[made].tolist(), postings.destination[made].tolist(), strict=True))


def _nothing_came(holding: Holding, back: WayBack) -> bool:
    """Whether nothing but returns came here: where nobody recorded the making, such a place stands for the maker."""
    figures = holding.figures
    return figures.received == back.arrived and figures.in_transit <= back.expected - back.arrived


def _stock_of(holding: Holding, back: WayBack, stated: Stated | None, maker: bool) -> Stock:
    figures = holding.figures
    said = Said()
    if stated is not None:
        said = Said(stated.on_hand, stated.quarantined, stated.returned, stated.destroyed, stated.corrected)
    return Stock(
        maker=maker,
        received=figures.received,
        in_transit=figures.in_transit,
        shipped=figures.shipped,
        sold=figures.sold,
        on_hand=figures.on_hand,
        destroyed=figures.destroyed,
        sent_back=back.sent,
        due_back=back.expected,
        came_back=back.arrived,
        complete=figures.complete,
        said=said,
    )


def _read_notices(session: Session, case: RecallCase, as_of: datetime) -> dict[Consigned, list[Notice]]:
    query = select(Notice).where(Notice.case_id == case.id, Notice.kind == "notification", Notice.created_at <= as_of)
    found: dict[Consigned, list[Notice]] = {}
    for notice in session.scalars(query.order_by(Notice.id)):
        found.setdefault((notice.party_id, notice.place_id), []).append(notice)
    return found


def _tell(
    consignee: Consignee,
    notices: Iterable[Notice],
    answered: Mapping[Consigned, datetime],
    checked: Mapping[Consigned, bool],
    stocks: Mapping[StockKey, Stock],
    batches: Mapping[int, BatchRef],
    as_of: datetime,
) -> Told:
    key = key_of(consignee)
    known = [is_acknowledged(notice, as_of) for notice in notices]
    return Told(
        tier=consignee.tier,
        places=len(consignee.places),
        notified=bool(known) and all(known),
        responded=key in answered,
        stocks=tuple(
            (item_of(batches[one.batch], one.uom), stocks[one.place, one.batch, one.uom]) for one in consignee.holdings
        ),
        checked=key in checked,
        passed=checked.get(key, False),
    )
