"""What is asked, which levels that has, and which link fits best: plain values in, plain values out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.gs1 import IdentifierError
from trace.gs1.check_digits import CSET_82
from trace.gs1.digital_link import build_path, encode_value
from trace.resolver.choice import Found, Level, Link, Wanted, choose
from trace.resolver.levels import canonical_level, find_levels, is_level
from trace.resolver.link_types import read_link_type
from trace.resolver.request import goods_code, read_asked

GTIN = "09520000000035"
ITEM = ("01", GTIN)
LOTS = st.text(alphabet=CSET_82, min_size=1, max_size=20)


@given(LOTS, LOTS)
def test_every_lot_and_serial_is_read_as_it_was_written(lot: str, serial: str) -> None:
    path = f"/01/{GTIN}/10/{encode_value(lot)}/21/{encode_value(serial)}"
    asked = read_asked(path, "")
    assert asked.elements == (ITEM, ("10", lot), ("21", serial))
    assert asked.path == path
    assert read_asked(path.replace("%2F", "%2f") + "/", "").elements == asked.elements


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_comes_is_read_or_refused(path: str, query: str) -> None:
    try:
        asked = read_asked(f"/01/{path}", query)
    except IdentifierError:
        return
    assert read_asked(asked.path, "").elements == asked.elements
    assert asked.query.isascii()


def test_the_check_is_asked_by_key_lot_serial_and_dates() -> None:
    asked = read_asked(f"/01/{GTIN}/22/V/10/A%2FB", "17=261231&3103=000189&utm=1")
    assert goods_code(asked, "https://s.example") == f"https://s.example/01/{GTIN}/10/A%2FB?17=261231"
    assert goods_code(read_asked("/414/9520000000011", ""), "https://s.example") is None


def test_the_levels_of_an_item_are_the_six_sets_of_the_standard() -> None:
    whole = (ITEM, ("22", "V"), ("10", "L"), ("21", "S"))
    rests = ["/21/S", "/22/V/10/L", "/10/L", "/22/V", ""]
    assert [build_path(level) for level in find_levels(whole)] == [f"/01/{GTIN}{rest}" for rest in rests]
    assert [build_path(level) for level in find_levels((ITEM, ("235", "T")))] == [f"/01/{GTIN}/235/T", f"/01/{GTIN}"]
    assert not is_level((ITEM, ("10", "L"), ("21", "S")))
    assert canonical_level((ITEM, ("10", "A/B"))) == f"https://id.gs1.org/01/{GTIN}/10/A%2FB"


def test_a_piece_is_part_of_its_item_and_a_firm_is_at_its_place() -> None:
    piece = find_levels((("8006", f"{GTIN}0102"), ("10", "L"), ("21", "S")))
    assert [build_path(level) for level in piece][-2:] == [f"/01/{GTIN}/10/L", f"/01/{GTIN}"]
    firm = find_levels((("417", "9520000000011"),))
    assert [build_path(level) for level in firm] == ["/417/9520000000011", "/414/9520000000011"]
    assert find_levels((("8004", "9520000X"),)) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("https://gs1.org/voc/pip", "gs1:pip"),
        ("https://ref.gs1.org/voc/pip", "gs1:pip"),
        ("gs1:pip", "gs1:pip"),
        ("https://schema.org/url", "schema:url"),
        ("all", "linkset"),
        ("linkset", "linkset"),
        ("pip", "pip"),
    ],
)
def test_a_link_type_has_one_spelling(text: str, read: str) -> None:
    assert read_link_type(text) == read


def links(*tags: tuple[str, ...]) -> Found:
    """One page in several versions: each with its languages."""
    made = tuple(Link("gs1:pip", f"https://good.example/{number}", "t", None, one) for number, one in enumerate(tags))
    return Found((Level((ITEM,), made, made[0]),))


@pytest.mark.parametrize(
    ("tags", "ranges", "chosen"),
    [
        ([("zh",), ("en",)], (), [0, 1]),
        ([("zh",), ("en",)], (("en", 1.0),), [1]),
        ([("zh-TW",), ("zh-CN",)], (("zh-CN", 1.0), ("zh", 0.9)), [1]),
        ([("zh-TW",), ("zh-CN",)], (("zh", 1.0),), [0, 1]),
        ([("zh",), ("zh-CN",)], (("zh-CN", 1.0),), [1]),
        ([("zh", "en"), ("fr",)], (("en", 1.0),), [0]),
        ([("de",), ()], (("en", 1.0),), [1]),
        ([("de",), ("fr",)], (("en", 1.0),), [0, 1]),
        ([("de",), ("fr",)], (("en", 1.0), ("*", 0.1), ("fr", 0.0)), [0]),
        ([("en",), ("zh",)], (("en", 0.4), ("zh", 0.5)), [1]),
    ],
)
def test_languages_decide_as_far_as_they_can(
    tags: list[tuple[str, ...]], ranges: tuple[tuple[str, float], ...], chosen: list[int]
) -> None:
    found = links(*tags)
    best = choose(found, "gs1:pip", Wanted(languages=ranges))
    assert [int(link.href[-1]) for link in best] == chosen
    expected = chosen[0] if len(chosen) == 1 else 0
    assert int(choose(found, None, Wanted(languages=ranges))[0].href[-1]) == expected


def test_what_comes_first_comes_first_for_every_link_type() -> None:
    urgent = Link("gs1:recallStatus", "https://s.example/recalls/1", "召回")
    found = Found(links(("zh",)).levels, first=urgent)
    for link_type in (None, "gs1:pip", "gs1:nothing"):
        assert choose(found, link_type, Wanted()) == (urgent,)
    assert found.default is urgent
    assert found.alternatives == ()
