"""How long the record of a purchase or a sale has to be kept (食品安全法, article 50). Pure."""

from datetime import date

from recalls.clocks.working_days import add_months

AFTER_SHELF_LIFE = 6
"""Months that a record is kept at least after the shelf life has ended."""

WITHOUT_SHELF_LIFE = 24
"""Months that it is kept at least where there is no definite shelf life."""


def keep_until(on: date, expires_on: date | None) -> date | None:
    """Return the last day on which the record of ``on`` must still be there; None beyond the year 9999.

    ``expires_on`` is the last day of the shelf life, None where none is definite. 食品安全法 article 50 paragraph 2, to
    which articles 51 and 53 refer.
    """
    try:
        if expires_on is None:
            return add_months(on, WITHOUT_SHELF_LIFE)
        return add_months(expires_on, AFTER_SHELF_LIFE)
    except ValueError:
        return None
