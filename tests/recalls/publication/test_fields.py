"""The table of fields: what it asks for can be sent, and what one source says is believed before the other."""

from typing import Any

import pytest

from recalls.publication.fields import FIELDS, contradicted, missing, say, tell
from recalls.publication.paper import say_condition
from recalls.web.notice_body import NoticeIn

PRODUCT = {"id": "https://id.gs1.org/01/09524298510023", "gtin": "09524298510023", "code": "9524298510023"}
FACTS: dict[str, Any] = {
    "title": "召回",
    "title_en": None,
    "hazard": "变质",
    "consequence": None,
    "instructions": "勿食用",
    "remedies": ["refund", "burn it"],
    "products": [{**PRODUCT, "name": "酸奶", "name_en": None, "brand": None, "specification": "200 g"}],
    "producers": [{"name": "乳业", "name_en": None, "uscc": None, "phone": "1", "email": None, "address": "x"}],
    "lines": [],
    "batches": [{"id": "L1", "gtin": None, "lot": None}],
    "batches_in_all": 3,
    "produced": ["2026-03-01", "2026-03-04"],
    "units": [{"id": PRODUCT["id"], "uom": "KGM", "made": 1240, "recalled": None}],
    "provinces": ["32", "44"],
    "starts_on": "2026-04-01",
    "ends_on": None,
}


def test_every_field_can_be_sent_in_each_language_that_it_is_asked_in() -> None:
    wanted = [name for field in FIELDS for name in dict.fromkeys((field.called("zh"), field.called("en")))]
    assert set(NoticeIn.model_fields) == {*wanted, "lot_picture"}
    assert set(missing({}, FACTS)) <= set(wanted)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("batches", "zh", "L1，另有 2 个批次"),
        ("produced", "en", "1 Mar 2026 – 4 Mar 2026"),
        ("units_made", "zh", "1,240 千克"),
        ("units_recalled", "zh", None),
        ("regions", "en", "Jiangsu, Guangdong"),
        ("remedy", "zh", "退款、burn it"),
        ("remedy", "en", None),
        ("brand", "zh", None),
        ("contact", "en", "1 · x"),
        ("picture", "en", "Bar code 9524298510023"),
        ("title", "en", None),
    ],
)
def test_what_the_records_say(name: str, language: Any, text: str | None) -> None:
    assert say(name, {}, FACTS, language) == text


LINE = {
    **dict.fromkeys(("lot_from", "lot_to", "produced_from", "produced_to", "serial_from", "serial_to")),
    "gtin": "09524298510023",
    "id": "9524298510023",
    "lots": [],
    "exclude": False,
}


@pytest.mark.parametrize(
    ("line", "zh", "en"),
    [
        ({}, "全部批次", "every lot"),
        ({"gtin": None}, "该批次", "this batch"),
        ({"lots": ["L1"]}, "批号 L1", "lot L1"),
        ({"lots": ["L1", "L2"]}, "批号 L1、L2", "lots L1, L2"),
        ({"lot_from": "L1", "lot_to": "L9"}, "批号 L1 至 L9", "lots L1 to L9"),
        ({"lot_from": "L1"}, "批号 L1 及以后", "lots from L1"),
        ({"serial_to": "20"}, "序列号 20 及以前", "serial numbers up to 20"),
        (
            {"lots": ["L1"], "produced_from": "2026-11-01", "produced_to": "2026-11-22"},
            "批号 L1；生产日期 2026年11月1日至22日",
            "lot L1; made 1 Nov 2026 – 22 Nov 2026",
        ),
    ],
)
def test_a_line_of_the_scope_is_said_in_words(line: dict[str, Any], zh: str, en: str) -> None:
    assert (say_condition(LINE | line, "zh"), say_condition(LINE | line, "en")) == (zh, en)


def test_the_author_is_believed_about_the_danger_and_the_records_about_the_goods() -> None:
    words = {"defect": "酸败", "brand": "无", "specification": "1 kg", "contact": {"phone": "2"}}
    assert say("defect", words, FACTS, "zh") == "酸败"
    assert say("brand", words, FACTS, "zh") == "无"
    assert say("specification", words, FACTS, "zh") == "200 g"
    assert say("contact", words, FACTS, "zh") == "2 · x"
    assert contradicted(words, FACTS) == [("specification", "200 g")]


def test_a_reader_of_english_gets_the_chinese_text_where_there_is_no_other() -> None:
    assert tell("defect", {}, FACTS, "en") == ("变质", "zh")
    assert tell("starts_on", {}, FACTS, "en") == ("1 Apr 2026", "en")
    assert tell("ends_on", {}, FACTS, "en") is None
