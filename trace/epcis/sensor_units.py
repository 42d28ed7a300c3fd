"""Units of measure of sensor values that can be converted exactly (UN/CEFACT Recommendation 20).

A query names one unit, events may be reported in another one of the same dimension. Each unit is its base unit times
a factor, plus an offset for temperatures, as exact fractions. Units that are not listed equal only themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

_DIGITS = Context(prec=90, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class _Unit:
    factor: Fraction
    offset: Fraction = Fraction(0)


def _units(text: str) -> dict[str, _Unit]:
    """`CODE=factor`, `CODE=numerator/denominator` or `CODE=factor+offset`, the base unit being 1."""
    found = {}
    for word in text.split():
        code, _, value = word.partition("=")
        factor, _, offset = value.partition("+")
        found[code] = _Unit(Fraction(factor), Fraction(offset or 0))
    return found


_POUND = "0.45359237"
_DIMENSIONS = (
    # temperature, in kelvin
    _units("KEL=1 CEL=1+273.15 FAH=5/9+45967/180 A48=5/9"),
    # mass, in kilograms
    _units(f"KGM=1 GRM=0.001 MGM=0.000001 MC=0.000000001 TNE=1000 LBR={_POUND} ONZ=0.028349523125"),
    # length, in metres
    _units(
        "MTR=1 KMT=1000 DMT=0.1 CMT=0.01 MMT=0.001 4H=0.000001 C45=0.000000001 "
        "INH=0.0254 FOT=0.3048 YRD=0.9144 SMI=1609.344 NMI=1852"
    ),
    # area, in square metres
    _units("MTK=1 DMK=0.01 CMK=0.0001 MMK=0.000001 KMK=1000000 HAR=10000 INK=0.00064516 FTK=0.09290304"),
    # volume, in cubic metres
    _units(
        "MTQ=1 LTR=0.001 DMQ=0.001 CLT=0.00001 MLT=0.000001 CMQ=0.000001 MMQ=0.000000001 HLT=0.1 "
        "GLL=0.003785411784 GLI=0.00454609 INQ=0.000016387064 FTQ=0.028316846592"
    ),
    # time, in seconds
    _units("SEC=1 MIN=60 HUR=3600 DAY=86400 WEE=604800 C26=0.001 B98=0.000001"),
    # speed, in metres per second
    _units("MTS=1 KMH=5/18 HM=0.44704 2M=0.01 KNT=463/900 FS=0.3048"),
    # pressure, in pascals
    _units("PAL=1 A97=100 KPA=1000 MPA=1000000 BAR=100000 MBR=100 ATM=101325"),
    # energy, in joules
    _units("JOU=1 KJO=1000 3B=1000000 WHR=3600 KWH=3600000 MWH=3600000000"),
    # power, in watts
    _units("WTT=1 KWT=1000 MAW=1000000 C31=0.001"),
    # force, in newtons
    _units("NEW=1 B47=1000"),
    # voltage, in volts
    _units("VLT=1 2Z=0.001 D82=0.000001 KVT=1000"),
    # electric current, in amperes
    _units("AMP=1 4K=0.001 B84=0.000001 B22=1000"),
    # frequency, in hertz
    _units("HTZ=1 KHZ=1000 MHZ=1000000 A86=1000000000"),
    # density, in kilograms per cubic metre
    _units("KMQ=1 GL=1 23=1000 A93=0.001"),
    # ratio, in parts of one
    _units("P1=0.01 59=0.000001 61=0.000000001"),
    # absorbed dose and dose equivalent, in grays and in sieverts
    _units("A95=1 C13=0.001"),
    _units("D13=1 C28=0.001"),
)
_DIMENSION_OF = {code: units for units in _DIMENSIONS for code in units}


def equivalents(value: Decimal, uom: str, difference: bool = False) -> Iterator[tuple[str, Decimal]]:
    """Yield (unit, value) for every unit in which the same measurement may be reported, the given one included.

    A ``difference`` of two values (a standard deviation) takes no offset. What has no finite decimal form is cut
    after 90 digits: more than a reported value can have, so that every comparison but equality stays right.
    """
    units = _DIMENSION_OF.get(uom)
    if units is None:
        yield uom, value
        return
    own = units[uom]
    base = Fraction(value) * own.factor + (0 if difference else own.offset)
    for code, unit in units.items():
        converted = (base - (0 if difference else unit.offset)) / unit.factor
        yield code, value if code == uom else _DIGITS.divide(Decimal(converted.numerator), converted.denominator)
