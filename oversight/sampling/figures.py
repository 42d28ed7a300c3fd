"""Pass rates by product, kind of place, region and year, counted by one statement, with their intervals."""

from decimal import Decimal
from typing import Literal, get_args

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.gb2260 import bounds_of
from oversight.models import Sample
from oversight.sampling.rates import wilson
from trace.models import Product

By = Literal["product", "kind", "region", "year"]
BYS: tuple[By, ...] = get_args(By)

MOST_ROWS = 1000
"""Groups of an answer: of more those whose rates are lowest."""


class RateRow(TypedDict):
    """Final outcomes of a group: ``share`` of those that passed, with the bounds of its 95 % Wilson interval."""

    group: str
    name: str
    tested: int
    passed: int
    failed: int
    share: Decimal
    lower: Decimal
    upper: Decimal


def read_rates(session: Session, by: By, within: str, year: int | None) -> list[RateRow]:
    """Return the pass rates of samples with a final outcome in an office's area; the lowest come first.

    A sample that waits for a result, or may still be objected to, counts nowhere.
    """
    group: ColumnElement[object] = {
        "product": Product.gtin,
        "kind": Sample.kind,
        "region": func.coalesce(Sample.region, ""),
        "year": Sample.year,
    }[by]  # type: ignore[assignment]
    name = func.max(Product.name) if by == "product" else literal("")
    passed = func.sum(case((Sample.outcome == "passed", 1), else_=0))
    query = select(group, name, passed, func.count()).select_from(Sample).where(Sample.outcome.is_not(None))
    if by == "product":
        query = query.join(Product, Product.id == Sample.product_id)
    first, above = bounds_of(within)
    if first:
        query = query.where(Sample.region >= first, Sample.region < above)
    if year is not None:
        query = query.where(Sample.year == year)
    lowest = passed * 1.0 / func.count()
    rows = session.execute(query.group_by(group).order_by(lowest, group).limit(MOST_ROWS))
    found = [_row(str(key), words, int(good), tested) for key, words, good, tested in rows]
    return sorted(found, key=lambda row: (row["share"], row["group"]))


def _row(group: str, name: str, passed: int, tested: int) -> RateRow:
    rate = wilson(passed, tested)
    return {
        "group": group,
        "name": name,
        "tested": tested,
        "passed": passed,
        "failed": tested - passed,
        "share": rate.share,
        "lower": rate.lower,
        "upper": rate.upper,
    }
