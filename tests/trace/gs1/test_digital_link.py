"""GS1 Digital Links: strict reading and building."""

import pytest

from tests.trace.gs1.vectors import lines
from trace.gs1 import IdentifierError, canonical_uri, digital_link
from trace.gs1.digital_link import read_digital_link
from trace.gs1.element_strings import check_pairing, raw

GTIN = "06901234567892"


def test_valid_vectors_have_their_exact_content() -> None:
    for link, content in lines("dl_uris_valid.txt"):
        elements = read_digital_link(link)
        assert raw(elements, "^") == content
        check_pairing(elements)


def test_invalid_vectors_are_refused() -> None:
    for link, *_ in lines("dl_uris_invalid.txt"):
        with pytest.raises(IdentifierError):
            print(link, "was read as", read_digital_link(link))


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("https://a/01/6901234567892", r"'6901234567892' as AI \(01\): expected 14 digits, got 13"),
        (f"https://a/01/{GTIN}/21/S/10/L", "qualifiers of .01. are 22/10/21 or 235, in this order; got 21/10"),
        (f"https://a/01/{GTIN}/10/L/10/M", "got 10/10"),
        (f"https://a/01/{GTIN}/10/L/235/T", "got 10/235"),
        ("https://a/00/106141412345678908/10/L", "qualifiers of .00. are none, in this order; got 10"),
        (f"https://a/01/{GTIN}/10/", "expected 1 to 20 characters, got 0"),
        (f"https://a/01/{GTIN}/10/A%2", "each '%' needs two hexadecimal digits"),
        (f"https://a/01/{GTIN}?17=26%1", "each '%' needs two hexadecimal digits"),
        (f"https://a/01/{GTIN}?17=261331", "month should be 01 to 12, got 13"),
        (f"https://a/01/{GTIN}?240=A+B", "blank at position 2"),
        (f"https://a/01/{GTIN}/10/%E6%89%B9", "letter '批' at position 1"),
        ("https:///01/06901234567892", "a host name"),
        ("mailto:01/06901234567892", "expected http"),
    ],
)
def test_a_broken_link_is_refused_with_its_reason(link: str, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason):
        read_digital_link(link)


def test_lots_that_look_like_keys_stay_lots() -> None:
    link = f"https://a/01/{GTIN}/10/01/21/414"
    assert read_digital_link(link) == (("01", GTIN), ("10", "01"), ("21", "414"))


def test_the_canonical_uri_escapes_all_but_unreserved_characters() -> None:
    assert canonical_uri(GTIN) == f"https://id.gs1.org/01/{GTIN}"
    assert canonical_uri("6901234567892", "A/1+(2)") == f"https://id.gs1.org/01/{GTIN}/10/A%2F1%2B%282%29"
    assert canonical_uri(GTIN, "A", "S") == f"https://id.gs1.org/01/{GTIN}/21/S"


def test_a_link_to_print_has_our_base_and_its_attributes() -> None:
    link = digital_link("https://example.com/t/", "6901234567892", "A/1", "S", (("17", "261231"),))
    assert link == f"https://example.com/t/01/{GTIN}/10/A%2F1/21/S?17=261231"
    with pytest.raises(IdentifierError, match="letter '批'"):
        digital_link("https://example.com", GTIN, "批次")
