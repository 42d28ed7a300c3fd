"""Every line of the Digital Link vectors, asked of the resolver's reader."""

import pytest

from tests.trace.gs1.vectors import lines
from trace.gs1 import IdentifierError
from trace.gs1.digital_link import find_key, read_digital_link, split_link
from trace.resolver.request import read_asked


def without_stem(link: str) -> tuple[str, str]:
    """Path and query as they reach a resolver, which stands at the root of its host."""
    parts = split_link(link)
    assert parts is not None
    _, segments, query = parts
    return "/" + "/".join(segments[find_key(segments) or 0 :]), query


def test_a_valid_link_is_read_with_all_its_elements() -> None:
    for link, _ in lines("dl_uris_valid.txt"):
        asked = read_asked(*without_stem(link))
        assert sorted(asked.elements + asked.attributes) == sorted(read_digital_link(link)), link


def test_an_invalid_link_is_refused_but_for_a_slash_at_its_end() -> None:
    for link, *_ in lines("dl_uris_invalid.txt"):
        if link.endswith("/"):  # Resolver Standard 2.13
            continue
        if split_link(link) is None:
            continue  # no address at all: it reaches nobody
        with pytest.raises(IdentifierError):
            print(link, "was read as", read_asked(*without_stem(link)))
