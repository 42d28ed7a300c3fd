"""Units of measure as people call them in Chinese and English (pure)."""

from typing import Literal

from trace.units import normalise_uom

_WORDS = {
    "": ("件", "pieces"),
    "KGM": ("千克", "kg"),
    "GRM": ("克", "g"),
    "MGM": ("毫克", "mg"),
    "TNE": ("吨", "t"),
    "LTR": ("升", "l"),
    "MLT": ("毫升", "ml"),
    "HLT": ("百升", "hl"),
    "MTR": ("米", "m"),
    "MTK": ("平方米", "m²"),
    "MTQ": ("立方米", "m³"),
    "LBR": ("磅", "lb"),
    "ONZ": ("盎司", "oz"),
}


def say_unit(uom: str | None, language: Literal["zh", "en"]) -> str:
    """A unit of UN/ECE Recommendation 20 in words; none is pieces, one without words here is its code."""
    code = normalise_uom(uom) or ""
    words = _WORDS.get(code)
    return words[0 if language == "zh" else 1] if words else code
