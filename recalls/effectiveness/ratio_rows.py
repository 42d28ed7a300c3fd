"""The five ratios as they are answered, and the findings where one is above 100 % (RULES 8)."""

from collections.abc import Mapping
from decimal import Decimal

from typing_extensions import TypedDict

from recalls.effectiveness.ratios import Effectiveness, Item, Ratio
from recalls.findings import say
from recalls.scope import item_uri
from trace.answers import Number, exact, exact_or_none
from trace.findings import Finding


class RatioRow(TypedDict):
    """A ratio: its two figures, and in per cent with two decimals, cut off; null is "n/a"."""

    numerator: Number
    denominator: Number | None
    percent: Number | None
    text: str
    complete: bool


class ItemName(TypedDict):
    """An item by its canonical identifier; ``gtin`` is null for a batch of another scheme, which is its own item."""

    id: str
    gtin: str | None
    uom: str | None


class ItemRow(ItemName):
    """What was recovered of an item in one unit of measure (null: pieces), each unit once."""

    planned: Number | None
    distributed: Number
    recovered: Number
    withheld: Number
    on_hand: Number
    quarantined: Number
    returned: Number
    destroyed: Number
    corrected: Number
    recovered_of_planned: RatioRow
    recovered_of_distributed: RatioRow


class EffectivenessRow(TypedDict):
    """The five ratios (RULES 8). ``distributed`` of a tier is what reached it."""

    consignees: int
    places: int
    notified: RatioRow
    responded: RatioRow
    checks: RatioRow
    items: list[ItemRow]


def write_ratio(ratio: Ratio) -> RatioRow:
    """Return a ratio as it is answered."""
    percent = ratio.percent
    return {
        "numerator": exact(ratio.numerator),
        "denominator": None if ratio.denominator is None else exact(ratio.denominator),
        "percent": None if percent is None else exact(percent),
        "text": "n/a" if percent is None else f"{percent:.2f} %",
        "complete": ratio.complete,
    }


def write_effectiveness(found: Effectiveness, planned: Mapping[Item, Decimal | None]) -> EffectivenessRow:
    """Return the five ratios as they are answered."""
    return {
        "consignees": found.consignees,
        "places": found.places,
        "notified": write_ratio(found.notified),
        "responded": write_ratio(found.responded),
        "checks": write_ratio(found.checks),
        "items": [
            {
                **name_item(item),
                "planned": exact_or_none(planned.get(item)),
                "distributed": exact(one.of_distributed.denominator or Decimal(0)),
                "recovered": exact(one.recovery.recovered),
                "withheld": exact(one.recovery.withheld),
                "on_hand": exact(one.recovery.on_hand),
                "quarantined": exact(one.recovery.quarantined),
                "returned": exact(one.recovery.returned),
                "destroyed": exact(one.recovery.destroyed),
                "corrected": exact(one.recovery.corrected),
                "recovered_of_planned": write_ratio(one.of_planned),
                "recovered_of_distributed": write_ratio(one.of_distributed),
            }
            for item, one in found.items.items()
        ],
    }


def name_item(item: Item) -> ItemName:
    """Return how an item is written in an answer."""
    named, uom = item
    gtin = named if named.isdigit() else None
    return {"id": named if gtin is None else item_uri(gtin), "gtin": gtin, "uom": uom or None}


def find_above_all(found: Effectiveness) -> list[Finding]:
    """Return a finding for every ratio above 100 % (RULES 8)."""
    ratios = [("answered_unacknowledged", "", found.responded)]
    for (item, uom), one in found.items.items():
        name = f"{item} ({uom})" if uom else item
        ratios.append(("recovered_above_planned", name, one.of_planned))
        ratios.append(("recovered_above_distributed", name, one.of_distributed))
    return [
        say(rule, item=name, part=_plain(ratio.numerator), whole=_plain(ratio.denominator or Decimal(0)))
        for rule, name, ratio in ratios
        if ratio.above_all
    ]


def _plain(figure: Decimal) -> str:
    return f"{exact(figure):f}"
