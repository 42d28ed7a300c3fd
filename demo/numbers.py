"""Numbers for things that do not exist: GS1's demonstration prefix 952, and USCCs that are right but nobody's."""

from collections.abc import Callable

from trace.gs1 import IdentifierError
from trace.gs1.check_digits import check_digit
from trace.uscc import OrganisationCode, Uscc

_CHECK_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def company_prefix(number: int) -> str:
    """Return the 7-digit GS1 company prefix of demonstration firm ``number`` (0 to 9999)."""
    return f"952{number:04d}"


def make_gtin(prefix: str, item: int) -> str:
    """Return a GTIN-13 with its check digit: 7-digit prefix, 5-digit item reference."""
    return _with_check_digit(f"{prefix}{item:05d}")


def make_gln(prefix: str, place: int) -> str:
    """Return a GLN with its check digit: 7-digit prefix, 5-digit location reference."""
    return _with_check_digit(f"{prefix}{place:05d}")


def make_sscc(prefix: str, extension: int, serial: int) -> str:
    """Return an SSCC with its check digit: extension digit, 7-digit prefix, 9-digit serial reference."""
    return _with_check_digit(f"{extension}{prefix}{serial:09d}")


def make_uscc(region: str, number: int, kind: str = "91") -> str:
    """Return a unified social credit code (GB 32100-2015) registered in ``region`` (GB/T 2260).

    ``kind`` 91 is a company, 11 an authority.
    """
    organisation = _completed(f"MA952{number:03d}", OrganisationCode.read)
    return _completed(f"{kind}{region}{organisation}", Uscc.read)


def _with_check_digit(body: str) -> str:
    return body + check_digit(body)


def _completed(body: str, read: Callable[[str], object]) -> str:
    """Return ``body`` with the one check character that the strict reader takes; its rule is written there alone."""
    for character in _CHECK_CHARACTERS:
        try:
            read(body + character)
        except IdentifierError:
            continue
        return body + character
    raise ValueError(f"Cannot complete {body!r}: expected one check character to fit, got none.")
