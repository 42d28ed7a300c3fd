"""How far a recall has come, worked out by hand over HTTP."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from recalls.effectiveness.outlook import Recovered, expect_end
from tests.recalls.chain import START, gln_of, gtin_of, place_uri
from tests.recalls.dairy import ITEM, LOT, Dairy, make_dairy
from trace.answers import write_time
from trace.kit.db import Database
from trace.kit.strict_json import loads

YOGURT = (gtin_of(ITEM), "")


def progress(dairy: Dairy, as_of: str = "") -> dict[str, Any]:
    answer = dairy.official.send("GET", dairy.path("/progress") + (f"?as_of={as_of}" if as_of else ""))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = loads(answer.data)
    return found


def text_of(ratio: dict[str, Any]) -> str:
    return f"{ratio['numerator']}/{ratio['denominator']} {ratio['text']}"


def test_ratios_silence_days_and_the_past(app: Flask, database: Database) -> None:
    dairy = make_dairy(app, database)
    first = progress(dairy)
    whole = first["effectiveness"]
    # six consignees; nobody knows of it yet, the regulator having opened the case
    assert (whole["consignees"], whole["places"], text_of(whole["notified"])) == (6, 6, "0/6 0.00 %")
    assert text_of(whole["responded"]) == "0/0 n/a"
    (item,) = whole["items"]
    assert [item[name] for name in ("gtin", "planned", "distributed", "recovered", "withheld")] == [
        *(gtin_of(ITEM), 70, 70, 0, 0),
    ]
    assert [(one["tier"], one["consignees"]) for one in first["tiers"]] == [(0, 1), (1, 2), (2, 3)]
    reached = [one["items"][0]["distributed"] for one in first["tiers"][1:]]
    assert reached == [70, 55]
    assert first["overdue_count"] == 6
    assert {one["missing"] for one in first["overdue"]} == {"acknowledgement"}
    assert {one["name"]: (one["name_en"], one["consignee"]) for one in first["overdue"]} == {
        **{name: (name.title(), gln_of("party " + name)) for name in dairy.firms},
        None: (None, place_uri("market")),
    }
    assert sum(first["notices"].values()) == 6
    assert (first["expected_end"]["at"], first["expected_end"]["reason"]) == (None, "too_early")
    before = write_time(datetime.now(UTC))

    line = {"gtin": gtin_of(ITEM), "lot": LOT}
    mall = dairy.client("mall")
    # mall had 25, sold 5: 10 quarantined, 8 sent back, 2 destroyed; north keeps its 5 and the 8 in quarantine
    destruction = {"method": "burned", "witness": "W", "document": "D1"}
    answer = {**line, "on_hand": 10, "quarantined": 10, "returned": 8, "destroyed": 2, "sold": 5}
    mall.post(dairy.path("/responses"), {"lines": [answer | {"destruction": destruction}]})
    dairy.told("receive", "mall", "north", ITEM, LOT, 8)
    held = {**line, "on_hand": 13, "quarantined": 13, "shipped_on": 35}
    dairy.client("north").post(dairy.path("/responses"), {"lines": [held]})
    kept = {**line, "on_hand": 30, "quarantined": 30}
    dairy.client("dairy").post(dairy.path("/responses"), {"lines": [kept]})
    on_behalf = {"place": gln_of("market"), "by": "phone", "spoke_with": "店长"}
    dairy.official.post(
        dairy.path("/responses"), {"on_behalf": on_behalf, "lines": [{**line, "on_hand": 20, "quarantined": 6}]}
    )

    found = progress(dairy)
    (item,) = found["effectiveness"]["items"]
    # mall 20, north 13 − 8 that mall sent back = 5, market 6; the dairy's 30 never left
    assert [item[name] for name in ("recovered", "withheld", "quarantined", "returned", "destroyed")] == [
        *(31, 30, 59, 8, 2),
    ]
    assert text_of(item["recovered_of_planned"]) == "31/70 44.28 %"
    assert text_of(found["effectiveness"]["notified"]) == "4/6 66.66 %"
    assert text_of(found["effectiveness"]["responded"]) == "4/4 100.00 %"
    tiers = {one["tier"]: one["items"][0] for one in found["tiers"]}
    assert [tiers[tier]["recovered"] for tier in (0, 1, 2)] == [0, 5, 26]
    assert text_of(tiers[2]["recovered_of_distributed"]) == "26/55 47.27 %"
    assert {one["consignee"] for one in found["overdue"]} == {gln_of("party south"), gln_of("party corner")}
    assert found["days"][-1]["items"] == [
        {"id": f"https://id.gs1.org/01/{gtin_of(ITEM)}", "gtin": gtin_of(ITEM), "uom": None, "recovered": 31}
    ]
    assert found["findings"] == []
    # the past stays as it was
    again = progress(dairy, str(before))
    names = ("effectiveness", "tiers", "notices", "overdue")
    assert {name: again[name] for name in names} == {name: first[name] for name in names}
    assert dairy.client("dairy").get(dairy.path("/progress"))["overdue_count"] == 2
    mall.get(dairy.path("/progress"), 404)


def test_before_the_announcement_nobody_is_overdue(app: Flask, database: Database) -> None:
    found = progress(make_dairy(app, database, announce=False))
    assert (found["overdue"], found["days"], found["expected_end"]["reason"]) == ([], [], "too_early")
    (item,) = found["effectiveness"]["items"]
    assert item["planned"] is None
    assert item["recovered_of_planned"]["text"] == "n/a"


@pytest.mark.parametrize(
    ("planned", "now", "before", "days", "expected"),
    [
        ("100", "40", "10", 6, 12),  # 5 a day, 60 left
        ("100", "41", "10", 6, 12),  # 11.4 days: rounded up
        ("100", "100", "10", 6, "recovered"),
        ("100", "40", "40", 6, "no_progress"),
        ("100", "40", "10", 0.9, "too_early"),
        ("0", "0", "0", 6, "nothing_planned"),
        (None, "0", "0", 6, "unknown_quantity"),
        ("10000000", "1", "0", 6, "too_slow"),
    ],
)
def test_the_expected_end_follows_from_the_recent_rate(
    planned: str | None, now: str, before: str, days: float, expected: int | str
) -> None:
    item = Recovered(None if planned is None else Decimal(planned), Decimal(now), Decimal(before))
    at = START + timedelta(days=days)
    found = expect_end({YOGURT: item}, START, at)
    assert found.reason == (expected if isinstance(expected, str) else None)
    if found.end is not None:
        assert found.end == at + timedelta(days=int(expected))


def test_the_slowest_item_decides() -> None:
    fast, slow = Recovered(Decimal(10), Decimal(5), Decimal(0)), Recovered(Decimal(100), Decimal(10), Decimal(0))
    found = expect_end({YOGURT: fast, ("x", "KGM"): slow}, START, START + timedelta(days=5))
    assert found.end == START + timedelta(days=50)
