"""Batches that were made without a permit, found in what was captured: registration refuses them, events stay."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.batch_dates import production_dates
from trace.findings import Finding, make_finding
from trace.fold.entries import Entry
from trace.kit.bulk import among
from trace.kit.formats import BEIJING
from trace.models import Event, Identifier, Location, Product
from trace.permits import Category, read_categories, read_permits
from trace.postings import NOWHERE, Postings, is_among

MICROSECONDS = 1_000_000


class Making(NamedTuple):
    """That a batch was made at a place, at a moment (µs since 1970 UTC), as an event says."""

    batch: int
    place: int | None
    at: int
    event: int


class Unpermitted(NamedTuple):
    """A batch that was made on a day without the permit that its category needs; ``making`` is the first of several."""

    making: Making
    day: date
    category: Category


def find_unpermitted(session: Session, makings: Sequence[Making]) -> list[Unpermitted]:
    """Return those of some batches for which nobody who made them had a permit on the production day.

    A permit is that of the firm of the place; where nobody registered it, of the product's own firm.
    """
    if not makings or not read_categories(session):
        return []
    batches = {one.batch for one in makings}
    goods = {
        row.id: row
        for row in session.execute(
            select(Identifier.id, Product.gtin, Product.party_id)
            .join(Product, Product.gtin == Identifier.gtin)
            .where(among(session, Identifier.id, batches), Product.classifications != "[]")
        )
    }
    owners = _owners(session, {one.place for one in makings if one.place is not None})
    makers = {one: owners.get(one.place or 0, goods[one.batch].party_id) for one in makings if one.batch in goods}
    known = read_permits(
        session, {row.gtin for row in goods.values()}, {maker for maker in makers.values() if maker is not None}
    )
    days = production_dates(session, goods)
    found: dict[int, Unpermitted] = {}
    for one, maker in sorted(makers.items(), key=lambda pair: (pair[0].at, pair[0].event)):
        day = days.get(one.batch) or _day_of(one.at)
        category = None if maker is None else known.missing(goods[one.batch].gtin, maker, day)
        if category is not None:
            found.setdefault(one.batch, Unpermitted(one, day, category))
    return list(found.values())


def _owners(session: Session, places: Collection[int]) -> Mapping[int, int]:
    rows = session.execute(select(Location.id, Location.party_id).where(among(session, Location.id, places)))
    return {number: party for number, party in rows}  # noqa: C416  (a Result is no mapping)


def _day_of(at: int) -> date:
    return datetime.fromtimestamp(at // MICROSECONDS, UTC).astimezone(BEIJING).date()


def find_in_postings(session: Session, postings: Postings) -> list[Finding]:
    """Return a finding for each batch that was made without a permit."""
    made = postings.where(is_among(postings.entry, (Entry.MADE, Entry.YIELDED)))
    columns = (made.batch.tolist(), made.destination.tolist(), made.at.tolist(), made.event.tolist())
    unpermitted = find_unpermitted(session, [Making(*row) for row in zip(*columns, strict=True)])
    events = select(Event.id, Event.event_id).where(among(session, Event.id, {one.making.event for one in unpermitted}))
    uris = {number: uri for number, uri in session.execute(events)} if unpermitted else {}  # noqa: C416
    return [
        make_finding(
            "made_without_permit",
            uris[one.making.event],
            one.making.batch,
            None if one.making.place == NOWHERE else one.making.place,
            day=one.day.isoformat(),
            category=f"{one.category.name} ({one.category.name_en})",
        )
        for one in unpermitted
    ]
