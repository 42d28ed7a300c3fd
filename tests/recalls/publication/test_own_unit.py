"""Whether one's own unit is in a recall: what each answer of the check means for one recall."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalls.publication.own_unit import judge_own
from recalls.publication.search import fold, index_notice
from recalls.publication.sitemap import MOST_ADDRESSES, PER_FILE, Place, write_sitemap
from trace.check.answer import Status


def answer(status: str, *numbers: str, gtin: str | None = "09520004000017") -> Any:
    """An answer of the check as far as it matters here."""
    return {"status": status, "gtin": gtin, "recalls": [{"number": number} for number in numbers]}


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (answer("recalled", "A"), "in"),
        (answer("recalled", "B", "A"), "in"),
        (answer("recalled", "B"), "other_recall"),
        (answer("stop_sale", "B"), "other_stop"),
        (answer("lot_needed", "A"), "depends"),
        (answer("lot_needed", "B"), "other_depends"),
        (answer("lot_needed", gtin=None), "goods"),
        (answer("lot_needed", "A", gtin=None), "depends"),
        (answer("no_recall_known"), "out"),
        (answer("batch_not_registered"), "unknown"),
        (answer("product_not_registered"), "unknown"),
        (answer("unreadable", gtin=None), "unreadable"),
    ],
)
def test_an_answer_of_the_check_is_read_for_one_recall(found: Any, verdict: str) -> None:
    assert judge_own(found, "A") == verdict


@given(st.sampled_from(get_args(Status)), st.lists(st.sampled_from("AB"), max_size=2), st.sampled_from([None, "1"]))
def test_only_what_is_registered_and_in_no_recall_is_called_out(status: str, numbers: list[str], gtin: Any) -> None:
    verdict = judge_own(answer(status, *numbers, gtin=gtin), "A")
    assert (verdict == "out") == (status == "no_recall_known")
    assert (verdict == "in") == ("A" in numbers and status in ("recalled", "stop_sale"))


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_capitals_full_width_and_blanks_do_not_matter(text: str) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)
    assert fold(text.upper()) == fold(text.lower()) == fold(wide) == fold(f" {text} ")


FACTS = {
    "title": "召回",
    "title_en": None,
    "hazard": "菌",
    "products": [
        {"id": "a", "gtin": "1", "code": "01", "name": "甲", "name_en": "A", "brand": None, "specification": None},
        {"id": "b", "gtin": None, "code": None, "name": None, "name_en": None, "brand": None, "specification": None},
    ],
    "producers": [{"name": "厂", "name_en": None}, {"name": None}, {"name": "厂", "name_en": "Works"}],
    "lines": [],
    "batches": [{"lot": "L１", "id": ""}],
    "batches_in_all": 1,
    "provinces": ["32"],
}


def test_marks_are_each_once_and_unknown_goods_have_none() -> None:
    found = index_notice("2026-0001", {}, json.loads(json.dumps(FACTS)))
    assert [(mark.kind, mark.value, mark.label_en) for mark in found.marks] == [
        ("product", "1", "A"),
        ("firm", "厂", None),
        ("region", "32", None),
        ("lot", "l1", None),
    ]
    assert set(found.text.split("\n")) == {"2026-0001", "召回", "菌", "1", "01", "#2026#", "#0001#", "#1#", "#01#"}
    assert (found.title, found.title_en) == ("召回", None)


def test_a_full_sitemap_keeps_within_the_protocol() -> None:
    places = [Place(f"https://x.example/recalls/{number}", "2026-11-22T00:00:00Z") for number in range(PER_FILE + 3)]
    written = write_sitemap(places)
    assert written.count(b"<url>") <= MOST_ADDRESSES
    assert len(written) < 50 * 1024 * 1024
