"""North American coupon codes, AI (8110) and (8112): their inner structure is checked, nothing is read out."""

from __future__ import annotations


def coupon_code(text: str) -> str | None:
    return None


def coupon_positive_offer(text: str) -> str | None:
    return None
