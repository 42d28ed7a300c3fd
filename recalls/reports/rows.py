"""The rows of a report's parts about the whole case: facts, quantities, notices, ratios, deviations, deadlines."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from recalls.clocks.deadlines import DeadlineRow
from recalls.effectiveness.ratio_rows import find_above_all, name_item
from recalls.effectiveness.ratios import Effectiveness, Item, Ratio, Recovery, measure_tiers, recover
from recalls.effectiveness.recovery_days import EndRow, add_up
from recalls.effectiveness.standing import is_acknowledged, item_of, key_of
from recalls.reports.gather import BroughtBack, Gathered
from recalls.responses.figures import record_of
from recalls.responses.findings import compare_line
from recalls.ways_back import WayBack, find_ways_back
from trace.answers import exact, exact_or_none, write_finding, write_time

ZERO = Decimal(0)

Row = dict[str, Any]
"""A flat row of a part: plain JSON values."""

TOTALS = ("produced", "sold", "lost", "unaccounted", "batches")


def write_facts(found: Gathered, stage: str, end: EndRow, note: str | None) -> Iterator[Row]:
    """Yield what the case is, one fact a row."""
    case, plan = found.case, found.plan
    affected = found.standing.consignees
    assessed = [step.outcome for step in case.steps if step.outcome is not None and step.at <= found.as_of]
    facts: dict[str, Any] = {
        "number": case.number,
        "title": case.title,
        "kind": case.kind,
        "regime": case.regime,
        "class": case.recall_class,
        "depth": case.depth,
        "drill": case.drill,
        "stage": stage,
        "authority": case.authority,
        "hazard": case.hazard,
        "cause": case.cause,
        "consequence": case.consequence,
        "instructions": case.instructions,
        "remedy": ", ".join(json.loads(case.remedies)),
        "learned_at": write_time(case.learned_at),
        "announced_at": _by(found, case.announced_at),
        "period_from": write_time(found.period_from),
        "as_of": write_time(found.as_of),
        "batches": len(found.standing.supply.depth),
        "firms": len(affected),
        "places": sum(len(one.places) for one in affected),
        "plan_version": None if plan is None else plan.version,
        "measures": None if plan is None else plan.measures,
        "disposal": None if plan is None else plan.disposal,
        "plan_contact": None if plan is None else plan.contact,
        "starts_on": None if plan is None or plan.starts_on is None else plan.starts_on.isoformat(),
        "ends_on": None if plan is None or plan.ends_on is None else plan.ends_on.isoformat(),
        "expected_end_at": end["at"],
        "no_expected_end": end["message_zh"],
        "effective": None if not assessed else assessed[-1] == "effective",
        "note": note,
    }
    english = {"title": case.title_en, "no_expected_end": end["message"]}
    for name, value in facts.items():
        yield {"name": name, "value": value, "value_en": english.get(name)}


def _by(found: Gathered, moment: Any) -> str | None:
    return write_time(moment) if moment is not None and moment <= found.as_of else None


def write_products(found: Gathered) -> Iterator[Row]:
    """Yield the trade items in scope with their producers."""
    for gtin, goods in sorted(found.goods.items()):
        firm = found.producers.get(gtin)
        yield {
            "gtin": gtin,
            "name": goods["name"],
            "name_en": goods["name_en"],
            "brand": goods["brand"],
            "specification": goods["specification"],
            "producer": firm and firm.name,
            "producer_en": firm and firm.name_en,
            "producer_code": firm and (firm.uscc or firm.gln),
            "address": firm and firm.address,
            "phone": firm and firm.phone,
            "email": firm and firm.email,
        }


def write_batches(found: Gathered) -> Iterator[Row]:
    """Yield the batches in scope, those made from them and those that may be in it."""
    for row in found.impact["batches"]:
        yield {**name_goods(found, row), "id": row["id"], "evidence": row["evidence"]}


def name_goods(found: Gathered, batch: Mapping[str, Any]) -> Row:
    """Return what a batch is called."""
    goods = found.goods.get(batch["gtin"] or "")
    return {
        "gtin": batch["gtin"],
        "lot": batch["lot"],
        "product": goods and goods["name"],
        "product_en": goods and goods["name_en"],
    }


def write_quantities(found: Gathered) -> Iterator[Row]:
    """Yield one row for each item and unit of measure; ratios are those of RULES 8.

    What consumers brought back is held by shops and so among what was recovered; the rest came from operators.
    """
    totals = _totals(found)
    before = add_up(found.standing, found.before)
    operators, operators_before = _count_operators(found)
    for item, one in found.whole.items.items():
        recovered = one.recovery.recovered
        earlier = before.get(item, Recovery()).recovered
        back, back_now = (some.get(item, BroughtBack()) for some in _brought(found))
        goods = found.goods.get(item[0])
        period = found.period_from is not None
        yield {
            **name_item(item),
            "name": goods and goods["name"],
            "name_en": goods and goods["name_en"],
            **totals.get(item, dict.fromkeys(TOTALS, ZERO)),
            "distributed": exact(one.recovery.distributed),
            "planned": exact_or_none(found.standing.planned.get(item)),
            "recovered_in_period": exact(recovered - earlier),
            "recovered": exact(recovered),
            "operators_in_period": operators_before.get(item, 0) if period else operators.get(item, 0),
            "from_operators_in_period": _rest(recovered - earlier, back_now.units),
            "operators": operators.get(item, 0),
            "from_operators": _rest(recovered, back.units),
            "consumers_in_period": back_now.times,
            "from_consumers_in_period": exact_or_none(back_now.units),
            "consumers": back.times,
            "from_consumers": exact_or_none(back.units),
            "recovered_of_planned": write_text(one.of_planned),
            "recovered_of_distributed": write_text(one.of_distributed),
            "withheld": exact(one.recovery.withheld),
            "on_hand": exact(one.recovery.on_hand),
            "quarantined": exact(one.recovery.quarantined),
            "returned": exact(one.recovery.returned),
            "destroyed": exact(one.recovery.destroyed),
            "corrected": exact(one.recovery.corrected),
            "complete": one.recovery.complete,
        }


def _brought(found: Gathered) -> tuple[Mapping[Item, BroughtBack], Mapping[Item, BroughtBack]]:
    return found.brought_back, found.brought_back_in_period


def _rest(recovered: Decimal, brought_back: Decimal | None) -> Decimal | None:
    return None if brought_back is None else exact(max(ZERO, recovered - brought_back))


def _totals(found: Gathered) -> dict[Item, Row]:
    """Return the impact's totals by item: what is in scope itself and what was made from it together."""
    sums: dict[Item, Row] = {}
    for row in found.impact["totals"]:
        so_far = sums.setdefault((row["gtin"] or row["id"], row["uom"] or ""), dict.fromkeys(TOTALS, ZERO))
        for name in TOTALS:
            so_far[name] = exact(Decimal(so_far[name]) + Decimal(row[name]))
    return sums


