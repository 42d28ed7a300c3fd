"""The address of a list of recalls: whatever it asks is read or refused by name, and links keep it."""

from hypothesis import given
from hypothesis import strategies as st

from recalls.web.filters import KEPT, BadFilter, kept, link, read_filters


@given(st.dictionaries(st.sampled_from([*KEPT, "before", "page"]), st.text(max_size=12), max_size=6))
def test_any_address_is_read_or_refused_and_links_keep_what_it_asks(args: dict[str, str]) -> None:
    assert set(kept(args)) <= set(KEPT)
    assert link("/recalls", args, **dict.fromkeys(KEPT)) == "/recalls"
    refused: set[str] = set()
    try:
        filters = read_filters(args)
    except BadFilter as problem:
        refused = {one.pointer for one in problem.errors}
    else:
        assert read_filters(kept(args)) == filters
    assert refused <= set(args)
