"""What a firm may not read by name loses every word that says who it is, and keeps its figures."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from trace.veil import Alias, Known, veil

NEAR, FAR, DEEP = (f"https://id.gs1.org/414/952000000001{number}" for number in range(3))
OWN_BATCH, OTHER_BATCH = "https://id.gs1.org/01/09520000000103/10/A", "https://id.gs1.org/01/09520000000998/10/B"
KNOWN = Known(
    frozenset({NEAR, "9520000000110", OWN_BATCH, "09520000000103", "near-uscc"}),
    frozenset({NEAR}),
    {FAR: Alias(1, True), "far-uscc": Alias(1, True), DEEP: Alias(2, False)},
)


def place(uri: str, **facts: Any) -> dict[str, Any]:
    return {
        "id": uri,
        "gln": uri[-13:],
        "name": "n",
        "name_en": "n",
        "region": "320106",
        "tier": 2,
        "on_hand": 7,
        **facts,
    }


def test_a_place_beyond_the_neighbours_keeps_its_figures_and_its_province_alone() -> None:
    shown = veil(place(FAR, party="far-uscc", party_name="Far", kind="outlet", status="on_shelf"), KNOWN)
    assert shown == {
        "id": "urn:suyuan:unnamed:1",
        "gln": None,
        "name": "门店 1",
        "name_en": "outlet 1",
        "region": "320000",
        "tier": 2,
        "on_hand": 7,
        "party": None,
        "party_name": None,
        "kind": "outlet",
        "status": "on_shelf",
    }


def test_a_neighbour_is_shown_as_it_is() -> None:
    row = {"id": NEAR, "gln": None, "name": "Near", "party": "near-uscc", "region": "320106"}
    assert veil(row, KNOWN) == row


def test_a_row_is_about_the_one_that_it_names_inside() -> None:
    notice = {"id": "6aa36396-e188-5acc-ac9b-667b220838d9", "words": "to Far", "state": "sent", "attempts": 3}
    shown = veil(notice | {"recipient": {"name": "Far", "party": "far-uscc", "location": None}}, KNOWN)
    assert (shown["id"], shown["words"], shown["state"], shown["attempts"]) == (notice["id"], None, "sent", 3)
    assert shown["recipient"] == {"name": "门店 1", "party": None, "location": None}


def test_a_batch_of_ones_own_is_named_at_a_place_that_is_not() -> None:
    line = {"location": {"id": FAR, "gln": "x"}, "name": "Far", "id": OWN_BATCH, "gtin": "09520000000103", "lot": "A"}
    shown = veil(line, KNOWN)
    assert (shown["id"], shown["gtin"], shown["lot"], shown["name"]) == (OWN_BATCH, "09520000000103", "A", "门店 1")
    derived = veil({"id": OTHER_BATCH, "gtin": "09520000000998", "lot": "B", "depth": 1}, KNOWN)
    assert derived == {"id": "urn:suyuan:unnamed:0", "gtin": None, "lot": None, "depth": 1}


def test_findings_about_others_are_left_out() -> None:
    finding = {"rule": "negative_stock", "severity": "error", "message": "…", "batch": None, "event_id": None}
    own, far = ({**finding, "place": {"id": uri, "gln": None}} for uri in (NEAR, FAR))
    nowhere = {**finding, "place": None}
    assert veil([far, own, nowhere, {**nowhere, "event_id": "urn:x:1"}], KNOWN) == [own, nowhere]


def test_the_order_of_unnamed_rows_tells_nothing_of_their_names() -> None:
    rows = [place(DEEP), place(FAR), place(NEAR, gln=None)]
    assert [row["id"] for row in veil(rows, KNOWN)] == [NEAR, "urn:suyuan:unnamed:1", "urn:suyuan:unnamed:2"]


KEYS = ("id", "gln", "party", "name", "note", "message", "address", "consignee", "contacts", "place", "whatever")
SECRETS = st.sampled_from(["secret-" + key for key in KEYS])
ROWS = st.recursive(
    SECRETS | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)


@given(ROWS)
def test_nothing_that_is_said_of_a_stranger_is_told(inside: Any) -> None:
    assert "secret" not in repr(veil({"id": FAR, "facts": inside}, KNOWN))
