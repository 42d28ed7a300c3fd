"""No link of an owner's leads anywhere but to an approved host over https, however its address is written."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trace.resolver.href import add_query, host_of, is_approved, read_href

HOSTS = ("good.example", ".shops.example")

TRICKS = [
    "http://good.example/",
    "//good.example/",
    "/check",
    "javascript:alert(1)",
    "data:text/html,x",
    "https:good.example",
    "https:/good.example/",
    "https:///good.example/",
    "https://good.example@evil.example/",
    "https://good.example:x@evil.example/",
    "https://good.example%40evil.example/",
    "https://evil.example/https://good.example/",
    "https://good.example.evil.example/",
    "https://evilgood.example/",
    "https://evil-shops.example/",
    "https://shops.example/",
    "https://good.example:8443/",
    "https://good.example:443/",
    "https://good.example:/",
    "https://good.example\\@evil.example/",
    "https:\\\\good.example\\",
    "https://evil.example\\.good.example/",
    "https://evil.example#.good.example/",
    "https://evil.example?.good.example/",
    "https://evil.example/.shops.example",
    "https://good.example。evil.example/",
    "https://evil.example。",
    "https://evil。example/.good.example",
    "https://good.example．evil.example/",
    "https://good.example\t.evil.example/",
    "https://good\n.example/",
    " https://good.example/",
    "https://good.example /",
    "https://good.example\x00/",
    "https://good.example/\r\nSet-Cookie: a=b",
    "https://good.example/a b",
    "https://good.example/\\evil",
    "https://good.example/%",
    "https://good.example/<script>",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://0x7f000001/",
    "https://localhost/",
    "https://.good.example/",
    "https://good..example/",
    "https://good.example./",
    "https://ｅvil.example/",
    "https://good.example" + "/a" * 1000,
    "",
]


@pytest.mark.parametrize("text", TRICKS)
def test_an_address_that_could_lead_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Expected"):
        read_href(text, HOSTS)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("https://good.example", "https://good.example/"),
        ("HTTPS://GOOD.example/A?b=%e4#c", "https://good.example/A?b=%e4#c"),
        ("https://good.example?x", "https://good.example?x"),
        ("https://ｇｏｏｄ．example/", "https://good.example/"),
        ("https://wien.shops.example/@user:1", "https://wien.shops.example/@user:1"),
    ],
)
def test_an_address_has_one_spelling(text: str, read: str) -> None:
    assert read_href(text, HOSTS) == read
    assert read_href(read, HOSTS) == read


def test_hosts_of_other_scripts_are_kept_in_ascii() -> None:
    read = read_href("https://食品.example/%E6%89%B9", ("xn--jvr189m.example",))
    assert read == "https://xn--jvr189m.example/%E6%89%B9"


WORDS = ("https://", "http://", "//", "good.example", "evil.example", "shops", ".shops.example", "443", "[::1]", "xn--")
PIECES = st.sampled_from([*WORDS, "%2e", "%00", *"./\\@:?#\t\r\n \u200b\u00ad。．"])


@settings(max_examples=150)
@given(st.lists(PIECES, max_size=9).map("".join) | st.text(max_size=30).map("https://good.example".__add__))
def test_whatever_is_taken_is_on_an_approved_host_for_every_reader(text: str) -> None:
    try:
        href = read_href(text, HOSTS)
    except ValueError:
        return
    parts = urlsplit(href)
    assert (parts.scheme, parts.username, parts.password, parts.port) == ("https", None, None, None)
    assert parts.hostname == host_of(href)
    assert parts.hostname == "good.example" or str(parts.hostname).endswith(".shops.example")
    assert href.isascii()
    assert href.isprintable()
    assert not set(href) & set(' \\"<>^`{|}')
    assert is_approved(href, HOSTS)
    assert not is_approved(href, ())


@given(st.text(alphabet="abc=&%41+", max_size=20))
def test_a_query_is_put_between_address_and_fragment(query: str) -> None:
    for href in ("https://good.example/p", "https://good.example/p?x=1", "https://good.example/p?x=1#part"):
        whole = add_query(href, query)
        before, after = urlsplit(href), urlsplit(whole)
        assert (after.netloc, after.path, after.fragment) == (before.netloc, before.path, before.fragment)
        assert after.query == "&".join(filter(None, [before.query, query]))
