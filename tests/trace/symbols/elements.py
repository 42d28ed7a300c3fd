"""Random element strings for the tests of symbols."""

from hypothesis import strategies as st

from trace.gs1.check_digits import CSET_82, check_digit

TEXTS = st.text(CSET_82, min_size=1, max_size=20) | st.from_regex(r"[0-9]{1,20}", fullmatch=True)
GTINS = st.from_regex(r"0[0-9]{12}", fullmatch=True).map(lambda digits: digits + check_digit(digits))
ITEMS = st.builds(
    lambda gtin, *rest: (
        ("01", gtin),
        *((ai, value) for ai, value in zip(("17", "10", "21"), rest, strict=True) if value),
    ),
    GTINS,
    st.sampled_from([None, "261231"]),
    st.none() | TEXTS,
    st.none() | TEXTS,
)
"""A GTIN, with or without date, lot and serial."""
