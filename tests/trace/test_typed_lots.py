"""Lots as people type them."""

import pytest
from sqlalchemy.orm import Session

from tests.recalls.chain import Chain, gtin_of
from trace.typed_lots import read_lots, split_lots


@pytest.mark.parametrize(
    ("text", "lots"),
    [
        ("", []),
        (" , ;", []),
        ("L1", ["L1"]),
        ("L1 L2\nL3\tL1", ["L1", "L2", "L3"]),
        ("L1, L2;L3，L4、L5；L6,", ["L1", "L2", "L3", "L4", "L5", "L6"]),
        ("A,1, A,2", ["A,1", "A", "2"]),
    ],
)
def test_lots_are_parted_but_for_one_that_is_known_with_its_comma(text: str, lots: list[str]) -> None:
    assert split_lots(text, {"A,1"}) == lots


def test_what_the_record_has_of_the_product_is_one_lot(session: Session) -> None:
    chain = Chain(session)
    dairy = chain.party("dairy")
    for name in ("yogurt", "cheese"):
        chain.product(name, dairy, name)
    chain.place("plant", "plant", dairy, "320106")
    chain.make("plant", "yogurt", "A,1", 5)
    assert read_lots(session, gtin_of("yogurt"), "A,1 A,2") == ["A,1", "A", "2"]
    assert read_lots(session, gtin_of("cheese"), "A,1") == ["A", "1"]