def _count_operators(found: Gathered) -> tuple[Counter[Item], Counter[Item]]:
    """Return from how many consignees anything of each item was recovered: in all, and more of it in the period."""
    in_all: Counter[Item] = Counter()
    in_period: Counter[Item] = Counter()
    for consignee in found.standing.consignees:
        now: dict[Item, Decimal] = {}
        before: dict[Item, Decimal] = {}
        for one in consignee.holdings:
            item = item_of(found.standing.batches[one.batch], one.uom)
            key = (one.place, one.batch, one.uom)
            now[item] = now.get(item, ZERO) + recover(found.standing.stocks[key]).recovered
            before[item] = before.get(item, ZERO) + found.before.get(key, Recovery()).recovered
        in_all.update(item for item, units in now.items() if units > 0)
        in_period.update(item for item, units in now.items() if units > before[item])
    return in_all, in_period


def write_told(found: Gathered) -> Iterator[Row]:
    """Yield to whom notices were sent and in which ways: operators by message, consumers by the public notice."""
    groups: dict[str, list[Any]] = {}
    for some in found.standing.notices.values():
        for notice in some:
            attempt = found.sent.get(notice.notice_id)
            known = is_acknowledged(notice, found.as_of)
            way: str | None = attempt.channel if attempt else notice.acknowledged_via if known else None
            at = attempt.at if attempt else notice.acknowledged_at if known else None
            groups.setdefault(way or "not_sent", []).append((at, known))
    for way, rows in sorted(groups.items()):
        times = [at for at, _ in rows if at is not None]
        yield {
            "to": "operators",
            "way": way,
            "notices": len(rows),
            "acknowledged": sum(known for _, known in rows),
            "first_at": write_time(min(times, default=None)),
            "last_at": write_time(max(times, default=None)),
        }
    if found.public:
        yield {
            "to": "consumers",
            "way": "page",
            "notices": len(found.public),
            "acknowledged": None,
            "first_at": write_time(found.public[0].published_at),
            "last_at": write_time(found.public[-1].published_at),
        }


