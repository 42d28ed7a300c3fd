"""What the headers of an EPCIS request mean."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from trace.events.errors import NotAcceptableException, ValidationException
from trace.web.epcis_headers import (
    MEDIA_TYPES,
    check_versions,
    choose_media_type,
    read_extensions,
    read_wishes,
    write_extensions,
)

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
NAMESPACES = st.from_regex(r"https?://[a-z]{1,10}\.example/[a-z0-9/#:]{0,20}", fullmatch=True)
HEADERS = (
    *("Accept", "GS1-EPCIS-Version", "GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Version", "GS1-CBV-Min"),
    *("GS1-CBV-Max", "GS1-Extensions", "GS1-EPC-Format", "GS1-CBV-XML-Format"),
)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("text/*", "text/xml"),
        ("application/xml;q=0.9, application/json;q=0.2", "application/xml"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "application/xml"),
        ("application/json; charset=utf-8", "application/json"),
    ],
)
def test_the_media_type_that_is_liked_best_is_chosen(accept: str | None, chosen: str) -> None:
    assert choose_media_type(accept) == chosen


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "image/*", "nonsense", ",,"])
def test_a_media_type_that_is_not_spoken_is_not_acceptable(accept: str) -> None:
    with pytest.raises(NotAcceptableException):
        choose_media_type(accept)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"GS1-EPCIS-Version": "2"},
        {"GS1-EPCIS-Min": "1.0.0", "GS1-EPCIS-Max": "2.0"},
        {"GS1-EPCIS-Min": "2.0.0", "GS1-EPCIS-Max": "10"},
        {"GS1-CBV-Min": "1.2", "GS1-CBV-Max": "2.0.0.0"},
    ],
)
def test_a_range_of_versions_around_ours_is_met(headers: dict[str, str]) -> None:
    check_versions(Headers(headers))


@given(st.dictionaries(NAMES, NAMESPACES, max_size=5))
def test_extensions_are_read_as_they_are_written(extensions: dict[str, str]) -> None:
    assert read_extensions(write_extensions(extensions)) == extensions


@pytest.mark.parametrize("text", ["a", "a=b", "=https://a.example/", "a=https://a b", "1a=https://a.example/", "a=x:"])
def test_what_is_no_mapping_of_prefixes_is_refused(text: str) -> None:
    with pytest.raises(ValidationException, match="GS1-Extensions"):
        read_extensions(text)


@given(st.dictionaries(st.sampled_from(HEADERS), st.text(st.characters(codec="latin-1", exclude_characters="\r\n"))))
def test_whatever_headers_say_they_are_read_or_refused(headers: dict[str, str]) -> None:
    with contextlib.suppress(ValidationException, NotAcceptableException):
        assert read_wishes(Headers(headers)).media_type in MEDIA_TYPES
