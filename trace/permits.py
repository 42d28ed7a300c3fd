"""Permits: which products need a licence on the day they are made, and whether a firm had one.

The tables are written by whoever keeps the register of licences; the record reads them and knows no licence itself.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trace.kit.bulk import among
from trace.kit.errors import Invalid
from trace.models import Permit, PermitCategory, Product

Classes = Sequence[tuple[str, str]]
"""A product's classes: (scheme, value)."""

Days = tuple[date, date | None]
"""From a day to a day, both inclusive; None: without end."""


class PermitMissing(Invalid):
    """The firm had no licence for such goods on the day they were made."""


@dataclass(frozen=True, slots=True)
class Category:
    """Products that need a licence: those whose class in a scheme begins with a prefix, in these days (inclusive)."""

    word: str
    scheme: str
    prefix: str
    name: str
    name_en: str
    needed_from: date = date.min
    needed_to: date | None = None


@dataclass(frozen=True, slots=True)
class KnownPermits:
    """What is known of some products and firms: categories, classes by GTIN, days by firm and category."""

    categories: Sequence[Category]
    classes: Mapping[str, Classes]
    permits: Mapping[tuple[int, str], Sequence[Days]]

    def missing(self, gtin: str, party_id: int, day: date) -> Category | None:
        """Return the category for which a firm needed a permit on a day and had none."""
        category = category_among(self.categories, self.classes.get(gtin, ()), day)
        if category is None or any(holds_on(days, day) for days in self.permits.get((party_id, category.word), ())):
            return None
        return category

    def require(self, gtin: str, party_id: int, day: date, pointer: str) -> None:
        """Raise PermitMissing (422) at ``pointer`` if a firm needed a permit for a product on a day and had none."""
        missing = self.missing(gtin, party_id, day)
        if missing is not None:
            raise PermitMissing.field(
                pointer,
                f"Expected a licence for {missing.name_en} ({missing.name}) that is valid on {day} "
                "for the firm that makes the batch, got none.",
            )


def holds_on(days: Days, day: date) -> bool:
    """Whether a day is within."""
    return days[0] <= day and (days[1] is None or day <= days[1])


def category_among(categories: Iterable[Category], classes: Classes, day: date) -> Category | None:
    """Return the category that products of some classes fall under on a day: that of the longest prefix."""
    found = [
        one
        for one in categories
        if holds_on((one.needed_from, one.needed_to), day)
        and any(scheme == one.scheme and value.startswith(one.prefix) for scheme, value in classes)
    ]
    return max(found, key=lambda one: (len(one.prefix), one.word), default=None)


def read_categories(session: Session) -> list[Category]:
    """Return all categories; there are few."""
    return [
        Category(row.word, row.scheme, row.prefix, row.name, row.name_en, row.needed_from, row.needed_to)
        for row in session.scalars(select(PermitCategory).order_by(PermitCategory.word))
    ]


def set_category(session: Session, category: Category) -> None:
    """Enter a category, or what is now said of it."""
    row = session.get(PermitCategory, category.word)
    if row is None:
        row = PermitCategory(word=category.word)
        session.add(row)
    row.scheme, row.prefix = category.scheme, category.prefix
    row.name, row.name_en = category.name, category.name_en
    row.needed_from, row.needed_to = category.needed_from, category.needed_to
    session.flush()


def set_permits(session: Session, reference: str, permits: Iterable[tuple[int, str, Days]]) -> None:
    """Put (firm, category, days) under a licence's number, in the place of what stood there."""
    session.execute(delete(Permit).where(Permit.reference == reference))
    session.add_all(
        Permit(reference=reference, party_id=party, category=category, valid_from=first, valid_to=last)
        for party, category, (first, last) in permits
    )
    session.flush()


def read_permits(session: Session, gtins: Collection[str], parties: Collection[int]) -> KnownPermits:
    """Return what is known of some products (by GTIN-14) and firms."""
    categories = read_categories(session)
    if not categories:
        return KnownPermits((), {}, {})
    classes = {
        gtin: classes_of(text)
        for gtin, text in session.execute(
            select(Product.gtin, Product.classifications).where(among(session, Product.gtin, sorted(gtins)))
        )
    }
    permits: dict[tuple[int, str], list[Days]] = {}
    for row in session.scalars(select(Permit).where(among(session, Permit.party_id, sorted(parties)))):
        permits.setdefault((row.party_id, row.category), []).append((row.valid_from, row.valid_to))
    return KnownPermits(categories, classes, permits)


def classes_of(classifications: str) -> Classes:
    """Return the classes that stand in ``products.classifications``."""
    return [(one["scheme"], one["value"]) for one in json.loads(classifications)]