def write_ratios(found: Gathered) -> Iterator[Row]:
    """Yield the five ratios of all consignees, then of each tier."""
    yield from _ratios_of("all", None, found.whole)
    for tier, one in measure_tiers(found.standing.told).items():
        yield from _ratios_of("tier", tier, one)


def _ratios_of(scope: str, tier: int | None, found: Effectiveness) -> Iterator[Row]:
    nothing = {"id": None, "gtin": None, "uom": None}
    ratios: list[tuple[str, Mapping[str, Any], Ratio]] = [
        ("told", nothing, found.notified),
        ("responded", nothing, found.responded),
        ("checks", nothing, found.checks),
    ]
    for item, one in found.items.items():
        if scope == "all":
            ratios.append(("of_planned", name_item(item), one.of_planned))
        ratios.append(("of_distributed", name_item(item), one.of_distributed))
    for name, named, ratio in ratios:
        yield {
            "scope": scope,
            "tier": tier,
            "ratio": name,
            **named,
            "numerator": exact(ratio.numerator),
            "denominator": exact_or_none(ratio.denominator),
            "percent": write_text(ratio),
        }


def write_text(ratio: Ratio) -> str:
    """Return a ratio in words: per cent with two decimals, cut off, or "n/a"."""
    percent = ratio.percent
    return "n/a" if percent is None else f"{percent:.2f} %"


def write_deviations(found: Gathered) -> Iterator[Row]:
    """Yield what does not fit: of the ledger, of answers against it, of ratios above 100 %."""
    rows = [*found.impact["findings"]]
    standing = found.standing
    ways = find_ways_back(standing.supply.postings)
    for consignee in standing.consignees:
        for one in consignee.holdings:
            key = (one.place, one.batch, one.uom)
            stated = standing.stated.get(key)
            if stated is not None:
                recorded = record_of(one, ways.get(key, WayBack()).sent)
                differences = compare_line(key, stated, recorded)
                rows += [write_finding(finding, standing.batches, found.places) for finding in differences]
    rows += [write_finding(finding, {}, {}) for finding in find_above_all(found.whole)]
    for row in rows:
        yield {
            "rule": row["rule"],
            "severity": row["severity"],
            "message": row["message"],
            "message_zh": row["message_zh"],
            "place": row["place"] and (row["place"]["gln"] or row["place"]["id"]),
            "id": row["batch"] and row["batch"]["id"],
            "event_id": row["event_id"],
        }


def write_deadlines(rows: list[DeadlineRow]) -> Iterator[Row]:
    """Yield the clocks of the case."""
    for row in rows:
        yield {
            "duty": row["text_zh"],
            "duty_en": row["text_en"],
            "due_at": row["due_at"],
            "state": row["state"],
            "met_at": row["met_at"],
            "source": row["source"],
        }


def order_of(found: Gathered) -> Iterator[tuple[Any, Row]]:
    """Yield each consignee with the row that names it."""
    for one in found.standing.consignees:
        place = found.places[one.places[0]]
        contact = found.contacts[one.places[0]]
        firm = contact["party"]
        yield (
            one,
            {
                "consignee": found.names[key_of(one)],
                "name": firm["name"] if firm else place.name,
                "name_en": firm["name_en"] if firm else place.name_en,
                "address": (firm and firm["address"]) or contact["address"],
                "phone": firm and firm["phone"],
                "email": firm and firm["email"],
            },
        )
