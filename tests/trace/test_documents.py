"""Document numbers and their URIs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.documents import document_number, document_uri, is_uri, printed_number


@given(st.text(min_size=1).filter(lambda text: text.strip() and "\x00" not in text))
def test_a_number_comes_back_as_it_was_written(text: str) -> None:
    assert document_number(document_uri(text)) == text.strip()


@pytest.mark.parametrize("number", ["PO:17", "发货单 3", "a/b", "S1"])
def test_a_number_is_no_uri(number: str) -> None:
    assert not is_uri(number)
    assert is_uri(document_uri(number))


def test_a_uri_stays_as_it_is() -> None:
    assert document_uri("urn:epcglobal:cbv:bt:6901234000016:S1") == "urn:epcglobal:cbv:bt:6901234000016:S1"


@pytest.mark.parametrize(
    ("uri", "printed"),
    [
        ("urn:epcglobal:cbv:bt:6901234000016:S1", "S1"),
        ("urn:epcglobal:cbv:bt:6901234000016:S%2F1:2", "S/1:2"),
        ("urn:epcglobal:cbv:bt:6901234000016:", "urn:epcglobal:cbv:bt:6901234000016:"),
        (document_uri("发货单 3"), "发货单 3"),
        ("https://id.gs1.org/253/6901234000016S1", "https://id.gs1.org/253/6901234000016S1"),
    ],
)
def test_people_read_the_number_that_stands_on_the_paper(uri: str, printed: str) -> None:
    assert printed_number(uri) == printed
