"""Effectiveness checks over HTTP: drawn once, put on record, never changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from recalls.effectiveness.sampling import draw, share_of
from tests.recalls.chain import gln_of, place_uri
from tests.recalls.dairy import Dairy, make_dairy
from trace.answers import write_time
from trace.kit.db import Database


@pytest.fixture
def dairy(app: Flask, database: Database) -> Dairy:
    return make_dairy(app, database)


def passed(consignee: str, **more: Any) -> dict[str, Any]:
    body = {"consignee": consignee, "way": "visit", "notified": True, "removed": True}
    return body | {"checked_at": write_time(datetime.now(UTC))} | more


def test_a_sample_is_drawn_and_what_was_found_is_kept(dairy: Dairy) -> None:
    drawn = dairy.official.post(dairy.path("/checks"), {"level": "B", "percent": 33.3, "seed": "spring"})
    assert (drawn["draw"], drawn["consignees"], drawn["chosen"], drawn["checked"]) == (1, 6, 2, 0)
    names = [gln_of("party " + name) for name in ("dairy", "north", "south", "mall", "corner")]
    expected = draw([*names, place_uri("market")], share_of("C", None), "spring")
    assert [one["consignee"] for one in drawn["members"]] == [one.name for one in expected]
    first, second = (one["consignee"] for one in drawn["members"][:2])
    dairy.official.post(dairy.path("/checks/1/results"), passed(first, found=3, note="货架上还有"), 201)
    dairy.official.post(dairy.path("/checks/1/results"), passed(first), 201)
    answer = dairy.official.post(dairy.path("/checks/1/results"), passed(second, removed=False, way="phone"), 201)
    assert (answer["checked"], answer["passed"]) == (2, 1)
    assert [one["found"] for one in answer["members"][0]["results"]] == [None, 3]
    assert dairy.official.post(dairy.path("/checks"), {"level": "E"})["chosen"] == 0
    listed = dairy.official.get(dairy.path("/checks"))["draws"]
    assert [one["draw"] for one in listed] == [1, 2]
    assert listed[0] == answer
    shown = dairy.client("dairy").get(dairy.path("/checks"))["draws"]
    assert [(one["seed"], len(one["members"])) for one in shown] == [(one["seed"], 6) for one in listed]
    mine = {gln_of("party " + name) for name in ("dairy", "north", "south")}
    assert {one["consignee"] for one in shown[0]["members"]} & set(names) == mine
    dairy.client("mall").get(dairy.path("/checks"), 404)


def test_what_was_found_is_never_changed(dairy: Dairy, database: Database) -> None:
    dairy.official.post(dairy.path("/checks"), {"level": "A"})
    for change in ("UPDATE recall_check_members SET chosen = false", "DELETE FROM recall_check_draws"):
        with pytest.raises(DBAPIError, match="never changed"), database.write() as session:
            session.execute(text(change))


def test_a_result_that_cannot_be_is_refused(dairy: Dairy) -> None:
    drawn = dairy.official.post(dairy.path("/checks"), {"level": "A"})
    wrong = [
        ({"consignee": "9520000000000"}, "/consignee"),
        ({"checked_at": "2026-01-01T00:00:00Z"}, "/checked_at"),
        ({"checked_at": write_time(datetime.now(UTC) + timedelta(days=2))}, "/checked_at"),
        ({"found": 2, "passed": True}, "/passed"),
        ({"found": -2}, "/found"),
        ({"way": "dream"}, "/way"),
    ]
    for change, pointer in wrong:
        body = passed(drawn["members"][0]["consignee"]) | change
        problem = dairy.official.post(dairy.path("/checks/1/results"), body, 422)
        assert problem["errors"][0]["pointer"] == pointer
    assert dairy.official.get(dairy.path("/checks"))["draws"] == [drawn]


def test_what_is_not_there_or_not_yet_is_told_apart(app: Flask, database: Database) -> None:
    dairy = make_dairy(app, database, announce=False)
    dairy.official.post(dairy.path("/checks"), {"level": "A"}, 409)
    problem = dairy.official.post(dairy.path("/checks"), {"level": "B"}, 409)
    assert "announced" in problem["detail"]
    dairy.official.post(dairy.path("/file-plan"), {}, 200)
    dairy.official.post(dairy.path("/announce"), {}, 200)
    assert dairy.official.post(dairy.path("/checks"), {"level": "B"}, 422)["errors"][0]["pointer"] == "/percent"
    for number in ("1", "x", "٣", "9" * 40):
        dairy.official.post(dairy.path(f"/checks/{number}/results"), passed("9520000000000"), 404)
