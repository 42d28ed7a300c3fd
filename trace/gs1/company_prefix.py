"""How many digits of a GS1 key are its company prefix: by GS1's published table, and only where that knows."""

from __future__ import annotations

import re
from functools import lru_cache

_DIGITS = re.compile(r"[0-9]{6,13}")
# An indicator, an extension digit or a filler stands before the company prefix (GS1 General Specifications §3).
_PREFIX_IS_SECOND = frozenset({"00", "01", "8003", "8006"})


@lru_cache(maxsize=16_384)
def company_prefix_length(ai: str, key: str) -> int | None:
    """Return the length, 6 to 12 digits, of the company prefix in the value of a primary key's AI.

    None where GS1's table of prefix lengths has no entry: many member organisations publish none.
    """
    from biip.gs1_prefixes import GS1CompanyPrefix  # the table takes 25 MB: only who asks for URNs pays

    digits = _DIGITS.match(key, 1 if ai in _PREFIX_IS_SECOND else 0)
    prefix = GS1CompanyPrefix.extract(digits[0]) if digits else None
    return len(prefix.value) if prefix is not None and 6 <= len(prefix.value) <= 12 else None
