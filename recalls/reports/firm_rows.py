"""The rows of a report's parts about consignees: affected firms, notices, answers, checks, destruction."""

from collections.abc import Iterator
from typing import Any

from recalls.clocks.working_days import CHINA
from recalls.effectiveness.checks import DrawRow
from recalls.effectiveness.ratios import recover
from recalls.effectiveness.standing import is_acknowledged, key_of
from recalls.reports.gather import Gathered
from recalls.reports.rows import Row, name_goods, order_of
from trace.amounts import from_stored
from trace.answers import exact, exact_or_none, write_time


def write_firms(found: Gathered) -> Iterator[Row]:
    """Yield one row for each batch that a firm bought, place by place; its maker's own places bought none of it."""
    standing = found.standing
    for consignee, named in order_of(found):
        for one in consignee.holdings:
            key = (one.place, one.batch, one.uom)
            stock = standing.stocks[key]
            if stock.maker:
                continue
            place, bought = found.places[one.place], found.purchases.get(key)
            suppliers = sorted(_name(found, number) for number in bought.suppliers) if bought else []
            yield {
                **named,
                "place": place.gln or place.id,
                "place_name": place.name,
                "place_name_en": place.name_en,
                **name_goods(found, standing.batches[one.batch]),
                "id": standing.batches[one.batch]["id"],
                "uom": one.uom or None,
                "bought_first": bought and bought.first.astimezone(CHINA).date().isoformat(),
                "bought_last": bought and bought.last.astimezone(CHINA).date().isoformat(),
                "quantity": exact(stock.received - stock.came_back) if stock.complete else None,
                "in_transit": exact(stock.in_transit),
                "suppliers": ", ".join(suppliers),
            }


def _name(found: Gathered, number: int) -> str:
    place = found.places.get(number)
    return "" if place is None else place.party_name or place.name or place.gln or place.id


def write_notified(found: Gathered) -> Iterator[Row]:
    """Yield one row for each consignee: when it was told, in which way, when it acknowledged and answered."""
    standing = found.standing
    for consignee, named in order_of(found):
        notices = standing.notices.get(key_of(consignee), [])
        sent = [found.sent[one.notice_id] for one in notices if one.notice_id in found.sent]
        known = [one for one in notices if is_acknowledged(one, found.as_of)]
        yield {
            **named,
            "tier": consignee.tier,
            "sent_at": write_time(sent[0].at) if sent else None,
            "method": sent[0].channel if sent else "not_sent",
            "acknowledged_at": write_time(known[0].acknowledged_at) if known else None,
            "acknowledged_via": known[0].acknowledged_via if known else None,
            "answered_at": write_time(standing.answered.get(key_of(consignee))),
        }


def write_answers(found: Gathered) -> Iterator[Row]:
    """Yield what each consignee has answered last of each batch, and what was recovered of it; null is not said."""
    standing = found.standing
    for consignee, named in order_of(found):
        for one in consignee.holdings:
            key = (one.place, one.batch, one.uom)
            stock, stated = standing.stocks[key], standing.stated.get(key)
            place = found.places[one.place]
            said: dict[str, Any] = {} if stated is None else dict(stated.said)
            yield {
                **{name: named[name] for name in ("consignee", "name", "name_en")},
                "place": place.gln or place.id,
                **name_goods(found, standing.batches[one.batch]),
                "id": standing.batches[one.batch]["id"],
                "uom": one.uom or None,
                "received": exact(stock.received - stock.came_back),
                "answered_at": None if stated is None else write_time(stated.answered_at),
                **{
                    name: exact_or_none(said.get(name))
                    for name in (
                        *("on_hand", "quarantined", "returned", "destroyed", "corrected"),
                        *("sold", "shipped_on", "lost"),
                    )
                },
                "recovered": exact(recover(stock).recovered),
            }


def write_checks(draws: list[DrawRow]) -> Iterator[Row]:
    """Yield what each check found; a consignee that was drawn and not checked yet has a row without a result."""
    nothing = dict.fromkeys(("checked_at", "way", "notified", "removed", "found", "passed", "note"))
    for drawn in draws:
        for member in drawn["members"]:
            if not member["chosen"]:
                continue
            result: dict[str, Any] = {**(member["results"][0] if member["results"] else nothing)}
            yield {
                **{name: drawn[name] for name in ("draw", "level", "percent", "seed")},
                "consignee": member["consignee"],
                "name": member["name"],
                **{name: result[name] for name in nothing},
            }


def write_disposals(found: Gathered) -> Iterator[Row]:
    """Yield every answer that states units destroyed, with where, how and before whom; totals to date."""
    standing = found.standing
    for response, line in found.destroyed:
        place, batch = found.places.get(line.place_id), standing.batches.get(line.batch_id)
        if place is None or batch is None:
            continue
        yield {
            "response": response.response_id,
            "place": place.gln or place.id,
            **name_goods(found, batch),
            "id": batch["id"],
            "uom": line.uom or None,
            "destroyed": exact(from_stored(line.destroyed or 0, line.scale)),
            "where": line.destroyed_place,
            "method": line.destroyed_method,
            "witness": line.destroyed_witness,
            "document": line.destroyed_document,
            "answered_at": write_time(response.answered_at),
        }
