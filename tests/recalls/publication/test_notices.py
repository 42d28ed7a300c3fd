"""A public notice: what it must carry, what it must not say, and its versions, over HTTP."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.recalls.chain import Chain, gtin_of
from tests.recalls.publication.notice_cases import COMPLETE, announce, make_goods, open_case
from tests.trace.web.api_client import Api
from trace.kit.db import Database
from trace.kit.web import current_database

LACKING = [
    *("title_en", "contact", "lot_position", "lot_position_en", "channels", "channels_en", "sold_from", "sold_to"),
    *("defect_en", "consequence", "consequence_en", "what_to_do_en", "starts_on", "ends_on", "feedback", "feedback_en"),
]


@pytest.fixture
def desk(app: Flask) -> Api:
    make_goods(app)
    return Api.issue(app, "regulator")


def said(answer: Any) -> dict[str, Any]:
    """What the shown version says in Chinese, by field."""
    return {row["name"]: row["text"] for row in answer["shown"]["fields"]}


def test_a_complete_notice_comes_with_the_announcement(desk: Api) -> None:
    number = open_case(desk)
    case = announce(desk, number, {"notice": COMPLETE})
    assert (case["notice"]["version"], case["notice"]["complete"], case["notice"]["findings"]) == (1, True, [])
    answer = desk.get(f"/api/v1/recalls/{number}/public-notice")
    texts = said(answer)
    assert texts["units_made"] == "100 件"
    assert texts["units_recalled"] == "60 件"
    assert (texts["producer"], texts["regions"], texts["batches"]) == ("晨露乳业", "江苏", "L1")
    assert (texts["produced"], texts["remedy"]) == ("2026年3月1日", "退款")
    # the figures agree with the impact that was frozen when it was announced
    assert answer["shown"]["run"] in [run["digest"] for run in case["runs"] if run["step"] == "announce"]


def test_a_notice_that_lacks_something_is_refused_and_every_field_named(desk: Api) -> None:
    number = open_case(desk)
    problem = announce(desk, number, {"notice": {}}, 422)
    assert [one["pointer"] for one in problem["errors"]] == ["/notice/" + name for name in LACKING]
    assert desk.get(f"/api/v1/recalls/{number}")["stage"] == "plan_filed"


def test_without_a_notice_one_is_composed_and_says_what_it_lacks(desk: Api) -> None:
    number = open_case(desk)
    notice = announce(desk, number)["notice"]
    assert (notice["complete"], notice["missing"]) == (False, LACKING)
    assert notice["findings"][0]["rule"] == "notice_incomplete"
    desk.post(f"/api/v1/recalls/{number}/public-notice", {"notice": COMPLETE | {"title_en": ""}}, 422)
    answer = desk.post(f"/api/v1/recalls/{number}/public-notice", {"notice": COMPLETE, "reason": "complete"})
    assert [one["version"] for one in answer["versions"]] == [1, 2]
    assert desk.get(f"/api/v1/recalls/{number}")["notice"]["complete"]
    first = desk.get(f"/api/v1/recalls/{number}/public-notice?version=1")
    assert first["shown"]["missing"] == LACKING
    desk.get(f"/api/v1/recalls/{number}/public-notice?version=3", 404)


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"defect": "极少数产品变质"}, "/notice/defect", "极少"),
    ({"consequence_en": "No injuries have been reported"}, "/notice/consequence_en", "No injuries"),
    ({"title": "晨露乳业自愿召回"}, "/notice/title", "自愿"),
    ({"sold_to": "2026-03-01"}, "/notice/sold_to", "2026-03-02"),
    ({"units_made": "90 件"}, "/notice/units_made", "100 件"),
    ({"contact": {"email": "nobody"}}, "/notice/contact/email", "nobody"),
    ({"colour": "red"}, "/notice/colour", "field"),
]


def test_what_a_notice_must_not_say(desk: Api) -> None:
    number = open_case(desk)
    for change, pointer, word in WRONG:
        problem = announce(desk, number, {"notice": COMPLETE | change}, 422)
        assert problem["errors"][0]["pointer"] == pointer
        assert word in problem["errors"][0]["detail"]
    case = desk.get(f"/api/v1/recalls/{number}")
    assert (case["announced_at"], case["notice"]) == (None, None)


def test_softening_words_of_the_case_are_refused_in_a_notice_and_found_in_a_composed_one(desk: Api) -> None:
    number = open_case(desk, hazard="个别批次菌落总数超标")
    problem = announce(desk, number, {"notice": COMPLETE}, 422)
    assert [one["pointer"] for one in problem["errors"]] == ["/notice/defect"]
    notice = announce(desk, number)["notice"]
    assert [(one["field"], one["word"]) for one in notice["softened"]] == [("defect", "个别")]
    assert notice["findings"][-1]["rule"] == "notice_softened"


def test_a_draft_waits_for_the_announcement_and_an_extension_makes_a_version(desk: Api) -> None:
    number = open_case(desk)
    preview = desk.get(f"/api/v1/recalls/{number}/public-notice")
    assert (preview["versions"], preview["shown"]["missing"]) == ([], LACKING)
    desk.post(f"/api/v1/recalls/{number}/public-notice", {"notice": {"defect": "罕见"}}, 422)
    draft = desk.post(f"/api/v1/recalls/{number}/public-notice", {"notice": COMPLETE})
    assert [one["version"] for one in draft["versions"]] == [None]
    assert announce(desk, number)["notice"]["complete"]
    more = {"scope": [{"gtin": gtin_of("yogurt"), "lots": ["L2"]}]}
    assert desk.post(f"/api/v1/recalls/{number}/extend", more, 200)["notice"]["version"] == 2
    answer = desk.get(f"/api/v1/recalls/{number}/public-notice")
    assert [one["step"] for one in answer["versions"]] == ["draft", "announce", "extend"]
    texts = said(answer)
    assert (texts["batches"], texts["units_made"], texts["units_recalled"]) == ("L1、L2", "140 件", "100 件")
    assert said(desk.get(f"/api/v1/recalls/{number}/public-notice?version=1"))["batches"] == "L1"
    desk.post(f"/api/v1/recalls/{number}/complete", {"notice": COMPLETE}, 422)


def test_what_nobody_recorded_is_not_told_as_nothing(app: Flask, desk: Api) -> None:
    with app.app_context(), current_database().write() as session:
        Chain(session, count=100).move("plant", "store", "tea", "T1", 30)
    scope = [{"gtin": gtin_of("tea"), "lots": ["T1", "T2"]}]
    number = open_case(desk, scope=scope, remedy=["burn it", "refund"])
    case = announce(desk, number)
    texts = said(desk.get(f"/api/v1/recalls/{number}/public-notice"))
    assert texts["batches"] == "T1、T2"  # also the lot of which nothing is recorded
    assert (texts["units_made"], texts["produced"], texts["product"]) == (None, None, None)
    assert {"remedy_en", "units_made", "brand"} < set(case["notice"]["missing"])
    assert "生产数量" in case["notice"]["findings"][0]["message_zh"]


def test_a_case_cancelled_before_its_announcement_has_no_notice(desk: Api) -> None:
    number = open_case(desk)
    desk.post(f"/api/v1/recalls/{number}/cancel", {"reason": "no defect"}, 200)
    desk.post(f"/api/v1/recalls/{number}/public-notice", {"notice": COMPLETE}, 409)


def test_versions_are_never_changed_or_deleted(desk: Api, database: Database) -> None:
    announce(desk, open_case(desk))
    for statement in ("UPDATE recall_public_notices SET words = '{}'", "DELETE FROM recall_public_notices"):
        with pytest.raises(DatabaseError, match="never changed or deleted"), database.write() as session:
            session.execute(text(statement))


def test_others_do_not_see_or_write_it(app: Flask, desk: Api) -> None:
    number = open_case(desk)
    with_nothing = Api.issue(app, "company")
    with_nothing.get(f"/api/v1/recalls/{number}/public-notice", 404)
    with_nothing.post(f"/api/v1/recalls/{number}/public-notice", {"notice": COMPLETE}, 404)
    Api(app, None).get(f"/api/v1/recalls/{number}/public-notice", 401)
