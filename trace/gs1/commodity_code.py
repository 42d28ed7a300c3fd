"""The commodity code (商品条码) of a product, as the contract takes it."""

from __future__ import annotations

from collections.abc import Mapping

from trace.gs1.errors import cannot_read
from trace.gs1.keys import Gtin

SCHEMES = ("gtin",)


def read_commodity_code(value: object) -> Gtin:
    """A GTIN from 8, 12, 13 or 14 digits as text, or from `{"scheme": "gtin", "value": …}`.

    Raises `IdentifierError` for every other form or scheme, and as `Gtin.read`.
    """
    if isinstance(value, str):
        return Gtin.read(value)
    known = ", ".join(SCHEMES)
    if not isinstance(value, Mapping):
        expected = f"expected text or an object with scheme ({known}) and value, got {type(value).__name__}"
        raise cannot_read(value, "commodity code", expected)
    if set(value) != {"scheme", "value"}:
        got = ", ".join(sorted(map(str, value))) or "none"
        raise cannot_read(dict(value), "commodity code", f"expected the members scheme and value, got {got}")
    if value["scheme"] not in SCHEMES:
        raise cannot_read(dict(value), "commodity code", f"known schemes are: {known}; got {value['scheme']!r}")
    return Gtin.read(value["value"])
