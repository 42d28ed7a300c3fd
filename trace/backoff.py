"""How long to wait before something that failed is tried again. Pure."""

from datetime import timedelta


def wait_after(failures: int, first: timedelta, longest: timedelta) -> timedelta:
    """Return ``first`` after one failure in a row, twice as long after each more, never more than ``longest``."""
    return min(first * 2 ** min(max(failures, 1) - 1, 30), longest)
