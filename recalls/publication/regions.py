"""Provinces by the first two digits of GB/T 2260, as a notice names them in both languages. Pure."""

from collections.abc import Iterable

from trace.regions import PROVINCES

__all__ = ["PROVINCES", "provinces_of"]


def provinces_of(regions: Iterable[str | None]) -> list[str]:
    """Return the two-digit codes of the provinces that ``regions`` (6 digits) lie in; unknown ones are left out."""
    return sorted({region[:2] for region in regions if region is not None} & PROVINCES.keys())
