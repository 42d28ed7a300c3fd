"""Units of measure: UN/ECE Recommendation 20 codes, and when two of them are the same."""

from __future__ import annotations

# Rec 20: C62 = one, H87 = piece, EA = each. EPCIS 2.0 §7.3.3.3: no unit of measure means a count of pieces.
_PIECES = frozenset({"C62", "H87", "EA"})


def normalise_uom(text: str | None) -> str | None:
    """Return the unit's code in capitals, or None for pieces.

    Nothing is converted: amounts add only within one unit of measure (RULES 8), so KGM and GRM stay apart.
    """
    if text is None:
        return None
    code = text.strip().upper()
    return None if not code or code in _PIECES else code
