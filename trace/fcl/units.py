"""A sheet's words for units and their codes of UN/ECE Recommendation 20 and 21 (pure).

Packages are Recommendation 21 codes with an X before them, as Recommendation 20 takes them in.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from trace.fcl.sheet import Amount

PIECES = ""

_WORDS: dict[str, tuple[str, ...]] = {  # the first word is the one that is written
    "KGM": ("kg", "kilogram", "kilograms", "kilogramme", "kilo", "kilos"),
    "GRM": ("g", "gram", "grams", "gramm", "gramme"),
    "MGM": ("mg", "milligram", "milligrams"),
    "TNE": ("t", "ton", "tons", "tonne", "tonnes", "tonnen"),
    "LTR": ("litre", "litres", "liter", "liters", "l"),
    "MLT": ("ml", "millilitre", "millilitres", "milliliter", "milliliters"),
    "HLT": ("hl", "hectolitre", "hectoliter"),
    "MTR": ("m", "metre", "meter"),
    PIECES: ("pieces", "piece", "pcs", "pc", "stück", "units", "unit", "each", "ea"),
    "XJR": ("jars", "jar"),
    "XBO": ("bottles", "bottle"),
    "XBX": ("boxes", "box"),
    "XCT": ("cartons", "carton", "karton", "kartons"),
    "XBG": ("bags", "bag"),
    "XSA": ("sacks", "sack"),
    "XPA": ("packets", "packet"),
    "XPK": ("packages", "package", "packs", "pack"),
    "XPX": ("pallets", "pallet", "palette", "paletten"),
    "XCR": ("crates", "crate"),
    "XCX": ("cans", "can"),
    "XTB": ("tubs", "tub"),
    "XTU": ("tubes", "tube"),
    "XBJ": ("buckets", "bucket"),
    "XDR": ("drums", "drum"),
}
_CODES = {word: code for code, words in _WORDS.items() for word in words}
_FIRST = {code: words[0] for code, words in _WORDS.items()}


def unit_code(word: str | None) -> str | None:
    """Return the code of a sheet's word (empty for pieces), None for a word that has none."""
    if word is None:
        return PIECES
    return _CODES.get(word.strip().rstrip(".").lower())


def unit_word(code: str) -> str:
    """Return the word for a code; a code that has none stands for itself."""
    return _FIRST.get(code, code)


def is_known(amount: Amount) -> bool:
    """Whether the ledger can count it: a number in a unit that has a code."""
    return amount.quantity is not None and unit_code(amount.unit) is not None


def write_amount(amount: Amount) -> dict[str, str]:
    """The amount in the sheet's own words: what an event keeps where the ledger's form says less."""
    quantity = amount.words if amount.quantity is None else f"{amount.quantity:f}"
    told = {"suyuan:quantity": quantity, "suyuan:unit": amount.unit}
    return {name: text for name, text in told.items() if text is not None}


def read_amount(told: Any) -> Amount:
    """Read what `write_amount` wrote; anything else is unknown."""
    if not isinstance(told, dict):
        return Amount()
    quantity, unit = (
        text if isinstance(text, str) else None for text in (told.get("suyuan:quantity"), told.get("suyuan:unit"))
    )
    if quantity is None:
        return Amount(None, unit)
    try:
        return Amount(Decimal(quantity), unit)
    except InvalidOperation:
        return Amount(None, unit, quantity)
